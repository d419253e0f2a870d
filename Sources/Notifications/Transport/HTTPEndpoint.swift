public import Model

/// An address to which requests go, with what they must carry.
public struct HTTPEndpoint: Hashable, Sendable {
  /// How a request shows who it is from.
  public enum Authorization: Hashable, Sendable {
    /// `Authorization: Bearer …`
    case bearer(Secret)
    /// `Authorization: Basic …`
    case basic(user: String, password: Secret)
  }

  /// `http://` or `https://`; often a secret in itself.
  public var url: Secret
  /// Who the request is from; nil when nobody asks.
  public var authorization: Authorization?
  /// Further header fields, by name.
  public var headers: [String: Secret]
  /// Path of a PEM file of authorities to trust instead of the system's; nil for those.
  ///
  /// There is no way to switch the verification off.
  public var authorityFile: String?
  /// How long one request may take in all, in ms.
  public var timeout: Milliseconds

  /// An address with its defaults: nothing beside the request, ten seconds.
  public init(
    url: Secret, authorization: Authorization? = nil, headers: [String: Secret] = [:],
    authorityFile: String? = nil, timeout: Milliseconds = 10_000
  ) {
    self.url = url
    self.authorization = authorization
    self.headers = headers
    self.authorityFile = authorityFile
    self.timeout = timeout
  }
}

/// One request to an endpoint.
struct HTTPPost: Sendable {
  var method = Method.post
  /// Appended to the path of the endpoint's URL.
  var path = ""
  var contentType = "application/json"
  var headers: [(name: String, value: String)] = []
  var body: String
  /// Secrets in the body, which no message may show.
  var hidden: [String] = []

  enum Method: Sendable { case post, put }
}

/// What came back.
struct HTTPReply: Sendable {
  /// The status code.
  var status: Int
  /// The header `Retry-After`.
  var retryAfter: String?
  /// The beginning of the body.
  var body: String
}
