import Model
import Rules
import Testing

@testable import Incidents

@Suite struct NarrativeTests {
  @Test(arguments: [
    (0.38, Unit.ratio, "38 %"), (0.004, .ratio, "0.4 %"), (0.0004, .ratio, "0.04 %"),
    (1, .ratio, "100 %"), (0, .ratio, "0 %"), (1083, .plain, "1 083"),
    (1_234_567, .plain, "1 234 567"), (0.35, .seconds, "350 ms"), (1.25, .seconds, "1.3 s"),
    (90, .seconds, "90 s"), (600, .seconds, "10 min"), (1_610_612_736, .bytes, "1.5 GiB"),
    (-3.14, .plain, "-3.1"), (.nan, .plain, "unknown"), (.infinity, .seconds, "∞"),
    (9.96, .plain, "10"), (1e300, .plain, "1e+300"), (42, .perSecond, "42/s"),
  ])
  func `numbers as a person writes them`(value: Double, unit: Unit, want: String) {
    #expect(spoken(value, unit) == want)
  }

  @Test(arguments: [
    (0, "0 s"), (59_999, "59 s"), (125_000, "2 min 5 s"), (1_500_000, "25 min"),
    (7_500_000, "2 h 5 min"), (90_000_000, "1 d 1 h"), (-5, "0 s"),
  ])
  func `lengths of time`(milliseconds: Milliseconds, want: String) {
    #expect(spoken(duration: milliseconds) == want)
  }

  struct Line {
    let alert: String
    let service: String?
    let value: Double
    let threshold: Double?
    let expected: Double?
    let want: String
  }

  @Test(arguments: [
    Line(
      alert: "HighErrorRate", service: "checkout", value: 0.38, threshold: nil, expected: 0.004,
      want: "error rate of checkout rose to 38 % (baseline 0.4 %)"),
    Line(
      alert: "DatabaseCPUHigh", service: "orders-db", value: 0.92, threshold: 0.8, expected: nil,
      want: "database CPU of orders-db crossed 80 % (now 92 %)"),
    Line(
      alert: "ConnectionPoolNearExhaustion", service: "db", value: 0.96, threshold: 0.95,
      expected: nil, want: "connection pool of db crossed 95 % (now 96 %)"),
    Line(
      alert: "TrafficDrop", service: "api", value: 3, threshold: nil, expected: 120,
      want: "traffic of api fell to 3 (baseline 120)"),
    Line(
      alert: "LatencyHigh", service: nil, value: 1.2, threshold: 0.5, expected: nil,
      want: "latency crossed 500 ms (now 1.2 s)"),
    Line(
      alert: "InstanceDown", service: "db", value: .nan, threshold: 1, expected: nil,
      want: "alert InstanceDown fired for db"),
    Line(
      alert: "Watchdog", service: "db", value: 1, threshold: nil, expected: nil,
      want: "alert Watchdog fired for db at 1"),
    Line(
      alert: "TooHigh", service: nil, value: 7, threshold: 5, expected: nil,
      want: "alert TooHigh fired at 7"),
  ])
  func `what an alert adds to the timeline`(line: Line) {
    let firing = transition(.firing, line.alert, line.service, at: 0, value: line.value) {
      $0.threshold = line.threshold
      $0.expected = line.expected
    }
    #expect(AlertSentence.fired(AlertRecord(firing: firing, service: line.service)) == line.want)
  }

  @Test func `an alert of a baseline says in what way, beyond what and how rarely`() {
    func sentence(_ value: Double, channel: String?, recurrence: Milliseconds?) -> String {
      let firing = transition(.firing, "HighErrorRate", "checkout", at: 0, value: value) {
        $0.expected = 0.02
        $0.lower = 0.01
        $0.upper = 0.03
        $0.channel = channel
        $0.recurrence = recurrence
      }
      return AlertSentence.fired(AlertRecord(firing: firing, service: "checkout"))
    }
    #expect(
      sentence(0.38, channel: "level shift", recurrence: 40 * 86_400_000)
        == "error rate of checkout rose to 38 % (baseline 2 %, at most 3 %; level shift, once in 40 days)"
    )
    #expect(
      sentence(0.001, channel: "spike", recurrence: nil)
        == "error rate of checkout fell to 0.1 % (baseline 2 %, at least 1 %; spike)")
    #expect(
      sentence(0.025, channel: "flat line", recurrence: 7_200_000)
        == "error rate of checkout rose to 2.5 % (baseline 2 %; flat line, once in 2 hours)")
  }

  @Test func `a level that was accepted is no recovery`() {
    var record = AlertRecord(
      firing: transition(.firing, "HighErrorRate", "checkout", at: 0, value: 0.4) {
        $0.expected = 0.39
        $0.lower = 0.35
        $0.upper = 0.42
        $0.channel = "level shift"
      }, service: "checkout")
    record.ending = .cleared
    record.lastValue = 0.38
    #expect(
      AlertSentence.ended(record)
        == "error rate of checkout stays at 38 %, which now counts as normal")
    record.measure.channel = "flat line"
    #expect(AlertSentence.ended(record) == "error rate of checkout back in band (38 %)")
  }

  @Test func `the end of an alert tells recovery from silence`() {
    var record = AlertRecord(
      firing: transition(.firing, "HighErrorRate", "checkout", at: 0, value: 0.4) {
        $0.expected = 0.004
        $0.upper = 0.01
      }, service: "checkout")
    record.ending = .cleared
    record.lastValue = 0.005
    #expect(AlertSentence.ended(record) == "error rate of checkout back in band (0.5 %)")
    record.ending = .vanished
    #expect(
      AlertSentence.ended(record)
        == "error rate of checkout: no more data; whether it recovered is unknown")
  }

  struct Equality {
    let comparison: AlertTransition.Measure.Comparison
    let value: Double
    let bound: Double
    let fired: String
    let ended: String
  }

  @Test(arguments: [
    Equality(
      comparison: .equal, value: 0, bound: 0, fired: "instance down of a (instance x0) at 0",
      ended: "instance down of a (instance x0) no longer at 0"),
    Equality(
      comparison: .notEqual, value: 2, bound: 3,
      fired: "instance down of a (instance x0) at 2, not 3",
      ended: "instance down of a (instance x0) back at 3"),
    Equality(
      comparison: .below, value: 5, bound: 5, fired: "instance down of a (instance x0) reached 5",
      ended: "instance down of a (instance x0) back above 5"),
    Equality(
      comparison: .above, value: 5, bound: 5, fired: "instance down of a (instance x0) reached 5",
      ended: "instance down of a (instance x0) back below 5"),
  ])
  func `the end is told by the comparison`(line: Equality) {
    let firing = transition(.firing, "InstanceDown", "a", at: 0, value: line.value) {
      $0.threshold = line.bound
      $0.comparison = line.comparison
    }
    var record = AlertRecord(firing: firing, service: "a")
    #expect(AlertSentence.fired(record, instance: "instance x0") == line.fired)
    record.ending = .cleared
    record.lastValue = .nan
    #expect(AlertSentence.ended(record, instance: "instance x0") == line.ended)
  }

  @Test func `a baseline that drifted does not change what was told`() {
    let firing = transition(.firing, "HighErrorRate", "checkout", at: 0, value: 0.38) {
      $0.expected = 0.004
    }
    var record = AlertRecord(firing: firing, service: "checkout")
    let told = AlertSentence.fired(record)
    record.measure.expected = 0.2
    #expect(AlertSentence.fired(record) == told && told.contains("baseline 0.4 %"))
  }

  @Test func `what tells alerts apart is named, in any order of them`() {
    func record(_ instance: String, _ disk: String) -> AlertRecord {
      AlertRecord(
        firing: AlertTransition(
          time: minute(0), kind: .firing, group: "g", alert: "DiskFull",
          labels: Labels([
            "alertname": "DiskFull", "service": "db", "instance": instance, "device": disk,
            "severity": "high",
          ]), value: 1, activeSince: minute(0)), service: "db")
    }
    let all = [record("a", "sda"), record("b", "sda"), record("c", "sda")]
    for order in [all, all.reversed(), [all[1], all[2], all[0]]] {
      var crowd = Crowd()
      #expect(crowd.instance(of: order[0]) == "")
      for alert in order { crowd.add(alert) }
      #expect(crowd.instance(of: all[0]) == "instance a")
      crowd.add(record("a", "sdb"))
      #expect(crowd.instance(of: all[2]) == "device sda, instance c")
      let other = AlertRecord(firing: transition(.firing, "X", "db", at: 0), service: "db")
      #expect(crowd.instance(of: other) == "")
    }
  }

  @Test func `changes are told with what was and what is`() {
    let scaling = ChangeEvent(
      time: minute(7), service: "database", kind: "scale", version: "t3.large",
      previousVersion: "t3.medium")
    #expect(
      ChangeSentence.told(scaling)
        == "change: database scaled t3.medium → t3.large (scale event)")
  }
}
