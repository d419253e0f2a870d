import Model
import Rules

/// An alert that fires or ends at a tick, on its way into the book.
struct AlertTurn {
  /// The alert's identity.
  let id: String
  /// What happened to it.
  let transition: AlertTransition

  /// The turns of a tick, by the time since which the alerts were active, then by id; of two of one
  /// alert the later counts.
  ///
  /// Most transitions of a tick only tell that an alert waits: they are passed over, and the others
  /// sorted, by index.
  static func last(of transitions: [AlertTransition]) -> [AlertTurn] {
    var last: [String: Int] = [:]
    for index in transitions.indices where transitions[index].kind != .pending {
      last[AlertRecord.id(of: transitions[index])] = index
    }
    let order = last.sorted { a, b in
      let (first, second) = (transitions[a.value].activeSince, transitions[b.value].activeSince)
      return first != second ? first < second : a.key < b.key
    }
    return order.map { AlertTurn(id: $0.key, transition: transitions[$0.value]) }
  }
}
