import Model

/// The vertical axis: a range that starts and ends on a tick, ticks of 1, 2 or 5 times a power of ten.
struct ValueAxis {
  /// Value at the bottom.
  let low: Double
  /// Value at the top; above `low`.
  let high: Double
  /// Where to draw lines, ascending, with what to write.
  let ticks: [(value: Double, label: String)]

  /// An axis over `values`, which holds zero when they are not far from it; about `count` ticks.
  init(covering values: some Sequence<Double>, unit: String?, count: Int = 4) {
    var least = Double.infinity
    var greatest = -Double.infinity
    // Room for the difference of the two ends, and for the tick beyond each.
    let bound = Double.greatestFiniteMagnitude / 8
    for value in values where value.isFinite {
      least = min(least, max(-bound, min(bound, value)))
      greatest = max(greatest, max(-bound, min(bound, value)))
    }
    if least > greatest { (least, greatest) = (0, 1) }
    if least > 0, least < greatest * 0.6 || greatest == least { least = 0 }
    if greatest < 0, greatest > least * 0.6 || greatest == least { greatest = 0 }
    if least == greatest { greatest = least + 1 }
    // A word as unit stands in the chart's heading, once.
    let unit = unit.map { Quantity.isSymbol($0) ? $0 : "" } ?? ""
    let scale = Quantity.Scale(for: max(abs(least), abs(greatest)), unit: unit)
    // Ticks are round in the unit that is written, which matters for percent, minutes and hours.
    let step = Self.niceStep((greatest - least) / scale.factor / Double(count))
    let first = (least / scale.factor / step).rounded(.down)
    let last = (greatest / scale.factor / step).rounded(.up)
    low = first * step * scale.factor
    high = last * step * scale.factor
    let decimals = max(0, Int((-Self.log10(step)).rounded(.up)))
    ticks = stride(from: first, through: last, by: 1).map { number in
      let text = Quantity.grouped(Quantity.fixed(number * step, decimals: min(9, decimals)))
      return (number * step * scale.factor, scale.text(text))
    }
  }

  /// The least of 1, 2, 5 times a power of ten that is not below `raw`.
  private static func niceStep(_ raw: Double) -> Double {
    guard raw.isFinite, raw > 0 else { return 1 }
    var power = 1.0
    while power <= raw / 10 { power *= 10 }
    while power > raw && power > 1e-300 { power /= 10 }
    return [1, 2, 5, 10].map { $0 * power }.first { $0 >= raw * 0.999_999 } ?? power
  }

  private static func log10(_ value: Double) -> Double {
    var exponent = 0.0
    var rest = value
    while rest < 0.999_999 && exponent > -300 {
      rest *= 10
      exponent -= 1
    }
    while rest >= 9.999_99 && exponent < 300 {
      rest /= 10
      exponent += 1
    }
    return exponent
  }
}

/// The horizontal axis: ticks at times that people name, a date where the day begins.
struct TimeAxis {
  /// Where to draw ticks, ascending, with what to write.
  let ticks: [(time: Int64, label: String, isDay: Bool)]

  /// Steps in seconds, up to a day.
  private static let steps: [Int64] = [
    1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400,
  ]

  /// Ticks over `start...end` milliseconds, at most `count` of them.
  init(from start: Int64, to end: Int64, count: Int) {
    let span = (Double(end) - Double(start)) / 1000
    let day: Int64 = 86_400
    let least = span / Double(max(1, count))
    let step =
      Self.steps.first { Double($0) >= least }
      ?? day * Int64(min((least / Double(day)).rounded(.up), 1e11))
    let milliseconds = step * 1000
    var ticks: [(time: Int64, label: String, isDay: Bool)] = []
    let (quotient, remainder) = start.quotientAndRemainder(dividingBy: milliseconds)
    var number = remainder > 0 ? quotient + 1 : quotient
    while true {
      let (tick, overflow) = number.multipliedReportingOverflow(by: milliseconds)
      guard !overflow, tick <= end, ticks.count <= 2 * count + 2 else { break }
      let time = Timestamp(milliseconds: tick)
      let isDay = tick % (day * 1000) == 0
      let label =
        step > 300 * day
        ? Moment.date(time)
        : isDay
          ? Moment.dayAndMonth(time) : Moment.clock(time, seconds: step % 60 != 0)
      ticks.append((tick, label, isDay))
      number += 1
    }
    self.ticks = ticks
  }
}
