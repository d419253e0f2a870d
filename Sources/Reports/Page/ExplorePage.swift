public import Evaluation
import Incidents
public import Model

/// An expression and what it gives: a chart a series, and the newest values.
public enum ExplorePage {
  /// What somebody asked and what came of it.
  public struct Inquiry: Sendable {
    /// The expression; empty before anything was asked.
    public var expression: String
    /// How far back, in ms.
    public var reach: Milliseconds
    /// The series found, each with its points.
    public var series: [MatrixSeries]
    /// What is wrong with the expression; nil when it was answered.
    public var error: String?

    /// A question with its answer.
    public init(
      expression: String, reach: Milliseconds, series: [MatrixSeries] = [], error: String? = nil
    ) {
      self.expression = expression
      self.reach = reach
      self.series = series
      self.error = error
    }
  }

  /// The choices of how far back to look, with their names.
  public static let reaches: [(name: String, length: Milliseconds)] = [
    ("15m", 900_000), ("1h", 3_600_000), ("3h", 10_800_000), ("6h", 21_600_000),
  ]
  /// Charts that are drawn.
  private static let chartsMax = 12

  /// The page of a question, with the names of the metrics held.
  public static func render(_ inquiry: Inquiry, metrics: [String]) -> String {
    let frame = PageFrame(title: "Explore", tab: .explore)
    return frame.render(
      """
      <h1>Explore</h1>
      \(form(inquiry, metrics))\
      \(inquiry.error.map { "<p class=\"problem\" role=\"alert\">\(Escaping.html($0))</p>" } ?? "")
      \(inquiry.expression.isEmpty ? list(metrics) : answer(inquiry))
      """)
  }

  private static func form(_ inquiry: Inquiry, _ metrics: [String]) -> String {
    let options = reaches.map { name, length in
      "<option value=\"\(name)\"\(length == inquiry.reach ? " selected" : "")>last \(name)</option>"
    }
    let names = metrics.prefix(1000).map { "<option value=\"\(Escaping.html($0))\">" }
    return """
      <form class="ask" method="get" action="/explore">
      <label for="expr">Expression</label>
      <input id="expr" name="expr" list="metrics" spellcheck="false" autocomplete="off" \
      value="\(Escaping.html(inquiry.expression))" placeholder="sum by (service) (rate(…[5m]))">
      <label class="hidden" for="range">Range</label>
      <select id="range" name="range">\(options.joined())</select>
      <button class="primary">Ask</button>
      <datalist id="metrics">\(names.joined())</datalist>
      </form>

      """
  }

  private static func list(_ metrics: [String]) -> String {
    guard !metrics.isEmpty else { return "<p class=\"lead\">No series has arrived yet.</p>\n" }
    let items = metrics.map {
      "<li><a href=\"/explore?expr=\(Escaping.query($0))\"><code>\(Escaping.html($0))</code></a></li>\n"
    }
    return "<section class=\"long\"><h2>Metrics</h2>\n<ul class=\"columns\">\n"
      + items.joined() + "</ul></section>\n"
  }

  private static func answer(_ inquiry: Inquiry) -> String {
    guard inquiry.error == nil else { return "" }
    guard !inquiry.series.isEmpty else {
      return "<p class=\"lead\">No series satisfies it in this range.</p>\n"
    }
    let charts = inquiry.series.prefix(chartsMax).enumerated().compactMap { index, series in
      chart(series, index, inquiry.expression)
    }
    let count = inquiry.series.count
    let note =
      count > chartsMax ? "<p class=\"soft\">The first \(chartsMax) of \(count) series.</p>" : ""
    return "<section class=\"long\">\(note)\n\(charts.joined())</section>\n"
  }

  private static func chart(_ series: MatrixSeries, _ index: Int, _ expression: String) -> String? {
    var times: [Int64] = []
    var values: [Double] = []
    for point in series.points {
      guard case .float(let value) = point.value else { continue }
      times.append(point.time.milliseconds)
      values.append(value)
    }
    guard let last = values.last else { return nil }
    let name = series.labels.pairs.isEmpty ? expression : series.labels.description
    let window = EvidenceWindow(
      labels: series.labels, title: "\(name)  \(Quantity.text(last))", times: times, values: values)
    return ChartHTML.figure(Report.Chart(window: window), id: "series-\(index)")
  }
}
