import Crypto
import Foundation
import HTTPTypes
import Hummingbird
import Model

/// What a client may do.
public enum Role: String, Sendable, CaseIterable {
  /// Look at everything but secrets.
  case read
  /// Push samples and changes, and nothing else: what an agent needs.
  case write
  /// Everything: look, push, acknowledge, silence, reload.
  case `operator`

  /// True when this role may do what `other` may.
  func includes(_ other: Role) -> Bool { self == other || self == .operator }
}

/// Who asks.
struct Identity: Sendable, Hashable {
  /// The name of the token or user; it stands in timelines.
  var name: String
  var role: Role
}

/// Who may use the server; read again when secrets are rotated or the configuration is reloaded.
public struct AccessList: Sendable {
  /// A bearer token, by the SHA-256 of its text: the text itself is not kept.
  public struct Token: Sendable, Hashable {
    /// Whose token it is.
    public var name: String
    /// What it allows.
    public var role: Role
    let digest: [UInt8]

    /// The token `text`; or, where that is `sha256:` and 64 hexadecimal digits, the token of which these
    /// are the SHA-256, so that no file has to hold it.
    public init(name: String, role: Role, text: String) {
      self.name = name
      self.role = role
      digest = Self.written(text) ?? AccessList.digest(text)
    }

    private static func written(_ text: String) -> [UInt8]? {
      guard text.hasPrefix("sha256:") else { return nil }
      let digits = text.dropFirst(7).compactMap(\.hexDigitValue)
      guard digits.count == 64, text.utf8.count == 7 + 64 else { return nil }
      return stride(from: 0, to: 64, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
    }
  }

  /// Who may come in by a token or password.
  public var tokens: [Token] = []
  /// Keeps everybody out who shows no token, even while there is none.
  public var isClosed = false

  /// Nobody is asked who they are.
  public init() {}

  /// True when nobody is asked who they are.
  public var isOpen: Bool { tokens.isEmpty && !isClosed }

  /// Who shows `authorization`, the header's value; nil when it names nobody.
  ///
  /// A bearer token, or HTTP Basic with the token's name and text. Every token is compared, each in the
  /// same time whether it fits or not.
  func identity(_ authorization: String?) -> Identity? {
    if isOpen { return Identity(name: "", role: .operator) }
    guard let authorization, let (user, secret) = Self.credentials(authorization) else {
      return nil
    }
    let shown = Self.digest(secret)
    var found: Identity?
    for token in tokens {
      let isSame = Self.areEqual(token.digest, shown)
      if isSame, user == nil || user == token.name {
        found = found ?? Identity(name: token.name, role: token.role)
      }
    }
    return found
  }

  private static func credentials(_ header: String) -> (user: String?, secret: String)? {
    let parts = header.split(separator: " ", maxSplits: 1)
    guard parts.count == 2 else { return nil }
    switch parts[0].lowercased() {
    case "bearer": return (nil, String(parts[1]))
    case "basic":
      guard let data = Data(base64Encoded: String(parts[1])),
        let text = String(validating: data, as: UTF8.self), let colon = text.firstIndex(of: ":")
      else { return nil }
      return (String(text[..<colon]), String(text[text.index(after: colon)...]))
    default: return nil
    }
  }

  private static func digest(_ text: String) -> [UInt8] {
    Array(SHA256.hash(data: Array(text.utf8)))
  }

  /// Compares in a time that does not tell where the difference lies.
  private static func areEqual(_ a: [UInt8], _ b: [UInt8]) -> Bool {
    guard a.count == b.count else { return false }
    return zip(a, b).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
  }
}

/// Lets only those pass whose role allows what the routes behind it do.
struct RequireRole: RouterMiddleware {
  let role: Role
  let access: @Sendable () -> AccessList

  func handle(
    _ request: Request, context: APIContext,
    next: (Request, APIContext) async throws -> Response
  ) async throws -> Response {
    guard let identity = access().identity(request.headers[.authorization]) else {
      throw APIError(.unauthorized, "a token is needed: Authorization: Bearer TOKEN")
    }
    guard identity.role.includes(role) else {
      throw APIError(
        .forbidden,
        "\(quoted(identity.name)) has the role \(identity.role.rawValue); "
          + "this needs \(role.rawValue)")
    }
    if role != .read { try refuseOtherSites(request) }
    var context = context
    context.identity = identity
    return try await next(request, context)
  }

  /// A browser says which page a form came from; another site's page acts for nobody here.
  private func refuseOtherSites(_ request: Request) throws(APIError) {
    let isOwn: Bool
    if let site = request.headers[values: .secFetchSite].first {
      isOwn = site == "same-origin" || site == "none"
    } else if let origin = request.headers[.origin], let host = request.head.authority {
      // `null`, of a page without an origin, is another site's as well.
      isOwn = origin.hasSuffix("://" + host)
    } else {
      // No browser: an agent, a tool.
      isOwn = true
    }
    guard isOwn else { throw APIError(.forbidden, "a page of another site cannot act here") }
  }
}

extension HTTPField.Name {
  /// Where a browser's request comes from (Fetch Metadata).
  fileprivate static var secFetchSite: HTTPField.Name {
    HTTPField.Name("Sec-Fetch-Site") ?? .origin
  }
}
