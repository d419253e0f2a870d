public import Incidents
import Model

/// A report as one HTML file that needs nothing else: style and charts are inside, there is no script.
///
///     try write(HTMLReport.render(report), to: "report.html")
///
/// Follows the reader's light or dark setting, prints, and fits a telephone. Equal reports give equal
/// bytes. Foreign text is escaped, and the page forbids itself to load or run anything.
public enum HTMLReport {
  /// The whole document.
  public static func render(_ report: Report) -> String {
    HTMLDocument.html(title: report.title, body: body(report))
  }

  /// What stands in the body, for a page that has its own head with `styleSheet`.
  public static func fragment(_ report: Report) -> String { body(report) }

  /// The style of the document and of fragments.
  public static var styleSheet: String { StyleSheet.text }

  private static func body(_ report: Report) -> String {
    let parts = [
      head(report), NextStepsHTML.section(report.nextSteps), severity(report.factors),
      impact(report.impact), timeline(report.timeline), RootCauseHTML.section(report),
      section("Resolution", passages(report.resolution, orElse: "Not resolved yet.")),
      prevention(report.prevention), actionItems(report.actionItems), foot(report),
    ]
    return parts.filter { !$0.isEmpty }.joined(separator: "\n")
  }

  // MARK: - Sections

  private static func head(_ report: Report) -> String {
    var facts = [
      ("Start", Moment.full(report.start)), ("End", report.end.map(Moment.full) ?? "ongoing"),
      ("Duration", Moment.duration(report.duration)),
      ("Detected after", Moment.duration(report.timeToDetect)),
      (
        "Acknowledged after",
        report.timeToAcknowledge.map(Moment.duration) ?? "not acknowledged"
      ),
    ]
    if report.currentSeverity != report.severity && report.state != .resolved {
      facts.insert(("Severity now", report.currentSeverity.rawValue), at: 0)
    }
    if let predecessor = report.predecessor { facts.append(("Same trouble before", predecessor)) }
    let list = facts.map { "<div><dt>\($0.0)</dt><dd>\(text($0.1))</dd></div>\n" }.joined()
    let hero = report.charts.first.map { ChartHTML.figure($0, id: "chart-1") } ?? ""
    return """
      <header>
      <section>
      <p class="eyebrow"><span class="badge \(report.severity.rawValue)">\(report.severity.rawValue)\
      </span><span>\(text(Words.state(report.state, report.ending)))</span>\
      <span>incident <code>\(Escaping.html(report.incident))</code></span></p>
      <h1>\(text(report.title))</h1>
      \(report.summary.map { "<p class=\"lead\">\(passage($0))</p>\n" }.joined())\
      <dl class="facts">
      \(list)</dl>
      \(OverviewHTML.figure(report.overview))\(hero)</section>
      \(contents(report))</header>
      """
  }

  /// Links to the sections, for a page that is open beside others.
  private static func contents(_ report: Report) -> String {
    var titles = [
      "Impact", "Timeline", "Root cause", "Resolution", "Prevention", "Action items",
    ]
    if !report.factors.isEmpty { titles.insert("Severity", at: 0) }
    if !report.nextSteps.isEmpty { titles.insert("Next steps", at: 0) }
    let links = titles.map { "<a href=\"#\(anchor($0))\">\($0)</a>" }.joined(separator: "\n")
    return "<nav class=\"sections\" aria-label=\"Sections\">\n\(links)\n</nav>\n"
  }

  private static func anchor(_ title: String) -> String {
    title.lowercased().split(separator: " ").joined(separator: "-")
  }

  private static func severity(_ factors: [SeverityFactor]) -> String {
    guard !factors.isEmpty else { return "" }
    let rows = factors.map { factor in
      let estimate = factor.isEstimate ? "<span class=\"estimate\">estimate</span>" : ""
      let counter =
        factor.counterfactual.map { "<span class=\"meta\">\(text($0))</span>" } ?? ""
      return """
        <tr><td>\(Words.factor(factor.factor))</td>\
        <td><span class="level \(factor.level.rawValue)">\(factor.level.rawValue)</span></td>\
        <td>\(text(Words.because(factor)))\(estimate)\(counter)</td></tr>

        """
    }
    return section(
      "Severity",
      """
      <table class="stack factors">
      <thead><tr><th>Factor</th><th>Level</th><th>Because</th></tr></thead>
      <tbody>
      \(rows.joined())</tbody>
      </table>

      """)
  }

  private static func impact(_ impact: Report.Impact) -> String {
    let services = impact.services.map { service in
      let tier = service.tier.map { " <span class=\"soft\">\(text($0))</span>" } ?? ""
      return "<li><span class=\"name\">\(text(service.service))</span>\(tier): "
        + "\(text(service.text))</li>\n"
    }.joined()
    return section(
      "Impact",
      """
      <dl class="impact">
      <dt>Users affected</dt><dd>\(impact.usersAffected.map(passage) ?? "not known")</dd>
      <dt>Services affected</dt><dd>\(services.isEmpty ? "not known" : "<ul>\(services)</ul>")</dd>
      <dt>Data impact</dt><dd>\(impact.dataImpact.map(passage) ?? "not known")</dd>
      </dl>

      """)
  }

  private static func timeline(_ entries: [TimelineEntry]) -> String {
    guard !entries.isEmpty else { return section("Timeline", "<p>Nothing was recorded.</p>\n") }
    let isShort = Words.areWholeMinutes(entries.map(\.time))
    var out = ""
    var day = ""
    for entry in entries {
      let newDay = Moment.day(entry.time)
      if newDay != day {
        out += (day.isEmpty ? "" : "</ol>\n") + "<p class=\"day\">\(newDay), UTC</p>\n"
        out += "<ol class=\"timeline\">\n"
      }
      day = newDay
      out += """
        <li class="\(entry.kind.rawValue)"><time datetime="\(entry.time)">\
        \(Moment.clock(entry.time, seconds: !isShort))</time><span class="dot"></span>\
        <span class="text">\(text(entry.text))</span></li>

        """
    }
    return section("Timeline", out + "</ol>\n", isLong: true)
  }

  private static func prevention(_ proposals: [Report.Prevention]) -> String {
    guard !proposals.isEmpty else { return section("Prevention", "<p>Nothing proposed.</p>\n") }
    let list = proposals.map { proposal in
      let rule = proposal.rule.map { "<pre><code>\(Escaping.html($0))</code></pre>" } ?? ""
      return "<li><span class=\"name\">\(text(proposal.proposal))</span>"
        + "<span class=\"meta\">\(text(proposal.because))</span>\(rule)</li>\n"
    }.joined()
    return section("Prevention", "<ul class=\"proposals\">\n\(list)</ul>\n")
  }

  private static func actionItems(_ items: [ActionItem]) -> String {
    guard !items.isEmpty else { return section("Action items", "<p>None.</p>\n") }
    let list = items.map { item in
      let owner = item.owner.map { "owner \(text($0))" } ?? "no owner"
      let due = item.due.map { "due \(Moment.date($0))" } ?? "no date"
      return """
        <li class="\(item.state.rawValue)"><span class="box" role="img" \
        aria-label="\(item.state.rawValue)"></span><span><span class="what">\(text(item.text))</span>\
        \(item.isDraft ? draft : "")<span class="meta">\(owner) · \(due)</span></span></li>

        """
    }.joined()
    return section("Action items", "<ul class=\"items\">\n\(list)</ul>\n")
  }

  private static func foot(_ report: Report) -> String {
    """
    <footer><p>Made from the record of incident <code>\(Escaping.html(report.incident))</code> as of \
    \(Moment.full(report.madeAt)). All times are UTC.</p></footer>

    """
  }

  // MARK: - Pieces

  static let draft = "<span class=\"draft\">draft</span>"

  static func section(_ title: String, _ content: String, isLong: Bool = false) -> String {
    "<section id=\"\(anchor(title))\"\(isLong ? " class=\"long\"" : "")>\n<h2>\(title)</h2>\n"
      + "\(content)</section>\n"
  }

  static func passages(_ passages: [Report.Passage], orElse placeholder: String) -> String {
    passages.isEmpty
      ? "<p>\(placeholder)</p>\n" : passages.map { "<p>\(passage($0))</p>\n" }.joined()
  }

  static func passage(_ passage: Report.Passage) -> String {
    text(passage.text) + (passage.isDraft ? draft : "")
  }

  static func text(_ text: String) -> String { Escaping.prose(text) }
}
