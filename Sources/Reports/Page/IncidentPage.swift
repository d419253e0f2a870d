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
      """)
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
