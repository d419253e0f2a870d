public import Model

/// How the program itself does.
public enum HealthPage {
  /// A target that is scraped.
  public struct Target: Sendable {
    /// Its URL.
    public var url: String
    /// Why the last scrape failed; nil when it went well or there was none.
    public var error: String?
    /// When it was last scraped; nil before the first.
    public var last: Timestamp?

    /// A target and its last scrape.
    public init(url: String, error: String? = nil, last: Timestamp? = nil) {
      self.url = url
      self.error = error
      self.last = last
    }
  }

  /// One of the program's own metrics.
  public struct Metric: Sendable {
    /// Its name, with labels.
    public var name: String
    /// Its value, as exposed.
    public var value: String
    /// What it is, in words.
    public var help: String

    /// A metric with its value.
    public init(name: String, value: String, help: String) {
      self.name = name
      self.value = value
      self.help = help
    }
  }

  /// Something that is well or not, and how it was lately.
  public struct Vital: Sendable {
    /// What it is.
    public var name: String
    /// How it is now, in words.
    public var figure: String
    /// What is wrong with it and what to do; nil when it is well.
    public var trouble: String?
    /// Unit of the history's values, as `Quantity` takes it; nil for numbers of things.
    public var unit: String?
    /// How it was, oldest first; a value that is not finite is a gap.
    public var history: [(time: Timestamp, value: Double)]

    /// Something that is well unless it is in `trouble`.
    public init(
      name: String, figure: String, trouble: String? = nil, unit: String? = nil,
      history: [(time: Timestamp, value: Double)] = []
    ) {
      self.name = name
      self.figure = figure
      self.trouble = trouble
      self.unit = unit
      self.history = history
    }
  }

  /// The page of how the program does, its metrics and the targets it scrapes.
  ///
  /// - Parameters:
  ///   - vitals: What is well and what is not, in the order to show it.
  ///   - metrics: In the order to show them.
  ///   - targets: What is scraped.
  /// - Returns: The whole document.
  public static func render(
    vitals: [Vital], metrics: [Metric], targets: [Target]
  ) -> String {
    let troubles = vitals.count { $0.trouble != nil }
    let state =
      troubles == 0
      ? "Tocsin is well"
      : "\(troubles) of \(vitals.count) need\(troubles == 1 ? "s" : "") attention"
    let rows = metrics.map { metric in
      """
      <tr><td>\(Escaping.html(metric.help)) <code class="meta">\(Escaping.html(metric.name))</code></td>\
      <td class="number">\(Escaping.html(metric.value))</td></tr>

      """
    }
    return PageFrame(title: "Health", tab: .health).render(
      """
      <h1 class="state\(troubles > 0 ? " critical" : "")">\(state)</h1>
      <section class="long">
      <h2>This program</h2>
      <table class="stack vitals">
      <thead><tr><th>State</th><th>What</th><th>Now</th><th>The last hour</th></tr></thead>
      <tbody>
      \(vitals.map(row).joined())</tbody>
      </table>
      </section>
      \(targets.isEmpty ? "" : section(targets))
      <section class="long">
      <details>
      <summary>All figures, as at <code>/metrics</code></summary>
      <table>
      <tbody>
      \(rows.joined())</tbody>
      </table>
      </details>
      </section>

      """)
  }

  private static func row(_ vital: Vital) -> String {
    let state = vital.trouble == nil ? "well" : "trouble"
    let trouble =
      vital.trouble.map { "<p class=\"level critical\">\(Escaping.html($0))</p>" } ?? ""
    let picture = SparkSVG.draw(
      vital.history, unit: vital.unit, title: "\(vital.name), the last hour")
    return """
      <tr><td><span class="chip \(state)">\(state)</span></td>\
      <td>\(Escaping.html(vital.name))</td>\
      <td><b>\(Escaping.html(vital.figure))</b>\(trouble)</td>\
      <td>\(picture)</td></tr>

      """
  }

  private static func section(_ targets: [Target]) -> String {
    let rows = targets.map { target in
      let state = target.last == nil ? "unknown" : target.error == nil ? "up" : "down"
      return """
        <tr><td><span class="chip \(state)">\(state)</span></td>\
        <td><code>\(Escaping.html(target.url))</code></td>\
        <td>\(target.last.map { timeElement($0) } ?? "")</td>\
        <td>\(Escaping.html(target.error ?? ""))</td></tr>

        """
    }
    return """
      <section class="long">
      <h2>Targets</h2>
      <table class="stack">
      <thead><tr><th>State</th><th>URL</th><th>Last scrape</th><th>Trouble</th></tr></thead>
      <tbody>
      \(rows.joined())</tbody>
      </table>
      </section>
      """
  }
}
