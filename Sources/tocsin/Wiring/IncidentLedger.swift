import Engine
import Incidents
import Model
import Storage

/// The newest view of every incident of a run, with its evidence; stored where a store is named.
struct IncidentLedger {
  private let store: Store?
  private var views: [String: Incident] = [:]
  private var evidence: [String: [EvidenceWindow]] = [:]
  private(set) var changes: [ChangeEvent] = []

  init(store: Store?) {
    self.store = store
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

  /// Keeps the action items that a report drafted, so that people can tick them.
  func keepDrafts(of report: Report) throws(StorageError) {
    try store?.keep(report.actionItems, of: report.incident)
  }

  /// Takes over effects, in one transaction when there is a store.
  ///
  /// `takenUp` are the responses of people that the effects come from, `plan` is whom they are told.
  mutating func take(
    _ effects: [Effect], takenUp: [String] = [], plan: Notifier.Plan = Notifier.Plan()
  ) throws(StorageError) {
    keep(effects)
    guard let store else { return }
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
      case .alert, .diagnostic: break
      }
    }
    let isEmpty =
      batch.incidents.isEmpty && batch.changes.isEmpty && batch.evidence.isEmpty && takenUp.isEmpty
      && plan.isEmpty
    guard !isEmpty else { return }
    _ = try store.apply(batch)
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
