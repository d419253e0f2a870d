import Analysis
import Incidents
import Model
import Rules
import Testing

/// 2026-01-15T14:30:00Z plus minutes.
func minute(_ minutes: Double) -> Timestamp {
  Timestamp(milliseconds: 1_768_487_400_000 + Int64(minutes * 60_000))
}

/// An outcome in which `alert` of `service` fired at the given minutes.
func outcome(
  _ firings: [(alert: String, service: String, from: Double, to: Double?)],
  severity: String? = nil
) -> Outcome {
  var steps: [(AlertTransition, String)] = []
  for firing in firings {
    var labels: Labels = ["alertname": firing.alert, "service": firing.service]
    labels["severity"] = severity
    func step(_ kind: AlertTransition.Kind, _ at: Double) -> AlertTransition {
      AlertTransition(
        time: minute(at), kind: kind, ending: kind == .resolved ? .cleared : nil, group: "g",
        alert: firing.alert, labels: labels, value: 1, activeSince: minute(firing.from))
    }
    steps.append((step(.firing, firing.from), firing.service))
    if let end = firing.to { steps.append((step(.resolved, end), firing.service)) }
  }
  var outcome = Outcome()
  for (step, service) in steps.sorted(by: { $0.0.time < $1.0.time }) {
    outcome.note(step, service: service)
  }
  return outcome
}

@Suite struct DifferenceTests {
  @Test func `equal outcomes do not differ`() {
    let one = outcome([("A", "s", 0, 5), ("B", "s", 3, nil)])
    let difference = Difference(old: one, new: one)
    #expect(difference.isEmpty && difference.sameAlerts == 2)
    #expect(Difference(old: Outcome(), new: Outcome()).isEmpty)
  }

  @Test func `alerts are gained, lost, moved and graded`() {
    let old = outcome([("A", "s", 0, 5), ("B", "s", 3, 9), ("C", "s", 1, 2)], severity: "warning")
    let new = outcome([("A", "s", 1, 5), ("B", "s", 2, 8), ("D", "s", 1, 2)], severity: "critical")
    let changes = Difference(old: old, new: new).alerts
    let kinds = changes.map { (($0.new ?? $0.old)?.alert ?? "", $0.kinds) }
    #expect(kinds.map(\.0) == ["A", "C", "D", "B"])
    #expect(
      kinds.map(\.1) == [
        [.later, .graded], [.lost], [.gained], [.earlier, .endsEarlier, .graded],
      ])
    #expect(changes.map(\.startShift) == [60_000, 0, 0, -60_000])
    #expect(changes[0].grade?.old == "warning" && changes[0].grade?.new == "critical")
  }

  @Test func `one stretch that falls into two is one moved and one gained`() {
    let difference = Difference(
      old: outcome([("A", "s", 0, 10)]), new: outcome([("A", "s", 0, 4), ("A", "s", 6, 10)]))
    #expect(difference.alerts.map(\.kinds) == [[.endsEarlier], [.gained]])
  }

  @Test func `stretches that do not touch are not the same`() {
    let difference = Difference(
      old: outcome([("A", "s", 0, 5)]), new: outcome([("A", "s", 20, 25)]))
    #expect(difference.alerts.map(\.kinds) == [[.lost], [.gained]])
  }

  @Test func `incidents match by alerts and services, whatever their ids`() {
    func with(_ incidents: [Incident]) -> Outcome {
      var outcome = Outcome()
      for incident in incidents {
        outcome.note(
          IncidentChange(kind: .opened, time: incident.openedAt, incident: incident, events: []))
      }
      return outcome
    }
    func incident(_ id: String, _ service: String, _ level: Severity, _ at: Double) -> Incident {
      var incident = Incident(
        id: id, title: "\(service) in trouble", services: [service], severity: level,
        start: minute(at), openedAt: minute(at))
      incident.end = minute(at + 10)
      return incident
    }
    let old = with([incident("1", "api", .low, 0), incident("2", "db", .high, 0)])
    let new = with([incident("3", "api", .high, 2), incident("4", "web", .low, 0)])
    let found = Difference(old: old, new: new)
    #expect(
      found.incidents.map { [$0.old?.id ?? "", $0.new?.id ?? ""] } == [
        ["1", "3"], ["2", ""], ["", "4"],
      ])
    #expect(found.incidents[0].kinds == [.later, .endsLater, .graded])
    #expect(found.jsonLines().count == 4)
  }
}
