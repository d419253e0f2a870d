import Model
import Rules

/// The objects inside events.
extension EventJSON {
  static func write(_ measure: AlertTransition.Measure, to json: inout JSONWriter) {
    guard measure != AlertTransition.Measure() else { return }
    json.key("measure")
    json.object { json in
      json.field("threshold", measure.threshold)
      json.field("level", measure.level?.rawValue)
      json.field("expected", measure.expected)
      json.field("lower", measure.lower)
      json.field("upper", measure.upper)
      json.field("score", measure.score)
      json.field("channel", measure.channel)
      json.field("recurrence_seconds", measure.recurrence.map { Double($0) / 1000 })
      json.field("exhausted_in_seconds", measure.exhaustedIn.map { Double($0) / 1000 })
    }
  }

  static func write(_ alert: AlertRecord, to json: inout JSONWriter) {
    json.object { json in
      json.field("id", alert.id)
      json.field("alert", alert.alert)
      json.field("service", alert.service)
      json.field("labels", alert.labels)
      json.field("active_since", alert.activeSince)
      json.field("fired_at", alert.firedAt)
      json.field("ended_at", alert.endedAt)
      json.field("ending", alert.ending?.rawValue)
      json.field("value", alert.lastValue)
    }
  }

  static func write(_ factor: SeverityFactor, to json: inout JSONWriter) {
    json.object { json in
      json.field("factor", factor.factor.rawValue)
      json.field("level", factor.level.rawValue)
      json.field("because", factor.because)
      json.field("value", factor.value)
      if factor.isEstimate { json.field("estimate", true) }
      json.field("counterfactual", factor.counterfactual)
    }
  }

  static func write(_ suspect: Suspect, to json: inout JSONWriter) {
    json.object { json in
      json.field("rank", suspect.rank)
      json.field("service", suspect.service)
      switch suspect.cause {
      case .metric(_, let metric): json.field("metric", metric)
      case .change(let change):
        json.key("change")
        json.object { json in
          json.field("id", change.id)
          json.field("at", change.time)
          write(change, to: &json)
        }
      }
      json.field("score", suspect.score)
      json.field("because", suspect.because)
    }
  }

  static func write(_ finding: LogFinding, to json: inout JSONWriter) {
    json.object { json in
      json.field("at", finding.time)
      json.field("kind", finding.kind.rawValue)
      json.field("service", finding.service)
      json.field("level", finding.level.rawValue)
      json.field("pattern", finding.pattern)
      json.field("count", Int64(finding.count))
      json.field("span_seconds", Double(finding.span) / 1000)
      if finding.kind == .surging { json.field("usual_max", Int64(finding.usualMax)) }
      json.field("sample", finding.sample)
    }
  }

  static func write(_ step: NextStep, to json: inout JSONWriter) {
    json.object { json in
      json.field("kind", step.kind.rawValue)
      json.field("service", step.service)
      json.field("text", step.text)
      json.field("commands", step.commands)
    }
  }

  static func write(_ event: IncidentEvent, to json: inout JSONWriter) {
    json.object { json in
      json.field("id", event.id)
      json.field("kind", event.kind.rawValue)
      json.field("at", event.time)
      json.field("text", event.text)
      json.field("author", event.author)
      json.field("severity", event.severity?.rawValue)
      json.field("ending", event.ending?.rawValue)
      json.field("subject", event.subject)
    }
  }

  /// The fields of a change, without its time and id.
  static func write(_ change: ChangeEvent, to json: inout JSONWriter) {
    json.field("service", change.service)
    json.field("kind", change.kind)
    json.field("version", change.version)
    json.field("previous_version", change.previousVersion)
    json.field("summary", change.summary)
    json.field("link", change.link)
  }
}
