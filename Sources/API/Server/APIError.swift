import Hummingbird
import Model

/// Why a request was refused, in the words and status codes of Prometheus' HTTP API.
///
/// Source: https://prometheus.io/docs/prometheus/latest/querying/api/#format-overview
struct APIError: Error, Hashable {
  /// A bounded set: the `errorType` of the answer, and a label of the program's own metrics.
  enum Kind: String {
    case badData = "bad_data"
    case execution
    case timeout
    case notFound = "not_found"
    case wrongMethod = "method_not_allowed"
    case unavailable
    case tooMany = "too_many_requests"
    case tooLarge = "too_large"
    case unsupported = "unsupported_media_type"
    case unauthorized
    case forbidden
    case conflict
    case `internal`

    var status: HTTPResponse.Status {
      switch self {
      case .badData: .badRequest
      case .execution: .unprocessableContent
      case .timeout, .unavailable: .serviceUnavailable
      case .notFound: .notFound
      case .wrongMethod: .methodNotAllowed
      case .tooMany: .tooManyRequests
      case .tooLarge: .contentTooLarge
      case .unsupported: .unsupportedMediaType
      case .unauthorized: .unauthorized
      case .forbidden: .forbidden
      case .conflict: .conflict
      case .internal: .internalServerError
      }
    }
  }

  var kind: Kind
  var message: String
  /// Methods that would be answered, where another was tried.
  var allowed: [String] = []

  init(_ kind: Kind, _ message: String) {
    self.kind = kind
    self.message = message
  }

  static func badParameter(_ name: String, _ message: String) -> APIError {
    APIError(.badData, "invalid parameter \(quoted(name)): \(message)")
  }
}

extension APIError: HTTPResponseError {
  var status: HTTPResponse.Status { kind.status }

  func response(from request: Request, context: some RequestContext) throws -> Response {
    var json = JSONWriter()
    json.object { json in
      json.field("status", "error")
      json.field("errorType", kind.rawValue)
      json.field("error", message)
    }
    var response = Response.json(json.text, status: kind.status)
    if !allowed.isEmpty { response.headers[.allow] = allowed.joined(separator: ", ") }
    if kind == .tooMany || kind == .unavailable { response.headers[.retryAfter] = "1" }
    // The next connection may reach another process.
    if kind == .unavailable { response.headers[.connection] = "close" }
    if kind == .unauthorized {
      response.headers[.wwwAuthenticate] = "Basic realm=\"tocsin\", Bearer"
    }
    return response
  }
}

extension Response {
  /// An answer of a JSON text.
  static func json(_ text: String, status: HTTPResponse.Status = .ok) -> Response {
    Response(
      status: status, headers: [.contentType: "application/json"],
      body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
  }

  /// An answer of plain text.
  static func text(
    _ text: String, status: HTTPResponse.Status = .ok, type: String = "text/plain; charset=utf-8"
  ) -> Response {
    Response(
      status: status, headers: [.contentType: type],
      body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
  }

  /// A success in Prometheus' envelope; `body` writes what stands at `data`, all of it unless `isCut`.
  static func success(
    isCut: Bool = false, _ body: (inout JSONWriter) -> Void
  ) -> Response {
    var json = JSONWriter()
    json.object { json in
      json.field("status", "success")
      json.key("data")
      body(&json)
      if isCut { json.field("warnings", ["results truncated due to limit"]) }
    }
    return .json(json.text)
  }
}
