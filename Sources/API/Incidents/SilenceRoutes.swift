import Hummingbird
import Model

/// What somebody asks about silences, in the JSON of Alertmanager's API v2.
public enum SilenceRequest: Hashable, Sendable {
  /// Those that satisfy all of the matchers, each such as `team="db"`.
  case list(matching: [String])
  /// The one with this id.
  case show(String)
  /// A new one, or one in the place of another: the body as it came.
  case create(String)
  /// The end of the one with this id, now.
  case expire(String)
}

/// Why a request about silences, or about alerts, was refused.
public enum SilenceRefusal: Error, Hashable, Sendable {
  /// There is no such silence.
  case unknown(String)
  /// It is none that makes sense.
  case bad(String)
}

/// `/api/v2/silences` and `/api/v2/silence/ID`, so that `amtool silence` works.
///
/// Source: https://github.com/prometheus/alertmanager/blob/v0.27.0/api/v2/openapi.yaml
struct SilenceRoutes: Sendable {
  let backend: any Backend
  let limits: ServerLimits

  func addReading(to router: some RouterMethods<APIContext>) {
    router.get("/api/v2/silences") { request, _ in
      try await answer(.list(matching: try await Parameters(of: request).all("filter")))
    }
    router.get("/api/v2/silence/:id") { _, context in
      try await answer(.show(context.parameters.require("id")))
    }
  }

  func addActing(to router: some RouterMethods<APIContext>) {
    router.post("/api/v2/silences") { request, _ in
      let body = try await limits.body(of: request)
      return try await answer(.create(String(decoding: body, as: UTF8.self)))
    }
    router.delete("/api/v2/silence/:id") { _, context in
      try await answer(.expire(context.parameters.require("id")))
    }
  }

  private func answer(_ request: SilenceRequest) async throws -> Response {
    try await Response.alertmanager { try await backend.silences(request) }
  }
}

extension Response {
  /// What `body` gives, or why it was refused.
  static func alertmanager(_ body: () async throws -> String) async throws -> Response {
    do {
      return .json(try await body())
    } catch let refusal as SilenceRefusal {
      switch refusal {
      case .unknown(let message): throw APIError(.notFound, message)
      case .bad(let message): throw APIError(.badData, message)
      }
    }
  }
}
