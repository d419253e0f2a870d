import Model
import Rules

/// The alerts of other systems that fire here.
///
/// A sender says "over" by an end that has passed, and vouches for a firing alert until its end. One
/// that is no longer vouched for has vanished: nobody knows whether it is over.
struct ForeignAlerts {
  private struct Known {
    var alert: ForeignAlert
    var start: Timestamp
    /// Until when the sender vouches for it.
    var end: Timestamp
  }

  private var known: [Labels: Known] = [:]

  /// How long an alert without an end is taken to fire: `resolve_timeout` of Alertmanager.
  static let vouchedFor: Milliseconds = 300_000
  /// Alerts that fire at once; more are refused.
  static let alertsMax = 10_000

  /// Alerts that were refused, since there were too many.
  private(set) var refused = 0

  /// What an arrival of alerts at `time` changes, by labels.
  mutating func take(_ alerts: [ForeignAlert], at time: Timestamp) -> [AlertTransition] {
    var transitions: [AlertTransition] = []
    for alert in alerts.sorted(by: { $0.labels < $1.labels }) {
      if let end = alert.endsAt, end <= time {
        if let old = known.removeValue(forKey: alert.labels) {
          transitions.append(Self.transition(.resolved, old, at: time, ending: .cleared))
        }
        continue
      }
      let isNew = known[alert.labels] == nil
      guard !isNew || known.count < Self.alertsMax else {
        refused += 1
        continue
      }
      let new = Known(
        alert: alert, start: known[alert.labels]?.start ?? alert.startsAt ?? time,
        end: alert.endsAt ?? time + Self.vouchedFor)
      known[alert.labels] = new
      if isNew { transitions.append(Self.transition(.firing, new, at: time)) }
    }
    return transitions
  }

  /// The alerts that nobody vouches for any more at `time`.
  mutating func expire(at time: Timestamp) -> [AlertTransition] {
    guard !known.isEmpty else { return [] }
    let over = known.values.filter { $0.end <= time }
      .sorted { $0.alert.labels < $1.alert.labels }
    for one in over { known[one.alert.labels] = nil }
    return over.map { Self.transition(.resolved, $0, at: time, ending: .vanished) }
  }

  private static func transition(
    _ kind: AlertTransition.Kind, _ known: Known, at time: Timestamp,
    ending: AlertTransition.Ending? = nil
  ) -> AlertTransition {
    let labels = known.alert.labels
    return AlertTransition(
      time: time, kind: kind, ending: ending, group: "foreign", alert: labels["alertname"] ?? "",
      labels: labels, annotations: known.alert.annotations, value: .nan,
      activeSince: min(known.start, time))
  }
}

// MARK: Checkpoint

extension ForeignAlerts {
  func encode(into writer: inout CheckpointWriter) {
    writer.write(count: refused)
    writer.write(count: known.count)
    for (_, one) in known.sorted(by: { $0.key < $1.key }) {
      writer.write(one.alert.labels)
      writer.write(one.alert.annotations)
      writer.write(one.alert.startsAt)
      writer.write(one.alert.endsAt)
      writer.write(one.start)
      writer.write(one.end)
    }
  }

  mutating func restore(from reader: inout CheckpointReader) throws(CheckpointError) {
    refused = try reader.count(atMost: .max)
    for _ in 0..<(try reader.count(atMost: Self.alertsMax)) {
      let alert = ForeignAlert(
        labels: try reader.labels(), annotations: try reader.labels(),
        startsAt: try reader.optionalTime(), endsAt: try reader.optionalTime())
      known[alert.labels] = Known(
        alert: alert, start: try reader.time(), end: try reader.time())
    }
  }
}
