public import Model
import Rules

/// Answers what a responder asks first: what changed, what deviates, what is the cause, what is not.
public struct Investigation: Sendable {
  private let context: IncidentContext

  /// The answers, each list in its defined order.
  public struct Findings: Hashable, Sendable {
    /// Metrics that left their range, by onset, then strength, then depth in the graph.
    public var deviations: [Deviation] = []
    /// Changes and metrics that may be the cause, most probable first.
    public var suspects: [Suspect] = []
    /// What stayed normal, one sentence for each service.
    public var stayedNormal: [String] = []
  }

  /// An investigation in the system of `context`.
  public init(context: IncidentContext) {
    self.context = context
  }

  /// A symptom precedes its alert by the window of its rate: what lies within this time before the
  /// start is neither normal nor abnormal.
  static let guardTime: Milliseconds = 120_000

  /// The findings for an incident, from the series around its start and the changes known.
  public func findings(
    for incident: Incident, windows: [EvidenceWindow], changes: [ChangeEvent],
    limits: IncidentLimits = IncidentLimits()
  ) -> Findings {
    var memory = PastMemory()
    return findings(
      for: incident, windows: windows, changes: changes, limits: limits, remembering: &memory)
  }

  /// The findings of one look among several, which have what was before the incident in common.
  func findings(
    for incident: Incident, windows: [EvidenceWindow], changes: [ChangeEvent],
    limits: IncidentLimits, remembering memory: inout PastMemory
  ) -> Findings {
    var histories = histories(of: windows, cutAt: incident.start)
    memory.recall(&histories)
    let scanned = histories.map(DeviationScan.deviation)
    let measured = scanned.compactMap(\.self)
    var findings = Findings()
    findings.deviations = Array(
      sorted(measured + alerted(incident, beside: measured)).prefix(limits.deviations))
    let candidates = candidates(incident, histories)
    findings.suspects = suspects(
      for: incident, candidates, deviations: findings.deviations, changes: changes
    ).prefix(limits.suspects).enumerated().map { index, suspect in
      Suspect(suspect.cause, rank: index + 1, score: suspect.score, because: suspect.because)
    }
    findings.stayedNormal = stayedNormal(histories, scanned)
    return findings
  }

  /// The windows cut at the start; a metric's name is read once for all its series.
  private func histories(of windows: [EvidenceWindow], cutAt cut: Timestamp) -> [MetricHistory] {
    var senses: [String: MetricSense] = [:]
    var histories: [MetricHistory] = []
    histories.reserveCapacity(windows.count)
    // Windows come in the order of their labels, so most are of the metric of the one before.
    var last: (name: String, sense: MetricSense)?
    for window in windows {
      let name = window.labels.metricName ?? window.labels.description
      if last?.name != name {
        let sense = senses[name] ?? MetricSense(window.labels)
        senses[name] = sense
        last = (name, sense)
      }
      guard let sense = last?.sense,
        let history = MetricHistory(window, as: sense, cutAt: cut, guardTime: Self.guardTime)
      else { continue }
      histories.append(history)
    }
    return histories
  }

  /// Alerts whose series were not among the windows are deviations too.
  private func alerted(_ incident: Incident, beside measured: [Deviation]) -> [Deviation] {
    let known = Set(measured.compactMap(\.service))
    return incident.alerts.indices.compactMap { index in
      // Of most alerts the series were among the windows, and the service is all that is asked.
      if let service = incident.alerts[index].service, known.contains(service) { return nil }
      let alert = incident.alerts[index]
      let bound = alert.measure.expected ?? alert.measure.threshold
      let ratio = bound.flatMap { $0 != 0 ? abs(alert.firstValue / $0) : nil }
      let strength = alert.measure.score ?? ratio ?? 1
      return Deviation(
        service: alert.service, metric: alert.labels, onset: alert.activeSince,
        strength: strength.isFinite ? max(0, strength) : 1, channel: "threshold",
        direction: alert.firstValue < (bound ?? -.infinity) ? .below : .above,
        expected: alert.measure.expected, observed: alert.firstValue)
    }
  }

  private func sorted(_ deviations: [Deviation]) -> [Deviation] {
    deviations.sorted { a, b in
      if a.onset != b.onset { return a.onset < b.onset }
      if a.strength != b.strength { return a.strength > b.strength }
      return ((a.service ?? ""), a.metric) < ((b.service ?? ""), b.metric)
    }
  }

  /// Where the trouble is felt: the service in trouble that depends on all the others.
  private func symptom(of incident: Incident) -> RootCause.Symptom? {
    let services = Set(incident.alerts.compactMap(\.service)).sorted()
    let top = services.first { service in
      services.allSatisfy { context.graph.distance(from: service, to: $0) != nil }
    }
    guard let top else { return nil }
    let felt = incident.alerts.first { $0.service == top && $0.signal.travels }
    return RootCause.Symptom(service: top, signal: felt?.signal)
  }

  /// The services that may be the cause: from the metrics where they are known, else from which
  /// alerting service the others depend on.
  private func candidates(
    _ incident: Incident, _ histories: [MetricHistory]
  ) -> [RootCause.Candidate] {
    let measured = RootCause.rank(
      histories, graph: context.graph, symptom: symptom(of: incident))
    if !measured.isEmpty { return measured }
    let services = Set(incident.alerts.compactMap(\.service)).sorted()
    let depths = services.map { service in
      services.count { $0 != service && context.graph.distance(from: service, to: $0) != nil }
    }
    guard services.count > 1, let deepest = depths.min(), depths.contains(where: { $0 > deepest })
    else { return [] }
    let deep = zip(services, depths).filter { $0.1 == deepest }.map(\.0)
    return deep.compactMap { service in
      guard let alert = incident.alerts.first(where: { $0.service == service }) else { return nil }
      let callers = services.filter {
        $0 != service && context.graph.distance(from: $0, to: service) != nil
      }
      return RootCause.Candidate(
        service: service, metric: alert.labels, score: 1 / Double(deep.count),
        evidence: 0,
        onset: alert.activeSince,
        because: [AlertSentence.fired(alert), "\(list(callers)) depend on it, not the other way"])
    }
  }

  /// What was looked at and stayed in its range, service by service; `scanned` has the deviation of
  /// each history that left it.
  private func stayedNormal(
    _ histories: [MetricHistory], _ scanned: [Deviation?]
  ) -> [String] {
    var judged: [String: Judgement] = [:]
    for index in histories.indices
    where histories[index].before.count >= DeviationScan.beforeMin {
      judged[histories[index].service, default: Judgement()].add(
        histories[index].name, isWell: scanned[index] == nil)
    }
    return judged.sorted { $0.key < $1.key }.compactMap { service, known in
      guard known.well > 0 else { return nil }
      if known.well == known.count {
        return "\(service): every metric looked at stayed normal (\(known.count))"
      }
      let names = known.names.sorted()
      let shown = names.prefix(5) + (names.count > 5 ? ["\(names.count - 5) more"] : [])
      return "\(service): \(list(Array(shown))) stayed normal"
    }
  }

  /// How many of a service's metrics were looked at, and which stayed in their range.
  private struct Judgement {
    var count = 0
    var well = 0
    var names: Set<String> = []

    mutating func add(_ name: String, isWell: Bool) {
      count += 1
      guard isWell else { return }
      well += 1
      names.insert(name)
    }
  }

  // MARK: Suspects

  /// Changes and services in one list.
  ///
  /// A change that came shortly before the trouble, to the
  /// service whose own metrics went wrong after it, outranks the bare metrics of that service.
  private func suspects(
    for incident: Incident, _ candidates: [RootCause.Candidate], deviations: [Deviation],
    changes: [ChangeEvent]
  ) -> [Suspect] {
    let firstOnset = min(deviations.first?.onset ?? incident.start, incident.start)
    var suspects: [Suspect] = candidates.map { candidate in
      Suspect(
        .metric(
          service: candidate.service,
          metric: candidate.metric.metricName ?? candidate.metric["alertname"]
            ?? candidate.metric.description), rank: 0,
        score: Self.metricWeight * candidate.score, because: candidate.because)
    }
    let from = firstOnset - context.settings.changeWindow
    for change in changes where change.time >= from && change.time <= incident.start {
      if let suspect = suspect(change, incident, candidates, deviations, onset: firstOnset) {
        suspects.append(suspect)
      }
    }
    return suspects.sorted {
      if $0.score != $1.score { return $0.score > $1.score }
      return $0.service < $1.service
    }
  }

  /// What the bare metrics of a service weigh against a change to it at the right moment.
  private static let metricWeight = 0.6
  /// A change this long before the trouble weighs half of one right before it.
  private static let changeHalfTime: Milliseconds = 15 * 60_000

  /// A change as a suspect: nearness in time, times how well it explains where the trouble is.
  private func suspect(
    _ change: ChangeEvent, _ incident: Incident, _ candidates: [RootCause.Candidate],
    _ deviations: [Deviation], onset firstOnset: Timestamp
  ) -> Suspect? {
    let ahead = max(0, firstOnset - change.time)
    let nearness = 1 / (1 + Double(ahead) / Double(Self.changeHalfTime))
    var because = [
      "\(ChangeSentence.sentence(change)) \(spoken(duration: ahead)) before the trouble"
    ]
    var place = 0.05
    let trouble = incident.services
    if let first = candidates.first, first.service == change.service {
      place = 1
      because.append("\(change.service) is where the metrics point")
    } else if trouble.contains(change.service) {
      let isExplained = candidates.first.map {
        context.graph.distance(from: change.service, to: $0.service) != nil
      }
      place = candidates.isEmpty ? 1 : isExplained ?? false ? 0.3 : 0.5
      because.append("\(change.service) is one of the services in trouble")
    } else if let hops = trouble.compactMap({
      context.graph.distance(from: $0, to: change.service)
    }).min() {
      place = 0.5 / Double(hops)
      because.append(
        "services in trouble depend on \(change.service), \(counted(hops, "step")) away")
    } else if context.graph.services.isEmpty {
      place = 0.5
    }
    let own = deviations.filter { $0.service == change.service }
    if let first = own.first?.onset, first < change.time {
      place *= 0.1
      because.append("but \(change.service) deviated before it, from \(first.clock) on")
    }
    if ChangeKind(change.kind).isRemedy { place *= 0.3 }
    let score = nearness * place
    return score >= 0.02 ? Suspect(.change(change), rank: 0, score: score, because: because) : nil
  }
}
