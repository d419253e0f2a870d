import Model
import PromQL
import Statistics
import Testing

@testable import Rules

/// An alert over `x > 0` with the given labels.
func alertRule(
  hold: Milliseconds = 0, keepFiring: Milliseconds = 0, labels: [String: String] = [:],
  annotations: [String: String] = [:]
) throws -> Rule {
  var rule = Rule(
    name: "Alert", kind: .alert(try Expression(parsing: "x > 0")), source: SourceText("x > 0"),
    location: SourceLocation(line: 1, column: 1))
  rule.timing = AlertMachine.Timing(hold: hold, keepFiring: keepFiring)
  rule.labels = try labels.sorted { $0.key < $1.key }.map {
    LabelTemplate(name: $0.key, template: try Template($0.value))
  }
  rule.annotations = try annotations.sorted { $0.key < $1.key }.map {
    LabelTemplate(name: $0.key, template: try Template($0.value))
  }
  return rule
}

/// Feeds one series, tick by tick of a minute: `1` true, `0` false, `.` no data.
func run(
  _ table: inout AlertTable, _ marks: String, batch: Int = 64, from start: Int64 = 0
) -> [String] {
  var out: [String] = []
  let marks = Array(marks)
  for low in stride(from: 0, to: marks.count, by: batch) {
    let part = marks[low..<min(low + batch, marks.count)]
    var row = AlertRow(series: 0, isTrue: 0, isPresent: 0)
    var values: [Double] = []
    for (tick, mark) in part.enumerated() {
      if mark == "1" { row.isTrue |= 1 << UInt64(tick) }
      if mark != "." { row.isPresent |= 1 << UInt64(tick) }
      values.append(Double(low + tick))
    }
    let ticks = AlertTicks(
      first: Timestamp(milliseconds: (start + Int64(low)) * 60_000), interval: 60_000,
      count: part.count)
    let outcome = values.withUnsafeBufferPointer { values in
      table.advance(
        ticks, rows: [row], values: { _ in values },
        labels: { _ in ["__name__": "x", "job": "api"] })
    }
    out += outcome.transitions.map {
      "\($0.time.milliseconds / 60_000) \($0.ending?.rawValue ?? $0.kind.rawValue)"
    }
  }
  return out
}

struct `Life of an alert` {
  struct Case: CustomTestStringConvertible, Sendable {
    var name: String
    var hold: Milliseconds = 0
    var keep: Milliseconds = 0
    var marks: String
    var want: [String]
    var testDescription: String { name }
  }

  static let cases = [
    Case(name: "never true", marks: "000.0", want: []),
    Case(name: "no for: fires at once", marks: "01", want: ["1 firing"]),
    Case(name: "clears", marks: "0110", want: ["1 firing", "3 cleared"]),
    Case(name: "vanishes", marks: "011.", want: ["1 firing", "3 vanished"]),
    Case(
      name: "for waits", hold: 120_000, marks: "011110",
      want: ["1 pending", "3 firing", "5 cleared"]),
    Case(
      name: "for is not reached", hold: 120_000, marks: "0110110", want: ["1 pending", "4 pending"]),
    Case(
      name: "for of a part of an interval is over at the next tick", hold: 30_000, marks: "110",
      want: ["0 pending", "1 firing", "2 cleared"]),
    Case(
      name: "keep_firing_for bridges a gap", keep: 180_000, marks: "1001000011",
      want: ["0 firing", "7 cleared", "8 firing"]),
    Case(
      name: "keep_firing_for does not help pending", hold: 60_000, keep: 600_000, marks: "1011",
      want: ["0 pending", "2 pending", "3 firing"]),
    Case(
      name: "a no before the data went is a clearing", keep: 180_000, marks: "10...",
      want: ["0 firing", "4 cleared"]),
    Case(
      name: "data that came back with a no is a clearing", keep: 120_000, marks: "1..0",
      want: ["0 firing", "3 cleared"]),
    Case(
      name: "data that stayed away is not", keep: 120_000, marks: "1...",
      want: ["0 firing", "3 vanished"]),
    Case(name: "for of centuries", hold: .max, marks: "111", want: ["0 pending"]),
  ]

  @Test(arguments: cases, [1, 2, 3, 64])
  func `is the same in any batch`(test: Case, batch: Int) throws {
    var table = AlertTable(
      rule: try alertRule(hold: test.hold, keepFiring: test.keep), group: "g")
    #expect(run(&table, test.marks, batch: batch) == test.want)
  }

  @Test(arguments: cases, [1, 64])
  func `who does not want to hear of pending alerts hears the rest`(test: Case, batch: Int) throws {
    var table = AlertTable(
      rule: try alertRule(hold: test.hold, keepFiring: test.keep), group: "g")
    table.tellsPending = false
    let want = test.want.filter { !$0.hasSuffix("pending") }
    #expect(run(&table, test.marks, batch: batch) == want)
  }

  @Test func `a resolved alert is told of for 15 minutes`() throws {
    var table = AlertTable(rule: try alertRule(), group: "g")
    _ = run(&table, "10")
    let labels: Labels = ["alertname": "Alert", "job": "api"]
    #expect(table.resolved(at: Timestamp(milliseconds: 16 * 60_000)) == [labels])
    #expect(table.resolved(at: Timestamp(milliseconds: 16 * 60_000 + 1)) == [])
  }

  @Test func `what others must hear of fires or was resolved`() throws {
    var table = AlertTable(rule: try alertRule(hold: 60_000), group: "g")
    let minute: (Int64) -> Timestamp = { Timestamp(milliseconds: $0 * 60_000) }
    func heard(at time: Int64) -> [ActiveAlert] {
      table.telling(at: minute(time), in: AlertSurroundings())
    }
    _ = run(&table, "1")
    #expect(heard(at: 0) == [])
    #expect(table.active(in: AlertSurroundings()).map(\.firedAt) == [nil])
    _ = run(&table, "1", from: 1)
    #expect(heard(at: 1).map(\.firedAt) == [minute(1)])
    _ = run(&table, "0", from: 2)
    let resolved = try #require(heard(at: 17).first)
    #expect(resolved.state == .inactive)
    #expect(resolved.firedAt == minute(1))
    #expect(resolved.resolvedAt == minute(2))
    #expect(heard(at: 18) == [])
    _ = run(&table, "1", from: 3)
    #expect(heard(at: 3) == [], "pending again")
  }

  @Test func `labels and annotations are expanded`() throws {
    let rule = try alertRule(
      labels: ["severity": "page", "job": "{{ $labels.job }}-x"],
      annotations: ["summary": "{{ $labels.__name__ }} is {{ $value }}"])
    var table = AlertTable(rule: rule, group: "g")
    _ = run(&table, "11")
    let active = table.active(in: AlertSurroundings())
    #expect(active.map(\.labels) == [["alertname": "Alert", "job": "api-x", "severity": "page"]])
    #expect(active.first?.annotations == ["summary": "x is 1"])
    #expect(active.first?.state == .firing)
  }

  @Test func `labels that use the value make an alert of each value`() throws {
    var table = AlertTable(
      rule: try alertRule(hold: 60_000, labels: ["v": "{{ $value }}"]), group: "g")
    #expect(run(&table, "111") == ["0 pending", "1 pending", "2 pending"])
    #expect(table.active(in: AlertSurroundings()).map(\.labels["v"]) == ["2"])
  }

  @Test func `a series whose alert's labels use the value is idle only once it has cleared`() throws
  {
    var table = AlertTable(rule: try alertRule(labels: ["v": "{{ $value }}"]), group: "g")
    #expect(table.isIdle(0))
    #expect(run(&table, "1") == ["0 firing"])
    #expect(table.isActive(0) && !table.isIdle(0))
    #expect(run(&table, "0", from: 1) == ["1 cleared"])
    #expect(table.isIdle(0))
  }

  @Test func `a series that was dropped has no data, and its index may be used again`() throws {
    var table = AlertTable(rule: try alertRule(keepFiring: 60_000), group: "g")
    #expect(run(&table, "1") == ["0 firing"])
    table.forget(series: 0)
    #expect(table.isIdle(0))
    #expect(run(&table, ".", from: 1) == [])
    #expect(run(&table, ".", from: 2) == ["2 vanished"])
    #expect(run(&table, "1", from: 60) == ["60 firing"])
    #expect(table.instances.count == 1)
  }

  @Test func `a checkpoint goes on where it was taken`() throws {
    let rule = try alertRule(hold: 120_000, keepFiring: 120_000)
    let marks = "1110011.0000"
    for cut in 0...marks.count {
      var whole = AlertTable(rule: rule, group: "g")
      let want = run(&whole, marks)
      var first = AlertTable(rule: rule, group: "g")
      var got = run(&first, String(marks.prefix(cut)))
      var second = AlertTable(rule: rule, group: "g")
      second.restore(first.checkpoint(at: Timestamp(milliseconds: Int64(cut) * 60_000)))
      got += run(&second, String(marks.dropFirst(cut)), from: Int64(cut))
      #expect(got == want, "cut at \(cut)")
    }
  }
}

struct `Errors of an alert` {
  /// Two series whose labels differ in the name only.
  private func outcome(_ table: inout AlertTable, _ a: UInt64, _ b: UInt64) -> AlertOutcome {
    let rows = [
      AlertRow(series: 0, isTrue: a, isPresent: a), AlertRow(series: 1, isTrue: b, isPresent: b),
    ]
    let ticks = AlertTicks(first: Timestamp(milliseconds: 0), interval: 1000, count: 4)
    let values = [Double](repeating: 1, count: 4)
    return values.withUnsafeBufferPointer { values in
      table.advance(
        ticks, rows: rows, values: { _ in values }, labels: { ["__name__": "x\($0)"] },
        recordsSpans: true)
    }
  }

  @Test func `same labels at one tick`() throws {
    var table = AlertTable(rule: try alertRule(), group: "g")
    let outcome = outcome(&table, 0b0011, 0b0110)
    #expect(outcome.errors.map(\.time.milliseconds) == [1000])
    #expect(
      outcome.errors.first?.message
        == "vector contains metrics with the same labelset after applying alert labels")
    // At the tick in between the alert stays as it was.
    #expect(outcome.transitions.map(\.time.milliseconds) == [0, 3000])
    #expect(outcome.spans.map(\.ticks) == [0..<1, 2..<3])
  }

  @Test(arguments: [1, 2, 3, 64])
  func `a stretch is over when the state changes, in whatever batch`(batch: Int) throws {
    var table = AlertTable(rule: try alertRule(hold: 2000), group: "g")
    var ends: [String] = []
    let marks = Array("111110011")
    for low in stride(from: 0, to: marks.count, by: batch) {
      let part = marks[low..<min(low + batch, marks.count)]
      var row = AlertRow(series: 0, isTrue: 0, isPresent: ~0)
      for (tick, mark) in part.enumerated() where mark == "1" { row.isTrue |= 1 << UInt64(tick) }
      let ticks = AlertTicks(
        first: Timestamp(milliseconds: Int64(low) * 1000), interval: 1000, count: part.count)
      let values = [Double](repeating: 1, count: part.count)
      let outcome = values.withUnsafeBufferPointer { values in
        table.advance(
          ticks, rows: [row], values: { _ in values }, labels: { _ in ["i": "a"] },
          recordsSpans: true)
      }
      ends += outcome.spans.filter(\.isOver).map { "\($0.state) \(low + $0.ticks.upperBound)" }
    }
    #expect(ends == ["pending 2", "firing 5"])
  }

  @Test func `more alerts than the limit`() throws {
    var table = AlertTable(
      rule: try alertRule(labels: ["n": "{{ $labels.__name__ }}"]), group: "g", limit: 1)
    let outcome = outcome(&table, 0b1111, 0b0010)
    #expect(outcome.errors.map(\.message) == ["exceeded limit of 1 with 2 alerts"])
    #expect(
      outcome.transitions.map { "\($0.time.milliseconds) \($0.kind) \($0.labels["n"] ?? "")" }
        == ["0 firing x0", "1000 resolved x0", "2000 firing x0"])
  }
}

struct `Levels of a threshold` {
  @Test func `a graver level is told once`() throws {
    var rule = try alertRule()
    rule.kind = .threshold(
      ThresholdRule(
        of: try Expression(parsing: "x"), direction: .above,
        levels: [.init(severity: .low, bound: 1), .init(severity: .high, bound: 3)]))
    var table = AlertTable(rule: rule, group: "g")
    let values: [Double] = [2, 2, 4, 2, 4, 0, 4]
    let ticks = AlertTicks(
      first: Timestamp(milliseconds: 0), interval: 1000, count: values.count)
    let outcome = values.withUnsafeBufferPointer { values in
      table.advance(
        ticks, rows: [AlertRow(series: 0, isTrue: 0b1011111, isPresent: 0b1111111)],
        values: { _ in values }, labels: { _ in ["__name__": "x"] })
    }
    let got = outcome.transitions.map {
      "\($0.time.milliseconds / 1000) \($0.kind) \($0.measure.level?.rawValue ?? "-")"
    }
    #expect(got == ["0 firing low", "2 firing high", "5 resolved high", "6 firing high"])
  }
}

struct `The table equals its naive twin` {
  @Test(arguments: 0..<150)
  func `on random data`(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let hold = [0, 1, 30, 60, 125][Int(random.next() % 5)] * 1000
    let keep = [0, 0, 30, 90][Int(random.next() % 4)] * 1000
    let usesValue = seed % 5 == 0
    let labels: [String: String] =
      usesValue ? ["v": "{{ $value }}"] : seed % 3 == 0 ? ["n": "{{ len $labels.i }}"] : [:]
    let rule = try alertRule(
      hold: Milliseconds(hold), keepFiring: Milliseconds(keep), labels: labels)
    let limit = seed % 4 == 0 ? 2 : 0
    var table = AlertTable(rule: rule, group: "g", limit: limit)
    var naive = NaiveAlerts(timing: rule.timing, limit: limit)
    // Series of one name length share their alert when only `n` stays of them.
    let series: [Labels] = (0..<4).map {
      seed % 3 == 0 && !usesValue
        ? ["__name__": "x\($0)", "i": "a"] : ["__name__": "x", "i": "\($0)"]
    }
    var events: [NaiveAlerts.Event] = []
    var errors: [Timestamp] = []
    var samples: [Timestamp: [String]] = [:]
    var time = Timestamp(milliseconds: 0)
    for _ in 0..<6 {
      let count = Int(random.next() % 64) + 1
      let ticks = AlertTicks(first: time, interval: 15_000, count: count)
      var rows: [AlertRow] = []
      var values = [Double](repeating: .nan, count: series.count * count)
      for index in series.indices where random.next() % 8 != 0 {
        let dense = random.next() % 3
        let a = random.next()
        let b = random.next()
        let isTrue = (dense == 0 ? a & b & random.next() : dense == 1 ? a | b : 0) & ticks.mask
        rows.append(
          AlertRow(series: index, isTrue: isTrue, isPresent: (isTrue | random.next()) & ticks.mask))
        for tick in 0..<count { values[index * count + tick] = Double(random.next() % 3) }
      }
      let outcome = values.withUnsafeBufferPointer { values in
        table.advance(
          ticks, rows: rows,
          values: { UnsafeBufferPointer(rebasing: values[$0 * count..<($0 + 1) * count]) },
          labels: { series[$0] }, recordsSpans: true)
      }
      events += outcome.transitions.map {
        .init(
          time: $0.time, labels: $0.labels, kind: $0.ending?.rawValue ?? $0.kind.rawValue,
          value: $0.value, since: $0.activeSince)
      }
      errors += outcome.errors.map(\.time)
      for span in outcome.spans {
        for tick in span.ticks {
          samples[ticks[tick], default: []].append(
            "\(span.state) \(span.labels) \(span.activeSince)")
        }
      }
      for tick in 0..<count {
        var elements: [(labels: Labels, value: Double)] = []
        var present: Set<Labels> = []
        for row in rows {
          var labels = series[row.series].removing("__name__")
          labels["alertname"] = "Alert"
          let value = values[row.series * count + tick]
          if rule.labels.first?.name == "n" { labels["n"] = "1" }
          let isPresent = row.isPresent >> UInt64(tick) & 1 == 1
          if usesValue {
            for active in naive.active.keys where active["i"] == labels["i"] && isPresent {
              present.insert(active)
            }
            labels["v"] = "\(Int(value))"
          }
          if isPresent { present.insert(labels) }
          if row.isTrue >> UInt64(tick) & 1 == 1 { elements.append((labels, value)) }
        }
        naive.tick(ticks[tick], elements: elements, present: present)
      }
      time = time + Milliseconds(count) * 15_000
    }
    // Whose data counts is open where several series take turns in one alert.
    let isShared = seed % 3 == 0 && !usesValue
    func comparable(_ event: NaiveAlerts.Event) -> NaiveAlerts.Event {
      var copy = event
      if isShared, event.kind == "vanished" { copy.kind = "cleared" }
      return copy
    }
    #expect(events.map(comparable) == naive.events.sorted().map(comparable))
    #expect(errors == naive.errors)
    #expect(samples.mapValues { $0.sorted() } == naive.samples)
  }
}
