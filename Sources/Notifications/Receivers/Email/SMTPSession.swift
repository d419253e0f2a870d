import Foundation
import Model

/// The talk with an SMTP server that delivers one mail: replies come in, actions go out.
///
/// No socket and no clock: `SMTPConnection` runs the actions. Source: RFC 5321, 3207 (STARTTLS),
/// 4954 (AUTH).
struct SMTPSession: Sendable {
  enum Action: Hashable, Sendable {
    /// Write this and wait for the reply.
    case send(String)
    /// Encrypt the connection, then call `secured()`.
    case startTLS
    /// Say goodbye and close.
    case finish(DeliveryAnswer)
  }

  private enum State: Hashable, Sendable {
    /// Next: `hello`.
    case greeting
    /// Next: `startTLS`, `password`, `authenticated` or `sender`.
    case hello
    /// Next: `hello` again, encrypted.
    case startTLS
    /// AUTH LOGIN asks for the name. Next: `password`.
    case user
    /// AUTH LOGIN asks for the password. Next: `authenticated`.
    case password
    /// The answer to AUTH. Next: `sender`.
    case authenticated
    /// The answer to MAIL. Next: `recipient`.
    case sender
    /// The answer to RCPT number `Int`. Next: the next one, then `data`.
    case recipient(Int)
    /// The answer to DATA. Next: `content`.
    case data
    /// The answer to the mail. Next: `done`.
    case content
    case done
  }

  struct Login: Sendable {
    var user: String
    var password: String
  }

  private let mail: MailMessage
  private let login: Login?
  private let wantsTLS: Bool
  private var isSecure: Bool
  private var state = State.greeting
  private var accepted = 0
  private var refusal: String?

  /// A session that has not begun.
  ///
  /// - Parameters:
  ///   - mail: what is delivered.
  ///   - login: who signs in; nil for nobody.
  ///   - isSecure: the connection is encrypted already.
  ///   - wantsTLS: it must become so before anything is said.
  init(_ mail: MailMessage, login: Login?, isSecure: Bool, wantsTLS: Bool) {
    self.mail = mail
    self.login = login
    self.isSecure = isSecure
    self.wantsTLS = wantsTLS
  }

  private static let hello = "EHLO tocsin\r\n"

  /// The connection is encrypted now.
  mutating func secured() -> Action {
    isSecure = true
    state = .hello
    return .send(Self.hello)
  }

  /// Takes a reply.
  mutating func receive(_ reply: SMTPReply) -> Action {
    switch state {
    case .greeting:
      guard reply.code == 220 else { return later(reply, "greeting") }
      state = .hello
      return .send(Self.hello)
    case .hello: return greeted(reply)
    case .startTLS:
      return reply.code == 220 ? .startTLS : later(reply, "STARTTLS")
    case .user:
      guard reply.code == 334 else { return later(reply, "AUTH") }
      state = .password
      return .send(Self.base64(login?.user ?? "") + "\r\n")
    case .password:
      guard reply.code == 334 else { return later(reply, "AUTH") }
      state = .authenticated
      return .send(Self.base64(login?.password ?? "") + "\r\n")
    case .authenticated:
      // A wrong password is mended by a person; the mail can wait for that.
      return reply.code == 235 ? begin() : later(reply, "sign-in")
    case .sender:
      guard reply.code / 100 == 2 else { return judged(reply, "sender") }
      return recipient(0)
    case .recipient(let index): return received(reply, recipient: index)
    case .data:
      guard reply.code == 354 else { return judged(reply, "DATA") }
      state = .content
      return .send(Self.stuffed(mail.text) + ".\r\n")
    case .content:
      guard reply.code / 100 == 2 else { return judged(reply, "mail") }
      return end(.delivered)
    case .done: return end(.retry(because: "the server spoke out of turn"))
    }
  }

  // MARK: Steps

  private mutating func greeted(_ reply: SMTPReply) -> Action {
    guard reply.code == 250 else { return later(reply, "EHLO") }
    let words = reply.lines.map { $0.uppercased().split(separator: " ") }
    if wantsTLS, !isSecure {
      guard words.contains(["STARTTLS"]) else {
        return end(.retry(because: "the server offers no STARTTLS; nothing was sent in plain text"))
      }
      state = .startTLS
      return .send("STARTTLS\r\n")
    }
    guard let login else { return begin() }
    let methods = words.first { $0.first == "AUTH" }?.dropFirst() ?? []
    if methods.contains("PLAIN") {
      state = .authenticated
      return .send("AUTH PLAIN \(Self.base64("\0\(login.user)\0\(login.password)"))\r\n")
    }
    guard methods.contains("LOGIN") else {
      return end(.retry(because: "the server offers neither AUTH PLAIN nor AUTH LOGIN"))
    }
    state = .user
    return .send("AUTH LOGIN\r\n")
  }

  private mutating func begin() -> Action {
    state = .sender
    return .send("MAIL FROM:<\(mail.from)>\r\n")
  }

  private mutating func recipient(_ index: Int) -> Action {
    guard index < mail.to.count else {
      guard accepted > 0 else {
        return end(.rejected(because: refusal ?? "no recipient"))
      }
      state = .data
      return .send("DATA\r\n")
    }
    state = .recipient(index)
    return .send("RCPT TO:<\(mail.to[index])>\r\n")
  }

  /// One bad address of several must not keep the mail from the others.
  private mutating func received(_ reply: SMTPReply, recipient index: Int) -> Action {
    switch reply.code / 100 {
    case 2: accepted += 1
    case 4 where accepted == 0: return later(reply, "recipient")
    default: refusal = refusal ?? "recipient refused: \(reply.description)"
    }
    return recipient(index + 1)
  }

  /// Whatever the code says, it is about the server or the account, not about this mail.
  private mutating func later(_ reply: SMTPReply, _ step: String) -> Action {
    end(.retry(because: "\(step) answered \(reply.description)"))
  }

  /// 4yz is for a while, 5yz for good.
  private mutating func judged(_ reply: SMTPReply, _ step: String) -> Action {
    let reason = "\(step) answered \(reply.description)"
    return end(reply.code / 100 == 5 ? .rejected(because: reason) : .retry(because: reason))
  }

  private mutating func end(_ answer: DeliveryAnswer) -> Action {
    state = .done
    return .finish(answer)
  }

  private static func base64(_ text: String) -> String { Data(text.utf8).base64EncodedString() }

  /// A line that begins with a dot gets a second one (RFC 5321, section 4.5.2).
  static func stuffed(_ text: String) -> String {
    let lines = text.replacing("\r\n.", with: "\r\n..")
    return lines.hasPrefix(".") ? "." + lines : lines
  }
}
