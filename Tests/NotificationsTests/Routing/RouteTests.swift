import Model
import Rules
import Testing

@testable import Notifications

struct `Routes` {
  struct Case: CustomTestStringConvertible, Sendable {
    var name: String
    var routes: [Route]
    var severity = Severity.high
    var escalations = 0
    var want: [String]
    var testDescription: String { name }
  }

  static let critical = Route(match: RouteMatch(severity: .exactly([.critical])), receiver: "page")
  static let rest = Route(receiver: "chat")
  static let chain = [
    Route(receiver: "first"), Route(receiver: "second"),
    Route(match: RouteMatch(services: ["other"]), receiver: "other"), Route(receiver: "third"),
  ]

  static let cases = [
    Case(name: "no route", routes: [], want: []),
    Case(name: "the first that fits", routes: [critical, rest], want: ["chat"]),
    Case(name: "exactly", routes: [critical, rest], severity: .critical, want: ["page"]),
    Case(
      name: "at least",
      routes: [Route(match: RouteMatch(severity: .atLeast(.medium)), receiver: "a"), rest],
      want: ["a"]),
    Case(
      name: "not at least",
      routes: [Route(match: RouteMatch(severity: .atLeast(.critical)), receiver: "a"), rest],
      want: ["chat"]),
    Case(
      name: "service",
      routes: [
        Route(match: RouteMatch(services: ["api"]), receiver: "a"),
        Route(match: RouteMatch(services: ["api", "checkout"]), receiver: "b"),
      ], want: ["b"]),
    Case(
      name: "labels of one alert",
      routes: [
        Route(match: RouteMatch(matchers: [LabelMatcher("team", equals: "db")]), receiver: "a"),
        Route(
          match: RouteMatch(matchers: [
            LabelMatcher("team", equals: "payments"),
            LabelMatcher("alertname", equals: "ErrorRatioHigh"),
          ]), receiver: "b"),
      ], want: ["b"]),
    Case(
      name: "continue", routes: [Route(receiver: "log", continues: true), rest, critical],
      want: ["log", "chat"]),
    Case(
      name: "each receiver once", routes: [Route(receiver: "chat", continues: true), rest],
      want: ["chat"]),
    Case(
      name: "children before the parent",
      routes: [
        Route(
          match: RouteMatch(services: ["checkout"]), receiver: "parent", routes: [critical, rest])
      ], want: ["chat"]),
    Case(
      name: "the parent where no child fits",
      routes: [Route(receiver: "parent", routes: [critical])], want: ["parent"]),
    Case(
      name: "a child has its parent's receiver",
      routes: [Route(receiver: "parent", routes: [Route()])], want: ["parent"]),
    Case(name: "nobody to tell", routes: [Route()], want: []),
    Case(name: "before anyone waits", routes: chain, want: ["first"]),
    Case(name: "the next route", routes: chain, escalations: 1, want: ["first", "second"]),
    Case(
      name: "the one after it, as far as it fits", routes: chain, escalations: 2,
      want: ["first", "second", "third"]),
    Case(
      name: "nobody is left", routes: chain, escalations: 9, want: ["first", "second", "third"]),
    Case(
      name: "a route that repeats a receiver does not count",
      routes: [rest, rest, Route(receiver: "boss")], escalations: 1, want: ["chat", "boss"]),
    Case(
      name: "successors by name",
      routes: [Route(receiver: "a", escalateTo: ["b", "c"]), Route(receiver: "d")],
      escalations: 1, want: ["a", "b"]),
    Case(
      name: "all successors by name",
      routes: [Route(receiver: "a", escalateTo: ["b", "c"]), Route(receiver: "d")],
      escalations: 3, want: ["a", "b", "c"]),
  ]

  @Test(arguments: cases)
  func `lead to receivers`(test: Case) {
    let targets = RouteTree(test.routes).targets(
      of: incident("i", test.severity), escalations: test.escalations)
    #expect(targets.map(\.receiver) == test.want)
  }

  @Test func `a child has what it leaves out from above`() {
    let tree = RouteTree([
      Route(
        receiver: "p", mute: ["nights"], groupWait: 1, groupInterval: 2, repeatInterval: 3,
        briefingInterval: 4, stages: [.opened, .resolved],
        routes: [Route(mute: [], groupWait: 10, routes: [Route(receiver: "c", groupInterval: 20)])])
    ])
    #expect(
      tree.targets(of: incident()) == [
        RouteTarget(
          receiver: "c", active: [], mute: [], groupWait: 10, groupInterval: 20, repeatInterval: 3,
          briefingInterval: 4, stages: [.opened, .resolved])
      ])
  }

  @Test func `an escalation keeps the timing of its route`() {
    let tree = RouteTree([Route(receiver: "a", mute: ["m"], escalateTo: ["b"])])
    #expect(tree.targets(of: incident(), escalations: 1).map(\.mute) == [["m"], ["m"]])
  }
}
