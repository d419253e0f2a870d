public import Model
import Rules

/// The next steps for an incident, in the order rollback → scale → failover → hotfix.
///
/// Advice only: nothing is run. Commands name what the evidence knows; `<…>` marks the rest.
public struct Playbook: Sendable {
  let context: IncidentContext

  /// A playbook for the system of `context`.
  public init(context: IncidentContext) {
    self.context = context
  }

  /// At most this many rollbacks are proposed: more would be guessing.
  static let rollbacksMax = 2

  /// What to do about `incident`, most promising first.
  public func steps(for incident: Incident, changes: [ChangeEvent]) -> [NextStep] {
    let steps =
      written(for: incident) + rollbacks(for: incident) + scaling(for: incident, changes: changes)
      + failover(for: incident) + hotfix(for: incident)
    return steps.sorted { NextStep.Kind.order($0.kind) < NextStep.Kind.order($1.kind) }
  }

  /// The steps that operators allow to be run on request, in the order of their files.
  public func runnable(for incident: Incident) -> [NextStep] {
    written(for: incident).filter { $0.hook != nil }
  }

  /// Back to the version before each suspected change.
  private func rollbacks(for incident: Incident) -> [NextStep] {
    var steps: [NextStep] = []
    for suspect in incident.suspects {
      guard case .change(let change) = suspect.cause, !ChangeKind(change.kind).isRemedy else {
        continue
      }
      let kind = effectiveKind(of: change)
      let before = change.time <= incident.start
      let apart = spoken(duration: max(incident.start - change.time, change.time - incident.start))
      let when = before ? "\(apart) before the trouble began" : "\(apart) into the trouble"
      steps.append(
        NextStep(
          .rollback, service: change.service,
          text: "Undo the change: \(ChangeSentence.brief(change)), \(when)",
          commands: RollbackCommands.commands(for: change, as: kind)))
      if steps.count == Self.rollbacksMax { break }
    }
    return steps
  }

  /// The commands that undo `change`, in the order to run them; empty when only its owner can know.
  public func rollback(of change: ChangeEvent) -> [String] {
    RollbackCommands.commands(for: change, as: effectiveKind(of: change))
  }

  /// A bare "deploy" is undone in the way the catalogue says the service is deployed.
  private func effectiveKind(of change: ChangeEvent) -> ChangeKind {
    let kind = ChangeKind(change.kind)
    guard kind == .deploy || kind == .other else { return kind }
    return context.catalogue.service(named: change.service)?.changeKind.map(ChangeKind.init) ?? kind
  }

  /// More room for what is short.
  private func scaling(for incident: Incident, changes: [ChangeEvent]) -> [NextStep] {
    var steps: [NextStep] = []
    for service in incident.services {
      var short: Set<String> = []
      for alert in incident.alerts where alert.signal == .saturation && alert.service == service {
        short.insert(Subject(alert).quantity)
      }
      guard !short.isEmpty else { continue }
      let names = short.sorted().filter { !$0.isEmpty }
      let what = names.isEmpty ? "a resource" : list(names)
      let done = changes.last {
        $0.service == service && ChangeKind($0.kind) == .scaling && $0.time >= incident.start
      }
      let text =
        done.map {
          "Check whether the scaling at \($0.time.clock) is enough: \(what) of \(service) ran short"
        } ?? "Give \(service) more room: \(what) is short"
      steps.append(
        NextStep(
          .scale, service: service, text: text,
          commands: done == nil ? ScaleCommands.commands(for: service, kind: kind(of: service)) : []
        ))
    }
    return steps
  }

  /// Away from what is down, when a replica, zone or provider can take over.
  private func failover(for incident: Incident) -> [NextStep] {
    let down = incident.services.filter { service in
      incident.alerts.contains { $0.signal == .availability && $0.service == service }
        || incident.factors.contains {
          $0.factor == .availability && $0.because.contains(service)
        }
    }
    return down.map { service in
      NextStep(
        .failover, service: service,
        text: "Send the traffic of \(service) to a healthy replica, zone or standby",
        commands: ScaleCommands.failover(for: service, kind: kind(of: service)))
    }
  }

  /// Repair in place, at the presumed cause, with its runbook and owner.
  private func hotfix(for incident: Incident) -> [NextStep] {
    guard let service = incident.suspects.first?.service ?? incident.services.first else {
      return []
    }
    let entry = context.catalogue.service(named: service)
    let owner = entry?.owner.map { " with \($0)" } ?? ""
    let runbook = entry?.links["runbook"].map { "; runbook: \($0)" } ?? ""
    let annotated = incident.alerts.lazy.compactMap { $0.annotations["runbook_url"] }.first
    let link = runbook.isEmpty ? annotated.map { "; runbook: \($0)" } ?? "" : runbook
    return [
      NextStep(
        .hotfix, service: service,
        text: "If none of that helps, repair \(service) in place\(owner)\(link)")
    ]
  }

  private func kind(of service: String) -> ChangeKind? {
    context.catalogue.service(named: service)?.changeKind.map(ChangeKind.init)
  }
}

extension NextStep.Kind {
  /// Place in the order of trying: rollback → scale → failover → hotfix → investigate.
  static func order(_ kind: Self) -> Int { allCases.firstIndex(of: kind) ?? allCases.count }
}
