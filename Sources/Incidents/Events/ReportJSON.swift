public import Model

/// A report as one JSON document, for archives and for other programs.
///
/// Fields that do not apply are left out; times are RFC 3339, lengths of time in seconds. A series'
/// columns are parallel, and null marks a gap.
public enum ReportJSON {
  /// The document, without a line break at its end.
  public static func text(_ report: Report) -> String {
    var json = JSONWriter()
    json.object { json in
      json.field("v", EventJSON.version)
      json.field("incident", report.incident)
      json.field("title", report.title)
      json.field("made_at", report.madeAt)
      head(report, to: &json)
      passages("summary", report.summary, to: &json)
      json.key("factors")
      json.array { json in for factor in report.factors { EventJSON.write(factor, to: &json) } }
      impact(report.impact, to: &json)
      timeline(report.timeline, to: &json)
      rootCause(report.rootCause, to: &json)
      passages("resolution", report.resolution, to: &json)
      json.key("next_steps")
      json.array { json in for step in report.nextSteps { EventJSON.write(step, to: &json) } }
      prevention(report.prevention, to: &json)
      json.key("action_items")
      json.array { json in for item in report.actionItems { write(item, to: &json) } }
      json.key("charts")
      json.array { json in for chart in report.charts { write(chart, to: &json) } }
    }
    return json.text
  }

  /// An action item as an object.
  ///
  /// Where the item stands alone, `incident` is named, and the object is an event.
  public static func write(
    _ item: ActionItem, of incident: String? = nil, to json: inout JSONWriter
  ) {
    json.object { json in
      if incident != nil {
        json.field("v", EventJSON.version)
        json.field("event", "action")
      }
      json.field("id", item.id)
      json.field("incident", incident)
      json.field("text", item.text)
      json.field("owner", item.owner)
      json.field("due", item.due)
      json.field("state", item.state.rawValue)
      if item.isDraft { json.field("draft", true) }
    }
  }

  // MARK: Sections

  private static func head(_ report: Report, to json: inout JSONWriter) {
    json.field("severity", report.currentSeverity.rawValue)
    json.field("peak_severity", report.severity.rawValue)
    json.field("state", report.state.rawValue)
    json.field("ending", report.ending?.rawValue)
    json.field("start", report.start)
    json.field("end", report.end)
    json.field("duration_seconds", Double(report.duration) / 1000)
    json.field("time_to_detect_seconds", Double(report.timeToDetect) / 1000)
    json.field("time_to_acknowledge_seconds", report.timeToAcknowledge.map { Double($0) / 1000 })
    json.field("predecessor", report.predecessor)
  }

  private static func passages(
    _ name: String, _ passages: [Report.Passage], to json: inout JSONWriter
  ) {
    json.key(name)
    json.array { json in for passage in passages { write(passage, to: &json) } }
  }

  private static func write(_ passage: Report.Passage, to json: inout JSONWriter) {
    json.object { json in
      json.field("text", passage.text)
      if passage.isDraft { json.field("draft", true) }
    }
  }

  private static func impact(_ impact: Report.Impact, to json: inout JSONWriter) {
    json.key("impact")
    json.object { json in
      for (name, passage) in [
        ("users_affected", impact.usersAffected), ("data_impact", impact.dataImpact),
      ] {
        guard let passage else { continue }
        json.key(name)
        write(passage, to: &json)
      }
      json.key("services")
      json.array { json in
        for service in impact.services {
          json.object { json in
            json.field("service", service.service)
            json.field("tier", service.tier)
            json.field("text", service.text)
          }
        }
      }
    }
  }

  private static func timeline(_ entries: [TimelineEntry], to json: inout JSONWriter) {
    json.key("timeline")
    json.array { json in
      for entry in entries {
        json.object { json in
          json.field("at", entry.time)
          json.field("kind", entry.kind.rawValue)
          json.field("text", entry.text)
          json.field("service", entry.service)
        }
      }
    }
  }

  private static func rootCause(_ cause: Report.RootCause, to json: inout JSONWriter) {
    json.key("root_cause")
    json.object { json in
      passages("passages", cause.passages, to: &json)
      json.key("suspects")
      json.array { json in for suspect in cause.suspects { EventJSON.write(suspect, to: &json) } }
      json.key("deviations")
      json.array { json in
        for deviation in cause.deviations {
          json.object { json in
            json.field("since", deviation.onset)
            json.field("service", deviation.service)
            json.field("metric", deviation.metric)
            json.field("observed", deviation.observed)
            json.field("expected", deviation.expected)
            json.field("strength", deviation.strength)
            json.field("direction", deviation.direction.rawValue)
          }
        }
      }
      json.field("stayed_normal", cause.stayedNormal)
    }
  }

  private static func prevention(_ proposals: [Report.Prevention], to json: inout JSONWriter) {
    json.key("prevention")
    json.array { json in
      for proposal in proposals {
        json.object { json in
          json.field("because", proposal.because)
          json.field("proposal", proposal.proposal)
          json.field("rule", proposal.rule)
        }
      }
    }
  }

  private static func write(_ chart: Report.Chart, to json: inout JSONWriter) {
    let window = chart.window
    json.object { json in
      json.field("title", window.title)
      json.field("labels", window.labels)
      json.field("unit", window.unit)
      json.field("service", window.service)
      json.field("threshold", window.threshold)
      json.key("times")
      json.array { json in
        for time in window.times { json.value(Timestamp(milliseconds: time).description) }
      }
      let columns = [
        ("values", window.values as [Double]?), ("expected", window.expected),
        ("lower", window.lower), ("upper", window.upper),
      ]
      for (name, column) in columns {
        guard let column else { continue }
        json.key(name)
        json.array { json in for value in column { json.value(value) } }
      }
    }
  }
}
