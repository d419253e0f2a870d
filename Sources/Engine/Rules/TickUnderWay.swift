import Model

/// A tick whose first waves were evaluated and told.
struct TickUnderWay {
  var tick: Timestamp
  /// Where its pass ends.
  var end: Timestamp
  /// What is left, the next one last; never empty.
  var waves: [Int]

  /// True when the next tick of `group` is this one.
  func holds(_ group: GroupRunner) -> Bool {
    waves.contains(group.wave) && group.nextTick.map { $0 <= end } == true
  }
}
