import Model
import Rules

/// The questions a responder asks first, asked by the book at the right moments.
extension IncidentBook {
  /// How long to wait at least between two looks at the metrics of an open incident.
  static let investigationInterval: Milliseconds = 60_000
  /// After a look this share of the incident's age passes before the next one: the older it is, the
  /// less a few new samples say.
  static let investigationShare: Int64 = 2

  /// True when newer samples or alerts may change the findings.
  func isInvestigationDue(_ index: Int, at tick: Timestamp) -> Bool {
    guard let last = active[index].investigatedAt else { return true }
    let age = last - active[index].incident.openedAt
    return tick - last >= max(Self.investigationInterval, age / Self.investigationShare)
  }

  /// Looks at the metrics of the services in trouble and of what they depend on.
  mutating func investigate(
    _ index: Int, at tick: Timestamp, context: IncidentContext,
    measuring source: some MeasurementSource
  ) {
    guard active[index].incident.mergedInto == nil else { return }
    active[index].investigatedAt = tick
    let old = active[index].incident
    let near = neighbourhood(of: old, context: context)
    let from = old.start - context.settings.evidenceMargin
    // Of a system that has only just been watched there is nothing to compare with.
    let windows =
      source.hasPast(of: near, before: old.start - Investigation.guardTime)
      ? source.windows(of: near, from: from, to: tick) : []
    let findings = Investigation(context: context).findings(
      for: old, windows: windows, changes: changes, limits: limits,
      remembering: &active[index].memory.pasts)
    active[index].incident.deviations = findings.deviations
    active[index].incident.suspects = findings.suspects
    active[index].incident.stayedNormal = findings.stayedNormal
    let steps = Playbook(context: context).steps(for: active[index].incident, changes: changes)
    active[index].incident.nextSteps = steps
    active[index].name(context: context)
    if findings.deviations != old.deviations || findings.suspects != old.suspects
      || steps != old.nextSteps || active[index].incident.services != old.services
    {
      active[index].isTouched = true
    }
  }

  /// The services in trouble, then what they depend on, nearest first.
  private func neighbourhood(of incident: Incident, context: IncidentContext) -> [String] {
    var names = incident.services
    for service in incident.services {
      for next in context.graph.reachable(from: service) where !names.contains(next) {
        names.append(next)
      }
    }
    return Array(names.prefix(limits.investigatedServices))
  }

  /// Writes the changes near an incident into its timeline, each once.
  ///
  /// One that was known before it mattered is told at the present tick, unless `moment` says when.
  mutating func tellChanges(
    _ index: Int, context: IncidentContext, at moment: Timestamp? = nil
  ) {
    guard active[index].incident.mergedInto == nil, !changes.isEmpty else { return }
    let from = active[index].incident.start - context.settings.changeWindow
    for change in changes
    where change.time >= from && !active[index].toldChanges.contains(change.id) {
      guard isNear(change.service, active[index].incident, context: context) else { continue }
      active[index].toldChanges.append(change.id)
      active[index].toldChanges.sort()
      let text = ChangeSentence.told(change)
      let opened = active[index].incident.openedAt
      active[index].append(
        .change, at: max(change.time, opened, moment ?? now), text, subject: change.id,
        limits: limits)
      active[index].tell(
        TimelineEntry(time: change.time, kind: .change, text: text, service: change.service),
        limits: limits)
    }
  }

  /// How long before the start of an incident a log may begin to tell of it, in ms.
  static let logLead: Milliseconds = 300_000

  /// Writes what logs near an incident began to say into its timeline, each once.
  mutating func tellLogFindings(_ index: Int, context: IncidentContext) {
    guard active[index].incident.mergedInto == nil, !logFindings.isEmpty else { return }
    let from = active[index].incident.start - Self.logLead
    for finding in logFindings where finding.time >= from {
      let told = active[index].incident.logFindings ?? []
      guard told.count < limits.logFindings else { return }
      guard !told.contains(finding),
        finding.service.map({ isNear($0, active[index].incident, context: context) }) ?? true
      else { continue }
      active[index].incident.logFindings = told + [finding]
      active[index].tell(
        TimelineEntry(
          time: finding.time, kind: .symptom, text: LogSentence.told(finding),
          service: finding.service), limits: limits)
      active[index].isTouched = true
    }
  }

  /// True for a service in trouble and for one that such a service depends on; without a catalogue
  /// nobody knows what depends on what, so every service is near.
  private func isNear(
    _ name: String, _ incident: Incident, context: IncidentContext
  ) -> Bool {
    if context.graph.services.isEmpty { return true }
    return incident.services.contains { service in
      service == name || context.graph.distance(from: service, to: name) != nil
    }
  }
}

extension IncidentCase {
  /// Brings order of services and title up to date: the presumed cause comes first.
  mutating func name(context: IncidentContext) {
    var onset: [String: Timestamp] = [:]
    for index in register.places.indices {
      guard let service = register.places[index].example.service,
        let first = register.places[index].onsets.first?.time
      else { continue }
      onset[service] = min(onset[service] ?? first, first)
    }
    let names = onset.keys.sorted()
    func depth(_ name: String) -> Int {
      names.count { $0 != name && context.graph.distance(from: name, to: $0) != nil }
    }
    let suspected = incident.suspects.first?.service
    let ranked = names.map { name in
      (name == suspected ? -1 : depth(name), onset[name] ?? incident.start, name)
    }
    incident.services = ranked.sorted(by: <).map(\.2)
    let title = self.title(isCauseKnown: suspected != nil || names.contains { depth($0) > 0 })
    if title != incident.title {
      incident.title = title
      isTouched = true
    }
  }

  /// The sentence of the first alert; for several services who is in trouble, and the presumed cause.
  private mutating func title(isCauseKnown: Bool) -> String {
    let services = incident.services
    guard services.count > 1 else {
      guard let first = incident.alerts.first else { return "Incident" }
      if let known = memory.titled, known.alert == first { return known.title }
      let title = capitalised(AlertSentence.fired(first))
      memory.titled = (first, title)
      return title
    }
    let shown = isCauseKnown ? Array(services.dropFirst()) : services
    let named = shown.count <= 3 ? list(shown) : "\(shown.count) services"
    let trouble = "\(named) in trouble"
    return isCauseKnown ? "\(trouble), probably because of \(services[0])" : trouble
  }
}
