import Model
import Rules

/// Who an alert is: its names, labels and service, and what they say about it.
///
/// Made once for an alert and shared by every copy of its record, so that a record costs little to
/// copy and nobody reads the same names twice.
final class AlertIdentity: Hashable, Sendable {
  /// Hash of group, name and labels: equal for the same alert in every run.
  let number: UInt64
  /// `number` as 16 hexadecimal digits, so that both have one order.
  let id: String
  let group: String
  let alert: String
  let labels: Labels
  let service: String?
  /// What the names of rule and service say.
  let wording: AlertWording
  /// The labels that say something about grade or wording; most alerts have one, or none.
  let claims: [Label]

  /// An alert whose names were read before, or are read now.
  init(
    group: String, alert: String, labels: Labels, service: String?, wording: AlertWording? = nil
  ) {
    let hash = StableHash(ofAlert: alert, in: group, labels)
    number = hash.value
    id = hash.hexadecimal
    self.group = group
    self.alert = alert
    self.labels = labels
    self.service = service
    self.wording = wording ?? AlertWording(alert, at: service)
    claims = labels.pairs.filter { pair in
      switch pair.name {
      case "severity", "impact", "workaround", "signal", "unit", "quantity": true
      default: false
      }
    }
  }

  static func == (a: AlertIdentity, b: AlertIdentity) -> Bool {
    a === b
      || a.number == b.number && a.group == b.group && a.alert == b.alert && a.labels == b.labels
        && a.service == b.service
  }

  func hash(into hasher: inout Hasher) { hasher.combine(number) }
}

extension StableHash {
  /// Of what makes an alert instance itself.
  init(ofAlert alert: String, in group: String, _ labels: Labels) {
    self.init()
    combine(group)
    combine(alert)
    for pair in labels.pairs {
      combine(pair.name)
      combine(pair.value)
    }
  }

  /// Of the alert instance that `transition` belongs to.
  init(of transition: AlertTransition) {
    self.init(ofAlert: transition.alert, in: transition.group, transition.labels)
  }
}

extension AlertRecord {
  /// The value of the label `name`, which is one of those in `claims`; nil without it.
  func claim(_ name: String) -> String? { identity.claims.first { $0.name == name }?.value }

  /// What it speaks of: the label or annotation `signal` says it outright, else the name.
  var signal: Signal {
    let named = claim("signal") ?? annotations["signal"]
    return named.flatMap(Signal.init(rawValue:)) ?? identity.wording.signal
  }
}
