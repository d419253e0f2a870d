import Model
import PromQL
import Statistics
import Testing

@testable import Engine

@Suite struct ScriptBlockTests {
  @Test func `blocks end at empty lines and comments`() {
    let script = Script(
      parsing: """
        # a comment
        load 1m
          a 1
          b 2
          # ends the block
        LOAD_with_nhcb 30s
        \tc_bucket{le="+Inf"} 1 2
           \t

        Clear

        eval instant at 5m a
          a 1
        """)
    #expect(script.faults.isEmpty)
    #expect(script.commands.map(\.line) == [2, 6, 10, 12])
    guard case .load(let first) = script.commands[0].kind,
      case .load(let second) = script.commands[1].kind,
      case .clear = script.commands[2].kind,
      case .evaluation(let evaluation) = script.commands[3].kind
    else {
      Issue.record("wrong blocks")
      return
    }
    #expect((first.gap, first.convertsClassicHistograms, first.series.count) == (60_000, false, 2))
    #expect((second.gap, second.convertsClassicHistograms) == (30_000, true))
    #expect(evaluation.query == "a")
    #expect(evaluation.timing == .instant(Timestamp(milliseconds: 300_000)))
  }

  @Test func `the later of two lines with one series wins`() {
    let script = Script(parsing: "load 1m\r\n  a@st _ -1s\r\n  a 1 2\r\n  a{} 3 4 5\r\n")
    guard case .load(let load) = script.commands.first?.kind else {
      Issue.record("\(script.faults)")
      return
    }
    #expect(load.series.map(\.count) == [3])
    #expect(load.startTimes.isEmpty)
  }

  @Test(
    arguments: [
      ("eval instant at 0 up", .instant(Timestamp(milliseconds: 0)), "up"),
      (
        "eval instant at 1h30m  sum by (a) (b)", .instant(Timestamp(milliseconds: 5_400_000)),
        "sum by (a) (b)"
      ),
      (
        "eval range from 0 to 10m step 1m rate(a[5m])",
        .range(
          start: Timestamp(milliseconds: 0), end: Timestamp(milliseconds: 600_000), step: 60_000),
        "rate(a[5m])"
      ),
      (
        "eval_info range from 5s to 5s step 150ms a # b",
        .range(
          start: Timestamp(milliseconds: 5000), end: Timestamp(milliseconds: 5000), step: 150),
        "a # b"
      ),
    ] as [(String, Script.Timing, String)])
  func timing(text: String, timing: Script.Timing, query: String) {
    let script = Script(parsing: text)
    guard case .evaluation(let evaluation) = script.commands.first?.kind else {
      Issue.record("\(script.faults)")
      return
    }
    #expect(evaluation.timing == timing)
    #expect(evaluation.query == query)
  }

  @Test func `a bad block loses no other`() {
    let script = Script(
      parsing: "load 1m\n a x\n b 1\n\nclear\n\neval instant at 0 a\n  a 1 2\n  b 1\n\nclear")
    #expect(script.faults.map(\.line) == [1, 7])
    #expect(script.faults.map(\.isEvaluation) == [false, true])
    #expect(script.commands.map(\.line) == [5, 11])
  }

  @Test func `alerts and incidents`() {
    let script = Script(
      parsing: """
        alerts at 10m
          firing HighErrors{job="api since 5m", severity="page"} since 7m
          pending DiskFull

        alerts at 1m

        incidents at 12m
          open critical checkout, api
          resolved low db since 3m title "the \\"end\\""
        """)
    #expect(script.faults.isEmpty, "\(script.faults)")
    guard script.commands.count == 3, case .alerts(let time, let alerts) = script.commands[0].kind,
      case .incidents(_, let incidents) = script.commands[2].kind
    else {
      Issue.record("wrong blocks")
      return
    }
    #expect(time.milliseconds == 600_000)
    let high: Labels = ["alertname": "HighErrors", "job": "api since 5m", "severity": "page"]
    #expect(
      alerts == [
        Script.Alert(isFiring: true, labels: high, since: Timestamp(milliseconds: 420_000)),
        Script.Alert(isFiring: false, labels: ["alertname": "DiskFull"], since: nil),
      ])
    #expect(
      incidents == [
        Script.Incident(state: .open, severity: .critical, services: ["api", "checkout"]),
        Script.Incident(
          state: .resolved, severity: .low, services: ["db"],
          since: Timestamp(milliseconds: 180_000), title: "the \"end\""),
      ])
  }

  @Test func `random bytes trap nothing`() {
    var random = SplitMix64(seed: 17)
    let words = [
      "load", "eval", " ", "instant", " at ", "range from 0 to ", "1m", "\n", "a", "{", "}", "\"",
      "expect ", "{{", "}}", "+", "x9", "_", "stale", "@st", "schema:", "buckets:[", "]", "-53",
      "99999999999999999999", "\u{0}", "é", "\t", "#", "alerts", "incidents", "since", ",", "=",
    ]
    for _ in 0..<3000 {
      var text = random.pick(["load 1m\na ", "eval instant at 0 a\n", "alerts at 1m\n", ""])
      for _ in 0..<30 { text += random.pick(words) }
      let script = Script(parsing: text)
      #expect(script.faults.allSatisfy { $0.line > 0 && $0.diagnostic.location != nil })
      var storage = ScriptStorage()
      for command in script.commands {
        if case .load(let load) = command.kind, load.series.allSatisfy({ $0.count < 1000 }) {
          storage.add(load)
        }
      }
    }
  }
}

@Suite struct ScriptExpectationTests {
  private func expectation(_ block: String) -> ScriptExpectation? {
    let script = Script(parsing: block)
    #expect(script.faults.isEmpty, "\(script.faults)")
    guard case .evaluation(let evaluation) = script.commands.first?.kind else { return nil }
    return evaluation.expectation
  }

  @Test func `failures in old words and new ones`() {
    let failures = [
      "eval_fail instant at 0 a", "eval_fail instant at 0 a\n expected_fail_message some text",
      "eval_fail instant at 0 a\n expected_fail_regexp s.me", "eval instant at 0 a\n expect fail",
      "eval instant at 0 a\n expect fail msg:some text",
      "eval instant at 0 a\n expect fail regex: s.me",
    ].map { expectation($0)?.failure?.description }
    #expect(
      failures == [
        "any text", "\"some text\"", "a match of \"s.me\"", "any text", "\"some text\"",
        "a match of \"s.me\"",
      ])
  }

  @Test func `annotations, order and series`() {
    let all = expectation(
      """
      eval instant at 0 a
        expect warn msg:  PromQL warning: x (1:1)
        expect warn
        expect no_info
        expect ordered
        a 1
        expect{} 2
      """)
    if case .matching(let warnings)? = all?.warnings {
      #expect(warnings.map(\.description) == ["\"PromQL warning: x (1:1)\"", "any text"])
    } else {
      Issue.record("no warnings")
    }
    if case .some(.none) = all?.infos {} else { Issue.record("infos") }
    #expect(all?.isOrdered == true)
    if case .series(let lines)? = all?.outcome {
      #expect(lines.map(\.labels.description) == ["a", "expect"])
    } else {
      Issue.record("no series")
    }
    #expect(expectation("eval_ordered instant at 0 a")?.isOrdered == true)
    if case .matching? = expectation("eval_warn instant at 0 a")?.warnings {
    } else {
      Issue.record("eval_warn")
    }
  }

  @Test func `scalars, strings and range vectors`() {
    if case .string("x y")? = expectation("eval instant at 0 a\n expect string `x y`")?.outcome {
    } else {
      Issue.record("no string")
    }
    let range = expectation(
      "eval instant at 1m a[1m]\n expect range vector from 30s to 1m step 30s\n a 1 2")
    #expect(range?.rangeVector?.step == 30_000)
    for (text, value) in [("0x1f", 31.0), ("-1_000", -1000), ("1.5e3", 1500), ("Inf", .infinity)] {
      // The number ends the block: what follows is a block of its own.
      let script = Script(parsing: "eval instant at 0 1\n\(text)\neval instant at 0 2\n2")
      #expect(script.commands.count == 2)
      guard case .evaluation(let evaluation) = script.commands.first?.kind,
        case .scalar(let found) = evaluation.expectation.outcome
      else {
        Issue.record("no scalar")
        return
      }
      #expect(found == value)
    }
  }

  @Test(arguments: [
    ("lod 1m", 1, "1:1", "unknown command \"lod\"; did you mean \"load\"?"),
    ("load", 1, "1:5", "bad duration \"\", want one like 1h30m or 250ms"),
    ("load 5", 1, "1:6", "bad duration \"5\", want one like 1h30m or 250ms"),
    ("load 1m x", 1, "1:9", "nothing more is expected here"),
    ("load 1m\n   a 1 q", 1, "2:8", "unexpected \"q\", want a number"),
    (
      "load 1m\n a@st 1s\n b 1", 1, "2:2",
      "start timestamps must stand just before the samples of their series"
    ),
    ("load 1m\n a@st 1s\n a 1 2", 1, "2:2", "1 start timestamps for 2 positions"),
    ("\n\neval at 0 a", 3, "3:6", "unexpected \"at\", want \"instant\""),
    ("eval instant at 5 a", 1, "1:17", "bad duration \"5\", want one like 1h30m or 250ms"),
    ("eval instant at 5m", 1, "1:1", "there is no query"),
    ("eval range from 5m to 1m step 1m a", 1, "1:1", "the range ends before it starts"),
    ("eval range from 0 to 1m step 0 a", 1, "1:30", "the step must be above 0"),
    (
      "eval instant at 0 a\n  expect wran", 1, "2:10",
      "unknown expectation \"wran\"; did you mean \"warn\"?"
    ),
    (
      "eval instant at 0 a\n  expect fail\n  expect fail", 1, "3:3",
      "\"expect fail\" is there twice"
    ),
    (
      "eval instant at 0 a\n  expect no_info\n  expect info", 1, "3:3",
      "\"expect info\" and \"expect no_info\" exclude each other"
    ),
    (
      "eval instant at 0 a\n  expect warn text: x", 1, "2:15",
      "unexpected \"text: x\", want \"msg:\" or \"regex:\""
    ),
    ("eval instant at 0 a\n  expect string x", 1, "2:17", "unexpected \"x\", want a quoted text"),
    (
      "eval instant at 0 a\n  a 1 2", 1, "2:3",
      "an instant vector has one value for each series, not 2"
    ),
    ("eval range from 0 to 1m step 1m a\n  a 1 2 3", 1, "2:3", "3 values for 2 steps"),
    (
      "eval_ordered range from 0 to 1m step 1m a", 1, "1:1",
      "the result of a range query has no order but by labels"
    ),
    (
      "alerts at 5m\n  silent X", 1, "2:3", "unexpected \"silent\", want \"firing\" or \"pending\""
    ),
    ("alerts at 5m\n  firing X{a=b}", 1, "2:14", "unexpected \"b}\", want a quoted text"),
    (
      "incidents at 5m\n  open grave api", 1, "2:8",
      "unexpected \"grave\", want one of low, medium, high, critical"
    ),
    ("incidents at 5m\n  open high", 1, "2:3", "no service is named"),
  ])
  func faults(text: String, line: Int, place: String, message: String) {
    let script = Script(parsing: text)
    #expect(script.faults.count == 1)
    #expect(script.faults.first?.line == line)
    #expect(script.faults.first?.diagnostic.location?.description == place)
    #expect(script.faults.first?.diagnostic.message == message)
  }
}
