import Engine
import Incidents
import Model
import Rules
import Storage

/// What of some effects nobody was told before: after a restart the engine says again what it said between
/// its last checkpoint and its end, and the store knows it.
struct News {
  private let applied: Applied?
  private let events: Set<String>
  /// Alerts up to this moment were told before the restart.
  private let alertsToldThrough: Timestamp?

  /// Everything is new.
  static let all = News(applied: nil, alertsToldThrough: nil)

  /// What `applied` says is new, and alerts after `alertsToldThrough`.
  init(applied: Applied?, alertsToldThrough: Timestamp?) {
    self.applied = applied
    self.alertsToldThrough = alertsToldThrough
    events = Set(applied?.newEvents ?? [])
  }

  /// The part of an effect that is new; nil when none is.
  func part(of effect: Effect) -> Effect? {
    // To look into an incident's change would copy it.
    if applied == nil, alertsToldThrough == nil { return effect }
    switch effect {
    case .alert(let transition):
      if let told = alertsToldThrough, transition.time <= told { return nil }
      return effect
    case .change(let change):
      guard let applied else { return effect }
      return applied.newChanges.contains(change.id) ? effect : nil
    case .incident(var change):
      guard let applied else { return effect }
      let id = change.incident.id
      guard !change.events.isEmpty else {
        // A batch may hold views that were told before, beside a newer one.
        let told = applied.reachedBefore[id].map { change.time <= $0 } ?? false
        return applied.updatedIncidents.contains(id) && !told ? effect : nil
      }
      change.events.removeAll { !events.contains($0.id) }
      return change.events.isEmpty ? nil : .incident(change)
    case .evidence, .diagnostic: return effect
    }
  }
}
