/// A condition with two bounds: it turns on at the first and off only beyond the second.
///
///     // above 0.8 until below 0.6, over values 0.7 0.9 0.7 0.5 0.7
///     Hysteresis.latch(rises: 0b00010, stays: 0b10111, wasOn: false, count: 5)  // 0b00110
public enum Hysteresis {
  /// The ticks at which a condition is on, from those that turn it on and those that keep it on.
  ///
  /// - Parameters:
  ///   - rises: Ticks at which it turns on, whatever it was.
  ///   - stays: Ticks at which it stays on when it was; a tick of `rises` counts as one.
  ///   - wasOn: Whether it was on before the first tick.
  ///   - count: Number of ticks, 1...64.
  /// - Returns: One bit a tick, the lowest for the first.
  /// - Complexity: O(1): the carry of one addition runs through each stretch of `stays`.
  public static func latch(rises: UInt64, stays: UInt64, wasOn: Bool, count: Int) -> UInt64 {
    let mask: UInt64 = ~0 >> UInt64(64 - count)
    let allowed = (stays | rises) & mask
    // A start is a tick that turns on, or the first tick when it was on and may stay.
    let starts = (rises | (wasOn ? 1 : 0)) & allowed
    // Adding the starts to the allowed ticks clears each stretch from its first start upwards; what
    // a later start in the same stretch sets again is put back with it.
    let cleared = allowed &+ starts
    return allowed & ~(cleared & ~starts) | starts
  }
}
