import Foundation
import Hummingbird
import Incidents
import Model

/// `/api/v1/incidents`: what is wrong, and what people do about it.
struct IncidentRoutes: Sendable {
  let backend: any Backend

  /// Longest text of a note: 64 KiB.
  static let bodyBytesMax = 64 << 10

  func addReading(to router: some RouterMethods<APIContext>) {
    router.get("/api/v1/incidents") { request, _ in try await list(request) }
    router.get("/api/v1/incidents/:id") { _, context in
      let incident = try await find(context)
      return Response.json(try Self.encode(incident))
    }
    router.get("/api/v1/incidents/:id/report") { request, context in
      try await report(request, context)
    }
    router.get("/api/v1/changes") { _, _ in
      let changes = try await backend.changes(within: Self.changesReach)
      return Response.success(try Self.encode(changes))
    }
    router.get("/api/v1/events") { _, _ in EventStream.response(backend.events()) }
  }

  func addActing(to router: some RouterMethods<APIContext>) {
    router.post("/api/v1/incidents/:id/acknowledge") { request, context in
      try await act(.acknowledge, request, context)
    }
    router.post("/api/v1/incidents/:id/resolve") { request, context in
      try await act(.resolve, request, context)
    }
    router.post("/api/v1/incidents/:id/note") { request, context in
      let text = try await Body(request).text
      return try await act(.note(text), request, context)
    }
    router.post("/api/v1/incidents/:id/actions") { request, context in
      let body = try await Body(request)
      let action = try ActionItemForm.adding(
        text: body.text, owner: body.fields["owner"], due: body.fields["due"])
      return try await act(action, request, context)
    }
    router.post("/api/v1/incidents/:id/actions/:item") { request, context in
      let item = try context.parameters.require("item")
      let body = try await Body(request, wants: "state")
      let state = body.text.isEmpty ? nil : body.text
      return try await act(try ActionItemForm.setting(item, state: state), request, context)
    }
  }

  /// How far back changes are listed: 30 days.
  static let changesReach: Milliseconds = 30 * 86_400_000

  private func list(_ request: Request) async throws -> Response {
    let filter = try IncidentQuery(try await Parameters(of: request))
    let incidents = try await backend.incidents().filter(filter.accepts)
    return try .success(Self.encode(Array(incidents.prefix(filter.limit))))
  }

  private func find(_ context: APIContext) async throws -> Incident {
    let id = try context.parameters.require("id")
    guard let incident = try await backend.incident(id) else { throw Self.unknown(id) }
    return incident
  }

  private static func unknown(_ id: String) -> APIError {
    APIError(.notFound, "no incident \(quoted(id)) is known")
  }

  private func report(_ request: Request, _ context: APIContext) async throws -> Response {
    let id = try context.parameters.require("id")
    let wanted = try await Parameters(of: request)["format"] ?? "markdown"
    guard let form = ReportForm(rawValue: wanted) else {
      throw APIError.badParameter("format", "expected markdown or html, found \(quoted(wanted))")
    }
    guard let report = try await backend.report(id, as: form) else { throw Self.unknown(id) }
    let type = form == .html ? "text/html; charset=utf-8" : "text/markdown; charset=utf-8"
    return .text(report, type: type)
  }

  private func act(
    _ action: IncidentCommand.Action, _ request: Request, _ context: APIContext
  ) async throws -> Response {
    let incident = try await find(context)
    let author = context.identity?.name ?? ""
    let command = IncidentCommand(
      incident: incident.id, action: action, author: author.isEmpty ? nil : author)
    do {
      let after = try await backend.apply(command)
      return try .json(Self.encode(after ?? incident))
    } catch let error as CommandError {
      throw APIError(error.code == .emptyText ? .badData : .conflict, error.description)
    }
  }

  /// What a person wrote: JSON `{"text": …}`, or plain text.
  private struct Body {
    var text: String
    /// The other fields, of JSON.
    var fields: [String: String] = [:]

    init(_ request: Request, wants name: String = "text") async throws {
      let buffer = try await request.body.collect(upTo: IncidentRoutes.bodyBytesMax)
      let raw = String(buffer: buffer)
      let type = request.headers[.contentType] ?? ""
      // Of a client that does not say what it sends, as curl -d, an object that fits is taken for one.
      let isObject = raw.hasPrefix("{") && Self.fields(raw)?[name] != nil
      guard type.hasPrefix("application/json") || isObject else {
        text = raw
        return
      }
      guard let fields = Self.fields(raw), let text = fields[name]
      else { throw APIError(.badData, "expected {\"\(name)\": \"…\"}") }
      self.text = text
      self.fields = fields
    }

    private static func fields(_ raw: String) -> [String: String]? {
      try? JSONDecoder().decode([String: String].self, from: Data(raw.utf8))
    }
  }

  static func encode(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "+Inf", negativeInfinity: "-Inf", nan: "NaN")
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }
}

extension Response {
  /// A success in the envelope of the API, around a JSON text.
  static func success(_ json: String) -> Response {
    .json("{\"status\":\"success\",\"data\":\(json)}")
  }
}

/// Which incidents a request asks for.
struct IncidentQuery {
  var limit: Int
  private var isOngoing: Bool
  private var severity: Severity?
  private var service: String?

  init(_ parameters: Parameters) throws(APIError) {
    limit = try parameters.limit() ?? 1000
    switch parameters["state"] ?? "all" {
    case "all": isOngoing = false
    case "ongoing": isOngoing = true
    case let other:
      throw .badParameter("state", "expected all or ongoing, found \(quoted(other))")
    }
    if let text = parameters["severity"] {
      guard let severity = Severity(rawValue: text) else {
        throw .badParameter(
          "severity", "expected critical, high, medium or low, found \(quoted(text))")
      }
      self.severity = severity
    }
    service = parameters["service"]
  }

  func accepts(_ incident: Incident) -> Bool {
    if isOngoing, incident.state == .resolved { return false }
    if let severity, incident.peakSeverity < severity { return false }
    return service.map(incident.services.contains) ?? true
  }
}
