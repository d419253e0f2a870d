public import Analysis
import LoadTests
import Model
import Statistics

/// Two load tests held against each other, as a person reads it.
public struct LoadComparisonText {
  private let style: TerminalStyle

  /// A writer of the style.
  public init(style: TerminalStyle) { self.style = style }

  /// A line for each endpoint, the worst first, then the whole and the load curves.
  public func text(_ comparison: LoadComparison) -> String {
    var out = ""
    let width = comparison.endpoints.map(\.name.count).max() ?? 0
    for endpoint in comparison.endpoints + [comparison.whole] {
      let word = TerminalStyle.pad(endpoint.judgement.rawValue.uppercased(), 9)
      let ink: TerminalStyle.Ink =
        switch endpoint.judgement {
        case .worse, .missing: .level(.high)
        case .better, .same: .good
        case .added, .unknown: .soft
        }
      out += style.paint(word, ink)
      out += style.foreign(TerminalStyle.pad(endpoint.name, min(40, width)))
      out += "  \(LoadWords.numbers(endpoint))\n"
    }
    out += "\n"
    for (name, curve) in [
      ("base", comparison.curves.base), ("candidate", comparison.curves.candidate),
    ] { out += TerminalStyle.pad(name, 11) + LoadWords.curve(curve) + "\n" }
    return out + LoadWords.verdict(comparison) + "\n"
  }
}

/// The words that all forms of a comparison share.
enum LoadWords {
  /// "worse", "not worse", or what is not known.
  static func verdict(_ comparison: LoadComparison) -> String {
    if comparison.isWorse { return "worse" }
    let open = comparison.endpoints.count { $0.judgement == .unknown }
    if comparison.isUnknown {
      return "unknown: too few requests, or differences that may be chance; a longer run tells"
    }
    return open == 0 ? "not worse" : "not worse; unknown of \(counted(open, "endpoint"))"
  }

  static func numbers(_ endpoint: LoadComparison.Endpoint) -> String {
    guard let base = endpoint.base else { return "only in the candidate" }
    guard let candidate = endpoint.candidate else { return "only in the base" }
    func percentile(_ share: Double) -> String {
      let (a, b) = (base.latencies.percentile(share), candidate.latencies.percentile(share))
      return "p\(Int(share * 100)) \(time(a)) → \(time(b)) (\(percent(endpoint.change(of: share))))"
    }
    var parts = [percentile(0.5), percentile(0.95)]
    if base.failures + candidate.failures > 0 {
      parts.append("errors \(ratio(base.errorRatio)) → \(ratio(candidate.errorRatio))")
    }
    if let equal = endpoint.atEqualLoad {
      parts.append("under equal load p50 \(percent(equal.p50)), p95 \(percent(equal.p95))")
    }
    if let probability = endpoint.probability {
      parts.append("p = \(GateSentence.probability(probability))")
    }
    return parts.joined(separator: ", ")
  }

  static func curve(_ curve: LoadCurve) -> String {
    guard !curve.levels.isEmpty else { return "no load curve: the tool does not tell its users" }
    let peak = "up to \(Quantity.significant(curve.peakRate, digits: 3)) requests/s"
    let knee =
      curve.knee.map {
        "knee at \(Quantity.significant($0.x, digits: 3)) users and "
          + "\(Quantity.significant($0.y, digits: 3)) requests/s"
      } ?? "no knee: throughput follows the users to the end"
    let failing = curve.saturatedAt.map {
      ", requests fail from \(Quantity.significant($0, digits: 3)) users on"
    }
    return "\(peak), \(knee)\(failing ?? "")"
  }

  static func time(_ milliseconds: Double) -> String {
    milliseconds.isFinite ? Quantity.text(milliseconds, unit: "milliseconds") : "–"
  }

  static func ratio(_ share: Double) -> String { Quantity.text(share, unit: "ratio") }

  static func percent(_ change: Double?) -> String {
    guard let change else { return "–" }
    let digits = Quantity.significant(abs(change) * 100, digits: 2)
    return (change < 0 ? "−" : "+") + digits + " %"
  }
}
