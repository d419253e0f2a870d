import Foundation
import HTTPTypes
import Hummingbird
import Incidents
import Model
import NIOCore
import Rules

/// The pages that people look at, and the forms on them.
struct PageRoutes: Sendable {
  let backend: any Backend
  let assets: PageAssets

  /// What a page may load, and who may frame it: nothing but the program's own.
  ///
  /// Source: https://www.w3.org/TR/CSP3/
  private static let policy =
    "default-src 'none'; style-src 'self' 'unsafe-inline'; script-src 'self'; connect-src 'self'; "
    + "img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

  func addReading(to router: some RouterMethods<APIContext>) {
    for (path, page) in [
      ("/", PageRequest.overview), ("/rules", .rules), ("/changes", .changes), ("/health", .health),
    ] {
      router.get(RouterPath(path)) { _, _ in try await respond(page) }
    }
    router.get("/incidents/:id") { _, context in
      try await respond(.incident(try context.parameters.require("id")))
    }
    router.get("/explore") { request, _ in try await explore(request) }
    router.get("/graph") { request, _ in try await graph(request) }
    router.get("/page.css") { _, _ in
      Self.secured(.text(assets.style, type: "text/css; charset=utf-8"))
    }
    router.get("/page.js") { _, _ in
      Self.secured(.text(assets.script, type: "text/javascript; charset=utf-8"))
    }
  }

  func addActing(to router: some RouterMethods<APIContext>) {
    router.post("/incidents/:id/acknowledge") { _, context in
      try await act(.acknowledge, context)
    }
    router.post("/incidents/:id/resolve") { _, context in try await act(.resolve, context) }
    router.post("/incidents/:id/note") { request, context in
      let text = try await Parameters(of: request)["text"] ?? ""
      return try await act(.note(text), context)
    }
    router.post("/incidents/:id/actions") { request, context in
      let fields = try await Parameters(of: request)
      let action = try ActionItemForm.adding(
        text: fields["text"], owner: fields["owner"], due: fields["due"])
      return try await act(action, context)
    }
    router.post("/incidents/:id/actions/:item") { request, context in
      let item = try context.parameters.require("item")
      let state = try await Parameters(of: request)["state"]
      return try await act(try ActionItemForm.setting(item, state: state), context)
    }
  }

  private func explore(_ request: Request) async throws -> Response {
    let parameters = try await Parameters(of: request)
    var reach: Milliseconds = 3_600_000
    if let text = parameters["range"], case .success(let length) = PrometheusDuration.parse(text) {
      reach = min(max(length, 60_000), Self.reachMax)
    }
    return try await respond(.explore(expression: parameters["expr"] ?? "", reach: reach))
  }

  /// Where Prometheus has its expressions, and where the links of alerts and templates lead.
  private func graph(_ request: Request) async throws -> Response {
    let parameters = try await Parameters(of: request)
    var target = "/explore?expr=\(Self.escaped(parameters["g0.expr"] ?? ""))"
    if let range = parameters["g0.range_input"] { target += "&range=\(Self.escaped(range))" }
    return Response(status: .found, headers: [.location: target])
  }

  private static func escaped(_ text: String) -> String {
    text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
  }

  /// Longest range of a chart: 7 days.
  private static let reachMax: Milliseconds = 7 * 86_400_000

  private func respond(_ page: PageRequest) async throws -> Response {
    let type = "text/html; charset=utf-8"
    if let html = try await backend.page(page) { return Self.secured(.text(html, type: type)) }
    let html = try await backend.page(.missing) ?? ""
    return Self.secured(.text(html, status: .notFound, type: type))
  }

  private func act(
    _ action: IncidentCommand.Action, _ context: APIContext
  ) async throws -> Response {
    let id = try context.parameters.require("id")
    guard let incident = try await backend.incident(id) else {
      throw APIError(.notFound, "no incident \(quoted(id)) is known")
    }
    let author = context.identity?.name ?? ""
    do {
      _ = try await backend.apply(
        IncidentCommand(
          incident: incident.id, action: action, author: author.isEmpty ? nil : author))
    } catch let error as CommandError where error.code == .alreadySo {
      // Two people pressed the same button.
    } catch let error as CommandError {
      throw APIError(.conflict, error.description)
    }
    return Response(status: .seeOther, headers: [.location: "/incidents/\(incident.id)"])
  }

  private static func secured(_ response: Response) -> Response {
    var response = response
    response.headers[.contentSecurityPolicy] = policy
    response.headers[.xContentTypeOptions] = "nosniff"
    response.headers[.cacheControl] = "no-store"
    return response
  }
}
