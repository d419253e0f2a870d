public import Analysis
import LoadTests
import Model
import Statistics

/// Two load tests held against each other as one HTML file with their load curves.
public enum LoadComparisonHTML {
  /// The whole page.
  public static func render(_ comparison: LoadComparison) -> String {
    let worse = comparison.endpoints.filter { $0.judgement == .worse }
    let lead =
      worse.isEmpty
      ? "No endpoint is known to have got worse; all together: \(comparison.whole.judgement.rawValue)."
      : "\(counted(worse.count, "endpoint")) of \(comparison.endpoints.count) got worse: "
        + worse.prefix(5).map(\.name).joined(separator: ", ") + "."
    let title = comparison.isWorse ? "Worse" : comparison.isUnknown ? "Unknown" : "Not worse"
    let body =
      HTMLDocument.head("load tests compared", title, lead)
      + HTMLReport.section("Endpoints", table(comparison)) + curves(comparison)
    return HTMLDocument.html(title: "Load tests compared", body: body)
  }

  private static func table(_ comparison: LoadComparison) -> String {
    let rows = (comparison.endpoints + [comparison.whole]).map { endpoint -> [String] in
      func side(_ share: Double) -> String {
        let a = endpoint.base?.latencies.percentile(share) ?? .nan
        let b = endpoint.candidate?.latencies.percentile(share) ?? .nan
        return "\(LoadWords.time(a)) → \(LoadWords.time(b)) "
          + "(\(LoadWords.percent(endpoint.change(of: share))))"
      }
      let errors = [endpoint.base, endpoint.candidate].map {
        $0.map { LoadWords.ratio($0.errorRatio) } ?? "–"
      }
      return [
        "<code>\(Escaping.html(endpoint.name))</code>", endpoint.judgement.rawValue, side(0.5),
        side(0.95), side(0.99), errors.joined(separator: " → "),
        endpoint.probability.map(GateSentence.probability) ?? "–",
      ]
    }
    return HTMLDocument.table(
      ["Endpoint", "", "Median", "95 %", "99 %", "Errors", "p"], rows, numbers: [2, 3, 4, 5, 6])
  }

  private static func curves(_ comparison: LoadComparison) -> String {
    let (base, candidate) = comparison.curves
    guard !base.levels.isEmpty || !candidate.levels.isEmpty else { return "" }
    func figure(_ title: String, _ unit: String, _ y: (LoadCurve.Level) -> Double) -> String {
      var marks: [CurveSVG.Mark] = []
      if let knee = base.knee { marks.append(CurveSVG.Mark(x: knee.x, name: "knee, base")) }
      if let knee = candidate.knee { marks.append(CurveSVG.Mark(x: knee.x, name: "knee")) }
      let drawing = CurveSVG(
        lines: [
          CurveSVG.Line(
            name: "base", style: "expected", points: base.levels.map { ($0.users, y($0)) }),
          CurveSVG.Line(
            name: "candidate", style: "line", points: candidate.levels.map { ($0.users, y($0)) }),
        ], marks: marks, xName: "users", yUnit: unit)
      return "<figure><p class=\"heading\">\(title)</p>\(drawing.draw(title: title))</figure>\n"
    }
    let words =
      "<p>Base: \(Escaping.prose(LoadWords.curve(base))).</p>\n"
      + "<p>Candidate: \(Escaping.prose(LoadWords.curve(candidate))).</p>\n"
    return HTMLReport.section(
      "Load curve",
      words + figure("Throughput over users", "/s") { $0.rate }
        + figure("95th percentile over users", "milliseconds") { $0.p95 })
  }
}
