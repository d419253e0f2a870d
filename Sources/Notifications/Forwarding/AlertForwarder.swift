public import Model
public import Rules

/// What one alerting rule has to say after an evaluation.
public struct EvaluatedRule: Sendable {
  /// What tells the rule from all others, the same after a restart.
  public var id: String
  /// Where it can be looked at.
  public var generatorURL: String
  /// Its alerts that fire or were resolved not long ago (`AlertTable.telling`).
  ///
  /// Pending ones may be among them and are left out.
  public var alerts: [ActiveAlert]

  /// The alerts of a rule.
  public init(id: String, generatorURL: String, alerts: [ActiveAlert]) {
    self.id = id
    self.generatorURL = generatorURL
    self.alerts = alerts
  }
}

/// Decides which alerts an Alertmanager must hear of after an evaluation; sends nothing itself.
///
///     var forwarder = AlertForwarder(resend: 60_000)
///     let payloads = forwarder.step(group: "node", rules, at: tick, interval: 15_000)
///
/// The rules are Prometheus': an alert is sent when it starts to fire and when it is resolved, and
/// again at the first evaluation that lies more than the resend delay after the last sending, a
/// resolved one for 15 minutes unless it is active again. One that was only pending is never sent.
/// Source: `sendAlerts` and `needsSending` of prometheus/rules v3.
public struct AlertForwarder: Sendable {
  /// Least time between two sendings of one alert, in ms.
  public let resend: Milliseconds

  /// When an alert was last sent, and which of its lives that was.
  private struct Sent: Hashable, Sendable {
    var firedAt: Timestamp
    var lastSentAt: Timestamp
  }

  /// By group, by rule, by labels: only alerts of the newest evaluation.
  private var sent: [String: [String: [Labels: Sent]]] = [:]

  /// A forwarder that has sent nothing.
  ///
  /// - Parameter resend: the resend delay in ms, 1 minute by default.
  public init(resend: Milliseconds = 60_000) {
    self.resend = resend
  }

  /// Takes the evaluation of a group at `time`.
  ///
  /// - Parameters:
  ///   - group: the group's name with its file.
  ///   - rules: its alerting rules in order.
  ///   - time: the evaluation time.
  ///   - interval: the group's interval in ms.
  /// - Returns: what to send now, in the order of rules and alerts.
  public mutating func step(
    group: String, _ rules: [EvaluatedRule], at time: Timestamp, interval: Milliseconds
  ) -> [AlertPayload] {
    let known = sent[group] ?? [:]
    var next: [String: [Labels: Sent]] = [:]
    var payloads: [AlertPayload] = []
    for rule in rules {
      for alert in rule.alerts {
        guard let firedAt = alert.firedAt, alert.state != .pending else { continue }
        let last = known[rule.id]?[alert.labels].flatMap { $0.firedAt == firedAt ? $0 : nil }
        let isDue = needsSending(alert, last?.lastSentAt, at: time)
        next[rule.id, default: [:]][alert.labels] =
          isDue ? Sent(firedAt: firedAt, lastSentAt: time) : last
        guard isDue else { continue }
        payloads.append(
          AlertPayload(
            labels: alert.labels, annotations: alert.annotations, startsAt: firedAt,
            endsAt: alert.resolvedAt ?? time + 4 * max(interval, resend),
            generatorURL: rule.generatorURL))
      }
    }
    sent[group] = next.isEmpty ? nil : next
    return payloads
  }

  /// Forgets the groups that are not among `groups`, after a reload of the rules.
  public mutating func keep(groups: Set<String>) {
    sent = sent.filter { groups.contains($0.key) }
  }

  private func needsSending(
    _ alert: ActiveAlert, _ lastSentAt: Timestamp?, at time: Timestamp
  ) -> Bool {
    guard let lastSentAt else { return true }
    if let resolvedAt = alert.resolvedAt, resolvedAt > lastSentAt { return true }
    return lastSentAt + resend < time
  }
}
