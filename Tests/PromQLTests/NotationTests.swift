import Model
import Statistics
import Testing

@testable import PromQL

/// The values of a line, written down: `_`, `stale`, a number, a literal or `@` and an offset.
private func spelled(_ notation: SeriesNotation) -> [String] {
  notation.values.map { value in
    switch value {
    case .missing: "_"
    case .stale: "stale"
    case .float(let number): "\(number)"
    case .histogram(let histogram, _): histogram.notation
    case .startOffset(let offset): "@\(offset)"
    }
  }
}

@Suite struct NotationSeriesTests {
  @Test(arguments: [
    ("up 5", ["5.0"]),
    ("up   -2.5\t1e3 ", ["-2.5", "1000.0"]),
    ("up 0x3", ["0.0", "0.0", "0.0", "0.0"]),
    ("up 0x1f 0x0", ["31.0", "0.0"]),
    ("up 017 1_000 .5 5.", ["15.0", "1000.0", "0.5", "5.0"]),
    ("up NaN Inf -Inf +inf nan", ["nan", "inf", "-inf", "inf", "nan"]),
    ("up 7+3x2", ["7.0", "10.0", "13.0"]),
    ("up 1-2x3", ["1.0", "-1.0", "-3.0", "-5.0"]),
    ("up -1-1x2", ["-1.0", "-2.0", "-3.0"]),
    ("up 0.5E9+0x1", ["500000000.0", "500000000.0"]),
    ("up 1e1+1e1x1", ["10.0", "20.0"]),
    ("up 4x2 _ _x2 stale 1", ["4.0", "4.0", "4.0", "_", "_", "_", "stale", "1.0"]),
    ("up _x0 1", ["1.0"]),
    ("up", []),
    (
      "up{a=\"b\"} {{schema:1 sum:4 count:2 buckets:[2]}}x1",
      ["{{schema:1 count:2 sum:4 buckets:[2]}}", "{{schema:1 count:2 sum:4 buckets:[2]}}"]
    ),
    (
      "up {{count:1 buckets:[1]}}+{{count:2 buckets:[2] offset:1}}x2",
      [
        "{{count:1 buckets:[1]}}", "{{count:3 buckets:[1 2]}}", "{{count:5 buckets:[1 4]}}",
      ]
    ),
    (
      "up {{count:5 buckets:[5]}}-{{count:2 buckets:[2]}}x1",
      ["{{count:5 buckets:[5]}}", "{{count:3 buckets:[3]}}"]
    ),
    ("up@st _ -30s-1mx2 0 5ms", ["_", "@-30000", "@-90000", "@-150000", "@0", "@5"]),
    ("up@st -1mx1 -0msx1 1h30m", ["@-60000", "@-60000", "@0", "@0", "@5400000"]),
    ("up@st 0-1mx1 _x2", ["@0", "@-60000", "_", "_"]),
  ])
  func values(line: String, values: [String]) throws {
    let notation = try SeriesNotation(parsing: line)
    #expect(spelled(notation) == values)
    #expect(notation.count == values.count)
    #expect(notation.isStartTimes == line.contains("@st"))
  }

  @Test func `a named hint is known, even unknown`() throws {
    let line = "x {{}} {{counter_reset_hint:unknown}} {{}}+{{counter_reset_hint:gauge}}x0"
    let named = try SeriesNotation(parsing: line).values.map { value in
      if case .histogram(_, let namesHint) = value { namesHint } else { false }
    }
    #expect(named == [false, true, true])
  }

  @Test func `durations and quoted texts alone`() throws {
    #expect(try SeriesNotation.duration("1d2h3m4s5ms") == 93_784_005)
    #expect(try SeriesNotation.duration("0") == 0)
    #expect(try SeriesNotation.quotedText("`a\\n`") == "a\\n")
    #expect(throws: NotationError.self) { try SeriesNotation.duration("5") }
    #expect(throws: NotationError.self) { try SeriesNotation.duration("-5m") }
    #expect(throws: NotationError.self) { try SeriesNotation.duration("5m ") }
    #expect(throws: NotationError.self) { try SeriesNotation.quotedText("\"a\"b") }
  }

  @Test func `steps are added, not multiplied`() throws {
    let values = spelled(try SeriesNotation(parsing: "x 0+0.1x3"))
    #expect(values == ["0.0", "0.1", "0.2", "\(0.1 + 0.1 + 0.1)"])
  }

  @Test(arguments: [
    ("up 5q", "unexpected", 4..<5), ("up -", "unexpected", 4..<4), ("up 1+2", "unexpected", 6..<6),
    ("up 1 x3", "unexpected", 5..<7), ("up 1x", "bad-repetition", 5..<5),
    ("up 1x1.5", "unexpected", 6..<8), ("up 1x2e", "bad-repetition", 5..<7),
    ("up 1+-2x3", "unexpected", 5..<9), ("up stalex3", "unexpected", 3..<10),
    ("up NaNx3", "unexpected", 3..<8), ("up 1,2", "unexpected", 4..<6),
    ("up 1x1000000000000", "too-many-positions", 5..<18),
    ("up 1x9999999999999999999999", "too-many-positions", 5..<27),
    ("up 1x999999 1x9", "too-many-positions", 12..<15),
    ("", "unexpected", 0..<0), ("5", "unexpected", 0..<1), ("up{a=\"b\" 1", "unexpected", 9..<10),
    ("up{a=b} 1", "unexpected", 5..<7), ("up{a=\"b} 1", "bad-string", 5..<10),
    ("up{=\"b\"} 1", "unexpected", 3..<8), ("up {a=\"b\"} 1", "unexpected", 3..<10),
    ("up 1e999", "bad-number", 3..<8),
    ("up {{schema:0}}+{{schema:-1}}x2", "incompatible-increment", 16..<29),
    ("up {{schema:0}}+{{schema:-53}}x2", "incompatible-increment", 16..<30),
    ("up {{}}+{{}}", "unexpected", 12..<12),
    ("up@st 5", "bad-duration", 6..<7), ("up@st 1s5m", "bad-duration", 6..<10),
    ("up@st 1q", "bad-duration", 6..<8), ("up@st 999999y", "bad-duration", 6..<13),
    ("up@st stale", "bad-duration", 6..<11),
  ])
  func refusals(line: String, code: String, range: Range<Int>) {
    let error = #expect(throws: NotationError.self) { try SeriesNotation(parsing: line) }
    #expect(error?.code == code)
    #expect(error?.range == range, "\(error?.message ?? "")")
  }

  @Test func `an error points into the line`() {
    let error = #expect(throws: NotationError.self) { try SeriesNotation(parsing: "up 1 2 oops") }
    let place = SourceLocation(file: "a.test", line: 3, column: 5)
    #expect(
      error?.diagnostic(at: place, sourceLine: "    up 1 2 oops").description == """
        a.test:3:12: error: unexpected "oops", want a number
                up 1 2 oops
                       ^~~~
        """)
    #expect(error?.message == "unexpected \"oops\", want a number")
  }
}

@Suite struct NotationKeyTests {
  @Test(arguments: [
    ("up", ["__name__": "up"]), ("a:b", ["__name__": "a:b"]), ("{}", [:]),
    ("up{}", ["__name__": "up"]), ("{__name__=\"up\"}", ["__name__": "up"]),
    ("up{a=\"1\", b='2',}", ["__name__": "up", "a": "1", "b": "2"]),
    ("up{a=`x\\y`}", ["__name__": "up", "a": "x\\y"]),
    ("{\"my.metric\", \"a.b\"=\"c\"}", ["__name__": "my.metric", "a.b": "c"]),
    ("up{a=\"\\\"\\n\\x41\\u00e9\\101\"}", ["__name__": "up", "a": "\"\nAéA"]),
    ("up{on=\"1\", sum=\"2\"}", ["__name__": "up", "on": "1", "sum": "2"]),
    ("up{a=\"\"}", ["__name__": "up"]),
  ])
  func keys(text: String, labels: [String: String]) throws {
    #expect(try Labels(seriesKey: text) == Labels(labels))
  }

  @Test(arguments: [
    "up 1", "up{a}", "up{a=\"\\q\"}", "up{\"a\",\"b\"}", "1up", "up{a=\"\\xff\"}", "up{",
  ])
  func `bad keys`(text: String) {
    #expect(throws: NotationError.self) { try Labels(seriesKey: text) }
  }
}

@Suite struct NotationHistogramTests {
  @Test func `every property`() throws {
    let h = try NativeHistogram(
      notation: "{{ schema:-2 sum:-0.3 count:3.1 z_bucket:7.1 z_bucket_w:0.05 buckets:[5.1 10 ]"
        + "   offset:-3 n_buckets:[ 4.1] n_offset:-5 counter_reset_hint:not_reset }}")
    #expect((h.schema, h.sum, h.count) == (-2, -0.3, 3.1))
    #expect((h.zeroCount, h.zeroThreshold) == (7.1, 0.05))
    #expect(h.positiveSpans == [.init(offset: -3, length: 2)])
    #expect(h.positiveBuckets == [5.1, 10])
    #expect(h.negativeSpans == [.init(offset: -5, length: 1)])
    #expect(h.negativeBuckets == [4.1])
    #expect(h.counterResetHint == .notReset)
    let custom = try NativeHistogram(
      notation: "{{schema:-53 custom_values:[-5 1e3] buckets:[1 4]}}")
    #expect(custom.customBounds == [-5, 1000])
    #expect(try NativeHistogram(notation: "{{}}") == NativeHistogram())
    #expect(try NativeHistogram(notation: "{{sum:NaN count:-Inf}}").sum.isNaN)
  }

  @Test(arguments: [
    ("{{", "unexpected"), ("{{schema}}", "unexpected"), ("{{schema:}}", "bad-number"),
    ("{{schema:1.5}}", "unexpected"), ("{{shema:1}}", "unknown-property"),
    ("{{sum:1 sum:2}}", "repeated-property"), ("{{counter_reset_hint:maybe}}", "unknown-hint"),
    ("{{buckets:1}}", "unexpected"), ("{{buckets:[1,2]}}", "unexpected"),
    ("{{buckets:[1}}", "unexpected"), ("{{sum:1count:2}}", "unexpected"),
    ("{{schema:9}}", "bad-histogram"), ("{{custom_values:[1]}}", "bad-histogram"),
    ("{{schema:-53 custom_values:[1] buckets:[1 2 3]}}", "bad-histogram"),
    ("{{schema:-53 buckets:[1] offset:-1}}", "bad-histogram"),
    ("{{offset:9999999999999 buckets:[1]}}", "bad-histogram"),
    ("{{offset:99999999999999999999 buckets:[1]}}", "bad-number"),
    ("{{}} x", "unexpected"),
  ])
  func refusals(text: String, code: String) {
    let error = #expect(throws: NotationError.self) { try NativeHistogram(notation: text) }
    #expect(error?.code == code)
  }

  @Test func `a slip is named`() {
    let error = #expect(throws: NotationError.self) { try NativeHistogram(notation: "{{shema:1}}") }
    #expect(error?.message == "unknown histogram property \"shema\"; did you mean \"schema\"?")
    #expect(error?.range == 2..<7)
  }

  @Test(arguments: [
    (1e6, "1e+06"), (999_999, "999999"), (1_234_567, "1.234567e+06"), (0.0001, "0.0001"),
    (0.00001, "1e-05"), (-2.5, "-2.5"), (100, "100"), (1.5e300, "1.5e+300"),
    (0.1 + 0.2, "0.30000000000000004"),
    (.nan, "NaN"), (-.infinity, "-Inf"),
  ])
  func numbers(value: Double, text: String) {
    var h = NativeHistogram()
    h.sum = value
    #expect(h.notation == "{{sum:\(text)}}")
  }

  @Test func `random literals read back`() throws {
    var random = SplitMix64(seed: 99)
    for seed in 0..<300 {
      var h = NativeHistogram()
      let isCustom = random.below(3) == 0
      h.schema = isCustom ? NativeHistogram.customSchema : random.below(13) - 4
      h.sum = Double(bitPattern: random.next())
      h.count = Double(random.below(1000)) / 7
      h.counterResetHint = [.unknown, .reset, .notReset, .gauge][random.below(4)]
      if isCustom {
        h.customBounds = (0..<20).map { Double($0) * 1.1 - 3 }
      } else {
        h.zeroCount = Double(random.below(5))
        h.zeroThreshold = Double(random.below(5)) / 1000
        h.setCounts((0..<random.below(5)).map { .init(index: $0 * 3 - 4, count: 1.5) }, .negative)
      }
      let first = isCustom ? 0 : random.below(40) - 20
      h.setCounts(
        (0..<random.below(6)).map { .init(index: first + $0 * 2, count: Double($0 + 1) / 3) },
        .positive)
      let read = try NativeHistogram(notation: h.notation)
      #expect(read.compacted().hasSameData(as: h) || h.sum.isNaN, "case \(seed): \(h.notation)")
      #expect(read.counterResetHint == h.counterResetHint)
    }
  }
}
