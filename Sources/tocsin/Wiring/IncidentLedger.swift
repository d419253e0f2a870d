import Engine
import Incidents
import Model
import Rules
import Storage

/// The newest view of every incident of a run, with its evidence; stored where a store is named.
struct IncidentLedger {
  private let store: Store?
  private var views: [String: Incident] = [:]
  private var evidence: [String: [EvidenceWindow]] = [:]
  private(set) var changes: [ChangeEvent] = []

  /// Whether only what the store did not have is told: in live runs, which may be restarted.
  private let tellsNewsOnly: Bool
  /// Alerts up to this moment were told before a restart; nil once event time is past it.
  private var alertsToldThrough: Timestamp?

  init(store: Store?, tellsNewsOnly: Bool = false) {
    self.store = store
    self.tellsNewsOnly = tellsNewsOnly
  }

  /// Begins a live run: with the incidents of a checkpoint, or without a past.
  mutating func begin(resuming incidents: [Incident]?) throws(StorageError) {
    for incident in incidents ?? [] { views[incident.id] = incident }
    guard let store, tellsNewsOnly else { return }
    if incidents == nil {
      try store.setMeta(StoreBatch.alertsToldKey, nil)
    } else {
      alertsToldThrough = try store.meta(StoreBatch.alertsToldKey).flatMap(Int64.init)
        .map(Timestamp.init(milliseconds:))
    }
  }

  /// Incidents in the order of opening, merged ones left out.
  var incidents: [Incident] {
    views.values.filter { $0.mergedInto == nil }
      .sorted { ($0.openedAt, $0.id) < ($1.openedAt, $1.id) }
  }

  /// What people did to incidents through the store and the engine has not seen yet.
  func pendingResponses() throws(StorageError) -> [Response] {
    guard let store else { return [] }
    return try store.pendingResponses()
  }

  /// The series kept with an incident.
  func evidence(of incident: Incident) -> [EvidenceWindow] { evidence[incident.id] ?? [] }

  /// What the store has for a report on `incident`, or where there is no store what this run saw.
  func kept(
    of incident: Incident
  ) throws(StorageError) -> (evidence: [EvidenceWindow], changes: [ChangeEvent]) {
    guard let store else { return (evidence(of: incident), changes) }
    return (try store.evidence(of: incident.id), try store.changes())
  }

  /// Keeps the action items that a report drafted, so that people can tick them.
  func keepDrafts(of report: Report) throws(StorageError) {
    try store?.keep(report.actionItems, of: report.incident)
  }

  /// Takes over effects, in one transaction when there is a store.
  ///
  /// `takenUp` are the responses of people that the effects come from, `plan` is whom they are told.
  /// - Returns: what of the effects is to be told.
  mutating func take(
    _ effects: [Effect], takenUp: [String] = [], plan: Notifier.Plan = Notifier.Plan()
  ) throws(StorageError) -> News {
    guard let store else {
      keep(effects)
      return .all
    }
    var batch = StoreBatch(asOf: Timestamp(milliseconds: .min))
    batch.outbox = plan.messages
    batch.meta = plan.meta
    batch.takenUp = takenUp
    for effect in effects {
      if let time = effect.time { batch.asOf = max(batch.asOf, time) }
      switch effect {
      case .incident(let change):
        batch.incidents.removeAll { $0.id == change.incident.id }
        batch.incidents.append(change.incident)
      case .change(let change):
        batch.changes.append(change)
      case .evidence(let id, let windows):
        batch.evidence.removeAll { $0.incident == id }
        batch.evidence += windows.enumerated().map {
          StoreBatch.Evidence(incident: id, position: $0.offset, window: $0.element)
        }
      case .alert(let transition):
        guard tellsNewsOnly else { continue }
        batch.alertsToldThrough = max(
          batch.alertsToldThrough ?? transition.time, transition.time)
      case .diagnostic: break
      }
    }
    let told = alertsToldThrough
    var isPast = false
    if let told, let mark = batch.alertsToldThrough {
      // Told again up to there; beyond it everything is new.
      if mark > told { isPast = true } else { batch.alertsToldThrough = nil }
    }
    let isEmpty =
      batch.incidents.isEmpty && batch.changes.isEmpty && batch.evidence.isEmpty && takenUp.isEmpty
      && batch.alertsToldThrough == nil && plan.isEmpty
    let applied = isEmpty ? Applied() : try store.apply(batch)
    // A batch that was not stored comes again.
    keep(effects)
    if isPast { alertsToldThrough = nil }
    return tellsNewsOnly ? News(applied: applied, alertsToldThrough: told) : .all
  }

  /// Takes over what the effects say of incidents and changes.
  private mutating func keep(_ effects: [Effect]) {
    for effect in effects {
      switch effect {
      case .incident(let change): views[change.incident.id] = change.incident
      case .change(let change): changes.append(change)
      case .evidence(let id, let windows): evidence[id] = windows
      case .alert, .diagnostic: break
      }
    }
  }
}
