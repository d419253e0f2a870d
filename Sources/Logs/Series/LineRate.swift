/// How many lines of one pattern came in each minute of the last hour, and whether now is a surge.
///
/// - Complexity: `add` is O(1), a look O(60).
struct LineRate {
  /// Lines in a minute below which nothing is a surge.
  static let linesMin: UInt32 = 10
  /// How many times more than in any minute of the hour before.
  static let factor: UInt32 = 3
  private static let minutesKept = 60

  /// Lines of the minutes before the present one, at `minute % 60`.
  private var counts = [UInt32](repeating: 0, count: minutesKept)
  /// The present minute since the epoch, and its lines.
  private var minute = Int64.min
  private var current: UInt32 = 0
  /// The minute in which a surge was last told.
  private var toldAt = Int64.min

  /// Counts a line of the minute `minute`; one of an earlier minute counts in the present one.
  mutating func add(minute new: Int64) {
    move(to: new)
    current = current &+ 1
  }

  private mutating func move(to new: Int64) {
    guard new > minute else { return }
    if minute == .min || new - minute > Int64(Self.minutesKept) {
      for index in counts.indices { counts[index] = 0 }
    } else {
      set(minute, current)
      for empty in minute + 1..<new { set(empty, 0) }
    }
    minute = new
    current = 0
  }

  private mutating func set(_ minute: Int64, _ count: UInt32) {
    let index = Int(minute % Int64(Self.minutesKept))
    counts[index < 0 ? index + Self.minutesKept : index] = count
  }

  /// The surge that the present minute is, told once a minute: its lines, and the most of any minute of
  /// the hour before; nil where there is none.
  mutating func surge(inMinute asked: Int64) -> (count: Int, usualMax: Int)? {
    guard asked == minute, toldAt < minute, current >= Self.linesMin else { return nil }
    let usualMax = counts.max() ?? 0
    guard current >= Self.factor * max(usualMax, 1) else { return nil }
    toldAt = minute
    return (Int(current), Int(usualMax))
  }
}
