import Model
import Rules

/// An alert that fires or ends at a tick, on its way into the book.
struct AlertTurn {
  /// The number of the alert's identity.
  let number: UInt64
  /// What happened to it.
  let transition: AlertTransition

  /// The turns of a tick, by the time since which the alerts were active, then by number; of two of
  /// one alert the later counts.
  ///
  /// Most transitions of a tick only tell that an alert waits: they are passed over, and the others
  /// sorted, by index.
  static func last(of transitions: [AlertTransition]) -> [AlertTurn] {
    var last: [UInt64: Int] = [:]
    for index in transitions.indices where transitions[index].kind != .pending {
      last[StableHash(of: transitions[index]).value] = index
    }
    let order = last.map { number, index in
      (since: transitions[index].activeSince, number: number, index: index)
    }.sorted { ($0.since, $0.number) < ($1.since, $1.number) }
    return order.map { AlertTurn(number: $0.number, transition: transitions[$0.index]) }
  }
}
