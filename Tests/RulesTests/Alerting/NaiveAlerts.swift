import Model

@testable import Rules

/// The alerts of one rule, tick by tick and by labels: the slow twin of `AlertTable`.
///
/// Written down from what Prometheus documents and does (rules/alerting.go, v3), with nothing shared
/// with the table but the types of the answers.
struct NaiveAlerts {
  struct Alert {
    var state = AlertState.pending
    var activeSince: Timestamp
    var keepFiringSince: Timestamp?
    var value: Double
    var lastTrue: Timestamp
    var sawNo = false
    var fired: Timestamp?
  }

  struct Event: Hashable, Comparable {
    var time: Timestamp
    var labels: Labels
    var kind: String
    var value: Double
    var since: Timestamp

    static func < (a: Event, b: Event) -> Bool { (a.time, a.labels) < (b.time, b.labels) }
  }

  var timing: AlertMachine.Timing
  var limit = 0
  var active: [Labels: Alert] = [:]
  var events: [Event] = []
  var errors: [Timestamp] = []
  /// `state labels since` at each tick, sorted.
  var samples: [Timestamp: [String]] = [:]

  /// One tick: labels and value of each true element, and the labels whose data is there.
  mutating func tick(
    _ time: Timestamp, elements: [(labels: Labels, value: Double)], present: Set<Labels>
  ) {
    guard Set(elements.map(\.labels)).count == elements.count else {
      errors.append(time)
      return
    }
    var isTrue: Set<Labels> = []
    for (labels, value) in elements {
      isTrue.insert(labels)
      var alert = active[labels] ?? Alert(activeSince: time, value: value, lastTrue: time)
      alert.value = value
      alert.lastTrue = time
      alert.keepFiringSince = nil
      alert.sawNo = false
      active[labels] = alert
    }
    var new: [Event] = []
    var rows: [String] = []
    for labels in active.keys.sorted() {
      guard var alert = active[labels] else { continue }
      func event(_ kind: String) -> Event {
        Event(
          time: time, labels: labels, kind: kind, value: alert.value, since: alert.activeSince)
      }
      if !isTrue.contains(labels) {
        if alert.state == .pending {
          active[labels] = nil
          continue
        }
        alert.sawNo = alert.sawNo || present.contains(labels)
        let since = alert.keepFiringSince ?? time
        alert.keepFiringSince = since
        if time - since >= timing.keepFiring {
          active[labels] = nil
          new.append(event(alert.sawNo ? "cleared" : "vanished"))
          continue
        }
      } else if alert.state == .pending, time - alert.activeSince >= timing.hold {
        alert.state = .firing
        alert.fired = time
        new.append(event("firing"))
      } else if alert.state == .pending, alert.activeSince == time {
        new.append(event("pending"))
      }
      active[labels] = alert
      rows.append("\(alert.state) \(labels) \(alert.activeSince)")
    }
    if limit > 0, active.count > limit {
      errors.append(time)
      for (labels, alert) in active where alert.fired.map({ $0 < time }) ?? false {
        events.append(
          Event(
            time: time, labels: labels, kind: "vanished", value: alert.value,
            since: alert.activeSince))
      }
      active = [:]
      return
    }
    events += new
    if !rows.isEmpty { samples[time] = rows.sorted() }
  }
}
