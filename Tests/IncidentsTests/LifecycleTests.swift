import Model
import Rules
import Testing

@testable import Incidents

@Suite struct LifecycleTests {
  @Test func `pending opens nothing, firing does`() {
    var bench = Bench()
    #expect(bench.step(0, [transition(.pending, "ErrorRateHigh", "checkout", at: 0)]).isEmpty)
    let changes = bench.step(1, [transition(.firing, "ErrorRateHigh", "checkout", at: 1, since: 0)])
    #expect(changes.map(\.kind) == [.opened])
    #expect(bench.incidents.first?.start == minute(0))
    #expect(bench.incidents.first?.openedAt == minute(1))
    #expect(bench.incidents.first?.state == .open)
  }

  @Test func `verified only after every metric was back in band for the period`() {
    var bench = Bench()
    bench.source.readings["ErrorRateHigh"] = [
      (0, AlertReading(value: 0.4, isNormal: false)), (12, AlertReading(value: 0, isNormal: true)),
    ]
    bench.step(0, [transition(.firing, "ErrorRateHigh", "checkout", at: 0)])
    bench.step(10, [transition(.resolved, "ErrorRateHigh", "checkout", at: 10)])
    #expect(bench.incidents.first?.state == .monitoring)
    bench.run(from: 10.5, to: 16.5)
    #expect(bench.incidents.first?.state == .monitoring, "5 minutes from 12 are not over")
    bench.run(from: 17, to: 17)
    let incident = bench.incidents.first
    #expect(incident?.state == .resolved)
    #expect(incident?.ending == .verified)
    #expect(incident?.end == minute(12))
    #expect(incident?.duration(at: minute(99)) == Int64(720_000))
    #expect(bench.log.last?.kind == .resolved)
  }

  @Test func `cleared when nothing can be read, vanished when the data stopped`() {
    for (ending, want) in [
      (AlertTransition.Ending.cleared, IncidentEnding.cleared), (.vanished, .vanished),
    ] {
      var bench = Bench()
      bench.step(0, [transition(.firing, "ErrorRateHigh", "checkout", at: 0)])
      bench.step(
        10, [transition(.resolved, "ErrorRateHigh", "checkout", at: 10, ending: ending)])
      bench.run(from: 10, to: 16)
      #expect(bench.incidents.first?.ending == want)
      let text = bench.incidents.first?.timeline.last?.text ?? ""
      #expect(text.contains("without recovery") == (want == .vanished), "\(text)")
    }
  }

  @Test func `what vanished is told, and is no recovery`() throws {
    var bench = Bench()
    let pods = ["a", "b"].map { ["pod": $0] }
    bench.step(0, pods.map { transition(.firing, "ErrorRateHigh", "checkout", at: 0, labels: $0) })
    bench.step(
      10,
      pods.map {
        transition(.resolved, "ErrorRateHigh", "checkout", at: 10, ending: .vanished, labels: $0)
      })
    bench.run(from: 10, to: 20)
    let incident = try #require(bench.incidents.first)
    #expect(incident.ending == .vanished)
    let told = incident.timeline.filter { $0.text.contains("no more data") }
    #expect(told.map(\.kind) == [.symptom, .symptom])
    #expect(incident.timeline.last?.text.contains("stopped at 14:40:00") == true)
    #expect(!incident.timeline.contains { $0.kind == .recovery })
  }

  @Test func `what flaps is counted, and its number told in the end`() throws {
    var bench = Bench()
    for round in 0..<6 {
      let at = Double(round * 4)
      bench.step(at, [transition(.firing, "ErrorRateHigh", "checkout", at: at)])
      bench.step(at + 1, [transition(.resolved, "ErrorRateHigh", "checkout", at: at + 1)])
      bench.run(from: at + 1, to: at + 3.5)
    }
    let flapping = try #require(bench.incidents.first)
    let since = try #require(flapping.events.last { $0.kind == .flapping }).sequence
    #expect(
      !flapping.events.contains {
        $0.sequence > since && ($0.kind == .alertFiring || $0.kind == .alertResolved)
      })
    bench.run(from: 24, to: 60)
    let over = try #require(bench.incidents.first)
    #expect(
      over.timeline.contains {
        $0.text == "the flapping stopped: ErrorRateHigh fired 6 times in all"
      })
  }

  @Test func `vanished data that returns in band is verified from its return on`() {
    var bench = Bench()
    bench.source.readings["ErrorRateHigh"] = [(12, AlertReading(value: 0, isNormal: true))]
    bench.step(0, [transition(.firing, "ErrorRateHigh", "checkout", at: 0)])
    bench.step(
      10, [transition(.resolved, "ErrorRateHigh", "checkout", at: 10, ending: .vanished)])
    bench.run(from: 10, to: 20)
    #expect(bench.incidents.first?.ending == .verified)
    #expect(bench.incidents.first?.end == minute(12))
  }

  @Test func `the same trouble reopens within the watch, and links after it`() throws {
    var bench = Bench { $0.watchWindow = 30 * 60_000 }
    bench.step(0, [transition(.firing, "ErrorRateHigh", "checkout", at: 0)])
    bench.step(1, [transition(.resolved, "ErrorRateHigh", "checkout", at: 1)])
    bench.run(from: 1, to: 7)
    let first = try #require(bench.incidents.first)
    let back = bench.step(32, [transition(.firing, "ErrorRateHigh", "checkout", at: 32)])
    #expect(back.map(\.kind) == [.reopened])
    #expect(back.first?.incident.id == first.id)
    #expect(back.first?.incident.episodes.map(\.ending) == [.relapsed, nil])
    bench.step(33, [transition(.resolved, "ErrorRateHigh", "checkout", at: 33)])
    bench.run(from: 33, to: 40)
    let later = bench.step(80, [transition(.firing, "ErrorRateHigh", "checkout", at: 80)])
    #expect(later.map(\.kind) == [.opened])
    #expect(later.first?.incident.id != first.id)
    #expect(later.first?.incident.predecessor == first.id)
  }

  @Test func `flapping is named once, damped, and over when it has been quiet`() {
    var bench = Bench()
    for round in 0..<6 {
      let at = Double(round * 4)
      bench.step(at, [transition(.firing, "ErrorRateHigh", "checkout", at: at)])
      bench.step(at + 1, [transition(.resolved, "ErrorRateHigh", "checkout", at: at + 1)])
      bench.run(from: at + 1, to: at + 3.5)
    }
    #expect(bench.incidents.count == 1)
    #expect(bench.incidents.first?.isFlapping == true)
    let told = bench.incidents.first?.timeline.filter { $0.text.contains("flapping") }
    #expect(told?.count == 1)
    bench.run(from: 24, to: 60)
    #expect(bench.incidents.first?.isFlapping == false)
    #expect(bench.incidents.first?.state == .resolved)
  }

  @Test func `severity rises at once and falls after the hold; the peak stays`() {
    var bench = Bench()
    func firing(_ score: Double) -> AlertTransition {
      transition(.firing, "LatencyHigh", "search", at: 0) { $0.score = score }
    }
    bench.step(0, [firing(3)])
    #expect(bench.incidents.first?.severity == .medium)
    #expect(bench.step(1, [firing(9)]).map(\.kind) == [.severity])
    #expect(bench.incidents.first?.severity == .high)
    bench.step(2, [firing(1)])
    bench.run(from: 2, to: 6.5)
    #expect(bench.incidents.first?.severity == .high)
    bench.run(from: 7, to: 7)
    #expect(bench.incidents.first?.severity == .low)
    #expect(bench.incidents.first?.peakSeverity == .high)
  }

  @Test func `nobody answers: escalated once; somebody answers: not`() throws {
    for answers in [false, true] {
      var bench = Bench()
      bench.step(0, [transition(.firing, "ErrorRateHigh", "search", at: 0) { $0.score = 9 }])
      let id = try #require(bench.incidents.first?.id)
      if answers {
        bench.log += try bench.book.apply(
          command: IncidentCommand(incident: id, action: .acknowledge, author: "kim"),
          at: minute(30), context: bench.context)
        #expect(bench.incidents.first?.state == .acknowledged)
      }
      bench.run(from: 30, to: 90)
      #expect(bench.log.filter(\.escalates).count == (answers ? 0 : 1))
    }
  }

  @Test func `commands that make no sense are refused and change nothing`() throws {
    var bench = Bench()
    bench.step(0, [transition(.firing, "ErrorRateHigh", "search", at: 0)])
    let id = try #require(bench.incidents.first?.id)
    let before = bench.book
    let cases: [(String, IncidentCommand.Action, CommandError.Code)] = [
      ("ffff", .acknowledge, .unknownIncident), (id, .resolve, .stillFiring),
      (id, .note(""), .emptyText), (id, .setAction(id: "x", state: .done), .unknownAction),
    ]
    for (incident, action, code) in cases {
      let error = #expect(throws: CommandError.self) {
        try bench.book.apply(
          command: IncidentCommand(incident: incident, action: action), at: minute(0),
          context: bench.context)
      }
      #expect(error?.code == code)
      #expect(error?.description.contains(incident) == true)
    }
    #expect(bench.book == before)
  }

  @Test func `state always follows from the events`() throws {
    var bench = Bench()
    bench.step(0, [transition(.firing, "ErrorRateHigh", "checkout", at: 0)])
    bench.step(1, [transition(.resolved, "ErrorRateHigh", "checkout", at: 1)])
    bench.run(from: 1, to: 8)
    for change in bench.log {
      #expect(change.incident.state == IncidentState(after: change.incident.events))
    }
  }
}
