import Model
import Rules
import Statistics
import Testing

@testable import Incidents

/// What the register keeps up alert by alert is what a look at all alerts finds.
@Suite struct RepresentativesTests {
  /// The naive twin: sorts the firing alerts into kinds and looks through each.
  private func naive(_ alerts: [AlertRecord], _ grader: SeverityGrader) -> [AlertRecord] {
    let firing = alerts.indices.filter { alerts[$0].isFiring }
    guard firing.count > SeverityGrader.alertsMax else { return firing.map { alerts[$0] } }
    var chosen: Set<Int> = []
    for members in Dictionary(grouping: firing, by: { SeverityGrader.Kind(alerts[$0]) }).values {
      let left = { (index: Int) in alerts[index].measure.exhaustedIn ?? .max }
      let excess = { (index: Int) in grader.cutOffs.excess(of: alerts[index]) }
      let worst = members.map(excess).max()
      let soonest = members.map(left).min()
      chosen.formUnion(members.prefix(1))
      chosen.formUnion(members.filter { excess($0) == worst }.prefix(1))
      chosen.formUnion(members.filter { left($0) == soonest }.prefix(1))
    }
    return chosen.sorted().map { alerts[$0] }
  }

  /// Many instances of three rules on one service, coming, going and changing their values.
  private func stream(_ random: inout SplitMix64, _ firing: inout Set<Int>, _ at: Int)
    -> [AlertTransition]
  {
    var transitions: [AlertTransition] = []
    for index in 0..<60 where random.below(6) == 0 {
      let alert = ["DiskFull", "LatencyHigh", "QueueLong"][index % 3]
      let isOver = firing.contains(index) && random.below(3) > 0
      if isOver { firing.remove(index) } else { firing.insert(index) }
      let value = Double(random.below(6)) / 2
      let left = Milliseconds(random.below(5)) * 600_000
      transitions.append(
        transition(
          isOver ? .resolved : .firing, alert, "db", at: Double(at),
          value: random.below(9) == 0 ? .nan : value,
          labels: ["instance": "\(index)", "severity": index % 2 == 0 ? "warning" : "critical"]
        ) { measure in
          measure.threshold = 1
          if alert == "DiskFull" { measure.exhaustedIn = left }
          if alert == "LatencyHigh" { measure.score = value }
        })
    }
    return transitions
  }

  @Test(arguments: 1...12)
  func `the alerts that a grade looks at`(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    var firing: Set<Int> = []
    var bench = Bench()
    bench.book.limits.endedAlerts = 10
    var wasMany = false
    for at in 0..<120 {
      bench.step(Double(at), stream(&random, &firing, at))
      let grader = SeverityGrader(bench.context)
      for item in bench.book.active {
        let chosen = item.representatives
        #expect(chosen.map(\.id) == naive(Array(item.incident.alerts), grader).map(\.id))
        wasMany = wasMany || item.register.firingCount > SeverityGrader.alertsMax
      }
    }
    #expect(wasMany, "the stream never had more alerts than are all looked at")
  }
}
