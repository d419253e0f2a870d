/// The largest deviation that is usual at each hour of the day.
///
/// A job that runs each night, or the edges of a rectangular day, deviate at the same time again and
/// again. For each hour the largest deviation of each day is averaged over the days, so that what
/// came once hardly counts and what comes daily counts in full. The hours next to it count too: a
/// rhythm may be late.
struct DailyBursts: Hashable, Sendable {
  /// Hours of a day.
  static let hourCount = 24
  /// Share of a day in the mean, once past the first days.
  static let gain: Float = 0.15
  private static let day: Int64 = 86_400_000

  private var usual = [Float](repeating: 0, count: DailyBursts.hourCount)
  private var days = [UInt8](repeating: 0, count: DailyBursts.hourCount)
  /// The hour that the newest sample lay in; nil before the first sample.
  private var hour: Int?
  /// The largest deviation in it so far.
  private var largest: Float = 0

  /// Nothing seen.
  init() {}

  /// Takes a deviation at `time` and returns the largest one that is usual around that hour.
  mutating func usual(at time: Int64, deviation: Double) -> Double {
    let rest = time % Self.day
    let now = Int((rest < 0 ? rest + Self.day : rest) * Int64(Self.hourCount) / Self.day)
    if hour != now {
      if let hour { close(hour) }
      (hour, largest) = (now, 0)
    }
    largest = max(largest, Float(deviation))
    let before = usual[now == 0 ? Self.hourCount - 1 : now - 1]
    let after = usual[now == Self.hourCount - 1 ? 0 : now + 1]
    return Double(max(usual[now], before, after))
  }

  private mutating func close(_ hour: Int) {
    if days[hour] < .max { days[hour] += 1 }
    usual[hour] += max(Self.gain, 1 / Float(days[hour])) * (largest - usual[hour])
  }
}

extension DailyBursts: StateCoding {
  func encode(into writer: inout StateWriter) {
    writer.write(usual)
    writer.write(days)
    writer.write(byte: UInt8(hour ?? Self.hourCount))
    writer.write(largest)
  }

  init(from reader: inout StateReader) throws(StateError) {
    usual = try reader.floats(atMost: Self.hourCount)
    days = try reader.bytes(atMost: Self.hourCount)
    guard usual.count == Self.hourCount, days.count == Self.hourCount else {
      throw reader.failure(.badValue)
    }
    let index = Int(try reader.byte())
    guard index <= Self.hourCount else { throw reader.failure(.badValue) }
    hour = index == Self.hourCount ? nil : index
    largest = try reader.float()
  }
}
