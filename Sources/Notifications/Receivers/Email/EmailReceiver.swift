import Model

/// Mails a message; all mails of an incident stand in one thread.
struct EmailReceiver: Receiver {
  let configuration: EmailConfiguration
  let secrets: SecretReader

  func deliver(_ delivery: Delivery) async -> DeliveryAnswer {
    var login: SMTPSession.Login?
    var redactor = Redactor()
    if let user = configuration.user {
      do throws(SecretError) {
        let password = try configuration.password?.reveal(secrets) ?? ""
        redactor.hide(password)
        login = SMTPSession.Login(user: user, password: password)
      } catch {
        return .retry(because: error.description)
      }
      guard configuration.encryption != .none || Self.isLoopback(configuration.host) else {
        return .rejected(because: "a password is not sent unencrypted over the network")
      }
    }
    let session = SMTPSession(
      MailMessage(delivery, configuration), login: login,
      isSecure: configuration.encryption == .implicit,
      wantsTLS: configuration.encryption == .startTLS)
    switch await SMTPConnection(configuration: configuration).run(session) {
    case .delivered: return .delivered
    case .retry(let after, let reason): return .retry(after: after, because: redactor.clean(reason))
    case .rejected(let reason): return .rejected(because: redactor.clean(reason))
    }
  }

  private static func isLoopback(_ host: String) -> Bool {
    host == "localhost" || host == "::1" || host.hasPrefix("127.")
  }
}
