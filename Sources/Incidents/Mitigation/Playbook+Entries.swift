import Model
import Rules

/// The steps that operators wrote down, with what the incident says filled in.
extension Playbook {
  /// The steps of every entry that the incident calls for, in the order of the file.
  func written(for incident: Incident) -> [NextStep] {
    context.catalogue.playbooks.flatMap { entry -> [NextStep] in
      guard let service = service(calling: entry.match, incident) else { return [] }
      let change = suspectedChange(entry.match, incident)
      let values = Self.values(incident, service, change)
      return entry.steps.compactMap { step in
        guard let kind = NextStep.Kind(rawValue: step.kind) else { return nil }
        var next = NextStep(
          kind, service: service, text: Self.filled(step.text, values) { $0 },
          commands: step.commands.map { Self.filled($0, values, shellQuoted) })
        if let run = step.run {
          next.hook = NextStep.Hook(
            arguments: run.map { Self.filled($0, values) { $0 } }, timeLimit: step.timeLimit)
        }
        next.playbook = entry.name
        return next
      }
    }
  }

  /// The service that an entry is about in this incident; nil when the entry does not apply.
  private func service(calling match: PlaybookEntry.Match, _ incident: Incident) -> String? {
    if let least = match.severity, incident.severity < least { return nil }
    let change = suspectedChange(match, incident)
    if !match.changes.isEmpty && change == nil { return nil }
    let alerts = incident.alerts.filter { alert in
      (match.signals.isEmpty || match.signals.contains(alert.signal.rawValue))
        && match.alert?.matches(["alert": alert.alert]) ?? true
        && (match.services.isEmpty || match.services.contains(alert.service ?? "")
          || !match.changes.isEmpty)
    }
    let wantsAlert = !match.signals.isEmpty || match.alert != nil
    if wantsAlert && alerts.isEmpty { return nil }
    let concerned = incident.services + incident.suspects.map(\.service)
    if !match.services.isEmpty { return match.services.first(where: concerned.contains) }
    if let change { return change.service }
    return (wantsAlert ? alerts.compactMap(\.service).first : nil) ?? incident.services.first
  }

  /// The suspected change of a kind that an entry names, or simply the most suspected one.
  private func suspectedChange(
    _ match: PlaybookEntry.Match, _ incident: Incident
  ) -> ChangeEvent? {
    let wanted = match.changes.map { ChangeKind($0) }
    for suspect in incident.suspects {
      guard case .change(let change) = suspect.cause else { continue }
      let fits =
        match.changes.isEmpty || match.changes.contains(change.kind)
        || wanted.contains(ChangeKind(change.kind)) && ChangeKind(change.kind) != .other
      if fits, match.services.isEmpty || match.services.contains(change.service) { return change }
    }
    return nil
  }

  private static func values(
    _ incident: Incident, _ service: String, _ change: ChangeEvent?
  ) -> [String: String] {
    var values = ["service": service, "incident": incident.id]
    values["kind"] = change?.kind
    values["version"] = change?.version
    values["previous"] = change?.previousVersion
    return values
  }

  /// `text` with its placeholders replaced; `<previous>` stands for what nobody knows.
  ///
  /// Values are not looked into again: what an event says can never become a placeholder.
  private static func filled(
    _ text: String, _ values: [String: String], _ quote: (String) -> String
  ) -> String {
    var out = ""
    var rest = Substring(text)
    while let start = rest.firstIndex(of: "{"), let end = rest[start...].firstIndex(of: "}") {
      let name = String(rest[rest.index(after: start)..<end])
      out += rest[..<start]
      if PlaybookEntry.placeholders.contains(name) {
        out += values[name].map(quote) ?? "<\(name)>"
      } else {
        out += rest[start...end]
      }
      rest = rest[rest.index(after: end)...]
    }
    return out + rest
  }
}
