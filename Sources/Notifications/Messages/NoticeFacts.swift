import Incidents
import Model
import Rules

/// What templates of messages can speak of: `.Severity`, `.Services`, `.NextSteps` and so on.
enum NoticeFacts {
  /// The context of a notice's templates.
  static func context(of notice: Notice) -> TemplateContext {
    TemplateContext(facts: plain(notice) + lists(notice), time: notice.time)
  }

  private static func plain(_ notice: Notice) -> [(name: String, value: TemplateFact)] {
    let incident = notice.incident
    let clock = { (time: Timestamp?) in
      TemplateFact.text(time.map { self.clock($0, notice.time) } ?? "")
    }
    let isOverdue = incident.respondBy.map { $0 <= notice.time } ?? false
    return [
      ("Stage", .text(notice.stage.rawValue)),
      ("Time", .text(notice.time.description)),
      ("Clock", .text(notice.time.clock)),
      ("ID", .text(incident.id)),
      ("Title", .text(incident.title)),
      ("Severity", .text(incident.severity.rawValue)),
      ("PreviousSeverity", .text(notice.previousSeverity?.rawValue ?? "")),
      ("PeakSeverity", .text(incident.peakSeverity.rawValue)),
      ("IsGraver", .flag(notice.previousSeverity.map { incident.severity > $0 } ?? true)),
      ("State", .text(incident.state.rawValue)),
      ("Ending", .text(incident.ending?.rawValue ?? "")),
      ("Service", .text(incident.services.first ?? "")),
      ("Services", .list(incident.services.map(TemplateFact.text))),
      ("ServiceList", .text(enumeration(incident.services))),
      ("Start", clock(incident.start)),
      ("End", clock(incident.end)),
      ("Duration", .text(duration(incident.duration(at: notice.time)))),
      ("RespondBy", clock(incident.respondBy)),
      ("IsOverdue", .flag(isOverdue)),
      ("IsAcknowledged", .flag(incident.acknowledgedAt != nil)),
      ("AcknowledgedBy", .text(incident.acknowledgedBy ?? "")),
      ("MergedInto", .text(incident.mergedInto ?? "")),
      ("Predecessor", .text(incident.predecessor ?? "")),
      ("IsFlapping", .flag(incident.isFlapping)),
      ("Escalations", .count(notice.escalations)),
      ("Episodes", .count(incident.episodes.count)),
      ("AlertCount", .count(notice.alertCount)),
      ("URL", .text(notice.links.first { $0.name == "incident" }?.url ?? "")),
    ]
  }

  private static func lists(_ notice: Notice) -> [(name: String, value: TemplateFact)] {
    let incident = notice.incident
    let enough = min(incident.severity, .medium)
    let factors = incident.tellingFactors.filter { $0.level >= enough }
    let ordered = factors.enumerated().sorted {
      ($1.element.level, $0.offset) < ($0.element.level, $1.offset)
    }.map(\.element)
    return [
      (
        "Factors",
        .list(
          ordered.map {
            .record([
              ("Name", .text($0.factor.rawValue.replacing("_", with: " "))),
              ("Level", .text($0.level.rawValue)), ("Because", .text($0.because)),
            ])
          })
      ),
      ("Suspects", .list(incident.suspects.prefix(3).map(suspect))),
      (
        "NextSteps",
        .list(
          incident.nextSteps.prefix(3).map {
            .record([
              ("Kind", .text($0.kind.rawValue)), ("Service", .text($0.service)),
              ("Text", .text($0.text)), ("Commands", .list($0.commands.map(TemplateFact.text))),
            ])
          })
      ),
      (
        "News",
        .list(
          notice.news.map { .record([("Clock", .text($0.time.clock)), ("Text", .text($0.text))]) })
      ),
      ("Alerts", .list(incident.alerts.map { alert($0, at: notice.time) })),
      (
        "Links",
        .list(notice.links.map { .record([("Name", .text($0.name)), ("URL", .text($0.url))]) })
      ),
    ]
  }

  private static func suspect(_ suspect: Suspect) -> TemplateFact {
    let what =
      switch suspect.cause {
      case .change(let change):
        "change of \(change.service)" + (change.version.map { " to \($0)" } ?? "")
      case .metric(let service, let metric): "\(service): \(metric)"
      }
    return .record([
      ("Rank", .count(suspect.rank)), ("Service", .text(suspect.service)), ("What", .text(what)),
      ("Because", .text(suspect.because.first ?? "")),
    ])
  }

  private static func alert(_ alert: AlertRecord, at time: Timestamp) -> TemplateFact {
    .record([
      ("Name", .text(alert.alert)), ("Service", .text(alert.service ?? "")),
      ("IsFiring", .flag(alert.isFiring)), ("Value", .number(alert.lastValue)),
      ("Since", .text(clock(alert.activeSince, time))),
      ("Summary", .text(alert.annotations["summary"] ?? "")),
      ("Description", .text(alert.annotations["description"] ?? "")),
      ("Labels", .text(alert.labels.removing("alertname").description)),
    ])
  }

  // MARK: Words

  /// "14:30 UTC", with the date when it is not that of `now`.
  static func clock(_ time: Timestamp, _ now: Timestamp) -> String {
    let (day, today) = (time.description.prefix(10), now.description.prefix(10))
    return (day == today ? "" : "\(day) ") + time.clock.prefix(5) + " UTC"
  }

  /// "12 s", "5 min", "2 h 10 min", "3 d 4 h".
  static func duration(_ length: Milliseconds) -> String {
    let seconds = max(0, length / 1000)
    switch seconds {
    case ..<60: return "\(seconds) s"
    case ..<3600: return "\(seconds / 60) min"
    case ..<86_400: return "\(seconds / 3600) h" + rest(seconds % 3600 / 60, "min")
    default: return "\(seconds / 86_400) d" + rest(seconds % 86_400 / 3600, "h")
    }
  }

  private static func rest(_ count: Int64, _ unit: String) -> String {
    count == 0 ? "" : " \(count) \(unit)"
  }

  /// "a", "a and b", "a, b and c".
  static func enumeration(_ names: [String]) -> String {
    guard let last = names.last, names.count > 1 else { return names.first ?? "" }
    return names.dropLast().joined(separator: ", ") + " and " + last
  }
}
