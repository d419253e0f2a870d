public import Model

/// People who are told by mail, through an SMTP server.
public struct EmailConfiguration: Hashable, Sendable {
  /// How the connection is encrypted.
  public enum Encryption: String, Hashable, Sendable, CaseIterable {
    /// In plain text first, then STARTTLS; mail is not sent to a server that does not offer it.
    case startTLS = "starttls"
    /// From the first byte.
    case implicit
    /// Not at all; a password is then sent to the machine itself only.
    case none
  }

  /// Name or address of the server.
  public var host: String
  /// 587 for STARTTLS, 465 for implicit TLS, 25 for none, unless given.
  public var port: Int
  /// How the connection is encrypted.
  public var encryption: Encryption
  /// PEM file of authorities to trust instead of the system's.
  public var authorityFile: String?
  /// Who signs in; nil for nobody.
  public var user: String?
  /// With what.
  public var password: Secret?
  /// Address of the sender.
  public var from: String
  /// Addresses of those who are told; at least one.
  public var to: [String]
  /// How long one mail may take in all, in ms.
  public var timeout: Milliseconds

  /// Mail through a server.
  public init(
    host: String, port: Int? = nil, encryption: Encryption = .startTLS,
    authorityFile: String? = nil, user: String? = nil, password: Secret? = nil, from: String,
    to: [String], timeout: Milliseconds = 30_000
  ) {
    self.host = host
    self.port = port ?? Self.port(of: encryption)
    self.encryption = encryption
    self.authorityFile = authorityFile
    self.user = user
    self.password = password
    self.from = from
    self.to = to
    self.timeout = timeout
  }

  private static func port(of encryption: Encryption) -> Int {
    switch encryption {
    case .startTLS: 587
    case .implicit: 465
    case .none: 25
    }
  }

  /// True for an address that can stand in a command: `local@domain`, without blanks and brackets.
  public static func isAddress(_ text: String) -> Bool {
    let parts = text.split(separator: "@", omittingEmptySubsequences: false)
    let isPlain = text.utf8.allSatisfy {
      $0 > 0x20 && $0 < 0x7f && !"<>(),;:\\\"[]".utf8.contains($0)
    }
    return parts.count == 2 && parts.allSatisfy { !$0.isEmpty } && isPlain && text.utf8.count <= 254
  }
}
