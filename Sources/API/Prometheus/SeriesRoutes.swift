import Engine
import Evaluation
import Hummingbird
import Model
import PromQL

/// What series, labels and metrics there are, as Prometheus answers it.
struct SeriesRoutes: Sendable {
  let backend: any Backend
  let language: ParserOptions

  func add(to router: some RouterMethods<APIContext>) {
    for method in [HTTPRequest.Method.get, .post] {
      router.on("/api/v1/series", method: method) { request, _ in try await series(request) }
      router.on("/api/v1/labels", method: method) { request, _ in try await labels(request) }
    }
    router.get("/api/v1/label/:name/values") { request, context in
      try await values(of: try context.parameters.require("name"), request)
    }
    router.get("/api/v1/metadata") { request, _ in try await metadata(request) }
  }

  private func series(_ request: Request) async throws -> Response {
    let parameters = try await Parameters(of: request)
    guard !parameters.all("match[]").isEmpty else {
      throw APIError(.badData, "no match[] parameter provided")
    }
    let limit = try parameters.limit() ?? .max
    let found = try await matching(parameters)
    return .success(isCut: found.count > limit) { json in
      json.array { json in
        for labels in found.prefix(limit) { json.value(labels) }
      }
    }
  }

  private func labels(_ request: Request) async throws -> Response {
    let parameters = try await Parameters(of: request)
    let limit = try parameters.limit() ?? .max
    let names = Set(try await matching(parameters).flatMap { $0.pairs.map(\.name) })
    return .success(isCut: names.count > limit) { $0.array(of: names.sorted().prefix(limit)) }
  }

  private func values(of escaped: String, _ request: Request) async throws -> Response {
    let name = Self.unescaped(Parameters.decoded(escaped))
    guard !name.isEmpty else {
      throw APIError(.badData, "invalid label name: \(quoted(name))")
    }
    let parameters = try await Parameters(of: request)
    let limit = try parameters.limit() ?? .max
    let values = Set(try await matching(parameters).compactMap { $0[name] })
    return .success(isCut: values.count > limit) { $0.array(of: values.sorted().prefix(limit)) }
  }

  /// A name whose odd characters are spelled `U__…_hex_…`, as URLs carry them.
  ///
  /// Source: prometheus/common model `UnescapeName` with values encoding.
  static func unescaped(_ name: String) -> String {
    guard name.hasPrefix("U__") else { return name }
    var result = ""
    var rest = name.dropFirst(3)
    while let character = rest.popFirst() {
      guard character == "_" else {
        result.append(character)
        continue
      }
      if rest.first == "_" {
        rest.removeFirst()
        result.append("_")
        continue
      }
      let digits = rest.prefix { $0 != "_" }
      guard let code = UInt32(digits, radix: 16), let scalar = Unicode.Scalar(code),
        digits.endIndex < rest.endIndex
      else { return name }
      result.unicodeScalars.append(scalar)
      rest = rest[digits.endIndex...].dropFirst()
    }
    return result
  }

  private func metadata(_ request: Request) async throws -> Response {
    let parameters = try await Parameters(of: request)
    let limit = try parameters.limit() ?? .max
    let wanted = parameters["metric"]
    let entries = try await backend.read { tocsin in
      tocsin.store.metadata.values
        .filter { wanted == nil || wanted == "" || $0.name == wanted }
        .sorted { $0.name < $1.name }
    }
    return .success { json in
      json.object { json in
        for entry in entries.prefix(limit) {
          json.key(entry.name)
          json.array { json in
            json.object { json in
              json.field("type", entry.type)
              json.field("help", entry.help)
              json.field("unit", entry.unit)
            }
          }
        }
      }
    }
  }

  private func matching(_ parameters: Parameters) async throws -> [Labels] {
    let from = try parameters.time("start") ?? Timestamp(milliseconds: .min + 1)
    let to = try parameters.time("end") ?? Timestamp(milliseconds: .max)
    guard to >= from else {
      throw APIError.badParameter("end", "end timestamp must not be before start time")
    }
    let selectors = try parameters.all("match[]").map(matchers)
    return try await backend.read { tocsin in
      tocsin.store.series(matching: selectors, from: from, to: to)
    }
  }

  private func matchers(_ text: String) throws(APIError) -> [LabelMatcher] {
    let parsed: Expression
    do throws(ParseErrors) {
      parsed = try Expression(parsing: text, options: language)
    } catch {
      throw .badParameter("match[]", error.positioned(in: text))
    }
    guard case .vectorSelector(let selector) = parsed.kind else {
      throw .badParameter("match[]", "expected a series selector, found \(quoted(text))")
    }
    return selector.matchers
  }
}

extension JSONWriter {
  /// An array of texts.
  mutating func array(of texts: some Sequence<String>) {
    array { json in
      for text in texts { json.value(text) }
    }
  }

  /// Labels as an object.
  mutating func value(_ labels: Labels) {
    object { json in
      for pair in labels.pairs { json.field(pair.name, pair.value) }
    }
  }
}
