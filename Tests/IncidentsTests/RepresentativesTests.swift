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
        let chosen = item.incident.alerts.alerts(at: item.register.kinds.representatives)
        #expect(chosen.map(\.id) == naive(Array(item.incident.alerts), grader).map(\.id))
        wasMany = wasMany || item.register.firingCount > SeverityGrader.alertsMax
      }
    }
    #expect(wasMany, "the stream never had more alerts than are all looked at")
  }

  /// The naive twin grades all that fires at every tick at which the book does.
  @Test(arguments: 1...6)
  func `a grade that is kept is the one that would be found`(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    var firing: Set<Int> = []
    var bench = Bench()
    bench.book.limits.endedAlerts = 10
    var kept = 0
    for at in 0..<120 {
      let before = bench.book.active.map { $0.memory.graded?.serials }
      if random.below(4) == 0 {
        bench.source.services["db", default: ServiceMeasures()].requestRate = 100
        bench.source.services["db"]?.errorRate = Double(random.below(3)) * 20
      }
      if at == 60 {
        bench.context = IncidentContext(catalogue: Catalogue())
        bench.book.forgetGrades()
      }
      let some = stream(&random, &firing, at)
      bench.step(Double(at), random.below(2) == 0 ? some : Array(some.prefix(1)))
      firing = Set(
        bench.book.active.flatMap { $0.firing }.compactMap {
          $0.labels["instance"].flatMap { Int($0) }
        })
      let grader = SeverityGrader(bench.context)
      for (index, item) in bench.book.active.enumerated() {
        guard item.gradedAt == minute(Double(at)), item.register.hasFiring else { continue }
        let graded = try #require(item.memory.graded)
        let alerts = naive(Array(item.incident.alerts), grader)
        let names = Set(alerts.compactMap(\.service)).sorted()
        let evidence = SeverityGrader.Evidence(
          alerts: alerts,
          services: names.map { ($0, bench.source.measures(of: $0, at: minute(Double(at)))) })
        // As text, since a value may be NaN.
        #expect("\(graded.grade)" == "\(grader.grade(evidence))")
        if index < before.count, before[index] == graded.serials { kept += 1 }
      }
    }
    #expect(kept > 5, "hardly a grade rested on the alerts of the one before")
  }
}
