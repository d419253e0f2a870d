import Model
import Rules

/// The drawings of a report: one chart for each telling series, and who was in trouble when.
extension ReportBuilder {
  /// The series of services in trouble first, those that deviate before the others.
  func charts(
    of incident: Incident, _ titles: WindowTitles, _ cause: Report.RootCause,
    _ changes: [ChangeEvent]
  ) -> [Report.Chart] {
    let order = cause.deviations.map(\.metric)
    func rank(_ entry: WindowTitles.Entry) -> (Int, Int, Int, Labels) {
      let window = entry.window
      let service = window.service.flatMap(incident.services.firstIndex) ?? incident.services.count
      let place = order.firstIndex(of: window.labels) ?? order.count
      return (entry.alert == nil ? 1 : 0, service, place, window.labels)
    }
    return titles.entries.filter { !isShown($0, in: titles.entries) }
      .sorted { rank($0) < rank($1) }.prefix(Self.chartsMax).map { entry in
        let window = entry.window
        let own = incident.alerts.filter { $0.id == entry.alert?.id }
        let alerts = own.isEmpty ? incident.alerts.filter { $0.service == window.service } : own
        return Report.Chart(
          window: window,
          alerts: alerts.map {
            Report.Span(name: $0.alert, start: $0.activeSince, end: $0.endedAt)
          },
          changes: marks(
            changes, from: Timestamp(milliseconds: window.times.first ?? .max),
            to: Timestamp(milliseconds: window.times.last ?? .min)))
      }
  }

  /// True for a bare metric of which an alert's series shows the same.
  private func isShown(_ entry: WindowTitles.Entry, in all: [WindowTitles.Entry]) -> Bool {
    guard entry.alert == nil, let name = entry.window.labels.metricName else { return false }
    return all.contains { other in
      other.alert != nil && other.window.service == entry.window.service
        && other.window.expression.map { mentions($0, name) } ?? false
    }
  }

  /// True when an expression names a metric, as a whole word.
  private func mentions(_ expression: String, _ metric: String) -> Bool {
    expression.split { !($0.isLetter || $0.isNumber || $0 == "_" || $0 == ":") }
      .contains { $0 == metric[...] }
  }

  /// Who was in trouble when, how grave it was, and what was changed meanwhile.
  func overview(
    of incident: Incident, _ changes: [ChangeEvent], at now: Timestamp
  ) -> Report.Overview {
    let verified = incident.events.last { $0.kind == .resolved }?.time
    let end = max(verified ?? incident.end ?? now, incident.openedAt)
    // Room on both sides, and for the changes that are suspected.
    let suspected = incident.suspects.compactMap { suspect -> Timestamp? in
      guard case .change(let change) = suspect.cause else { return nil }
      return change.time
    }
    let start = ([incident.start] + suspected).min() ?? incident.start
    let margin = max(60_000, (end - start) / 20)
    var overview = Report.Overview(from: start - margin, to: end + margin)
    overview.lanes = incident.services.map { service in
      Report.Lane(
        service: service,
        spans: incident.alerts.filter { $0.service == service }.map {
          Report.Span(name: $0.alert, start: $0.activeSince, end: $0.endedAt)
        })
    }
    for event in incident.events where [.opened, .severity, .reopened].contains(event.kind) {
      if let severity = event.severity {
        overview.grades.append(Report.Grade(severity: severity, from: event.time))
      }
    }
    overview.end = incident.end
    overview.changes = marks(changes, from: overview.from, to: overview.to)
    return overview
  }

  private func marks(
    _ changes: [ChangeEvent], from start: Timestamp, to end: Timestamp
  ) -> [Report.Mark] {
    changes.filter { $0.time >= start && $0.time <= end }.map {
      Report.Mark(name: ChangeSentence.brief($0), time: $0.time)
    }
  }
}
