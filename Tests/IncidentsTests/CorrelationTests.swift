import Model
import Rules
import Testing

@testable import Incidents

@Suite struct CorrelationTests {
  @Test func `a cascade is one incident, its source named first`() {
    var bench = Bench()
    bench.step(0, [transition(.firing, "ErrorRateHigh", "checkout", at: 0)])
    bench.step(1, [transition(.firing, "LatencyHigh", "api", at: 1)])
    bench.step(3, [transition(.firing, "CPUHigh", "db", at: 3)])
    #expect(bench.incidents.count == 1)
    #expect(bench.incidents.first?.services == ["db", "api", "checkout"])
    #expect(
      bench.incidents.first?.title == "api and checkout in trouble, probably because of db")
  }

  @Test func `unconnected services and distant starts stay apart`() {
    var bench = Bench()
    bench.step(
      0,
      [
        transition(.firing, "ErrorRateHigh", "checkout", at: 0),
        transition(.firing, "ErrorRateHigh", "search", at: 0),
      ])
    #expect(bench.incidents.count == 2)
    bench.step(30, [transition(.firing, "CPUHigh", "db", at: 30)])
    #expect(bench.incidents.count == 3)
  }

  @Test func `two incidents that turn out connected are merged into the older`() throws {
    var catalogue = shop()
    catalogue.services = catalogue.services.map { service in
      var service = service
      if service.name == "logo" { service.dependsOn = ["checkout", "search"] }
      return service
    }
    var bench = Bench(catalogue: catalogue)
    bench.step(0, [transition(.firing, "ErrorRateHigh", "checkout", at: 0)])
    bench.step(1, [transition(.firing, "ErrorRateHigh", "search", at: 1)])
    let (old, young) = (bench.incidents[0], bench.incidents[1])
    let changes = bench.step(2, [transition(.firing, "LatencyHigh", "logo", at: 2)])
    #expect(bench.incidents.map(\.id) == [old.id])
    #expect(bench.incidents.first?.alerts.count == 3)
    let absorbed = try #require(changes.first { $0.incident.id == young.id })
    #expect(absorbed.incident.mergedInto == old.id)
    #expect(absorbed.incident.state == .resolved)
    #expect(absorbed.incident.alerts.allSatisfy { !$0.isFiring })
  }

  @Test(arguments: [
    (["job": "a"], ["job": "a"], 1), (["job": "a"], ["job": "b"], 2), ([:], [:], 1),
    (["namespace": "n", "job": "a"], ["namespace": "n"], 1),
    (["namespace": "n", "job": "a"], ["namespace": "n", "job": "b"], 2), (["job": "a"], [:], 2),
  ])
  func `without a catalogue the grouping labels decide`(
    a: [String: String], b: [String: String], count: Int
  ) {
    var bench = Bench(catalogue: Catalogue())
    bench.step(
      0,
      [
        transition(.firing, "A", nil, at: 0, labels: a),
        transition(.firing, "B", nil, at: 0, labels: b),
      ])
    #expect(bench.incidents.count == count)
  }

  @Test func `the order of transitions within a tick does not matter`() {
    let transitions = [
      transition(.firing, "ErrorRateHigh", "checkout", at: 0),
      transition(.firing, "CPUHigh", "db", at: 0, since: -1),
      transition(.firing, "ErrorRateHigh", "search", at: 0),
    ]
    var forward = Bench()
    var backward = Bench()
    forward.step(0, transitions)
    backward.step(0, transitions.reversed())
    #expect(forward.book == backward.book)
  }
}
