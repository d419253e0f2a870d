import API
import Engine
import Incidents
import Model
import Reports
import Rules
import Sources
import Storage

/// The one owner of a live engine: whatever reaches it goes through here, one after the other.
///
/// Files, pushes, scrapes and people come from tasks of their own; each waits until the engine has
/// taken over what it brought.
actor LiveEngine {
  var session: Session
  private let store: Store
  private let hub: EventHub
  nonisolated let clock: @Sendable () -> Timestamp
  private var lastArrival: Timestamp
  private var lastKeepAlive = Timestamp(milliseconds: 0)
  private(set) var counts = LiveCounts()
  private var scrapers: [Scraper] = []
  private let context: IncidentContext
  private let moreMetrics: @Sendable () -> String

  /// How long a silent stream is waited for before event time goes on without it, in ms: the samples
  /// of one moment do not all arrive at once.
  private static let patience: Milliseconds = 2000
  private static let keepAliveInterval: Milliseconds = 15_000

  /// An engine with what `parts` are; its store is `store`.
  init(
    _ parts: sending Session.Parts, store: Store, hub: EventHub,
    clock: @escaping @Sendable () -> Timestamp
  ) {
    self.store = store
    self.hub = hub
    self.clock = clock
    context = IncidentContext(
      catalogue: parts.rules.catalogue, settings: parts.rules.incidents)
    moreMetrics = parts.moreMetrics
    var parts = parts
    parts.store = store
    parts.tell = { effect, context in
      if let event = LiveEvent(effect, context) { hub.tell(event) }
    }
    session = Session(parts)
    lastArrival = clock()
  }

  /// Takes over what an input of this program read.
  func take(_ delivery: sending Delivery) throws {
    note(delivery.batch.count)
    try session.take(delivery)
    try session.flush()
  }

  /// Tells of these scrapers when somebody asks for targets.
  func watch(_ scrapers: [Scraper]) { self.scrapers = scrapers }

  /// What the passing of time brings, a few times a second: ticks of silent streams, and what people
  /// asked for through the store.
  func pass() throws {
    let now = clock()
    session.hold(at: now)
    try session.idle(for: now - lastArrival - Self.patience)
    try session.takeResponses()
    try session.flush()
    if now - lastKeepAlive >= Self.keepAliveInterval {
      lastKeepAlive = now
      hub.tell(LiveEvent(kind: "", json: ""))
    }
  }

  /// Evaluates what is left, writes reports and the summary.
  func finish() throws -> RunSummary {
    hub.finish()
    return try session.finish()
  }

  private func note(_ samples: Int) {
    let now = clock()
    if samples > 0 { lastArrival = now }
    counts.samples += samples
    counts.batches += 1
    session.hold(at: now)
  }
}

/// What a live engine was given so far.
struct LiveCounts: Sendable {
  var samples = 0
  var batches = 0
}

// MARK: - What the server asks for

extension LiveEngine: Backend {
  func take(_ batch: sending SampleBatch) throws {
    note(batch.count)
    try session.take(batch)
    try session.flush()
  }

  func read<Answer: Sendable>(
    _ body: @Sendable (borrowing Tocsin) throws -> Answer
  ) throws -> Answer {
    try body(session.tocsin)
  }

  nonisolated func incidents() throws -> [Incident] {
    try store.incidents(IncidentFilter()).filter { $0.mergedInto == nil }
  }

  nonisolated func incident(_ id: String) throws -> Incident? {
    do throws(StorageError) {
      return try store.incident(id)
    } catch  where error.code == .unknownID {
      return nil
    }
  }

  func apply(_ command: IncidentCommand) throws -> Incident? {
    let now = clock()
    switch command.action {
    case .addAction, .setAction: return try changeItems(command)
    case .acknowledge, .note, .resolve, .mitigation: break
    }
    do {
      try session.apply(command, at: max(now, session.tocsin.watermark ?? now))
      try session.flush()
    } catch let error as CommandError where error.code == .unknownIncident {
      // Of an earlier run: what is done to it lies beside it in the store.
      guard let response = Response(command, at: now) else { throw error }
      try store.add(response)
    }
    return try incident(command.incident)
  }

  /// Action items live in the store alone; a draft that somebody ticks is kept first.
  private func changeItems(_ command: IncidentCommand) throws -> Incident? {
    guard let incident = try incident(command.incident) else {
      throw CommandError(.unknownIncident, incident: command.incident)
    }
    switch command.action {
    case .addAction(let text, let owner, let due):
      guard try store.addActionItem(to: incident.id, text: text, owner: owner, due: due) else {
        throw CommandError(
          .alreadySo, incident: incident.id, detail: "an incident with this action item")
      }
    case .setAction(let id, let state):
      let items = try items(of: incident)
      guard items.contains(where: { $0.id == id }) else {
        throw CommandError(.unknownAction, incident: incident.id, detail: id)
      }
      try store.keep(items, of: incident.id)
      try store.updateActionItem(id) { $0.state = state }
    case .acknowledge, .note, .resolve, .mitigation: break
    }
    return try self.incident(incident.id)
  }

  /// What people wrote down, then what the report drafts.
  private nonisolated func items(of incident: Incident) throws(StorageError) -> [ActionItem] {
    ReportBuilder(context: context).report(
      of: incident, at: incident.end ?? clock(), windows: try store.evidence(of: incident.id),
      changes: try store.changes()
    ).actionItems
  }

  nonisolated func report(_ id: String, as form: ReportForm) throws -> String? {
    guard let incident = try incident(id) else { return nil }
    let report = try report(on: incident)
    switch form {
    case .markdown: return MarkdownReport.render(report)
    case .html: return HTMLReport.render(report)
    }
  }

  nonisolated func report(on incident: Incident) throws -> Report {
    ReportBuilder(context: context).report(
      of: incident, at: incident.end ?? clock(), windows: try store.evidence(of: incident.id),
      changes: try store.changes())
  }

  nonisolated func changes(within reach: Milliseconds) throws -> [ChangeEvent] {
    try store.changes(since: clock() - reach).reversed()
  }

  func take(foreign alerts: [ForeignAlert]) throws {
    let now = clock()
    session.hold(at: now)
    try session.take(foreign: alerts, at: now)
    try session.flush()
  }

  func silences(_ request: SilenceRequest) throws -> String {
    try session.silences(request, at: clock())
  }

  nonisolated func events() -> AsyncStream<LiveEvent> { hub.listen() }

  func targets() async -> [TargetStatus] {
    var targets: [TargetStatus] = []
    for scraper in scrapers {
      let status = await scraper.status
      var target = TargetStatus(
        url: scraper.target.configuration.url, labels: scraper.target.labels,
        interval: scraper.target.configuration.intervalMilliseconds,
        timeout: scraper.target.timeoutMilliseconds)
      target.lastScrape = status.lastScrape
      target.lastDuration = Milliseconds(status.lastDurationSeconds * 1000)
      target.lastError = status.lastError?.message
      targets.append(target)
    }
    return targets
  }

  func reload() -> [Diagnostic] {
    [
      Diagnostic(
        .error, code: "no-reload",
        "rules and configuration are read at the start only; restart the program to use others")
    ]
  }

  func selfMetrics() -> String { SelfMetrics.text(session.tocsin, counts) + moreMetrics() }
}

extension Response {
  /// What a command leaves in the store when no engine can take it; nil for what the store cannot hold.
  fileprivate init?(_ command: IncidentCommand, at time: Timestamp) {
    let (kind, text): (Kind, String)
    switch command.action {
    case .acknowledge: (kind, text) = (.acknowledge, "")
    case .resolve: (kind, text) = (.resolve, "")
    case .note(let words): (kind, text) = (.note, words)
    case .mitigation(let words): (kind, text) = (.mitigation, words)
    case .addAction, .setAction: return nil
    }
    self.init(
      incident: command.incident, time: time, kind: kind, author: command.author, text: text)
  }
}

extension LiveEvent {
  /// An effect as its listeners see it; nil for what is no event.
  init?(_ effect: borrowing Effect, _ context: IncidentContext) {
    switch effect {
    case .alert(let transition):
      self.init(
        kind: "alert.\(transition.kind.rawValue)",
        json: EventJSON.line(transition, service: context.service(of: transition.labels)))
    case .incident(let change):
      self.init(kind: "incident.\(change.kind.rawValue)", json: EventJSON.line(change))
    case .change(let change):
      self.init(kind: "change", json: EventJSON.line(change))
    case .evidence, .diagnostic: return nil
    }
  }
}
