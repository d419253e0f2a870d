import Model
import Rules

/// Proposals that would have caught the incident sooner or prevented it, with the rules to add.
struct Prevention {
  let context: IncidentContext

  /// A ratio that peaked here or higher was used up.
  static let usedUp = 0.95
  /// Where a proposed rule on a ratio alerts, and where it clears.
  static let proposedBound = 0.7
  static let proposedClear = 0.6
  /// A detection slower than this is worth a proposal.
  static let slowDetection: Milliseconds = 5 * 60_000

  /// The proposals for an incident, the most concrete first.
  func proposals(
    for incident: Incident, windows titles: WindowTitles, suspects: [Suspect],
    changes: [ChangeEvent], at now: Timestamp
  ) -> [Report.Prevention] {
    let windows = titles.windows
    let proposals =
      unwatched(windows, incident) + earlier(titles, incident)
      + silentCause(suspects, windows, incident) + vanished(incident)
      + capacity(incident, changes) + gate(suspects) + slow(incident)
      + unanswered(incident, at: now)
      + unprepared(incident)
    var seen: Set<String> = []
    return proposals.filter { seen.insert($0.proposal).inserted }.map { proposal in
      var proposal = proposal
      proposal.because = context.opening(proposal.because)
      return proposal
    }
  }

  /// A resource that was used up while no rule watched it.
  private func unwatched(
    _ windows: [EvidenceWindow], _ incident: Incident
  ) -> [Report.Prevention] {
    windows.filter { window in
      window.threshold == nil && window.upper == nil && window.isWatched != true
        && window.expression == nil
        && Signal(metric: window.labels) == .saturation && isRatio(window)
        && (window.values.filter(\.isFinite).max() ?? 0) >= Self.usedUp
    }.sorted { $0.labels < $1.labels }.map { window in
      let peak = window.values.filter(\.isFinite).max() ?? 0
      let bound = spoken(Self.proposedBound, .ratio)
      return Report.Prevention(
        because: "\(window.title) peaked at \(spoken(peak, .ratio)), and no rule watches it",
        proposal: "Alert when \(window.title) is above \(bound)",
        rule: thresholdRule(window, incident: incident), service: window.service)
    }
  }

  private func isRatio(_ window: EvidenceWindow) -> Bool {
    if let unit = window.unit { return unit == "ratio" }
    let values = window.values.filter(\.isFinite)
    return !values.isEmpty && values.allSatisfy { $0 >= 0 && $0 <= 1.05 }
  }

  /// The metric that points at the cause has neither bound nor band: give it one.
  private func silentCause(
    _ suspects: [Suspect], _ windows: [EvidenceWindow], _ incident: Incident
  ) -> [Report.Prevention] {
    for suspect in suspects {
      guard case .metric(let service, let metric) = suspect.cause,
        let window = windows.first(where: {
          $0.service == service && $0.labels.metricName == metric
        }), window.threshold == nil, window.upper == nil, window.isWatched != true,
        !incident.alerts.contains(where: { $0.service == service })
      else { continue }
      return [
        Report.Prevention(
          because: "\(metric) of \(service) points at the cause, and no alert of \(service) fired",
          proposal: "Alert when \(metric) of \(service) leaves its normal range",
          rule: baselineRule(window, incident: incident), service: service)
      ]
    }
    return []
  }

  private func vanished(_ incident: Incident) -> [Report.Prevention] {
    let silent = incident.alerts.filter { $0.ending == .vanished }
    return Array(Set(silent.compactMap(\.service))).sorted().map { service in
      let matchers = context.matchers(of: service).map(\.description).joined(separator: ",")
      let rule = ruleFile(
        incident,
        """
              - alert: \(camelCase(service))DataMissing
                expr: \(yamlQuoted("absent(up{\(matchers)})"))
                for: 2m
                labels: {service: \(yamlQuoted(service)), severity: warning}
        """)
      return Report.Prevention(
        because: "the data of \(service) stopped during the incident",
        proposal: "Alert when the data of \(service) stops", rule: rule, service: service)
    }
  }

  private func slow(_ incident: Incident) -> [Report.Prevention] {
    let delay = incident.openedAt - incident.start
    guard delay >= Self.slowDetection, let first = incident.alerts.first else { return [] }
    return [
      Report.Prevention(
        because: "it took \(spoken(duration: delay)) from the first symptom to the first alert",
        proposal: "Shorten `for` of \(first.alert), or add a baseline rule beside it",
        service: first.service)
    ]
  }

  // MARK: Rule text

  func thresholdRule(_ window: EvidenceWindow, incident: Incident) -> String? {
    guard let name = window.labels.metricName else { return nil }
    return ruleFile(
      incident,
      """
            - alert: \(camelCase(name))High
              threshold:
                of: \(yamlQuoted(window.labels.description))
                above: \(Self.proposedBound)
                clear: \(Self.proposedClear)
              for: 1m
              labels: {\(serviceLabel(window))severity: warning}
      """)
  }

  func baselineRule(_ window: EvidenceWindow, incident: Incident) -> String? {
    guard let name = window.labels.metricName else { return nil }
    return ruleFile(
      incident,
      """
            - alert: \(camelCase(name))Deviates
              baseline:
                of: \(yamlQuoted(window.labels.description))
              for: 1m
              labels: {\(serviceLabel(window))severity: warning}
      """)
  }

  func ruleFile(_ incident: Incident, _ rule: String) -> String {
    "groups:\n  - name: after-incident-\(incident.id)\n    rules:\n\(rule)\n"
  }

  func serviceLabel(_ window: EvidenceWindow) -> String {
    window.service.map { "service: \(yamlQuoted($0)), " } ?? ""
  }

  /// `db_pool_in_use` as an alert's name: DbPoolInUse.
  func camelCase(_ name: String) -> String {
    words(of: name).map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
  }

  /// A YAML scalar in single quotes, in which only the quote itself needs care.
  func yamlQuoted(_ text: String) -> String {
    "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''") + "'"
  }
}
