import Model
import Rules

/// The questions a responder asks first, asked by the book at the right moments.
extension IncidentBook {
  /// How long to wait between two looks at the metrics of an open incident.
  static let investigationInterval: Milliseconds = 120_000
  /// For how long after the opening the metrics are looked at again.
  static let investigationSpan: Milliseconds = 1_800_000

  /// True when newer samples may change the findings.
  func isInvestigationDue(_ index: Int, at tick: Timestamp) -> Bool {
    guard let last = active[index].investigatedAt else { return true }
    let isYoung = tick - active[index].incident.openedAt <= Self.investigationSpan
    return isYoung && tick - last >= Self.investigationInterval
  }

  /// Looks at the metrics of the services in trouble and of what they depend on.
  mutating func investigate(
    _ index: Int, at tick: Timestamp, context: IncidentContext,
    measuring source: some MeasurementSource
  ) {
    var item = active[index]
    guard item.incident.mergedInto == nil else { return }
    item.investigatedAt = tick
    let old = item.incident
    let near = neighbourhood(of: old, context: context)
    let from = old.start - context.settings.evidenceMargin
    let windows = source.windows(of: near, from: from, to: tick)
    let findings = Investigation(context: context).findings(
      for: old, windows: windows, changes: changes, limits: limits)
    item.incident.deviations = findings.deviations
    item.incident.suspects = findings.suspects
    item.incident.nextSteps = Playbook(context: context).steps(
      for: item.incident, changes: changes)
    item.name(context: context)
    if item.incident != old { item.isTouched = true }
    active[index] = item
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
  mutating func tellChanges(_ index: Int, context: IncidentContext) {
    var item = active[index]
    guard item.incident.mergedInto == nil else { return }
    let from = item.incident.start - context.settings.changeWindow
    for change in changes where change.time >= from && !item.toldChanges.contains(change.id) {
      guard isNear(change, item.incident, context: context) else { continue }
      item.toldChanges.append(change.id)
      item.toldChanges.sort()
      let text = ChangeSentence.told(change)
      item.append(
        .change, at: max(change.time, item.incident.openedAt), text, subject: change.id,
        limits: limits)
      item.tell(
        TimelineEntry(time: change.time, kind: .change, text: text, service: change.service),
        limits: limits)
    }
    active[index] = item
  }

  /// True for changes to a service in trouble or to one that it depends on; without a catalogue
  /// nobody knows what depends on what, so every change is near.
  private func isNear(
    _ change: ChangeEvent, _ incident: Incident, context: IncidentContext
  ) -> Bool {
    if context.graph.services.isEmpty { return true }
    return incident.services.contains { service in
      service == change.service
        || context.graph.distance(from: service, to: change.service) != nil
    }
  }
}

extension IncidentCase {
  /// Brings order of services and title up to date: the presumed cause comes first.
  mutating func name(context: IncidentContext) {
    var onset: [String: Timestamp] = [:]
    for alert in incident.alerts {
      guard let service = alert.service else { continue }
      onset[service] = min(onset[service] ?? alert.activeSince, alert.activeSince)
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
  private func title(isCauseKnown: Bool) -> String {
    let services = incident.services
    guard services.count > 1 else {
      return incident.alerts.first.map { capitalised(AlertSentence.fired($0)) } ?? "Incident"
    }
    let shown = isCauseKnown ? Array(services.dropFirst()) : services
    let named = shown.count <= 3 ? list(shown) : "\(shown.count) services"
    let trouble = "\(named) in trouble"
    return isCauseKnown ? "\(trouble), probably because of \(services[0])" : trouble
  }
}
