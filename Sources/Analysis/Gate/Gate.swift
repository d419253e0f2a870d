import Incidents
public import Model
import Statistics

/// The verdict on a change, from how a service and those that depend on it were before and after.
///
/// Each metric's values before and after are compared by the rank test of Mann and Whitney, whose
/// variance allows for the likeness of neighbouring values; the probabilities are corrected for their
/// number (Holm). A metric counts as worse only when the difference is beyond chance, of at least
/// medium effect, and as large as users notice.
public struct Gate: Sendable {
  /// What to do.
  public enum Verdict: String, Sendable, CaseIterable {
    /// Nothing got worse: go on.
    case promote
    /// Too little is known, or something moved that a person should look at.
    case hold
    /// Users are worse off: go back.
    case rollback
  }

  /// The service that was changed.
  public let service: String
  /// What to do.
  public private(set) var verdict = Verdict.hold
  /// Why, the weightiest first.
  public private(set) var reasons: [String] = []
  /// Every metric: the worst first, then by service and name.
  public private(set) var metrics: [MetricComparison] = []
  /// The change that is judged; nil when none is known.
  public var change: ChangeEvent?
  /// The commands that undo the change; empty when nobody can know them.
  public var rollback: [String] = []

  /// Judges what was read before against what was read after; metrics are matched by service and name.
  ///
  /// - Parameters:
  ///   - service: The service that was changed.
  ///   - before: What was measured before, or of the control.
  ///   - after: What was measured after, or of the canary.
  ///   - limits: What counts as a difference.
  ///   - looks: How often the verdict is asked for in all, as in a live watch; the level is shared.
  public init(
    service: String, before: [ServiceMetric], after: [ServiceMetric],
    limits: GateLimits = GateLimits(), looks: Int = 1
  ) {
    self.service = service
    var limits = limits
    limits.level /= Double(max(1, looks))
    struct Key: Hashable {
      var service: String
      var name: String
    }
    let known = Dictionary(before.map { (Key(service: $0.service, name: $0.name), $0) }) { a, _ in
      a
    }
    var compared: [MetricComparison] = []
    for metric in after {
      guard let old = known[Key(service: metric.service, name: metric.name)]?.values else {
        continue
      }
      compared.append(MetricComparison(metric, before: old, after: metric.values))
      // What begins late drowns in the whole: the last third is looked at by itself.
      let last = Array(metric.values.suffix(metric.values.count / 3))
      guard last.count >= limits.valuesMin else { continue }
      var late = MetricComparison(metric, before: old, after: last)
      late.isLate = true
      compared.append(late)
    }
    let adjusted = FamilyOfTests.holm(compared.map(\.probability))
    for index in compared.indices {
      compared[index].adjusted = adjusted[index]
      compared[index].judge(limits)
    }
    metrics = Self.weightiest(compared)
    decide(limits)
  }

  /// Of the comparisons of one metric the one that says more, the whole where both say the same; in
  /// order.
  private static func weightiest(_ compared: [MetricComparison]) -> [MetricComparison] {
    var kept: [MetricComparison] = []
    for comparison in compared {
      guard let last = kept.last, comparison.isLate else {
        kept.append(comparison)
        continue
      }
      // Late news is bad news only: what gets better in the end is no reason to speak.
      let isGraver = comparison.judgement == .worse || comparison.judgement == .notable
      if isGraver, order(comparison).0 < order(last).0 { kept[kept.count - 1] = comparison }
    }
    return kept.sorted { order($0) < order($1) }
  }

  private static func order(_ metric: MetricComparison) -> (Int, Double, String, String) {
    let rank: [MetricComparison.Judgement] = [.worse, .notable, .better, .same, .unknown]
    return (
      rank.firstIndex(of: metric.judgement) ?? rank.count, metric.probability,
      metric.metric.service, metric.metric.name
    )
  }

  private mutating func decide(_ limits: GateLimits) {
    let worse = metrics.filter { $0.judgement == .worse }
    let notable = metrics.filter { $0.judgement == .notable }
    let felt = metrics.filter {
      $0.metric.service == service && [.latency, .errors].contains($0.metric.signal)
    }
    // A service without requests of its own is judged by whatever is measured of it.
    let own = felt.isEmpty ? metrics.filter { $0.metric.service == service } : felt
    let known = own.filter { $0.judgement != .unknown }
    if !worse.isEmpty {
      verdict = .rollback
    } else if known.isEmpty || known.count * 2 < own.count {
      verdict = .hold
      let most = own.map { min($0.valuesBefore, $0.valuesAfter) }.max() ?? 0
      reasons.append(
        own.isEmpty
          ? "nothing is measured of \(service) on both sides"
          : "too little is known of what users of \(service) feel: at most \(most) values on both "
            + "sides, \(limits.valuesMin) are needed")
    } else if !notable.isEmpty {
      verdict = .hold
    } else {
      verdict = .promote
      let same = metrics.count { $0.judgement == .same }
      reasons.append("\(same) of \(metrics.count) metrics are as before, none is worse")
    }
    reasons += worse.map(GateSentence.text)
    // What only moved is a reason to look, never one to go back.
    reasons += notable.map {
      (worse.isEmpty ? "" : "also changed, no reason by itself: ") + GateSentence.text($0)
    }
    reasons += metrics.filter { $0.judgement == .better }.map(GateSentence.text)
  }
}

/// A comparison as a person would say it.
public enum GateSentence {
  /// "checkout: http_request_duration_seconds p95 rose by 24 % (210 ms → 260 ms, p = 0.0001)".
  static func text(_ comparison: MetricComparison) -> String {
    let metric = comparison.metric
    let verb = comparison.shift > 0 ? "rose" : "fell"
    let relative = comparison.relative ?? 0
    let isShare = metric.unit == "ratio"
    let amount =
      isShare
      ? "\(short(abs(comparison.shift) * 100)) points"
      : relative > 2
        ? "\(short(relative)) times its level"
        : relative != 0
          ? "\(short(abs(relative) * 100)) %" : value(abs(comparison.shift), metric.unit)
    let late = comparison.isLate ? " in the last third of the time" : ""
    return "\(metric.service): \(metric.name) \(verb) by \(amount)\(late) "
      + "(\(value(comparison.before, metric.unit)) → \(value(comparison.after, metric.unit)), "
      + "p = \(probability(comparison.adjusted)))"
  }

  /// A probability; one too small for a number is below what is told, never 0.
  public static func probability(_ value: Double) -> String {
    value == 0 ? "below 0.0001" : short(value)
  }

  /// A value with its unit, as `ServiceMetric.unit` names it.
  static func value(_ value: Double, _ unit: String?) -> String {
    switch unit {
    case "ratio": return short(value * 100) + " %"
    case "seconds" where value.magnitude < 1 && value != 0: return short(value * 1000) + " ms"
    case "seconds": return short(value) + " s"
    case "milliseconds": return short(value) + " ms"
    case "bytes":
      var (rest, step) = (value, 0)
      let names = ["B", "KiB", "MiB", "GiB", "TiB"]
      while rest.magnitude >= 1024, step + 1 < names.count {
        rest /= 1024
        step += 1
      }
      return "\(short(rest)) \(names[step])"
    case let unit?: return unit.hasPrefix("/") ? short(value) + unit : "\(short(value)) \(unit)"
    case nil: return short(value)
    }
  }

  /// A number with two or three significant digits.
  public static func short(_ value: Double) -> String {
    guard value.isFinite, value != 0 else { return value == 0 ? "0" : "\(value)" }
    if value.magnitude < 1e-4 { return "below 0.0001" }
    var (up, down) = (1.0, 1.0)
    while value.magnitude * up < 100 { up *= 10 }
    while value.magnitude / down >= 1000 { down *= 10 }
    let rounded = (value * up / down).rounded() * down / up
    return rounded == rounded.rounded() && rounded.magnitude < 1e15
      ? String(Int64(rounded)) : "\(rounded)"
  }
}
