import Incidents
import Model

extension Difference {
  /// One JSON event a line: `diff.incident`, `diff.alert`, and at last `diff.summary`.
  public func jsonLines() -> [String] {
    incidents.map { change in
      Self.line("diff.incident", change.kinds, change.startShift, change.endShift, change.grade) {
        json in
        let incident = change.new ?? change.old
        json.field("old", change.old?.id)
        json.field("new", change.new?.id)
        json.field("title", incident?.title)
        json.field("services", incident?.services ?? [])
        json.field("severity", incident?.peakSeverity.rawValue)
        json.field("opened", incident?.openedAt)
      }
    }
      + alerts.map { change in
        Self.line("diff.alert", change.kinds, change.startShift, change.endShift, change.grade) {
          json in
          let firing = change.new ?? change.old
          json.field("alert", firing?.alert)
          json.field("service", firing?.service)
          json.field("labels", firing?.labels ?? .empty)
          json.field("old", change.old?.start)
          json.field("new", change.new?.start)
        }
      } + [summary]
  }

  private static func line(
    _ event: String, _ kinds: [Kind], _ start: Milliseconds, _ end: Milliseconds?, _ grade: Grade?,
    _ body: (inout JSONWriter) -> Void
  ) -> String {
    var json = JSONWriter()
    json.object { json in
      json.field("v", 1)
      json.field("event", event)
      json.field("differs", kinds.map(\.rawValue))
      body(&json)
      if start != 0 { json.field("starts_later_seconds", Double(start) / 1000) }
      if let end, end != 0 { json.field("ends_later_seconds", Double(end) / 1000) }
      json.field("grade_before", grade?.old)
      json.field("grade_after", grade?.new)
    }
    return json.text
  }

  private var summary: String {
    var json = JSONWriter()
    json.object { json in
      json.field("v", 1)
      json.field("event", "diff.summary")
      for (name, same, kinds) in [
        ("incidents", sameIncidents, incidents.flatMap(\.kinds)),
        ("alerts", sameAlerts, alerts.flatMap(\.kinds)),
      ] {
        json.key(name)
        json.object { json in
          json.field("same", same)
          for kind in Kind.allCases { json.field(kind.rawValue, kinds.count { $0 == kind }) }
        }
      }
    }
    return json.text
  }
}
