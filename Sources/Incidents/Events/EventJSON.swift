public import Model
public import Rules

/// The JSON events of standard output, one line each without the line break.
///
/// Every line begins with `v`, `event` and `at`; what follows depends on the kind. Fields that do
/// not apply are left out, never null, save numbers that are not finite.
public enum EventJSON {
  /// The version of the events' form.
  public static let version = 1
  /// Alerts listed in one event of an incident; where there are more, `alert_count` says how many.
  static let alertsMax = 50

  /// `alert.pending`, `alert.firing` or `alert.resolved`.
  public static func line(_ transition: AlertTransition, service: String? = nil) -> String {
    var json = JSONWriter()
    write(transition, service: service, to: &json)
    return json.text
  }

  /// `incident.opened`, `.severity`, `.updated`, `.resolved` or `.reopened`.
  public static func line(_ change: IncidentChange) -> String {
    var json = JSONWriter()
    write(change, to: &json)
    return json.text
  }

  /// `change`.
  public static func line(_ change: ChangeEvent) -> String {
    var json = JSONWriter()
    write(event: change, to: &json)
    return json.text
  }

  /// Writes what `line` gives of a transition into a writer that is used again and again.
  public static func write(
    _ transition: AlertTransition, service: String? = nil, to json: inout JSONWriter
  ) {
    write("alert.\(transition.kind.rawValue)", at: transition.time, to: &json) { json in
      json.field("id", AlertRecord.id(of: transition))
      json.field("group", transition.group)
      json.field("alert", transition.alert)
      json.field("service", service)
      json.field("labels", transition.labels)
      json.field("annotations", transition.annotations)
      json.field("value", transition.value)
      json.field("active_since", transition.activeSince)
      json.field("ending", transition.ending?.rawValue)
      write(transition.measure, to: &json)
    }
  }

  /// Writes what `line` gives of a change to an incident.
  public static func write(_ change: IncidentChange, to json: inout JSONWriter) {
    let incident = change.incident
    write("incident.\(change.kind.rawValue)", at: change.time, to: &json) { json in
      json.field("incident", incident.id)
      json.field("severity", incident.severity.rawValue)
      json.field("peak_severity", incident.peakSeverity.rawValue)
      json.field("title", incident.title)
      json.field("services", incident.services)
      json.field("state", incident.state.rawValue)
      json.field("ending", incident.ending?.rawValue)
      json.field("start", incident.start)
      json.field("end", incident.end)
      json.field("duration_seconds", incident.end.map { Double($0 - incident.start) / 1000 })
      json.field("respond_by", incident.respondBy)
      json.field("acknowledged_by", incident.acknowledgedBy)
      json.field("predecessor", incident.predecessor)
      json.field("merged_into", incident.mergedInto)
      if incident.isFlapping { json.field("flapping", true) }
      json.key("alerts")
      json.array { json in
        for alert in incident.alerts.prefix(alertsMax) { write(alert, to: &json) }
      }
      if incident.alerts.count > alertsMax { json.field("alert_count", incident.alerts.count) }
      json.key("factors")
      json.array { json in for factor in incident.factors { write(factor, to: &json) } }
      json.key("suspects")
      json.array { json in for suspect in incident.suspects { write(suspect, to: &json) } }
      if let found = incident.logFindings {
        json.key("log_findings")
        json.array { json in for finding in found { write(finding, to: &json) } }
      }
      json.key("next_steps")
      json.array { json in for step in incident.nextSteps { write(step, to: &json) } }
      json.key("events")
      json.array { json in for event in change.events { write(event, to: &json) } }
    }
  }

  /// Writes what `line` gives of a change to the system.
  public static func write(event change: ChangeEvent, to json: inout JSONWriter) {
    write("change", at: change.time, to: &json) { json in
      json.field("id", change.id)
      write(change, to: &json)
    }
  }

  /// `summary`: the last line of a run.
  public static func line(_ summary: RunSummary) -> String {
    var json = JSONWriter()
    write("summary", at: summary.end, to: &json) { json in
      json.field("start", summary.start)
      json.field("end", summary.end)
      json.field("samples", summary.samples)
      json.field("series", summary.series)
      json.field("ticks", summary.ticks)
      json.field("bad_lines", summary.badLines)
      json.field("late_samples", summary.lateSamples)
      json.field("conflicting_samples", summary.conflictingSamples)
      json.key("incidents")
      json.object { json in
        for level in Severity.allCases.reversed() {
          json.field(level.rawValue, summary.incidents.count { $0.peakSeverity == level })
        }
        json.field("total", summary.incidents.count)
        json.field("open", summary.incidents.count { $0.state != .resolved })
      }
    }
    return json.text
  }

  private static func write(
    _ event: String, at time: Timestamp, to json: inout JSONWriter,
    _ body: (inout JSONWriter) -> Void
  ) {
    json.object { json in
      json.field("v", version)
      json.field("event", event)
      json.field("at", time)
      body(&json)
    }
  }
}

/// What a run has read and found, for its last event.
public struct RunSummary: Hashable, Sendable {
  /// The first event time read.
  public var start: Timestamp
  /// The last event time read.
  public var end: Timestamp
  /// Samples read.
  public var samples: Int64
  /// Series seen.
  public var series: Int64
  /// Ticks evaluated.
  public var ticks: Int64
  /// Lines that could not be read.
  public var badLines: Int64
  /// Samples that came after their ticks were evaluated, and were left out.
  public var lateSamples: Int64 = 0
  /// Samples that gave a series another value at a time it had one for, and were left out.
  public var conflictingSamples: Int64 = 0
  /// Every incident of the run, merged ones left out.
  public var incidents: [Incident]

  /// The summary of a run.
  public init(
    start: Timestamp, end: Timestamp, samples: Int64, series: Int64, ticks: Int64, badLines: Int64,
    incidents: [Incident]
  ) {
    self.start = start
    self.end = end
    self.samples = samples
    self.series = series
    self.ticks = ticks
    self.badLines = badLines
    self.incidents = incidents
  }
}
