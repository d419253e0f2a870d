public import Incidents
import Model

/// One incident: its report, and what a person can do.
public enum IncidentPage {
  /// The page of an incident with its report.
  public static func render(_ incident: Incident, _ report: Report) -> String {
    let worst = incident.state == .resolved ? nil : incident.severity
    let frame = PageFrame(title: incident.title, tab: nil, worst: worst)
    return frame.render(
      """
      <p class="crumb"><a href="/">Incidents</a></p>
      \(actions(incident))\
      \(HTMLReport.fragment(report))
      \(items(report))
      """)
  }

  /// The action items with a button each, and a line for a new one.
  private static func items(_ report: Report) -> String {
    let path = "/incidents/\(report.incident)/actions"
    let rows = report.actionItems.map { item in
      let (state, word): (ActionItem.State, String) =
        item.state == .open ? (.done, "Done") : (.open, "Reopen")
      let owner = item.owner.map { " · \(Escaping.html($0))" } ?? ""
      let due = item.due.map { " · due \(Moment.date($0))" } ?? ""
      let text = Escaping.html(item.text)
      return """
        <form method="post" action="\(path)/\(Escaping.html(item.id))">\
        <button name="state" value="\(state.rawValue)">\(word)</button>\
        <span>\(item.state == .open ? text : "<s>\(text)</s>")\(owner)\(due)</span></form>
        """
    }
    return """
      <section class="items"><h2>Tick action items</h2>
      \(rows.joined(separator: "\n"))
      <form method="post" action="\(path)">
      <label for="item">New</label>
      <input id="item" name="text" required maxlength="1000" autocomplete="off" \
      placeholder="What is to be done">
      <input name="owner" maxlength="100" aria-label="Owner" placeholder="Owner">
      <input name="due" type="date" aria-label="Due">
      <button>Add</button>
      </form></section>
      """
  }

  private static func actions(_ incident: Incident) -> String {
    let path = "/incidents/\(incident.id)"
    var buttons = ""
    if incident.state == .open {
      buttons += """
        <form method="post" action="\(path)/acknowledge">\
        <button class="primary">Acknowledge</button></form>

        """
    }
    if incident.state != .resolved {
      buttons += """
        <form method="post" action="\(path)/resolve"><button>Resolve</button></form>

        """
    }
    let report = "/api/v1/incidents/\(incident.id)/report"
    return """
      <div class="actions">
      \(buttons)<form method="post" action="\(path)/note" class="note">
      <label for="text">Note</label>
      <input id="text" name="text" required maxlength="4000" autocomplete="off" \
      placeholder="What you see, or what you do">
      <button>Add</button>
      </form>
      <span class="downloads"><a href="\(report)?format=markdown">Markdown</a> \
      <a href="\(report)?format=html">HTML</a></span>
      </div>

      """
  }
}
