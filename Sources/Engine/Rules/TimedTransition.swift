import Rules

/// A transition with the place of its rule, by which transitions of one tick are ordered.
struct TimedTransition {
  var wave: Int
  var group: Int
  var rule: Int
  var transition: AlertTransition

  init(wave: Int, group: Int, rule: Int, transition: AlertTransition) {
    self.wave = wave
    self.group = group
    self.rule = rule
    self.transition = transition
  }

  /// A transition that no rule of this engine made; it comes after those of the first wave's rules.
  init(foreign transition: AlertTransition) {
    self.init(wave: 0, group: .max, rule: 0, transition: transition)
  }

  /// In the order of time, wave, group and rule; those of one rule keep their order, which is by labels.
  ///
  /// Small keys are sorted, not the large transitions.
  static func sorted(_ found: [TimedTransition]) -> [TimedTransition] {
    var order = found.indices.map { index in
      (
        time: found[index].transition.time, wave: found[index].wave, group: found[index].group,
        rule: found[index].rule, index: index
      )
    }
    order.sort { a, b in
      (a.time, a.wave, a.group, a.rule, a.index) < (b.time, b.wave, b.group, b.rule, b.index)
    }
    return order.map { found[$0.index] }
  }
}
