import Engine
import Storage

/// Effects on their way into the store, and those that a store without room did not take.
///
/// They are stored together with what comes next, in their order, and told to nobody before.
struct Waiting {
  var effects: [Effect] = []
  /// The responses of people that some of the effects come from.
  var takenUp: [String] = []
  /// True while the store refuses them.
  private(set) var isLate = false

  var isEmpty: Bool { effects.isEmpty && takenUp.isEmpty }

  /// Everything is stored.
  ///
  /// - Returns: the effects, which may be told of now.
  mutating func end() -> [Effect] {
    if isLate { StandardError.write("the store takes writes again; nothing was lost") }
    defer { self = Waiting() }
    return effects
  }

  /// Says once why the store does not take them.
  mutating func report(_ error: StorageError) {
    guard !isLate else { return }
    isLate = true
    StandardError.write("warning: nothing is told until the store can be written: \(error)")
  }
}
