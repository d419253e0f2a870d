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
  private let listener = Listener()
  private let intake = Intake()

  private final class Ready: Sendable {
    let value = Atomic(false)
  }

  /// A server that does not listen yet.
  public init(_ configuration: ServerConfiguration, backend: any Backend, logger: Logger) {
    self.configuration = configuration
    self.backend = backend
    self.logger = logger
  }

  /// Listens and answers until `shutDown`.
  ///
  /// - Parameter onReady: Called with the port once connections are accepted.
  /// - Throws: what keeps it from listening: the address is taken, or no key fits the certificate.
  public func run(onReady: @escaping @Sendable (Int) -> Void = { _ in }) async throws {
    let responder = router().buildResponder()
    let limits = configuration.limits
    var http = HTTP1Channel.Configuration(
      additionalChannelHandlers: [UnreadInput(restMax: limits.bodyBytes)],
      idleTimeout: .seconds(Int64(limits.idleSeconds)))
    http.httpDecoder.maxHeaderListSize = limits.headerBytes
    http.httpDecoder.maxHeaderFieldSize = limits.headerBytes
    let plain = HTTP1Channel(
      responder: { [logger, clock = configuration.clock] request, writer, channel in
        let context = APIContext(
          source: ApplicationRequestContextSource(channel: channel, logger: logger))
        var response = try await responder.respond(to: request, context: context)
        response.headers[.date] = httpDate(clock())
        response.headers[.server] = "tocsin"
        try await writer.write(response: response.head, body: response.body)
      }, configuration: http)
    let connection: any ServerChildChannel =
      try configuration.tls.map { try TLSChannel(plain, tlsConfiguration: $0) } ?? plain
    let isReady = isReady
    do {
      try await listener.run(
        connection,
        on: configuration.socket.map { .descriptor($0) } ?? .address(configuration.address),
        connectionsMax: limits.connections, logger: logger
      ) { port in
        isReady.value.store(true, ordering: .relaxed)
        onReady(port)
      }
    } catch let error as IOError {
      throw ListenError(address: configuration.address, reason: error.errnoCode)
    }
  }

  /// Accepts nothing any more; `run` returns once the requests under way are answered.
  public func shutDown() { listener.shutDown() }

  func router() -> Router<APIContext> {
    let router = Router(context: APIContext.self, options: .autoGenerateHeadEndpoints)
    router.addMiddleware {
      UnexpectedErrors()
    }
    addHealth(to: router)
    let language = configuration.evaluation.language
    let reading = router.group().add(
      middleware: RequireRole(role: .read, access: configuration.access))
    QueryRoutes(
      backend: backend, clock: configuration.clock, language: language,
      limits: configuration.limits
    ).add(to: reading)
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
      middleware: RequireRole(role: .write, access: configuration.access)
    ).add(middleware: AdmitChanges(intake: intake))
    let gate = IngestGate(waitingMax: configuration.limits.waitingPushes)
    IngestRoutes(
      backend: backend, limits: configuration.limits, gate: gate, clock: configuration.clock
    ).add(to: writing)
    RemoteRoutes(backend: backend, limits: configuration.limits, gate: gate).add(to: writing)
    alertmanager.addWriting(to: writing)
    let acting = router.group().add(
      middleware: RequireRole(role: .operator, access: configuration.access)
    ).add(middleware: AdmitChanges(intake: intake))
    incidents.addActing(to: acting)
    pages.addActing(to: acting)
    silences.addActing(to: acting)
    for method in [HTTPRequest.Method.post, .put] {
      acting.on("/-/reload", method: method) { [backend] _, _ in try await reload(backend) }
    }
    return router
  }

  private func addHealth(to router: Router<APIContext>) {
    router.get("/-/healthy") { _, _ in Response.text("Tocsin is healthy.\n") }
    router.get("/-/ready") { [isReady] _, _ in
      isReady.value.load(ordering: .relaxed)
        ? Response.text("Tocsin is ready.\n")
        : .text("Tocsin is starting.\n", status: .serviceUnavailable)
    }
  }
}

// MARK: - Handing the server over

extension Server {
  /// Turns away what would change something, and waits for what is under way, 5 s at most.
  ///
  /// Clients that are turned away are told to come again in a second.
  public func hold() async {
    intake.close()
    let alarm = Task { [intake] in
      try? await Task.sleep(for: .seconds(5))
      intake.stopWaiting()
    }
    await intake.drained()
    alarm.cancel()
  }

  /// Lets everything in again.
  public func release() { intake.open() }

  /// Leaves connections that nobody accepted yet to whom the socket was handed; those that are there
  /// are answered, and told to come anew.
  public func stopAccepting() { listener.stopAccepting() }

  /// The listening socket once more, to be handed over and closed; nil while there is none.
  public func listeningSocket() async -> CInt? { await listener.duplicate() }
}

/// A time as HTTP writes it: `Sun, 06 Nov 1994 08:49:37 GMT`.
///
/// Source: https://www.rfc-editor.org/rfc/rfc9110#section-5.6.7
private func httpDate(_ time: Timestamp) -> String {
  let date = CalendarTime(time)
  let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
  let months = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]
  let day = (date.day < 10 ? "0" : "") + "\(date.day)"
  return "\(days[date.weekday]), \(day) \(months[date.month - 1]) \(date.year) \(time.clock) GMT"
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
    } catch let error as HTTPError where error.status == .notFound {
      throw Self.unknown(request)
    } catch let error as any HTTPResponseError {
      throw error
    } catch is BackendUnavailable {
      throw APIError.changingHands
    } catch {
      context.logger.error(
        "request failed", metadata: ["path": "\(request.uri.path)", "error": "\(error)"])
      throw APIError(.internal, "the request failed; the log says why")
    }
  }

  /// Why nothing answers: there is no such path, or not for the method.
  private static func unknown(_ request: Request) -> any Error {
    let path = request.uri.path
    let allowed = Endpoint.methods(of: path)
    guard !allowed.isEmpty else { return APIError(.notFound, "nothing is at \(quoted(path))") }
    var error = APIError(
      .wrongMethod,
      "\(path) takes \(allowed.joined(separator: " and ")), not \(request.method.rawValue)")
    error.allowed = allowed
    return error
  }
}
