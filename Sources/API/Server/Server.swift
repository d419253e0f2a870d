import Evaluation
import Hummingbird
import HummingbirdCore
import HummingbirdTLS
public import Logging
import Model
import NIOCore
import Synchronization

/// The HTTP server: a thin shell around a `Backend`.
///
///     let server = try Server(configuration, backend: engine, logger: logger)
///     try await server.run()               // until the task's group shuts down
///
/// Every route needs a role; without tokens everybody has every role, which the program allows on
/// loopback addresses alone.
public struct Server: Sendable {
  private let configuration: ServerConfiguration
  private let backend: any Backend
  private let logger: Logger
  private let isReady = Ready()

  private final class Ready: Sendable {
    let value = Atomic(false)
  }

  /// A server that does not listen yet.
  public init(_ configuration: ServerConfiguration, backend: any Backend, logger: Logger) {
    self.configuration = configuration
    self.backend = backend
    self.logger = logger
  }

  /// Listens and answers until it is told to stop.
  ///
  /// - Parameter onReady: Called with the port once connections are accepted.
  /// - Throws: what keeps it from listening: the address is taken, or no key fits the certificate.
  public func run(onReady: @escaping @Sendable (Int) -> Void = { _ in }) async throws {
    try await application(onReady: onReady).run()
  }

  func application(
    onReady: @escaping @Sendable (Int) -> Void = { _ in }
  ) throws -> some ApplicationProtocol {
    let limits = configuration.limits
    var http = HTTP1Channel.Configuration(idleTimeout: .seconds(Int64(limits.idleSeconds)))
    http.httpDecoder.maxHeaderListSize = limits.headerBytes
    http.httpDecoder.maxHeaderFieldSize = limits.headerBytes
    let plain = HTTPServerBuilder.http1(configuration: http)
    let server = try configuration.tls.map { try .tls(plain, tlsConfiguration: $0) } ?? plain
    let isReady = isReady
    return Application(
      router: router(), server: server,
      configuration: ApplicationConfiguration(
        address: .hostname(configuration.address.host, port: configuration.address.port),
        serverName: "tocsin",
        availableConnectionsDelegate: MaximumAvailableConnections(limits.connections)),
      onServerRunning: { channel in
        isReady.value.store(true, ordering: .relaxed)
        onReady(channel.localAddress?.port ?? 0)
      }, logger: logger)
  }

  func router() -> Router<APIContext> {
    let router = Router(context: APIContext.self)
    router.addMiddleware {
      UnexpectedErrors()
    }
    addHealth(to: router)
    let language = configuration.evaluation.language
    let reading = router.group().add(
      middleware: RequireRole(role: .read, access: configuration.access))
    QueryRoutes(backend: backend, clock: configuration.clock, language: language).add(to: reading)
    SeriesRoutes(backend: backend, language: language).add(to: reading)
    RuleRoutes(backend: backend).add(to: reading)
    StatusRoutes(
      backend: backend, build: configuration.build, configuration: configuration.shown
    ).add(to: reading)
    let incidents = IncidentRoutes(backend: backend)
    incidents.addReading(to: reading)
    let alertmanager = AlertmanagerRoutes(
      backend: backend, limits: configuration.limits, build: configuration.build)
    alertmanager.addReading(to: reading)
    let pages = PageRoutes(backend: backend, assets: configuration.assets)
    pages.addReading(to: reading)
    let build = configuration.build
    reading.get("/api/v1/openapi.json") { _, _ in
      Response.json(OpenAPI.document(version: build.version))
    }
    let silences = SilenceRoutes(backend: backend, limits: configuration.limits)
    silences.addReading(to: reading)
    reading.get("/metrics") { [backend] _, _ in
      Response.text(await backend.selfMetrics(), type: "text/plain; version=0.0.4; charset=utf-8")
    }
    let writing = router.group().add(
      middleware: RequireRole(role: .write, access: configuration.access))
    let gate = IngestGate(waitingMax: configuration.limits.waitingPushes)
    IngestRoutes(
      backend: backend, limits: configuration.limits, gate: gate, clock: configuration.clock
    ).add(to: writing)
    RemoteRoutes(backend: backend, limits: configuration.limits, gate: gate).add(to: writing)
    alertmanager.addWriting(to: writing)
    let acting = router.group().add(
      middleware: RequireRole(role: .operator, access: configuration.access))
    incidents.addActing(to: acting)
    pages.addActing(to: acting)
    silences.addActing(to: acting)
    for method in [HTTPRequest.Method.post, .put] {
      acting.on("/-/reload", method: method) { [backend] _, _ in try await reload(backend) }
    }
    return router
  }

  private func addHealth(to router: Router<APIContext>) {
    for method in [HTTPRequest.Method.get, .head] {
      router.on("/-/healthy", method: method) { _, _ in Response.text("Tocsin is healthy.\n") }
      router.on("/-/ready", method: method) { [isReady] _, _ in
        isReady.value.load(ordering: .relaxed)
          ? Response.text("Tocsin is ready.\n")
          : .text("Tocsin is starting.\n", status: .serviceUnavailable)
      }
    }
  }
}

/// Reads rules and configuration again, and tells what is wrong with them.
private func reload(_ backend: any Backend) async throws -> Response {
  let diagnostics = await backend.reload()
  guard diagnostics.contains(where: { $0.level == .error }) else { return .text("reloaded\n") }
  throw APIError(
    .badData, diagnostics.map(\.description).joined(separator: "\n") + "\nnothing was changed")
}

/// Turns what no route expected into an answer that gives nothing away.
private struct UnexpectedErrors: RouterMiddleware {
  func handle(
    _ request: Request, context: APIContext,
    next: (Request, APIContext) async throws -> Response
  ) async throws -> Response {
    do {
      return try await next(request, context)
    } catch let error as any HTTPResponseError {
      throw error
    } catch {
      context.logger.error(
        "request failed", metadata: ["path": "\(request.uri.path)", "error": "\(error)"])
      throw APIError(.internal, "the request failed; the log says why")
    }
  }
}
