import Incidents
import Model

/// The words that all forms of a report share.
enum Words {
  static func factor(_ kind: SeverityFactor.Kind) -> String {
    switch kind {
    case .usersAffected: "users affected"
    case .availability: "availability"
    case .dataAtRisk: "data at risk"
    case .security: "security"
    case .degradation: "degradation"
    case .scope: "scope"
    case .capacity: "capacity"
    case .declared: "declared"
    case .workaround: "workaround"
    }
  }

  /// Why a factor is at its level, for where the level stands beside it.
  static func because(_ factor: SeverityFactor) -> String {
    let level = " → \(factor.level.rawValue)"
    return factor.because.hasSuffix(level)
      ? String(factor.because.dropLast(level.count)) : factor.because
  }

  /// What stayed normal, for a list that says in its heading that it did.
  static func normal(_ sentence: String) -> String {
    let end = " stayed normal"
    return sentence.hasSuffix(end) ? String(sentence.dropLast(end.count)) : sentence
  }

  /// "resolved, verified" or "open".
  static func state(_ state: IncidentState, _ ending: IncidentEnding?) -> String {
    guard state == .resolved, let ending else { return state.rawValue }
    return switch ending {
    case .cleared: "resolved: conditions cleared"
    case .vanished: "ended: its data stopped"
    case .verified: "resolved and verified"
    case .relapsed: "relapsed"
    }
  }

  static func suspect(_ cause: Suspect.Cause) -> String {
    switch cause {
    case .change(let change):
      let versions = [change.previousVersion, change.version].compactMap(\.self)
        .joined(separator: " → ")
      return "\(change.kind) change of \(change.service)"
        + (versions.isEmpty ? "" : " (\(versions))")
    case .metric(let service, let metric): return "\(service): \(metric)"
    }
  }

  static func step(_ kind: NextStep.Kind) -> String {
    switch kind {
    case .rollback: "roll back"
    case .scale: "scale"
    case .failover: "fail over"
    case .hotfix: "hotfix"
    case .investigate: "look closer"
    }
  }

  /// True when every moment is on a whole minute, so that seconds would say nothing.
  static func areWholeMinutes(_ times: some Sequence<Timestamp>) -> Bool {
    times.allSatisfy { $0.milliseconds % 60_000 == 0 }
  }
}
