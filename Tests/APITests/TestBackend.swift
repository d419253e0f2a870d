import Engine
import Hummingbird
import HummingbirdTesting
import Incidents
import Logging
import Model
import Rules

@testable import API

/// A real engine without files and store behind it.
actor TestBackend: Backend {
  private var tocsin: Tocsin
  private var known: [String: Incident] = [:]
  nonisolated static let now = Timestamp(milliseconds: 1_768_487_400_000)

  init(rules: String = "groups: []") {
    let loaded = RuleSet.read([RuleSet.Source(path: "test.yml", text: rules)])
    var options = EngineOptions()
    options.ticksPerPass = 1
    options.retention = 3_600_000
    options.acceptsLateSamples = true
    tocsin = Tocsin(rules: loaded.ruleSet ?? RuleSet(), options: options)
  }

  func take(_ batch: sending SampleBatch) {
    note(tocsin.ingest(batch))
    note(tocsin.settle())
  }

  func advance(to time: Timestamp) { note(tocsin.advance(to: time)) }

  private func note(_ effects: [Effect]) {
    for case .incident(let change) in effects { known[change.incident.id] = change.incident }
  }

  func read<Answer: Sendable>(
    _ body: @Sendable (borrowing Tocsin) throws -> Answer
  ) throws -> Answer { try body(tocsin) }

  func incidents() -> [Incident] { known.values.sorted { $0.openedAt > $1.openedAt } }

  func incident(_ id: String) -> Incident? { known[id] }

  func apply(_ command: IncidentCommand) throws -> Incident? {
    note(try tocsin.apply(command, at: Self.now))
    return known[command.incident]
  }

  func report(_ id: String, as form: ReportForm) -> String? {
    known[id].map { "report on \($0.title)" }
  }

  func page(_ request: PageRequest) -> String? {
    if case .incident(let id) = request, known[id] == nil { return nil }
    return "<!doctype html><title>\(request)</title>"
  }

  func changes(within reach: Milliseconds) -> [ChangeEvent] { [] }

  func take(foreign alerts: [ForeignAlert]) {
    note(tocsin.take(foreign: alerts, at: Self.now))
  }

  private(set) var alertQueries: [AlertQuery] = []

  func alerts(_ query: AlertQuery) throws -> String {
    alertQueries.append(query)
    if query.matchers == ["bad"] { throw SilenceRefusal.bad("expected a matcher") }
    return "[]"
  }

  func receivers() -> [String] { ["chat", "page"] }

  private(set) var silenceRequests: [SilenceRequest] = []

  func silences(_ request: SilenceRequest) throws -> String {
    silenceRequests.append(request)
    switch request {
    case .list: return "[]"
    case .show("s1"): return #"{"id":"s1"}"#
    case .create(let text) where text.isEmpty: throw SilenceRefusal.bad("a silence is wanted")
    case .create: return #"{"silenceID":"s1"}"#
    case .expire("s1"): return "{}"
    case .show(let id), .expire(let id): throw SilenceRefusal.unknown("no silence \"\(id)\"")
    }
  }

  nonisolated func events() -> AsyncStream<LiveEvent> {
    AsyncStream { continuation in
      continuation.yield(LiveEvent(kind: "incident.opened", json: "{\"v\":1}"))
      continuation.yield(LiveEvent(kind: "", json: ""))
      continuation.finish()
    }
  }

  func targets() -> [TargetStatus] {
    [
      TargetStatus(
        url: "http://127.0.0.1:9100/metrics", labels: ["job": "node"], interval: 15_000,
        timeout: 10_000)
    ]
  }

  let reloadSucceeded = false

  func reload() -> [Diagnostic] {
    [Diagnostic(.error, code: "bad-expression", "unknown function \"rte\"")]
  }

  func selfMetrics() -> String { "tocsin_series 1\n" }
}

/// Tests of whole requests without a socket.
func withServer(
  rules: String = "groups: []", access: AccessList = AccessList(),
  limits: ServerLimits = ServerLimits(),
  _ body: @Sendable (TestBackend, Client) async throws -> Void
) async throws {
  let backend = TestBackend(rules: rules)
  var configuration = ServerConfiguration(
    address: ServerConfiguration.Address(host: "127.0.0.1", port: 0),
    build: BuildInfo(version: "1.2.3", startTime: TestBackend.now), clock: { TestBackend.now })
  configuration.access = { access }
  configuration.limits = limits
  let server = Server(configuration, backend: backend, logger: Logger(label: "test"))
  try await Application(router: server.router()).test(.router) { client in
    try await body(backend, Client(client))
  }
}
