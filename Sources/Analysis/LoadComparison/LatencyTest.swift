import Glibc
import LoadTests
import Statistics

/// Whether one percentile of an endpoint differs between two runs, and how sure that is.
///
/// Level runs are compared as two sets, by the rank test of Mann and Whitney, which needs the fewest
/// stretches. Where a run rises or falls, neighbours are alike through the load alone, which says
/// nothing about chance: there the differences of matched stretches are tested, by signed rank on
/// the logarithms of their ratios.
struct LatencyTest {
  /// Probability that chance made the difference.
  let probability: Double
  /// True when the candidate tends to be slower, false when faster; nil for neither.
  let isSlower: Bool?
  /// By how much the candidate is larger in the middle of all matched stretches, as a share; nil
  /// where none are matched.
  let change: Double?

  /// Up to this inflation a run counts as level: its neighbours are hardly alike.
  private static let levelMax = 2.0

  /// Compares two sides of an endpoint; nil when there are fewer stretches than `stretchesMin`, or
  /// fewer under the same load where the runs had different ones.
  init?(
    _ old: [LoadTest.Stretch], _ new: [LoadTest.Stretch],
    _ path: KeyPath<LoadTest.Stretch, Double>, matching: LoadMatching, stretchesMin: Int
  ) {
    let a = old.map { $0[keyPath: path] }.filter(\.isFinite)
    let b = new.map { $0[keyPath: path] }.filter(\.isFinite)
    guard min(a.count, b.count) >= stretchesMin else { return nil }
    let (wideA, wideB) = (Autocorrelation.inflation(of: a), Autocorrelation.inflation(of: b))
    let ratios = matching.pairs(old, new, path).compactMap { x, y in
      x > 0 && y > 0 && x.isFinite && y.isFinite ? Ratio(of: y, to: x) : nil
    }
    let isMatched = ratios.count >= stretchesMin
    change = isMatched ? Quantiles(ratios.map(\.change)).median : nil
    // Different loads are never compared as sets.
    if matching.kind == .load, !isMatched { return nil }
    let isLevel = max(wideA, wideB) <= Self.levelMax && matching.kind != .load
    if isMatched, !isLevel {
      let logs = ratios.map(\.logarithm)
      let inflation = Autocorrelation.inflation(of: Self.withoutTrend(logs))
      guard let test = SignedRank(logs, inflation: inflation) else { return nil }
      probability = test.probability
      isSlower = test.z == 0 ? nil : test.z > 0
    } else {
      let (n, m) = (Double(a.count), Double(b.count))
      let inflation = (wideA / n + wideB / m) / (1 / n + 1 / m)
      guard let test = MannWhitney(a, b, inflation: inflation) else { return nil }
      probability = test.probability
      isSlower = test.z == 0 ? nil : test.z > 0
    }
  }

  /// Less what grows with the load: a difference that does is no likeness of neighbours by chance.
  private static func withoutTrend(_ values: [Double]) -> [Double] {
    let places = values.indices.map(Double.init)
    guard let trend = RobustTrend(x: places, y: values) else { return values }
    return zip(places, values).map { $1 - trend.value(at: $0) }
  }

  private struct Ratio {
    let change: Double
    let logarithm: Double

    init(of new: Double, to old: Double) {
      change = new / old - 1
      logarithm = log(new / old)
    }
  }
}
