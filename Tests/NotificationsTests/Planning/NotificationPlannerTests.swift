import Foundation
import Incidents
import Model
import Rules
import Statistics
import Testing

@testable import Notifications

/// What was planned, as "minute receiver stage".
private func brief(_ planned: [PlannedNotification]) -> [String] {
  planned.map { "\(($0.time - at(0)) / 60_000) \($0.receiver) \($0.stage.rawValue)" }
}

/// A planner with a policy, fed tick by tick.
private struct Desk {
  var planner = NotificationPlanner()
  var policy: NotificationPolicy
  var silences = SilenceBook()

  init(_ routes: [Route], calendars: [NotificationCalendar] = [], graph: Catalogue = Catalogue()) {
    policy = NotificationPolicy(
      routes: RouteTree(routes), calendars: calendars, context: IncidentContext(catalogue: graph),
      externalURL: "https://tocsin.example/")
  }

  mutating func plan(_ changes: IncidentChange..., at minute: Int64) -> [String] {
    brief(planner.plan(changes, at: at(minute), policy: policy, silences: silences))
  }

  /// Every minute of a range without news.
  mutating func pass(_ minutes: ClosedRange<Int64>) -> [String] {
    minutes.flatMap { plan(at: $0) }
  }
}

private let page = Route(receiver: "page", groupInterval: 0, repeatInterval: 0)

/// `incident` as it changes.
private func with(
  _ incident: Incident, _ change: (inout Incident) -> Void
) -> Incident {
  var copy = incident
  change(&copy)
  return copy
}

private func ended(_ incident: Incident, at time: Timestamp) -> Incident {
  with(incident) {
    $0.state = .resolved
    $0.ending = .verified
    $0.end = time
    $0.alerts[0].endedAt = time
  }
}

struct `Planning` {
  @Test func `the life of an incident, one message for each turn`() {
    var desk = Desk([page])
    let first = incident()
    #expect(desk.plan(change(first, .opened, at: at(0)), at: 0) == ["0 page opened"])
    #expect(desk.plan(change(first, .alertFiring, at: at(1)), at: 1) == [], "nobody asked for news")
    let grave = with(first) { $0.severity = .critical }
    #expect(
      desk.plan(change(grave, .severity, .escalated, at: at(2)), at: 2) == ["2 page escalated"])
    #expect(desk.plan(at: 3) == [], "the escalation told of the severity too")
    let taken = with(grave) {
      $0.acknowledgedAt = at(4)
      $0.state = .acknowledged
    }
    #expect(desk.plan(change(taken, .acknowledged, at: at(4)), at: 4) == ["4 page acknowledged"])
    #expect(
      desk.plan(change(ended(taken, at: at(9)), .resolved, at: at(9)), at: 9)
        == ["9 page resolved"])
    #expect(desk.planner.isIdle)
    let back = with(first) { $0.episodes.append(.init(start: at(20))) }
    #expect(desk.plan(change(back, .reopened, at: at(20)), at: 20) == ["20 page reopened"])
  }

  @Test func `a merged incident is closed under its own name`() {
    var desk = Desk([page])
    _ = desk.plan(change(incident(), .opened, at: at(0)), at: 0)
    let merged = with(ended(incident(), at: at(3))) { $0.mergedInto = "i2" }
    #expect(desk.plan(change(merged, .absorbed, at: at(3)), at: 3) == ["3 page merged"])
    #expect(desk.planner.isIdle)
  }

  @Test func `the first message waits and then tells the newest`() throws {
    var desk = Desk([Route(receiver: "page", groupWait: 120_000, groupInterval: 0)])
    #expect(desk.plan(change(incident(), .opened, at: at(0)), at: 0) == [])
    let grave = with(incident()) { $0.severity = .critical }
    #expect(desk.plan(change(grave, .severity, at: at(1)), at: 1) == [])
    let planned = desk.planner.plan([], at: at(2), policy: desk.policy)
    #expect(brief(planned) == ["2 page opened"])
    let notice = try #require(Notice(json: planned[0].body))
    #expect(notice.incident.severity == .critical)
    #expect(notice.news.map(\.kind) == [.opened, .severity])
  }

  @Test func `what is over before it was told is not told`() {
    var desk = Desk([Route(receiver: "page", groupWait: 120_000)])
    _ = desk.plan(change(incident(), .opened, at: at(0)), at: 0)
    #expect(desk.plan(change(ended(incident(), at: at(1)), .resolved, at: at(1)), at: 1) == [])
    #expect(desk.pass(2...5) == [] && desk.planner.isIdle)
  }

  @Test func `news of no urgency keep their distance, a graver severity does not`() {
    var desk = Desk([
      Route(
        receiver: "chat", groupInterval: 300_000, repeatInterval: 0,
        stages: Stage.standard.union([.updated]))
    ])
    _ = desk.plan(change(incident(), .opened, at: at(0)), at: 0)
    #expect(desk.plan(change(incident(), .note, at: at(1)), at: 1) == [])
    #expect(desk.plan(change(incident(), .note, at: at(2)), at: 2) == [])
    #expect(desk.pass(3...8) == ["5 chat updated"], "two notes, one message")
    let grave = with(incident()) { $0.severity = .critical }
    #expect(desk.plan(change(grave, .severity, at: at(9)), at: 9) == ["9 chat severity"])
    let mild = with(incident()) { $0.severity = .low }
    #expect(desk.plan(change(mild, .severity, at: at(10)), at: 10) == [])
    #expect(desk.pass(11...20) == ["14 chat severity"])
  }

  @Test func `who takes nothing is reminded until somebody does`() {
    var desk = Desk([Route(receiver: "page", groupInterval: 0, repeatInterval: 600_000)])
    _ = desk.plan(change(incident(), .opened, at: at(0)), at: 0)
    #expect(desk.pass(1...25) == ["10 page reminder", "20 page reminder"])
    let taken = with(incident()) {
      $0.acknowledgedAt = at(26)
      $0.state = .acknowledged
    }
    _ = desk.plan(change(taken, .acknowledged, at: at(26)), at: 26)
    #expect(desk.pass(27...60) == [])
  }

  @Test func `stakeholders are briefed while a critical incident goes on`() {
    var desk = Desk([
      Route(
        match: RouteMatch(severity: .exactly([.critical])), receiver: "board",
        briefingInterval: 1_800_000, stages: [.opened, .briefing, .resolved])
    ])
    let grave = incident("i", .critical)
    _ = desk.plan(change(grave, .opened, at: at(0)), at: 0)
    let taken = with(grave) {
      $0.acknowledgedAt = at(1)
      $0.state = .acknowledged
    }
    #expect(desk.plan(change(taken, .acknowledged, at: at(1)), at: 1) == [])
    #expect(desk.pass(2...65) == ["30 board briefing", "60 board briefing"])
    #expect(
      desk.plan(change(ended(taken, at: at(70)), .resolved, at: at(70)), at: 70)
        == ["70 board resolved"])
  }

  @Test func `a route that leaves a stage out still knows what it leaves out`() {
    var desk = Desk([Route(receiver: "log", groupInterval: 0, stages: [.resolved])])
    #expect(desk.plan(change(incident(), .opened, at: at(0)), at: 0) == [])
    #expect(
      desk.plan(change(ended(incident(), at: at(5)), .resolved, at: at(5)), at: 5)
        == ["5 log resolved"])
    desk = Desk([Route(receiver: "log", groupInterval: 0, stages: [.opened])])
    _ = desk.plan(change(incident(), .opened, at: at(0)), at: 0)
    #expect(desk.plan(change(ended(incident(), at: at(5)), .resolved, at: at(5)), at: 5) == [])
    #expect(desk.planner.isIdle)
  }

  @Test func `escalation tells the next route, which hears of the end too`() {
    var desk = Desk([page, Route(receiver: "boss", groupInterval: 0)])
    _ = desk.plan(change(incident(), .opened, at: at(0)), at: 0)
    #expect(
      desk.plan(change(incident(), .escalated, at: at(60)), at: 60)
        == ["60 page escalated", "60 boss escalated"])
    #expect(
      desk.plan(change(ended(incident(), at: at(70)), .resolved, at: at(70)), at: 70)
        == ["70 page resolved", "70 boss resolved"])
  }

  @Test func `who was told stays in the picture when the incident fits another route`() {
    var desk = Desk([
      Route(
        match: RouteMatch(severity: .exactly([.critical])), receiver: "page", groupInterval: 0),
      Route(receiver: "chat", groupInterval: 0),
    ])
    _ = desk.plan(change(incident(), .opened, at: at(0)), at: 0)
    let grave = with(incident()) { $0.severity = .critical }
    #expect(
      desk.plan(change(grave, .severity, at: at(1)), at: 1) == ["1 page opened", "1 chat severity"])
    #expect(
      desk.plan(change(ended(grave, at: at(5)), .resolved, at: at(5)), at: 5)
        == ["5 page resolved", "5 chat resolved"])
  }

  @Test func `without a route nobody is told, and that is counted`() {
    var desk = Desk([Route(match: RouteMatch(services: ["x"]), receiver: "a")])
    #expect(desk.plan(change(incident(), .opened, at: at(0)), at: 0) == [])
    #expect(desk.planner.counts.unrouted == 1)
  }
}

struct `Holding back` {
  @Test func `a muted route tells in its newest form when the calendar opens`() throws {
    let night = NotificationCalendar(
      name: "night", spans: [CalendarSpan(hours: [.init(start: 0, end: 60)])])
    var route = page
    route.mute = ["night"]
    var desk = Desk([route, Route(receiver: "other")], calendars: [night])
    _ = desk.plan(change(incident(), .opened, at: at(0)), at: 0)
    let grave = with(incident()) { $0.severity = .critical }
    #expect(desk.plan(change(grave, .severity, at: at(30)), at: 30) == [])
    #expect(desk.pass(31...61) == ["60 page opened"])
    #expect(desk.planner.counts.muted == 1)
  }

  @Test func `an active calendar mutes everything outside`() {
    let office = NotificationCalendar(
      name: "office", spans: [CalendarSpan(hours: [.init(start: 10, end: 20)])])
    var route = page
    route.active = ["office"]
    var desk = Desk([route], calendars: [office])
    _ = desk.plan(change(incident(), .opened, at: at(0)), at: 0)
    #expect(desk.pass(1...15) == ["10 page opened"])
  }

  @Test func `a silence holds until it ends, but not the end of what was told`() throws {
    var book = SilenceBook()
    try book.create(
      Silence(
        matchers: [.init(name: "team", value: "payments")], startsAt: at(0), endsAt: at(30),
        createdBy: "ann", comment: "known", now: at(0)), at: at(0))
    var desk = Desk([page])
    desk.silences = book
    #expect(desk.plan(change(incident(), .opened, at: at(0)), at: 0) == [])
    #expect(desk.pass(1...20) == [] && desk.planner.counts.silenced == 1)
    #expect(desk.plan(at: 30) == ["30 page opened"])
    try book.create(
      Silence(
        matchers: [.init(name: "team", value: "payments")], startsAt: at(31), endsAt: at(60),
        createdBy: "ann", comment: "again", now: at(31)), at: at(31))
    desk.silences = book
    #expect(
      desk.plan(change(ended(incident(), at: at(40)), .resolved, at: at(40)), at: 40)
        == ["40 page resolved"])
  }

  /// checkout → api → db; search alone.
  private static let shop = Catalogue(
    services: [("checkout", ["api"]), ("api", ["db"]), ("db", []), ("search", [])].map {
      var service = Catalogue.Service(name: $0.0)
      service.dependsOn = $0.1
      return service
    })

  @Test func `a graver incident below explains the one above`() {
    var desk = Desk([page], graph: Self.shop)
    let below = incident("db", .critical, services: ["db"])
    let above = incident("top", .medium, services: ["checkout", "api"], at: at(1))
    #expect(desk.plan(change(below, .opened, at: at(0)), at: 0) == ["0 page opened"])
    #expect(desk.plan(change(above, .opened, at: at(1)), at: 1) == [])
    #expect(desk.planner.counts.inhibited == 1)
    #expect(
      desk.plan(change(ended(below, at: at(9)), .resolved, at: at(9)), at: 9)
        == ["9 page resolved", "9 page opened"], "it goes on by itself")
  }

  @Test(arguments: [
    ("as grave", Severity.critical, ["checkout"]), ("not below", .low, ["search"]),
    ("not all of it below", .low, ["checkout", "search"]), ("the same service", .low, ["db"]),
    ("no service at all", .low, []),
  ])
  func `and nothing else does`(name: String, severity: Severity, services: [String]) {
    var desk = Desk([page], graph: Self.shop)
    _ = desk.plan(
      change(incident("db", .critical, services: ["db"]), .opened, at: at(0)), at: 0)
    let other = incident("o", severity, services: services, at: at(1))
    #expect(desk.plan(change(other, .opened, at: at(1)), at: 1) == ["1 page opened"], "\(name)")
  }
}

struct `Keys and kept state` {
  @Test func `equal calls give equal keys, different ones different keys`() {
    func run() -> [PlannedNotification] {
      var desk = Desk([Route(receiver: "a", continues: true), Route(receiver: "b")])
      let grave = with(incident()) { $0.severity = .critical }
      return desk.planner.plan(
        [change(incident(), .opened, at: at(0))], at: at(0), policy: desk.policy)
        + desk.planner.plan([change(grave, .severity, at: at(1))], at: at(1), policy: desk.policy)
    }
    #expect(run() == run())
    #expect(Set(run().map(\.key)).count == 4)
  }

  @Test(arguments: 0..<40 as Range<UInt64>)
  func `a planner that was stored and read back plans the same`(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let routes = [
      Route(
        match: RouteMatch(severity: .atLeast(.high)), receiver: "page", continues: true,
        groupWait: 60_000, groupInterval: 180_000, repeatInterval: 900_000),
      Route(receiver: "chat", groupInterval: 60_000, stages: Set(Stage.allCases)),
      Route(receiver: "boss"),
    ]
    let policy = NotificationPolicy(routes: RouteTree(routes))
    var (whole, cut) = (NotificationPlanner(), NotificationPlanner())
    var open: [String: Incident] = [:]
    for minute in 0..<120 as Range<Int64> {
      var changes: [IncidentChange] = []
      let id = "i\(random.below(4))"
      switch (open[id], random.below(5)) {
      case (nil, 0...1):
        open[id] = incident(id, at: at(minute))
        changes = [change(open[id] ?? incident(), .opened, at: at(minute))]
      case (let known?, 0):
        open[id] = nil
        changes = [change(ended(known, at: at(minute)), .resolved, at: at(minute))]
      case (let known?, 1):
        let next = with(known) { $0.severity = Severity.allCases[random.below(4)] }
        open[id] = next
        changes = [change(next, .severity, at: at(minute))]
      case (let known?, 2): changes = [change(known, .escalated, at: at(minute))]
      default: break
      }
      let planned = whole.plan(changes, at: at(minute), policy: policy)
      cut = try JSONDecoder().decode(
        NotificationPlanner.self, from: try JSONEncoder().encode(cut))
      #expect(cut.plan(changes, at: at(minute), policy: policy) == planned, "seed \(seed)")
    }
    #expect(whole == cut)
  }

  @Test(arguments: [Int64(1), 2, 5, 7, 9])
  func `what comes due is told as of then, however seldom one asks`(stride step: Int64) {
    var desk = Desk([Route(receiver: "page", groupInterval: 0, repeatInterval: 540_000)])
    _ = desk.plan(change(incident(), .opened, at: at(0)), at: 0)
    #expect(
      stride(from: step, through: 70, by: Int(step)).flatMap { desk.plan(at: $0) }.prefix(6)
        == [
          "9 page reminder", "18 page reminder", "27 page reminder", "36 page reminder",
          "45 page reminder", "54 page reminder",
        ])
  }

  @Test func `after a long break not all that was missed is told`() {
    var desk = Desk([Route(receiver: "page", groupInterval: 0, repeatInterval: 60_000)])
    _ = desk.plan(change(incident(), .opened, at: at(0)), at: 0)
    #expect(desk.plan(at: 3000).count == 11)
  }

  @Test func `what is told again of an incident that is over opens nothing`() {
    var desk = Desk([page])
    let first = incident()
    let changes = [
      change(first, .opened, at: at(0)), change(first, .alertFiring, at: at(1)),
      change(ended(first, at: at(5)), .resolved, at: at(5)),
    ]
    for (number, change) in changes.enumerated() { _ = desk.plan(change, at: Int64(number)) }
    #expect(desk.planner.isIdle)
    // A restart goes back to where the incident was still open.
    for change in changes { #expect(desk.plan(change, at: 6) == []) }
    #expect(desk.planner.isIdle)
    let back = with(first) { $0.episodes.append(.init(start: at(20))) }
    #expect(desk.plan(change(back, .reopened, at: at(20)), at: 20) == ["20 page reopened"])
  }

  @Test func `changes that are told again change nothing`() {
    let grave = with(incident()) { $0.severity = .critical }
    let changes = [
      change(incident(), .opened, at: at(0)), change(grave, .severity, .escalated, at: at(1)),
      change(grave, .note, at: at(2)),
    ]
    var desk = Desk([page, Route(receiver: "boss", groupInterval: 0)])
    for (minute, change) in changes.enumerated() { _ = desk.plan(change, at: Int64(minute)) }
    let planner = desk.planner
    for (minute, change) in changes.enumerated() {
      #expect(desk.plan(change, at: Int64(minute)) == [])
    }
    #expect(desk.planner == planner)
  }

  @Test func `only so many incidents are followed`() {
    var desk = Desk([page])
    desk.policy.limits.incidentsMax = 3
    for number in 0..<5 as Range<Int64> {
      _ = desk.plan(
        change(incident("i\(number)", at: at(number)), .opened, at: at(number)), at: number)
    }
    #expect(desk.planner.counts.dropped == 2)
  }

  @Test func `a message is bounded and says how much it leaves out`() throws {
    var big = incident()
    big.alerts = SharedList(
      (0..<100).map { number in
        var alert = incident(labels: ["n": "\(number)"]).alerts[0]
        alert.endedAt = number < 90 ? at(1) : nil
        return alert
      })
    var desk = Desk([page])
    let planned = desk.planner.plan(
      [change(big, .opened, at: at(0))], at: at(0), policy: desk.policy)
    let notice = try #require(planned.first.flatMap { Notice(json: $0.body) })
    #expect(notice.alertCount == 100 && notice.incident.alerts.count == 20)
    #expect(!notice.incident.alerts.prefix(10).contains { !$0.isFiring }, "what fires comes first")
    #expect(notice.links.map(\.name) == ["incident", "runbook of ErrorRatioHigh"])
    #expect(Notice(json: notice.json) == notice)
    #expect(Notice(json: "{}") == nil)
  }
}
