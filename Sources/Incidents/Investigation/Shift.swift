/// How far one series moved for the worse since the start, measured against its own past.
///
/// Not single values but means are compared: the mean since the start with the means of every
/// stretch of equal length before it. Their scatter holds whatever noise, bursts and rhythm the
/// series has, so no assumption about its distribution is needed.
struct Shift: Sendable {
  let history: MetricHistory
  /// The level before: the median of the stretches.
  let level: Double
  /// The mean since the start.
  let value: Double
  /// By how much it moved, above 0.
  ///
  /// Of the moves from the usual and from the recent level the smaller one: a level that was there
  /// before the start is no part of this trouble.
  let amount: Double
  /// `amount` in multiples of the scatter of the stretches.
  let strength: Double
  /// When it left its range.
  let onset: Int64

  var isAbove: Bool { value > level }

  /// A success ratio moves by a fraction of its level that other metrics call noise.
  private static let successFloor = 0.002
  private static let strengthMax = 1000.0

  /// The shift of a series; nil when it did not move for the worse or too little is known.
  init?(_ history: MetricHistory) {
    guard !history.since.isEmpty, let past = history.stretches else { return nil }
    let level = past.level
    let value = history.since.reduce(0, +) / Double(history.since.count)
    let isAbove = value > level
    guard value != level, history.isBad(above: isAbove) else { return nil }
    var amount = abs(value - level)
    if !history.recent.isEmpty {
      let recent = Robust.median(history.recent)
      amount = min(amount, isAbove ? value - recent : recent - value)
    }
    guard amount > 0 else { return nil }
    let share = history.countsSuccess ? Self.successFloor : DeviationScan.relativeFloor
    let usual = max(past.scatter, share * abs(level))
    let scatter = usual > 0 ? usual : amount / Self.strengthMax
    self.history = history
    self.level = level
    self.value = value
    self.amount = amount
    strength = min(Self.strengthMax, amount / scatter)
    let bound = level + (isAbove ? 0.5 : -0.5) * amount
    let first = history.since.firstIndex { isAbove ? $0 >= bound : $0 <= bound }
    onset = history.time(at: first ?? history.since.startIndex)
  }
}
