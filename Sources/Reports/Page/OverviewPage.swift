public import Incidents
public import Model

/// The first page: what is wrong now, and what was lately.
public enum OverviewPage {
  /// Resolved incidents that are listed.
  private static let resolvedMax = 25

  /// The page at `now`.
  ///
  /// - Parameters:
  ///   - incidents: All that are known, in any order.
  ///   - now: The wall clock, for ages.
  /// - Returns: The whole document.
  public static func render(_ incidents: [Incident], at now: Timestamp) -> String {
    let ongoing = incidents.filter { $0.state != .resolved }.sorted {
      ($1.severity, $0.openedAt, $0.id) < ($0.severity, $1.openedAt, $1.id)
    }
    let resolved = incidents.filter { $0.state == .resolved }
      .sorted { ($1.end ?? $1.openedAt, $0.id) < ($0.end ?? $0.openedAt, $1.id) }
    let worst = ongoing.map(\.severity).max()
    let frame = PageFrame(title: headline(ongoing), tab: .incidents, worst: worst)
    return frame.render(
      """
      <h1 class="state \(worst?.rawValue ?? "quiet")">\(Escaping.html(headline(ongoing)))</h1>
      \(ongoing.isEmpty ? quiet(resolved.first, now) : cards(ongoing, now))
      \(table(resolved.prefix(resolvedMax)))
      """)
  }

  private static func headline(_ ongoing: [Incident]) -> String {
    guard let worst = ongoing.map(\.severity).max() else { return "All quiet" }
    let count = ongoing.count
    return "\(count) open \(count == 1 ? "incident" : "incidents"), \(worst.rawValue)"
  }

  private static func quiet(_ last: Incident?, _ now: Timestamp) -> String {
    guard let last, let end = last.end else {
      return "<p class=\"lead\">No incident is known. Every rule is being watched.</p>\n"
    }
    let age = Moment.duration(max(0, now - end))
    return "<p class=\"lead\">The last incident ended \(Escaping.html(age)) ago.</p>\n"
  }

  private static func cards(_ incidents: [Incident], _ now: Timestamp) -> String {
    "<ul class=\"cards\">\n" + incidents.map { card($0, now) }.joined() + "</ul>\n"
  }

  private static func card(_ incident: Incident, _ now: Timestamp) -> String {
    let age = Moment.duration(max(0, now - incident.start))
    let because = incident.factors.max { $0.level < $1.level }?.because
    return """
      <li class="card \(incident.severity.rawValue)">
      <p class="eyebrow">\(badge(incident.severity))<span>\(incident.state.rawValue)</span>\
      <span>for \(Escaping.html(age))</span>\(target(incident, now))</p>
      <h2><a href="/incidents/\(incident.id)">\(Escaping.html(incident.title))</a></h2>
      \(because.map { "<p>\(Escaping.prose($0))</p>\n" } ?? "")\
      <p class="soft">\(Escaping.html(incident.services.joined(separator: ", ")))</p>
      </li>

      """
  }

  /// By when somebody must have answered, or who did.
  private static func target(_ incident: Incident, _ now: Timestamp) -> String {
    if incident.acknowledgedAt != nil {
      let who = incident.acknowledgedBy ?? "somebody"
      return "<span>taken by \(Escaping.html(who))</span>"
    }
    guard let due = incident.respondBy else { return "" }
    guard due > now else {
      return "<span class=\"overdue\">nobody has answered yet</span>"
    }
    return "<span>answer within \(Escaping.html(Moment.duration(due - now)))</span>"
  }

  private static func table(_ incidents: some Collection<Incident>) -> String {
    guard !incidents.isEmpty else { return "" }
    let rows = incidents.map { incident in
      """
      <tr><td>\(badge(incident.peakSeverity))</td>\
      <td><a href="/incidents/\(incident.id)">\(Escaping.html(incident.title))</a></td>\
      <td>\(timeElement(incident.start))</td>\
      <td class="number">\(Escaping.html(Moment.duration(incident.duration(at: incident.start))))</td>\
      <td>\(Escaping.html(Words.state(incident.state, incident.ending)))</td></tr>

      """
    }
    return """
      <section class="long">
      <h2>Lately resolved</h2>
      <table class="stack">
      <thead><tr><th>Peak</th><th>Incident</th><th>Start</th><th class="number">Lasted</th>\
      <th>End</th></tr></thead>
      <tbody>
      \(rows.joined())</tbody>
      </table>
      </section>
      """
  }
}
