/// A straight line through points of which a few may be wild: the median of all pairs' slopes.
///
/// Source: H. Theil (1950); P. K. Sen, "Estimates of the Regression Coefficient Based on Kendall's
/// Tau" (1968).
public struct RobustTrend: Hashable, Sendable {
  /// Change of the value by unit of x.
  public let slope: Double
  /// The line's value at x = 0.
  public let intercept: Double
  /// Share of pairs whose slope has the sign of `slope`, 0.5...1; 0 when it is flat.
  public let agreement: Double

  /// Points that are looked at; more are thinned evenly.
  static let pointsMax = 300

  /// The line through points `(x[i], y[i])`; nil with fewer than three finite ones or one x alone.
  ///
  /// - Complexity: O(n²), n at most 300.
  public init?(x: [Double], y: [Double]) {
    precondition(x.count == y.count, "\(x.count) x for \(y.count) y")
    var points = zip(x, y).filter { $0.0.isFinite && $0.1.isFinite }
    if points.count > Self.pointsMax {
      let step = Double(points.count) / Double(Self.pointsMax)
      points = (0..<Self.pointsMax).map { points[Int((Double($0) + 0.5) * step)] }
    }
    var slopes: [Double] = []
    slopes.reserveCapacity(points.count * points.count / 2)
    for i in points.indices {
      for j in points.indices[(i + 1)...] where points[j].0 != points[i].0 {
        slopes.append((points[j].1 - points[i].1) / (points[j].0 - points[i].0))
      }
    }
    guard points.count >= 3, !slopes.isEmpty else { return nil }
    let slope = Quantiles(slopes).median
    self.slope = slope
    intercept = Quantiles(points.map { $0.1 - slope * $0.0 }).median
    let agreeing = slopes.count { $0 * slope > 0 }
    agreement = slope == 0 ? 0 : Double(agreeing) / Double(slopes.count)
  }

  /// The line's value at `x`.
  public func value(at x: Double) -> Double { intercept + slope * x }

  /// Where the line reaches `level`, from `x` on; nil when it leads away from it or is flat.
  public func reaches(_ level: Double, from x: Double) -> Double? {
    guard slope != 0 else { return nil }
    let there = (level - intercept) / slope
    return there >= x ? there : nil
  }
}
