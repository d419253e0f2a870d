import Evaluation
import Model
import PromQL
import Testing

@testable import Engine

/// What an evaluator in a test answers: a result in the notation of scripts.
private func vector(_ lines: String..., at time: Int64 = 0) throws -> QueryValue {
  .vector(
    try lines.map { line in
      let notation = try SeriesNotation(parsing: line)
      return VectorSample(
        labels: notation.labels, time: Timestamp(milliseconds: time),
        value: try value(notation.values.first { _ in true }))
    })
}

private func matrix(_ lines: String..., start: Int64 = 0, step: Int64 = 60_000) throws -> QueryValue
{
  .matrix(
    try lines.map { line in
      let notation = try SeriesNotation(parsing: line)
      let points: [MatrixSeries.Point] = try notation.values.enumerated().compactMap {
        if case .missing = $1 { return nil }
        let time = Timestamp(milliseconds: start + Int64($0) * step)
        return MatrixSeries.Point(time: time, value: try value($1))
      }
      return MatrixSeries(labels: notation.labels, points: points)
    })
}

private struct NoValue: Error {}

private func value(_ value: SeriesNotation.Value?) throws -> SampleValue {
  switch value {
  case .float(let number): .float(number)
  case .histogram(let histogram, _): .histogram(histogram)
  case .stale: .float(StaleMarker.value)
  default: throw NoValue()
  }
}

/// The difference that a block of one `eval` finds in `result`; nil when it passes.
private func difference(
  _ block: String, _ result: QueryValue, annotations: [Annotation] = []
) -> String? {
  let runner = ScriptRunner { (_, _, _) throws(EvaluationError) in
    QueryResult(result, annotations: annotations)
  }
  let outcomes = runner.run(Script(parsing: block))
  return outcomes.count == 1 ? outcomes[0].difference : "\(outcomes.count) outcomes"
}

@Suite struct ScriptComparisonTests {
  @Test func `instant vectors`() throws {
    let block = "eval instant at 0 q\n  a{x=\"1\"} 1\n  a{x=\"2\"} 2"
    #expect(try difference(block, vector("a{x=\"2\"} 2", "a{x=\"1\"} 1")) == nil)
    #expect(
      try difference(block, vector("a{x=\"1\"} 1")) == "a{x=\"2\"} is missing")
    #expect(
      try difference(block, vector("a{x=\"1\"} 1", "a{x=\"2\"} 3"))
        == "a{x=\"2\"}: want 2.0, got 3.0")
    #expect(
      try difference(block, vector("a{x=\"1\"} 1", "a{x=\"2\"} 2", "b 3")) == "unexpected b 3.0")
    #expect(
      try difference(block, vector("a{x=\"1\"} 1", "a{x=\"1\"} 1", "a{x=\"2\"} 2"))
        == "the result has two elements with equal labels")
    #expect(
      difference(block, .scalar(1)) == "want series, got scalar 1.0")
  }

  @Test func `order matters where it is asked for`() throws {
    let block = "eval instant at 0 q\n  expect ordered\n  a 1\n  b 2"
    #expect(try difference(block, vector("a 1", "b 2")) == nil)
    #expect(try difference(block, vector("b 2", "a 1")) == "a is element 2, want 1")
  }

  @Test func `nothing is expected where nothing is written`() throws {
    let block = "eval instant at 0 q"
    #expect(difference(block, .vector([])) == nil)
    #expect(difference(block, .matrix([])) == nil)
    #expect(try difference(block, vector("a 1")) == "want nothing, got a 1.0")
    #expect(difference(block, .scalar(0)) == "want an empty vector or matrix, got scalar 0.0")
  }

  @Test func `scalars and strings`() {
    #expect(difference("eval instant at 0 q\n 0x10", .scalar(16)) == nil)
    #expect(difference("eval instant at 0 q\n NaN", .scalar(.nan)) == nil)
    #expect(difference("eval instant at 0 q\n -Inf", .scalar(-.infinity)) == nil)
    #expect(difference("eval instant at 0 q\n 1", .scalar(1.1)) == "want scalar 1.0, got 1.1")
    #expect(
      difference("eval instant at 0 q\n 1", .vector([])) == "want a scalar, got an instant vector")
    #expect(difference("eval instant at 0 q\n expect string \"a\"", .string("a")) == nil)
    #expect(
      difference("eval instant at 0 q\n expect string \"a\"", .string("b"))
        == "want string \"a\", got \"b\"")
  }

  @Test func `ranges agree point by point`() throws {
    let block = "eval range from 0 to 3m step 1m q\n  a 1 _ 3"
    #expect(try difference(block, matrix("a 1 _ 3")) == nil)
    #expect(
      try difference(block, matrix("a 1 2 3")) == "a: a value at 60000 ms, want one at 120000 ms")
    #expect(try difference(block, matrix("a 1 _ 3 4")) == "a: unexpected value at 180000 ms")
    #expect(try difference(block, matrix("a 1")) == "a: no value at 120000 ms")
    #expect(try difference(block, matrix("a 1 _ 4")) == "a: at 120000 ms: want 3.0, got 4.0")
    #expect(
      try difference(block + "\n  b 1", matrix("b 1", "a 1 _ 3"))
        == "series are not sorted: b stands before a")
  }

  @Test func `range vectors of instant queries`() throws {
    let block = "eval instant at 2m q\n  expect range vector from 1m to 2m step 60s\n  a 1 2"
    #expect(try difference(block, matrix("a 1 2", start: 60_000)) == nil)
    #expect(try difference(block, matrix("a 1 2")) != nil)
    #expect(try difference("eval instant at 2m q\n  a 1", matrix("a 1")) != nil)
    #expect(try difference(block, vector("a 1")) != nil)
  }

  @Test(arguments: [
    ("1", "1.0000019", true), ("1", "1.0000021", false), ("0", "1e-300", false),
    ("NaN", "nan", true), ("NaN", "1", false), ("Inf", "+Inf", true), ("Inf", "-Inf", false),
    ("stale", "stale", true), ("stale", "NaN", false), ("NaN", "stale", false),
    ("1", "{{count:1}}", false), ("{{count:1}}", "1", false),
    ("{{count:1 buckets:[0 1]}}", "{{count:1 buckets:[1 0] offset:1}}", true),
    ("{{count:1 buckets:[1]}}", "{{count:1.0000001 buckets:[1]}}", true),
    ("{{count:1 buckets:[1]}}", "{{count:1 buckets:[1] offset:1}}", false),
    ("{{count:1}}", "{{schema:1 count:1}}", false), ("{{z_bucket_w:1}}", "{{}}", false),
    ("{{count:1}}", "{{count:1 counter_reset_hint:gauge}}", true),
    ("{{count:1 counter_reset_hint:unknown}}", "{{count:1 counter_reset_hint:gauge}}", false),
    ("{{count:1 counter_reset_hint:gauge}}", "{{count:1}}", false),
    ("{{schema:-53 custom_values:[1] count:1}}", "{{schema:-53 custom_values:[2] count:1}}", false),
    ("{{sum:NaN}}", "{{sum:NaN}}", true),
  ])
  func values(wanted: String, found: String, areEqual: Bool) throws {
    let result = difference("eval instant at 0 q\n  a \(wanted)", try vector("a \(found)"))
    #expect((result == nil) == areEqual, "\(result ?? "")")
  }

  @Test(arguments: [
    ("", true), ("expect warn", true), ("expect no_warn", false), ("expect no_info", true),
    ("expect info", false), ("expect warn msg: PromQL warning: bad \"a\" (1:3)", true),
    ("expect warn msg:PromQL warning: bad \"a\" (1:3)  ", true),
    ("expect warn msg: PromQL warning: bad", false),
    ("expect warn msg: PromQL warning: bad \"a\" (1:3)\n  expect warn msg: other", false),
  ])
  func annotations(expectation: String, isPassed: Bool) {
    let annotation = Annotation(.warning, "bad \"a\"", range: 2..<3)
    let block = "eval instant at 0 f(a)\n  \(expectation)"
    let result = difference(block, .vector([]), annotations: [annotation])
    #expect((result == nil) == isPassed, "\(result ?? "")")
  }

  @Test func `an annotation that no line expects`() {
    let annotations = [Annotation(.info, "one"), Annotation(.info, "two")]
    let block = "eval instant at 0 q\n  expect info msg: PromQL info: one"
    #expect(
      difference(block, .vector([]), annotations: annotations)
        == "unexpected info \"PromQL info: two\"")
  }
}

@Suite struct ScriptRunnerTests {
  @Test(arguments: [
    ("expect fail", nil), ("expect fail msg: bad thing", nil),
    ("expect fail msg: bad", "want failure with \"bad\", got \"bad thing\""),
    ("a 1", "failed: bad thing"),
  ])
  func failures(line: String, difference: String?) {
    let runner = ScriptRunner { (_, _, _) throws(EvaluationError) in
      throw EvaluationError(code: "bad", "bad thing")
    }
    let outcomes = runner.run(Script(parsing: "eval instant at 0 q\n  \(line)"))
    #expect(outcomes == [ScriptRunner.Outcome(line: 1, difference: difference)])
  }

  @Test func `a failure that does not come`() {
    let wanted = "want failure with any text, got a result"
    #expect(difference("eval_fail instant at 0 q", .vector([])) == wanted)
  }

  @Test func `outcomes come by line, unreadable blocks among them`() {
    let runner = ScriptRunner { (_, _, _) throws(EvaluationError) in QueryResult(.vector([])) }
    let outcomes = runner.run(
      Script(parsing: "eval instant at 0 a\n\neval instant 0 a\n\neval instant at 0 b\n\nload"))
    #expect(outcomes.map(\.line) == [1, 3, 5])
    #expect(outcomes.map(\.isPassed) == [true, false, true])
  }

  @Test func `the evaluator sees what was loaded`() {
    var seen: [(revision: Int, series: [String])] = []
    let runner = ScriptRunner { (_, _, storage) throws(EvaluationError) in
      let texts = storage.series.map { series in
        "\(series.labels) \(series.samples.map { "\($0.time.milliseconds)" }.joined(separator: " "))"
      }
      seen.append((storage.revision, texts))
      return QueryResult(.vector([]))
    }
    _ = runner.run(
      Script(
        parsing: """
          load 1m
            b 1 _ 3
            a 1

          load 30s
            b 7x2

          eval instant at 0 q
          clear
          eval instant at 0 q
          eval instant at 0 q
          """.replacing("\nclear\neval instant at 0 q", with: "\n\nclear\n\neval instant at 0 q\n"))
    )
    #expect(seen.map(\.series) == [["a 0", "b 0 30000 60000 120000"], [], []])
    #expect(seen.map(\.revision) == [2, 3, 3])
  }

  @Test func `queries are repeated as the middle of a range`() throws {
    var timings: [Script.Timing] = []
    let good = try matrix("a 9 1 9", start: 240_000)
    let instant = try vector("a 1")
    var runner = ScriptRunner { (_, timing, _) throws(EvaluationError) in
      timings.append(timing)
      if case .instant = timing { return QueryResult(instant) }
      return QueryResult(good)
    }
    let script = Script(parsing: "eval instant at 5m q\n  a 1\n\neval instant at 0 start()\n  a 1")
    #expect(runner.run(script).map(\.isPassed) == [true, true])
    #expect(timings.count == 2)
    runner.repeatsAsRange = true
    #expect(runner.run(script).map(\.isPassed) == [true, true])
    #expect(
      timings[3]
        == .range(
          start: Timestamp(milliseconds: 240_000), end: Timestamp(milliseconds: 360_000),
          step: 60_000))
    let other = Script(parsing: "eval instant at 4m q\n  a 1")
    #expect(runner.run(other).first?.difference == "as a range query: a: want 1.0, got 9.0")
  }

  @Test func `queries are repeated with a fixed time`() throws {
    var times: [Int64] = []
    let instant = try vector("a 1")
    var runner = ScriptRunner { (query, timing, _) throws(EvaluationError) in
      if case .instant(let time) = timing { times.append(time.milliseconds) }
      if query == "bad @ 10" { throw EvaluationError(code: "x", "no") }
      return QueryResult(instant)
    }
    runner.pin = { query, time in query == "keep" ? nil : "\(query) @ \(time.milliseconds / 1000)" }
    let script = Script(parsing: "eval instant at 10s q\n  a 1\n\neval instant at 0 keep\n  a 1")
    #expect(runner.run(script).map(\.isPassed) == [true, true])
    #expect(times == [10_000, -100_000, 0, 2000, 10_000, 100_000, 0])
    let bad = runner.run(Script(parsing: "eval instant at 10s bad\n  a 1"))
    #expect(bad.first?.difference == "pinned, as bad @ 10 at -100000 ms: failed: no")
  }
}

@Suite struct ScriptStorageTests {
  private func storage(_ text: String) -> ScriptStorage {
    var storage = ScriptStorage()
    for command in Script(parsing: text).commands {
      if case .load(let load) = command.kind { storage.add(load) }
    }
    return storage
  }

  @Test func `start timestamps`() {
    let samples = storage("load 1m\n a@st _ -30s 1ms\n a 1 2 3").series.first?.samples
    #expect(samples?.map { $0.startTime?.milliseconds } == [nil, 30_000, 120_001])
  }

  @Test func `hints are those of a database`() {
    let series = storage(
      "load 1m\n a {{count:1}} {{count:2}} 5 {{count:3}} {{count:1}} stale {{count:1}}"
        + " {{count:1 counter_reset_hint:gauge}}"
    ).series
    let hints = series.first?.samples.compactMap { sample in
      if case .histogram(let histogram) = sample.value { histogram.counterResetHint } else { nil }
    }
    #expect(hints == [.unknown, .notReset, .unknown, .unknown, .unknown, .gauge])
  }

  @Test func `classic histograms are converted where it is asked for`() throws {
    let lines = """
       1m
        x_bucket{le="1", a="b"} 1 2 2
        x_bucket{le="+Inf", a="b"} 3 5 _
        x_count{a="b"} 3 5 9
        x_sum{a="b"} 4 6 1
        x_bucket{le="?", a="b"} 1
        y 1
      """
    #expect(storage("load" + lines).series.count == 6)
    let converted = storage("load_with_nhcb" + lines).series.first { $0.labels.metricName == "x" }
    #expect(converted?.labels == ["__name__": "x", "a": "b"])
    let texts = converted?.samples.map { sample in
      if case .histogram(let histogram) = sample.value { histogram.notation } else { "" }
    }
    #expect(
      texts == [
        "{{schema:-53 count:3 sum:4 custom_values:[1] buckets:[1 2]}}",
        "{{schema:-53 count:5 sum:6 custom_values:[1] counter_reset_hint:not_reset buckets:[2 3]}}",
        "{{schema:-53 count:9 sum:1 custom_values:[1] counter_reset_hint:not_reset buckets:[2 7]}}",
      ])
  }
}

@Suite struct ScriptPinnedExpressionTests {
  private let time = Timestamp(milliseconds: 5000)
  private let up = Expression(
    .vectorSelector(VectorSelector(matchers: [LabelMatcher("__name__", equals: "up")])),
    range: 0..<2)

  private func anchors(_ expression: Expression?) -> [Int64?] {
    switch expression?.kind {
    case .vectorSelector(let selector), .matrixSelector(let selector, _):
      if case .at(let time) = selector.timing.anchor { return [time.milliseconds] }
      return [nil]
    case .subquery(let subquery):
      if case .at(let time) = subquery.timing.anchor {
        return [time.milliseconds] + anchors(subquery.expression)
      }
      return [nil] + anchors(subquery.expression)
    case .binary(let binary): return anchors(binary.left) + anchors(binary.right)
    case .call(let call): return call.arguments.flatMap { anchors($0) }
    default: return []
    }
  }

  @Test func `selectors without a time get one`() {
    var fixed = VectorSelector(matchers: [])
    fixed.timing.anchor = .at(Timestamp(milliseconds: 1))
    var started = VectorSelector(matchers: [])
    started.timing.anchor = .start
    let sum = Expression(
      .binary(
        Binary(
          operation: .add, left: up, right: Expression(.vectorSelector(fixed), range: 0..<1))),
      range: 0..<1)
    #expect(anchors(sum.pinned(at: time)) == [5000, 1])
    #expect(anchors(Expression(.vectorSelector(started), range: 0..<1).pinned(at: time)) == [5000])
  }

  @Test func `a subquery's time stands for those below it`() {
    let subquery = Subquery(expression: up, range: .literal(60_000), step: nil)
    #expect(anchors(Expression(.subquery(subquery), range: 0..<1).pinned(at: time)) == [5000, nil])
    let moving = Subquery(expression: up, range: .step, step: nil)
    #expect(Expression(.subquery(moving), range: 0..<1).pinned(at: time) == nil)
  }

  @Test func `functions of the evaluation time stay as they are`() {
    let call = { (name: String) in
      Expression(
        .call(
          Call(
            function: Function(name, [.instantVector], .instantVector), arguments: [self.up])),
        range: 0..<1)
    }
    #expect(call("timestamp").pinned(at: time) == nil)
    #expect(anchors(call("abs").pinned(at: time)) == [5000])
  }
}
