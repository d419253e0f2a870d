public import Engine
import Model
import Rules

/// Rules and their states, group by group.
public enum RulesPage {
  /// The page of the groups in force.
  public static func render(_ groups: [GroupStatus]) -> String {
    let rules = groups.flatMap(\.rules)
    let firing = rules.count { $0.state == .firing }
    let failing = rules.count { $0.health == .err }
    let frame = PageFrame(title: "Rules", tab: .rules)
    return frame.render(
      """
      <h1>Rules</h1>
      <p class="lead">\(rules.count) rules in \(groups.count) groups, \(firing) firing\
      \(failing > 0 ? ", <b class=\"level critical\">\(failing) failing</b>" : "").</p>
      \(groups.map(section).joined())
      """)
  }

  private static func section(_ group: GroupStatus) -> String {
    let last = group.lastEvaluation.map { "last tick \(timeElement($0))" } ?? "not evaluated yet"
    let cost = String(group.evaluationNanoseconds / 1000)
    return """
      <section class="long">
      <h2>\(Escaping.html(group.name))</h2>
      <p class="soft">every \(Escaping.html(Moment.duration(group.interval))), \(last), \
      \(cost) µs\(group.file.map { ", <code>\(Escaping.html($0))</code>" } ?? "")</p>
      <table class="stack rules">
      <thead><tr><th>State</th><th>Rule</th><th class="number">Alerts</th></tr></thead>
      <tbody>
      \(group.rules.map(row).joined())</tbody>
      </table>
      </section>

      """
  }

  private static func row(_ status: RuleStatus) -> String {
    let rule = status.rule
    let state =
      status.health == .err
      ? "failing" : rule.isAlert ? status.state.rawValue : "records"
    let hold =
      rule.timing.hold > 0
      ? " <span class=\"soft\">for \(Moment.duration(rule.timing.hold))</span>" : ""
    let error =
      status.lastError.map { "<p class=\"level critical\">\(Escaping.html($0))</p>" } ?? ""
    let query = "\(rule.expression)"
    return """
      <tr><td><span class="chip \(state)">\(state)</span></td>\
      <td><b class="name">\(Escaping.html(rule.name))</b>\(hold)<br>\
      <a class="query" href="/explore?expr=\(Escaping.query(query))"><code>\(Escaping.html(query))\
      </code></a>\(error)\(alerts(status))</td>\
      <td class="number">\(rule.isAlert ? String(status.alerts.count) : "")</td></tr>

      """
  }

  private static func alerts(_ status: RuleStatus) -> String {
    guard !status.alerts.isEmpty else { return "" }
    let lines = status.alerts.prefix(20).map { alert in
      "<li><span class=\"chip \(alert.state.rawValue)\">\(alert.state.rawValue)</span> "
        + "<code>\(Escaping.html(alert.labels.description))</code> "
        + "<span class=\"soft\">\(Quantity.text(alert.value)) since "
        + "\(timeElement(alert.activeSince))</span></li>\n"
    }
    let more =
      status.alerts.count > 20 ? "<li class=\"soft\">and \(status.alerts.count - 20) more</li>" : ""
    return "<ul class=\"alerts\">\n\(lines.joined())\(more)</ul>"
  }
}
