/// A sum that keeps what rounding takes from it.
///
/// Source: Neumaier, "Rundungsfehleranalyse einiger Verfahren zur Summation endlicher Summen" (1974).
public struct CompensatedSum: Sendable {
  /// The rounded sum.
  public private(set) var sum: Double
  /// What was lost to rounding; 0 once the sum is infinite.
  public private(set) var compensation: Double

  /// A sum that begins at `sum`.
  public init(_ sum: Double = 0, compensation: Double = 0) {
    self.sum = sum
    self.compensation = compensation
  }

  /// Adds `value`.
  @inlinable
  public mutating func add(_ value: Double) {
    let total = sum + value
    if total.isInfinite {
      set(total, 0)
    } else if sum.magnitude >= value.magnitude {
      set(total, compensation + ((sum - total) + value))
    } else {
      set(total, compensation + ((value - total) + sum))
    }
  }

  /// The sum with what rounding took.
  @inlinable
  public var value: Double { sum + compensation }

  @usableFromInline
  mutating func set(_ sum: Double, _ compensation: Double) {
    self.sum = sum
    self.compensation = compensation
  }
}
