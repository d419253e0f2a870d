import Model

/// Chooses, of all the series of the services in trouble, those that a report cannot do without.
public enum EvidenceChoice {
  /// At most this many.
  public static let max = 6

  /// The metrics that suspicion rests on, then resources that ran out while no rule watched them;
  /// in the order of their labels.
  ///
  /// `windows` say for themselves whether a rule watches them.
  public static func telling(
    _ windows: [EvidenceWindow], of incident: Incident
  ) -> [EvidenceWindow] {
    var chosen: [EvidenceWindow] = []
    for suspect in incident.suspects {
      guard case .metric(let service, let metric) = suspect.cause else { continue }
      let named = windows.filter { $0.service == service && $0.labels.metricName == metric }
      // Of many instances the one that moved most.
      let moved = named.max { movement($0, incident) < movement($1, incident) }
      if let moved, !chosen.contains(moved) { chosen.append(moved) }
    }
    chosen += windows.filter { window in
      window.isWatched == false && Signal(metric: window.labels) == .saturation
        && isUsedUp(window) && !chosen.contains(window)
    }
    return chosen.prefix(max).sorted {
      ($0.service ?? "", $0.labels) < ($1.service ?? "", $1.labels)
    }
  }

  /// A share that came near its end.
  private static func isUsedUp(_ window: EvidenceWindow) -> Bool {
    let values = window.values.filter(\.isFinite)
    guard let most = values.max(), let least = values.min() else { return false }
    return least >= 0 && most <= 1.05 && most >= Prevention.usedUp
      && least < Prevention.proposedBound
  }

  /// How far a series moved after the start, by the range it had before.
  private static func movement(_ window: EvidenceWindow, _ incident: Incident) -> Double {
    let start = incident.start.milliseconds
    let points = zip(window.times, window.values).filter { $0.1.isFinite }
    let before = points.filter { $0.0 < start }.map(\.1)
    let since = points.filter { $0.0 >= start }.map(\.1)
    guard let low = before.min(), let high = before.max() else { return 0 }
    let usual = Swift.max(high - low, 1e-9)
    return since.map { Swift.max($0 - high, low - $0) / usual }.max() ?? 0
  }
}
