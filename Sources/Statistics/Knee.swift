/// Where a rising curve bends: up to the knee the output follows the load, beyond it no longer does.
///
/// Two straight lines that meet, the first through the origin of the curve, fitted by least squares at
/// every possible break; the break with the smallest error is the knee, if the second line is much
/// flatter than the first and two lines fit much better than one.
public struct Knee: Hashable, Sendable {
  /// Load at the knee.
  public let x: Double
  /// Output at the knee, on the fitted line.
  public let y: Double
  /// Slope before.
  public let before: Double
  /// Slope after.
  public let after: Double

  /// Points that are needed.
  static let pointsMin = 5
  /// The second line's slope, beside the first's, is at most this share.
  static let flatness = 0.6
  /// Two lines leave at most this share of the error of one.
  static let gain = 0.5

  /// The knee of the points `(x[i], y[i])`, which are sorted by x; nil when there is none.
  ///
  /// - Complexity: O(n²).
  public init?(x: [Double], y: [Double]) {
    precondition(x.count == y.count, "\(x.count) x for \(y.count) y")
    guard x.count >= Self.pointsMin else { return nil }
    let single = Line(x[...], y[...])
    var best: (error: Double, knee: Double, first: Line, second: Line)?
    for cut in 1..<(x.count - 1) {
      let bend = x[cut]
      guard let fit = Self.broken(x, y, at: bend) else { continue }
      let first = Line(slope: fit.slope, intercept: fit.intercept)
      let second = Line(
        slope: fit.slope + fit.turn, intercept: fit.intercept - fit.turn * bend)
      var error = 0.0
      for (a, b) in zip(x, y) {
        let off = b - (a <= bend ? first : second).value(at: a)
        error += off * off
      }
      if best.map({ error < $0.error }) ?? true { best = (error, bend, first, second) }
    }
    guard let best, best.first.slope > 0, best.second.slope <= Self.flatness * best.first.slope,
      best.error <= Self.gain * single.error(x, y)
    else { return nil }
    self.x = best.knee
    self.y = best.first.value(at: best.knee)
    before = best.first.slope
    after = best.second.slope
  }

  private struct Line {
    var slope: Double
    var intercept: Double

    init(slope: Double, intercept: Double) {
      self.slope = slope
      self.intercept = intercept
    }

    /// Least squares.
    init(_ x: ArraySlice<Double>, _ y: ArraySlice<Double>) {
      let n = Double(max(1, x.count))
      let (mx, my) = (x.reduce(0, +) / n, y.reduce(0, +) / n)
      var (sxx, sxy) = (0.0, 0.0)
      for (a, b) in zip(x, y) {
        sxx += (a - mx) * (a - mx)
        sxy += (a - mx) * (b - my)
      }
      slope = sxx > 0 ? sxy / sxx : 0
      intercept = my - slope * mx
    }

    func value(at x: Double) -> Double { intercept + slope * x }

    func error(_ x: [Double], _ y: [Double]) -> Double {
      zip(x, y).reduce(0) { $0 + ($1.1 - value(at: $1.0)) * ($1.1 - value(at: $1.0)) }
    }
  }

  /// y = intercept + slope·x + turn·max(0, x − bend), by the normal equations; nil when x is too poor.
  private static func broken(
    _ x: [Double], _ y: [Double], at bend: Double
  ) -> (intercept: Double, slope: Double, turn: Double)? {
    var m = [[Double]](repeating: [0, 0, 0, 0], count: 3)
    for (a, b) in zip(x, y) {
      let row = [1, a, max(0, a - bend)]
      for i in 0..<3 {
        for j in 0..<3 { m[i][j] += row[i] * row[j] }
        m[i][3] += row[i] * b
      }
    }
    for column in 0..<3 {
      let pivot = (column..<3).max { abs(m[$0][column]) < abs(m[$1][column]) } ?? column
      m.swapAt(column, pivot)
      guard abs(m[column][column]) > 1e-12 else { return nil }
      for row in 0..<3 where row != column {
        let factor = m[row][column] / m[column][column]
        for k in column..<4 { m[row][k] -= factor * m[column][k] }
      }
    }
    return (m[0][3] / m[0][0], m[1][3] / m[1][1], m[2][3] / m[2][2])
  }
}
