import Glibc

/// Latencies in buckets of half a per cent: percentiles to that precision in bounded memory.
public struct LatencyHistogram: Hashable, Sendable {
  /// Count by bucket; bucket k holds latencies around `ratio` to the power of k milliseconds.
  private var counts: [Int32: Double] = [:]
  /// How many latencies it holds.
  public private(set) var count = 0.0
  /// Their sum in ms.
  public private(set) var sum = 0.0

  private static let ratioLog = log(1.005)
  /// Latencies are held within a nanosecond and about four months.
  private static let bounds = 1e-6...1e10

  /// No latencies.
  public init() {}

  /// Adds a latency in ms, `weight` times; NaN is left out.
  public mutating func add(_ milliseconds: Double, weight: Double = 1) {
    guard !milliseconds.isNaN, weight > 0 else { return }
    let held = min(Self.bounds.upperBound, max(Self.bounds.lowerBound, milliseconds))
    counts[Int32((log(held) / Self.ratioLog).rounded()), default: 0] += weight
    count += weight
    sum += held * weight
  }

  /// Adds all latencies of another one.
  public mutating func add(_ other: LatencyHistogram) {
    counts.merge(other.counts) { $0 + $1 }
    count += other.count
    sum += other.sum
  }

  /// The latency in ms that `share` (0...1) of all are at or below; NaN for none.
  public func percentile(_ share: Double) -> Double {
    guard count > 0 else { return .nan }
    var left = share * count
    var last = Int32(0)
    for (bucket, weight) in counts.sorted(by: { $0.key < $1.key }) {
      left -= weight
      last = bucket
      if left <= 1e-9 * count { break }
    }
    return exp(Double(last) * Self.ratioLog)
  }

  /// Their mean in ms; NaN for none.
  public var mean: Double { count > 0 ? sum / count : .nan }
}
