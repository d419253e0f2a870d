public import LoadTests
public import Statistics

/// How throughput and latency follow the load, where they stop following it, and what is left.
public struct LoadCurve: Sendable {
  /// One level of load.
  public struct Level: Hashable, Sendable {
    /// Virtual users.
    public var users: Double
    /// Requests a second, the middle of all moments at this load.
    public var rate: Double
    /// 95th percentile of the latencies in ms, the middle of all moments; NaN without.
    public var p95: Double
    /// Share of requests that failed, 0...1.
    public var errorRatio: Double
  }

  /// By users; at most 60.
  public private(set) var levels: [Level] = []
  /// Where throughput stops following the users; nil when it always does, or too little is known.
  public private(set) var knee: Knee?
  /// The first load from which on requests fail (more than one in a hundred); nil when they do not.
  public private(set) var saturatedAt: Double?
  /// The highest throughput of all levels, in requests a second; 0 without any.
  public private(set) var peakRate = 0.0

  private static let levelsMax = 60

  /// The curve of a run; empty where the tool does not tell the users.
  public init(_ test: LoadTest) {
    let moments = test.moments.filter { $0.users.isFinite && $0.users > 0 }
    guard let most = moments.map(\.users).max() else { return }
    let width = max(1, (most / Double(Self.levelsMax)).rounded(.up))
    for (_, group) in Dictionary(grouping: moments, by: { ($0.users / width).rounded(.up) })
      .sorted(by: { $0.key < $1.key })
    {
      let total = group.reduce(0) { $0 + $1.rate }
      levels.append(
        Level(
          users: Quantiles(group.map(\.users)).median, rate: Quantiles(group.map(\.rate)).median,
          p95: Quantiles(group.map(\.p95)).median,
          errorRatio: total > 0 ? group.reduce(0) { $0 + $1.failureRate } / total : 0))
    }
    knee = Knee(x: levels.map(\.users), y: levels.map(\.rate))
    peakRate = levels.map(\.rate).max() ?? 0
    saturatedAt = levels.indices.first { index in
      levels[index...].allSatisfy { $0.errorRatio > 0.01 }
    }.map { levels[$0].users }
  }

  /// What is left beyond a load, as a share of it: 0.5 says that half as many users more fit in; nil
  /// without a knee.
  public func headroom(beyond users: Double) -> Double? {
    knee.map { ($0.x - users) / max(1, users) }
  }
}
