import Glibc
import Model
import Rules

/// Proposals about capacity, changes and the practice itself, each from what the record shows.
extension Prevention {
  /// An earlier warning than this is worth a rule of its own.
  static let leadMin: Milliseconds = 2 * 60_000
  /// What a bound must leave above the most that was normal, as a share of it.
  static let quietMargin = 1.15

  /// A resource passed a lower bound well before its alert fired, and never did so while all was
  /// well: a bound there would have warned in time.
  func earlier(_ titles: WindowTitles, _ incident: Incident) -> [Report.Prevention] {
    var proposals: [Report.Prevention] = []
    for entry in titles.entries {
      guard let alert = entry.alert, let expression = entry.window.expression,
        let bound = alert.measure.threshold ?? entry.window.threshold, alert.firstValue >= bound,
        alert.signal == .saturation,
        let warning = warning(entry.window, before: alert, below: bound, incident)
      else { continue }
      let subject = Subject(alert)
      guard !subject.quantity.isEmpty else { continue }
      let what = subject.quantity + (alert.service.map { " of \($0)" } ?? "")
      let level = spoken(warning.bound, subject.unit)
      let rule = """
              - alert: \(alert.alert)Early
                threshold:
                  of: \(yamlQuoted(expression))
                  above: \(warning.bound)
                  clear: \(rounded((warning.bound + warning.quiet) / 2))
                for: 30s
                labels: {severity: warning}
        """
      proposals.append(
        Report.Prevention(
          because: "\(what) passed \(level) at \(warning.time.clock), "
            + "\(spoken(duration: alert.firedAt - warning.time)) before its alert fired, and had not "
            + "been above \(spoken(warning.quiet, subject.unit)) before",
          proposal: "Warn when the \(what) is above \(level)",
          rule: ruleFile(incident, rule), service: alert.service))
    }
    return proposals
  }

  /// The bound half-way between what was normal and the alert's own, and when it was passed for good.
  private func warning(
    _ window: EvidenceWindow, before alert: AlertRecord, below bound: Double, _ incident: Incident
  ) -> (bound: Double, quiet: Double, time: Timestamp)? {
    let calm = incident.start - 5 * 60_000
    let points = zip(window.times, window.values).filter {
      $0.1.isFinite && $0.0 <= alert.firedAt.milliseconds
    }
    let quiet = points.filter { $0.0 < calm.milliseconds }.map(\.1)
    guard quiet.count >= 20, let most = quiet.max(), most > 0 else { return nil }
    let middle = rounded((most + bound) / 2)
    guard middle >= most * Self.quietMargin, middle < bound else { return nil }
    // From the alert back to where it was last below.
    guard let below = points.lastIndex(where: { $0.1 <= middle }), below + 1 < points.count else {
      return nil
    }
    let time = Timestamp(milliseconds: points[below + 1].0)
    return alert.firedAt - time >= Self.leadMin ? (middle, most, time) : nil
  }

  /// Two significant digits: what a person would write into a rule.
  private func rounded(_ value: Double) -> Double {
    guard value != 0, value.isFinite else { return value }
    let scale = pow(10, 1 - log10(value.magnitude).rounded(.down))
    return (value * scale).rounded() / scale
  }

  /// What had to be made larger by hand in the middle of it.
  func capacity(_ incident: Incident, _ changes: [ChangeEvent]) -> [Report.Prevention] {
    changes.filter { change in
      ChangeKind(change.kind) == .scaling && change.time >= incident.start
        && change.time <= incident.end ?? incident.openedAt
        && (incident.services.contains(change.service) || context.graph.services.isEmpty)
    }.map { change in
      let into = spoken(duration: change.time - incident.start)
      let size = change.version.map { "Keep \(change.service) at \($0)" } ?? "Keep the new size"
      return Report.Prevention(
        because: "\(ChangeSentence.sentence(change)) only \(into) into the incident",
        proposal: "\(size) until its load is measured, and scale it before the next peak",
        service: change.service)
    }
  }

  /// A change that is a suspect goes through a gate the next time.
  func gate(_ suspects: [Suspect]) -> [Report.Prevention] {
    for suspect in suspects {
      guard case .change(let change) = suspect.cause else { continue }
      let place = suspect.rank == 1 ? "the most probable cause" : "a suspect"
      return [
        Report.Prevention(
          because: "the change \"\(ChangeSentence.brief(change))\" is \(place)",
          proposal:
            "Put the next \(change.kind) change of \(change.service) behind a gate: "
            + "tocsin gate --service \(shellQuoted(change.service))", service: change.service)
      ]
    }
    return []
  }

  /// Nobody took it in time.
  func unanswered(_ incident: Incident, at now: Timestamp) -> [Report.Prevention] {
    guard incident.acknowledgedAt == nil,
      incident.events.contains(where: { $0.kind == .escalated })
    else { return [] }
    let waited = spoken(duration: (incident.end ?? now) - incident.openedAt)
    let level = incident.peakSeverity.rawValue
    let because =
      incident.state == .resolved
      ? "nobody acknowledged it in the \(waited) from the first alert to the end"
      : "nobody has acknowledged it in the \(waited) since the first alert"
    return [
      Report.Prevention(
        because: because,
        proposal: "Make sure that \(level) incidents reach somebody: check routes and rota")
    ]
  }

  /// Services in trouble for which the catalogue has no runbook.
  func unprepared(_ incident: Incident) -> [Report.Prevention] {
    let missing = incident.services.filter { service in
      guard let entry = context.catalogue.service(named: service) else { return false }
      return entry.links["runbook"] == nil
        && !incident.alerts.contains {
          $0.service == service && $0.annotations["runbook_url"] != nil
        }
    }
    guard let first = missing.first else { return [] }
    return [
      Report.Prevention(
        because: "no runbook is linked for \(list(missing))",
        proposal:
          "Write down for \(list(missing)) what "
          + "\(incident.state == .resolved ? "ended" : "ends") this incident, and link it as a runbook",
        service: first)
    ]
  }
}
