import Engine
import Model
import Notifications
import Rules

/// Forwards the alerts of a live engine to the Alertmanagers of its configuration.
struct AlertForwarding {
  private var outlets: [(forwarder: AlertForwarder, sender: AlertSender)]
  private let externalURL: String

  init(_ outlets: [(resend: Milliseconds, sender: AlertSender)], externalURL: String) {
    self.outlets = outlets.map { (AlertForwarder(resend: $0.resend), $0.sender) }
    self.externalURL = externalURL
  }

  /// Queues what must be sent after these evaluations; waits for nobody.
  mutating func take(_ evaluations: [GroupEvaluation]) {
    for evaluation in evaluations {
      let rules = evaluation.rules.map { rule in
        EvaluatedRule(
          id: rule.rule.identity,
          generatorURL: AlertPayload.generatorURL(of: rule.rule.source.text, at: externalURL),
          alerts: rule.alerts)
      }
      for index in outlets.indices {
        outlets[index].sender.offer(
          outlets[index].forwarder.step(
            group: "\(evaluation.file ?? ""):\(evaluation.name)", rules, at: evaluation.time,
            interval: evaluation.interval))
      }
    }
  }
}
