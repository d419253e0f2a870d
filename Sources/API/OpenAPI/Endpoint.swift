import Model

/// One thing that can be asked of the server, as its OpenAPI document tells it.
struct Endpoint: Sendable {
  /// A value that a request may carry in its query.
  struct Parameter: Sendable {
    var name: String
    var summary: String
    var isRequired = false
    /// The words allowed; empty for any text.
    var words: [String] = []
  }

  /// `get`, `post`, `put` or `delete`.
  var method: String
  /// With `{name}` where a part is free.
  var path: String
  var summary: String
  /// Who may ask; nil for everybody.
  var role: Role?
  var parameters: [Parameter] = []
  /// Media type of the request's body; nil when it has none.
  ///
  /// A form has the parameters.
  var body: String?
  /// Media type of a good answer; nil when it has no body.
  var answer: String? = "application/json"
  /// Status of a good answer.
  var status = 200

  /// The media type of a form.
  static let form = "application/x-www-form-urlencoded"

  /// The same, asked by a form in the body of a POST, as Grafana does: an expression may be long.
  var asForm: Endpoint {
    var copy = self
    copy.method = "post"
    copy.body = Self.form
    return copy
  }

  /// The same, asked by another method.
  func by(_ method: String) -> Endpoint {
    var copy = self
    copy.method = method
    return copy
  }

  /// The methods that are answered at a path, upper case; empty where nothing is.
  static func methods(of path: String) -> [String] {
    let parts = path.split(separator: "/")
    let found = Set(all.filter { $0.accepts(parts) }.map { $0.method.uppercased() })
    return (found.contains("GET") ? found.union(["HEAD"]) : found).sorted()
  }

  private func accepts(_ parts: [Substring]) -> Bool {
    let own = path.split(separator: "/")
    return own.count == parts.count
      && zip(own, parts).allSatisfy { $0 == $1 || $0.hasPrefix("{") }
  }

  /// The names between braces in the path.
  var pathParameters: [String] {
    path.split(separator: "/").filter { $0.hasPrefix("{") }.map {
      String($0.dropFirst().dropLast())
    }
  }
}
