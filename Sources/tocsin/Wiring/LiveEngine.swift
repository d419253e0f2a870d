import API
import Engine
import Evaluation
import Incidents
import Model
import Reports
import Rules
import Sources
import Storage
import Synchronization

/// The one owner of a live engine: whatever reaches it goes through here, one after the other.
///
/// Files, pushes, scrapes and people come from tasks of their own; each waits until the engine has
/// taken over what it brought.
actor LiveEngine {
  var session: Session
  nonisolated let store: Store
  private let hub: EventHub
  nonisolated let clock: @Sendable () -> Timestamp
  private var lastArrival: Timestamp
  private var lastKeepAlive = Timestamp(milliseconds: 0)
  private(set) var counts = LiveCounts()
  private var scrapers: [Scraper] = []
  /// As the session's, for answers that wait for nobody.
  private let context: Mutex<IncidentContext>
  let reloading: Reloading
  private let inputs: [String]
  private let checkpointInterval: Milliseconds
  private var nextCheckpoint: Timestamp
  /// Before this moment not even what a person did has the state saved.
  private var nextUrgentCheckpoint: Timestamp
  private var savedBatches = -1
  private var checkpointBegan: Timestamp?
  /// The state that is being written.
  private var draft: CheckpointDraft?
  private var timesPutOff = 0
  private var isInputOver = false
  var phase = EnginePhase.running
  /// Inputs that wait while the engine is held.
  var waiting: [CheckedContinuation<Void, Never>] = []
  var lastWords: Conversation?
  nonisolated let deliveries: @Sendable () -> DeliveryFigures
  nonisolated let history = SelfHistory()
  private var journal: ArrivalJournal
  /// Where the arrivals begin that the newest saved state, and the one being saved, lack.
  private var savedArrivals: Int
  private var savingArrivals = 0
  /// Whether the store could not be read when it was last asked.
  private var hasStoreFailed = false

  /// How long a silent stream is waited for before event time goes on without it, in ms: the samples
  /// of one moment do not all arrive at once.
  private static let patience: Milliseconds = 2000
  private static let keepAliveInterval: Milliseconds = 15_000
  /// Longest time between two states for the sake of few pauses, in ms.
  private static let calmMax: Milliseconds = 60_000
  /// How often a state is put off, a tenth of a second each, as a tick is near.
  private static let timesPutOffMax = 20
  /// What is near beside the last pause, in ms.
  private static let nearness: Milliseconds = 20
  /// Event time that is so far from the clock goes its own way, in ms.
  private static let lagMax: Milliseconds = 60_000
  /// What is written of a state at a time: about a millisecond of work.
  private static let pieceBytes = 128 << 10

  /// An engine with what `parts` are; its store is `store`.
  init(
    _ parts: sending Session.Parts, inputs: [String], checkpointInterval: Milliseconds,
    store: Store, storePath: String, hub: EventHub, reloading: Reloading,
    clock: @escaping @Sendable () -> Timestamp
  ) throws {
    self.inputs = inputs
    self.checkpointInterval = checkpointInterval
    nextCheckpoint = clock() + checkpointInterval
    nextUrgentCheckpoint = nextCheckpoint - checkpointInterval
    self.store = store
    self.hub = hub
    self.clock = clock
    self.reloading = reloading
    context = Mutex(
      IncidentContext(catalogue: parts.rules.catalogue, settings: parts.rules.incidents))
    deliveries = parts.deliveries
    var parts = parts
    parts.store = store
    parts.tell = { effect, context in
      if let event = LiveEvent(effect, context) { hub.tell(event) }
    }
    parts.tellsNewsOnly = true
    session = Session(parts)
    lastArrival = clock()
    journal = ArrivalJournal(besideStore: storePath)
    savedArrivals = session.resumed?.arrivals ?? 0
    try session.begin()
  }

  /// Waits for samples from now on, however long the start took.
  func beginWaiting() { lastArrival = clock() }

  /// Takes over what arrived between the saved state and the end of the run that saved it; to be
  /// called before anything else comes.
  func takeAgain() throws {
    guard let resumed = session.resumed else { return journal.forget(before: nil) }
    let count = try journal.replay(from: resumed.arrivals) { arrival in
      switch arrival {
      case .samples(let batch, let isScrape, let time):
        session.hold(at: time)
        try session.take(batch, settles: !isScrape)
      case .alerts(let alerts, let time):
        session.hold(at: time)
        try session.take(foreign: alerts, at: time)
      case .command(let command, let time):
        // Refused then, it is refused again.
        do { try session.apply(command, at: time) } catch is CommandError {}
      case .silence(let length, let time):
        session.hold(at: time)
        try session.idle(for: length)
      }
    }
    if count > 0 {
      StandardError.write("taken over again: \(count) arrivals since the saved state")
      // So that the next kill does not cost the same again.
      session.isTouched = true
    }
    try session.flush()
  }

  /// Takes over what an input of this program read.
  func take(_ delivery: sending Delivery) async throws {
    try await waitUntilHere()
    note(delivery.batch.count)
    try session.take(delivery)
    try session.flush()
  }

  /// Takes over what was scraped, which nobody can scrape again.
  func take(scraped delivery: sending Delivery) async throws {
    try await waitUntilHere()
    journal.add(.samples(delivery.batch, isScrape: true, at: clock()))
    note(delivery.batch.count)
    try session.take(delivery)
    try session.flush()
  }

  /// Tells of these scrapers when somebody asks for targets.
  func watch(_ scrapers: [Scraper]) { self.scrapers = scrapers }

  /// What the passing of time brings, a few times a second: ticks of silent streams, and what people
  /// asked for through the store.
  func pass() throws {
    guard phase == .running else { return }
    let now = clock()
    session.hold(at: now)
    let idle = now - lastArrival - Self.patience
    if idle > 0, journal.isUsed { journal.add(.silence(idle, at: now)) }
    try session.idle(for: idle)
    try session.storeWaiting()
    try takeResponses()
    try session.flush()
    if now - lastKeepAlive >= Self.keepAliveInterval {
      lastKeepAlive = now
      hub.tell(LiveEvent(kind: "", json: ""))
    }
  }

  /// Does what people asked for through the store; one that cannot be read now is asked again.
  private func takeResponses() throws {
    do {
      try session.takeResponses { journal.add(.command($0, at: $1)) }
      hasStoreFailed = false
    } catch let error as StorageError {
      if !hasStoreFailed { StandardError.write("warning: \(error)") }
      hasStoreFailed = true
    }
  }

  /// Writes reports and the summary; evaluates what is left if all inputs have ended.
  func finish() throws -> RunSummary {
    hub.finish()
    return try session.finish(isOver: isInputOver)
  }

  /// The run is over: nothing of it will be gone on from.
  func forgetArrivals() { journal.forget(before: nil) }

  /// The inputs have ended; nothing will come any more.
  func endInput() { isInputOver = true }

  /// True when all inputs have ended.
  var hasEnded: Bool { isInputOver }

  /// Counts a reload, whose rules know the services by another catalogue.
  func note(isReloaded: Bool) {
    counts.isReloaded = isReloaded
    guard isReloaded else { return }
    counts.reloadedAt = clock()
    let new = session.tocsin.context
    context.withLock { $0 = new }
  }

  private func note(_ samples: Int) {
    let now = clock()
    if samples > 0 { lastArrival = now }
    counts.samples += samples
    counts.batches += 1
    session.hold(at: now)
  }
}

// MARK: - Checkpoints

extension LiveEngine {
  /// Where the inputs go on, when this run goes on where another one ended.
  var resumed: ResumePoint? { session.resumed }

  /// The state, for the end of a run; nil while effects wait for the store, as the last saved state
  /// brings them again.
  func checkpoint() -> Checkpoint? {
    guard let draft = draftCheckpoint() else { return nil }
    while true { if let whole = draft.write(.max / 2) { return whole } }
  }

  /// The state as it is now, to be written piece by piece; what was being written is given up.
  private func draftCheckpoint() -> CheckpointDraft? {
    draft = nil
    guard session.waitingCount == 0 else { return nil }
    savingArrivals = journal.turn()
    return session.draftCheckpoint(inputs: inputs, arrivals: savingArrivals)
  }

  /// Begins to write the state down when it is time to save it; at once when a person did something.
  ///
  /// A state that is large is saved less often, so that no more than a twentieth of the time goes into
  /// it, and the engine stands still for it in one of two hundred moments; once a minute in any case, as
  /// what arrives meanwhile is written down. While a tick is near it is put off a little, so that nobody
  /// hears of an alert later because the state is being saved.
  ///
  /// - Returns: whether `writeCheckpoint` has something to write.
  func beginCheckpoint() -> Bool {
    guard phase == .running else { return false }
    let now = clock()
    let isNews = counts.batches != savedBatches || session.isTouched
    // A clock that was set back must not put the next one off.
    let isDue =
      now >= nextCheckpoint || now < (checkpointBegan ?? now) || journal.isFilling
    let isUrgent = session.isTouched && now >= nextUrgentCheckpoint
    guard isNews, isDue || isUrgent, session.waitingCount == 0 else { return false }
    if isTickNear(now), timesPutOff < Self.timesPutOffMax {
      timesPutOff += 1
      return false
    }
    timesPutOff = 0
    checkpointBegan = now
    savedBatches = counts.batches
    session.isTouched = false
    draft = draftCheckpoint()
    counts.checkpointPause = max(0, clock() - now)
    return draft != nil
  }

  /// Writes the next piece of the state; between two pieces the engine does what else there is to do.
  func writeCheckpoint() -> CheckpointStep {
    // Who has left must not have its state put behind by an older one.
    guard phase == .running, let draft else { return .givenUp }
    let begin = clock()
    let whole = draft.write(Self.pieceBytes)
    counts.checkpointPause = max(counts.checkpointPause, clock() - begin)
    guard let whole else { return .more }
    self.draft = nil
    return .whole(whole)
  }

  /// True when a tick would be due before the state is saved, where event time goes as the clock does.
  private func isTickNear(_ now: Timestamp) -> Bool {
    let newest = Timestamp(milliseconds: session.tocsin.store.newestTime)
    guard let next = session.tocsin.nextTick, newest > now - Self.lagMax,
      newest < now + Self.lagMax
    else { return false }
    return (0...counts.checkpointPause + Self.nearness).contains(next - newest)
  }

  /// Counts a checkpoint that was written in so many bytes, or not, and says when the next one is due.
  func note(saved bytes: Int?) {
    if let bytes {
      counts.checkpoints += 1
      counts.lastCheckpoint = checkpointBegan ?? clock()
      counts.checkpointBytes = bytes
      // The state before the one just saved may still be gone on from.
      journal.forget(before: savedArrivals)
      savedArrivals = savingArrivals
    } else {
      counts.checkpointFailures += 1
    }
    let now = clock()
    let cost = max(0, now - (checkpointBegan ?? now))
    nextUrgentCheckpoint = now + 20 * cost
    let calm = min(Self.calmMax, 200 * counts.checkpointPause)
    nextCheckpoint = now + max(checkpointInterval, 20 * cost, calm)
  }
}

/// How far the writing of a state has come.
enum CheckpointStep: Sendable {
  case more
  case whole(Checkpoint)
  /// Something else has become of the state.
  case givenUp
}

/// What a live engine was given so far.
struct LiveCounts: Sendable {
  var samples = 0
  var batches = 0
  /// Checkpoints that were written, and that could not be.
  var checkpoints = 0
  var checkpointFailures = 0
  /// When the state that was last saved was so; nil before the first.
  var lastCheckpoint: Timestamp?
  /// Its size in the file.
  var checkpointBytes: Int?
  /// The longest that the engine stood still for it, in ms.
  var checkpointPause: Milliseconds = 0
  /// What arrived since and was written down, and whether that can be done.
  var arrivalBytes = 0
  var arrivalsAreKept = true
  /// Effects that wait for a store which cannot be written.
  var waitingEffects = 0
  /// Whether the last reload, or the start, put in force what the files say; and when one last did.
  var isReloaded = true
  var reloadedAt: Timestamp?
}

// MARK: - What the server asks for

extension LiveEngine: Backend {
  func take(_ batch: sending SampleBatch) throws {
    try checkIsHere()
    journal.add(.samples(batch, isScrape: false, at: clock()))
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
    try checkIsHere()
    let now = clock()
    switch command.action {
    case .addAction, .setAction: return try changeItems(command)
    case .acknowledge, .note, .resolve, .mitigation: break
    }
    do {
      let time = max(now, session.tocsin.watermark ?? now)
      journal.add(.command(command, at: time))
      try session.apply(command, at: time)
      try session.flush()
    } catch let error as CommandError where error.code == .unknownIncident {
      // Of an earlier run: what is done to it lies beside it in the store.
      guard let response = Response(command, at: now) else { throw error }
      let isAnswer = command.action == .acknowledge || command.action == .resolve
      if isAnswer, try incident(command.incident)?.state == .resolved {
        throw CommandError(.alreadySo, incident: command.incident, detail: "resolved")
      }
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
    ReportBuilder(context: context.withLock { $0 }).report(
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
    ReportBuilder(context: context.withLock { $0 }).report(
      of: incident, at: incident.end ?? clock(), windows: try store.evidence(of: incident.id),
      changes: try store.changes())
  }

  nonisolated func changes(within reach: Milliseconds) throws -> [ChangeEvent] {
    try store.changes(since: clock() - reach).reversed()
  }

  func take(foreign alerts: [ForeignAlert]) throws {
    try checkIsHere()
    let now = clock()
    session.hold(at: now)
    journal.add(.alerts(alerts, at: now))
    try session.take(foreign: alerts, at: now)
    try session.flush()
  }

  func alerts(_ query: AlertQuery) throws -> String {
    var open = IncidentFilter()
    open.isOngoing = true
    let incidents = try store.incidents(open).filter { $0.mergedInto == nil }
    return try session.alerts(query, of: incidents, at: clock())
  }

  func receivers() -> [String] { session.receivers }

  func silences(_ request: SilenceRequest) throws -> String {
    try checkIsHere()
    return try session.silences(request, at: clock())
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

  var reloadSucceeded: Bool { counts.isReloaded }

  /// What the engine and its keeper know of themselves.
  func ownFigures() -> (EngineFigures, LiveCounts) {
    counts.waitingEffects = session.waitingCount
    counts.arrivalBytes = journal.partBytes
    counts.arrivalsAreKept = !journal.isBroken
    return (EngineFigures(session.tocsin), counts)
  }
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
