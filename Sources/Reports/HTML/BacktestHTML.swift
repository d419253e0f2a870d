public import Analysis
import Model

/// A backtest as one HTML file, and the curve of a rule as one SVG.
public enum BacktestHTML {
  /// The whole page.
  public static func render(_ backtest: Backtest) -> String {
    let body =
      HTMLDocument.head(
        "backtest", "Which rules found the trouble?", BacktestWords.summary(backtest))
      + HTMLReport.section("Rules", table(backtest))
      + backtest.results.filter { !$0.curve.isEmpty }.map(section).joined()
    return HTMLDocument.html(title: "Backtest", body: body)
  }

  /// Precision and recall over the bound of the rule at `index`, as a file of its own; nil for rules
  /// without a bound.
  public static func curve(_ result: Backtest.Result) -> String? {
    result.curve.isEmpty ? nil : drawing(result).draw(title: title(result), isAlone: true)
  }

  private static func table(_ backtest: Backtest) -> String {
    HTMLDocument.table(
      ["Alert", "Setting", "Score", "Better"],
      backtest.results.map { result in
        [
          Escaping.html(result.alert),
          result.setting.map { BacktestWords.setting($0, result.isAbove) } ?? "–",
          BacktestWords.score(result.score),
          result.proposal.map {
            BacktestWords.setting($0.setting, result.isAbove) + ": "
              + BacktestWords.score($0.score)
          } ?? "–",
        ]
      })
  }

  private static func section(_ result: Backtest.Result) -> String {
    HTMLReport.section(
      Escaping.html(result.alert),
      "<p><code>\(Escaping.html(result.expression))</code></p>\n<figure>"
        + drawing(result).draw(title: title(result)) + "</figure>\n")
  }

  private static func title(_ result: Backtest.Result) -> String {
    "Precision and recall of \(result.alert) over its bound"
  }

  private static func drawing(_ result: Backtest.Result) -> CurveSVG {
    let points = result.curve
    var marks: [CurveSVG.Mark] = []
    if let setting = result.setting { marks.append(CurveSVG.Mark(x: setting.bound, name: "now")) }
    if let bound = result.proposal?.setting.bound, bound != result.setting?.bound {
      marks.append(CurveSVG.Mark(x: bound, name: "better"))
    }
    return CurveSVG(
      lines: [
        CurveSVG.Line(
          name: "precision", style: "line",
          points: points.map { ($0.bound, $0.score.precision ?? .nan) }),
        CurveSVG.Line(
          name: "recall", style: "threshold",
          points: points.map { ($0.bound, $0.score.recall ?? .nan) }),
      ], marks: marks, xName: "bound", yUnit: "ratio")
  }
}
