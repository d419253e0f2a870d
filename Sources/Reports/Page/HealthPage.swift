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

  /// The page of the program's own metrics and the targets it scrapes.
  ///
  /// - Parameters:
  ///   - metrics: Names and values, in the order to show them.
  ///   - targets: What is scraped.
  /// - Returns: The whole document.
  public static func render(
    metrics: [(name: String, value: String)], targets: [Target]
  ) -> String {
    let frame = PageFrame(title: "Health", tab: .health)
    let rows = metrics.map { name, value in
      "<tr><td>\(Escaping.html(name))</td><td class=\"number\">\(Escaping.html(value))</td></tr>\n"
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
