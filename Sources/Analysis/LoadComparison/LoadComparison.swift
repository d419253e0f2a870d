public import LoadTests
import Statistics

/// Two runs of a load test held against each other: which endpoints got worse, by how much, how sure.
///
/// Where a tool tells stretches of time, their percentiles are compared: as sets where the load is
/// level, stretch by stretch under the same load where it is not (`LatencyTest`), with the variance
/// widened by the likeness of neighbours and the probabilities corrected for their number (Holm).
/// Where it tells the whole run alone, enough requests must do.
public struct LoadComparison: Sendable {
  /// What became of an endpoint.
  public enum Judgement: String, Sendable, CaseIterable {
    /// Slower or failing more, beyond chance and by enough to matter.
    case worse
    /// Only the candidate has it.
    case added
    /// Only the base has it.
    case missing
    /// Too few requests to say, or a difference that may be chance.
    case unknown
    /// No difference that matters.
    case same
    /// Faster, or failing less.
    case better
  }

  /// One endpoint in both runs.
  public struct Endpoint: Sendable {
    /// What the tool calls it.
    public var name: String
    /// As it was; nil when it is added.
    public var base: LoadTest.Endpoint?
    /// As it is; nil when it is missing.
    public var candidate: LoadTest.Endpoint?
    /// What became of it.
    public var judgement: Judgement
    /// Probability that a latency difference as large is chance; nil where no stretches are known.
    public var probability: Double?
    /// Probability that a difference of the error ratios as large is chance.
    public var errorProbability: Double = 1
    /// By how much median and 95th percentile are larger under the same load, as shares, where the
    /// runs had different loads over time; nil where the whole runs can be compared.
    public var atEqualLoad: (p50: Double, p95: Double)?
    /// What the tests say of median and 95th percentile, each by itself; nil where none was made.
    var tests: [Double: LatencyTest] = [:]

    /// By how much a percentile is larger in the candidate, as a share; nil when one is missing.
    public func change(of share: Double) -> Double? {
      guard let a = base?.latencies.percentile(share),
        let b = candidate?.latencies.percentile(share),
        a.isFinite, b.isFinite, a > 0
      else { return nil }
      return b / a - 1
    }

    /// By how much the error ratio is larger in the candidate, -1...1; nil when one is missing.
    public var errorChange: Double? {
      guard let base, let candidate else { return nil }
      return candidate.errorRatio - base.errorRatio
    }
  }

  /// What counts as a difference.
  public struct Limits: Hashable, Sendable {
    /// Chance of a false alarm over all endpoints, 0...1.
    public var level = 0.05
    /// Smallest change of a percentile, as a share.
    public var latency = 0.1
    /// Smallest change of a percentile in ms: below it nobody notices.
    public var milliseconds = 2.0
    /// Smallest change of an error ratio, 0...1.
    public var errorShare = 0.005
    /// Fewest requests on both sides.
    public var requestsMin = 50.0
    /// Fewest stretches on both sides for a rank test.
    public var stretchesMin = 8

    /// The usual.
    public init() {}
  }

  /// The worst first, then by name.
  public private(set) var endpoints: [Endpoint] = []
  /// All endpoints as one.
  public private(set) var whole: Endpoint
  /// Where the load curves bend.
  public let curves: (base: LoadCurve, candidate: LoadCurve)
  /// The runs.
  public let base: LoadTest, candidate: LoadTest

  /// True when anything got worse.
  public var isWorse: Bool {
    endpoints.contains { $0.judgement == .worse } || whole.judgement == .worse
  }

  /// True when nothing is known to be worse, and nothing is known to be as it was either.
  public var isUnknown: Bool {
    !isWorse
      && (whole.judgement == .unknown || endpoints.allSatisfy { $0.judgement == .unknown })
  }

  /// Compares the candidate with the base.
  public init(base: LoadTest, candidate: LoadTest, limits: Limits = Limits()) {
    self.base = base
    self.candidate = candidate
    curves = (LoadCurve(base), LoadCurve(candidate))
    whole = Endpoint(
      name: "all", base: base.whole, candidate: candidate.whole, judgement: .same)
    let matching = LoadMatching(base, candidate)
    let old = Dictionary(base.endpoints.map { ($0.name, $0) }) { a, _ in a }
    let new = Dictionary(candidate.endpoints.map { ($0.name, $0) }) { a, _ in a }
    endpoints = Set(old.keys).union(new.keys).sorted().map { name in
      Self.endpoint(name, old[name], new[name], matching, limits)
    }
    whole = Self.endpoint("all", base.whole, candidate.whole, matching, limits)
    correct(limits)
    for index in endpoints.indices { Self.judge(&endpoints[index], matching, limits) }
    Self.judge(&whole, matching, limits)
    doubtWhole(limits)
    let rank = Judgement.allCases
    endpoints.sort {
      (rank.firstIndex(of: $0.judgement) ?? 0, -($0.change(of: 0.5) ?? 0), $0.name)
        < (rank.firstIndex(of: $1.judgement) ?? 0, -($1.change(of: 0.5) ?? 0), $1.name)
    }
  }

  private static func endpoint(
    _ name: String, _ old: LoadTest.Endpoint?, _ new: LoadTest.Endpoint?,
    _ matching: LoadMatching, _ limits: Limits
  ) -> Endpoint {
    var endpoint = Endpoint(name: name, base: old, candidate: new, judgement: .unknown)
    guard let old, let new else { return endpoint }
    endpoint.errorProbability = proportions(old, new)
    let tests = [\LoadTest.Stretch.p50, \.p95].map { path in
      LatencyTest(
        old.stretches, new.stretches, path, matching: matching,
        stretchesMin: limits.stretchesMin)
    }
    endpoint.tests[0.5] = tests[0]
    endpoint.tests[0.95] = tests[1]
    let known = tests.compactMap { $0?.probability }
    // Two looks at one endpoint: the smaller probability, doubled.
    endpoint.probability = known.min().map { min(1, $0 * Double(known.count)) }
    if matching.kind == .load, let p50 = tests[0]?.change, let p95 = tests[1]?.change {
      endpoint.atEqualLoad = (p50, p95)
    }
    return endpoint
  }

  /// Probability of a difference of two error ratios as large by chance: the two-proportion z-test.
  private static func proportions(_ a: LoadTest.Endpoint, _ b: LoadTest.Endpoint) -> Double {
    guard a.requests > 0, b.requests > 0 else { return 1 }
    let pooled = (a.failures + b.failures) / (a.requests + b.requests)
    let spread = (pooled * (1 - pooled) * (1 / a.requests + 1 / b.requests)).squareRoot()
    return spread > 0 ? NormalTail.twoSided((b.errorRatio - a.errorRatio) / spread) : 1
  }

  private mutating func correct(_ limits: Limits) {
    let known = endpoints.indices.filter { endpoints[$0].probability != nil }
    let adjusted = FamilyOfTests.holm(known.map { endpoints[$0].probability ?? 1 })
    for (index, value) in zip(known, adjusted) { endpoints[index].probability = value }
    let errors = FamilyOfTests.holm(endpoints.map(\.errorProbability))
    for (index, value) in errors.enumerated() { endpoints[index].errorProbability = value }
  }

  private static func judge(
    _ endpoint: inout Endpoint, _ matching: LoadMatching, _ limits: Limits
  ) {
    guard let base = endpoint.base else { return endpoint.judgement = .added }
    guard let candidate = endpoint.candidate else { return endpoint.judgement = .missing }
    guard min(base.requests, candidate.requests) >= limits.requestsMin else {
      return endpoint.judgement = .unknown
    }
    // Under different loads, wholes that differ prove nothing without a test.
    let isSure =
      endpoint.probability.map { $0 <= limits.level } ?? (matching.kind != .load)
    /// What moved must be what the test found to move, and in its direction.
    func surely(_ share: Double, _ sign: Double) -> Bool {
      guard isSure, moved(share, sign) else { return false }
      guard let test = endpoint.tests[share] else { return endpoint.tests.isEmpty }
      return test.isSlower == (sign > 0)
        && test.probability * Double(endpoint.tests.count) <= limits.level
    }
    func moved(_ share: Double, _ sign: Double) -> Bool {
      let (a, b) = (base.latencies.percentile(share), candidate.latencies.percentile(share))
      let equal = endpoint.atEqualLoad.map { a * (share == 0.5 ? $0.p50 : $0.p95) }
      return (equal ?? (b - a)) * sign >= max(limits.latency * a, limits.milliseconds)
    }
    let (slower, faster) = (moved(0.5, 1) || moved(0.95, 1), moved(0.5, -1) || moved(0.95, -1))
    let errors = endpoint.errorChange ?? 0
    let failsSurely = endpoint.errorProbability <= limits.level
    if surely(0.5, 1) || surely(0.95, 1) || failsSurely && errors >= limits.errorShare {
      endpoint.judgement = .worse
    } else if surely(0.5, -1) || surely(0.95, -1) || failsSurely && errors <= -limits.errorShare {
      endpoint.judgement = .better
    } else {
      // A difference that would matter, and that no test tells from chance, is not "the same".
      endpoint.judgement = slower || faster ? .unknown : .same
    }
  }

  /// Takes back that all got worse where no endpoint did and none may have: the endpoints are mixed
  /// differently then; nor does it stand on totals alone that are too few for any endpoint.
  private mutating func doubtWhole(_ limits: Limits) {
    guard whole.judgement == .worse, !endpoints.contains(where: { $0.judgement == .worse })
    else { return }
    let isOpen = endpoints.contains { $0.judgement == .unknown }
    let isTested = whole.probability != nil || whole.errorProbability <= limits.level
    if !isOpen || !isTested { whole.judgement = .unknown }
  }
}
