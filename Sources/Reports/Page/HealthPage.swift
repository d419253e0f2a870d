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

  /// The page of the program's own metrics and the targets it scrapes.
  ///
  /// - Parameters:
  ///   - metrics: In the order to show them.
  ///   - targets: What is scraped.
  /// - Returns: The whole document.
  public static func render(
    metrics: [Metric], targets: [Target]
  ) -> String {
    let frame = PageFrame(title: "Health", tab: .health)
    let rows = metrics.map { metric in
      """
      <tr><td>\(Escaping.html(metric.help)) <code class="meta">\(Escaping.html(metric.name))</code></td>\
      <td class="number">\(Escaping.html(metric.value))</td></tr>

      """
    }
    return frame.render(
      """
      <h1>Health</h1>
      <section class="long">
      <h2>This program</h2>
      <table>
      <tbody>
      \(rows.joined())</tbody>
      </table>
      </section>
      \(targets.isEmpty ? "" : section(targets))
      """)
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
