import Engine
import Evaluation
import Incidents
import Model
import Rules
import Testing

/// Recordings that are not written in the order of time.
@Suite struct ReadAheadTests {
  private typealias Row = (labels: Labels, time: Int64, value: Double)

  private static let start: Int64 = 1_760_000_400_000
  private static let rules = """
    groups:
      - name: g
        interval: 1m
        rules:
          - alert: Hot
            expr: temperature > 90 and on (room) door == 1
            for: 2m
          - record: room:temperature:mean
            expr: avg_over_time(temperature[10m])
      - name: slow
        interval: 5m
        rules:
          - alert: Mean
            expr: room:temperature:mean > 40
    """

  /// Sorted by family and series, as OpenMetrics wants it.
  private static func rows(steps: Int, gap: Int64 = 60_000) -> [Row] {
    var rows: [Row] = []
    for name in ["door", "temperature"] {
      for room in ["a", "b"] {
        for step in 0..<steps {
          let isHot = step % 90 >= (room == "a" ? 60 : 75)
          let value = name == "door" ? 1.0 : isHot ? 95 : 20
          rows.append(
            (["__name__": name, "room": room], start + Int64(step) * gap, value))
        }
      }
    }
    return rows
  }

  private func lines(
    _ rows: [Row], batchRows: Int, _ options: EngineOptions, late: UnsafeMutablePointer<Int>? = nil
  ) throws -> [String] {
    let loaded = RuleSet.read([RuleSet.Source(path: "rules.yml", text: Self.rules)])
    var tocsin = Tocsin(rules: try #require(loaded.ruleSet), options: options)
    var out: [String] = []
    func take(_ effects: [Effect]) {
      for effect in effects {
        switch effect {
        case .alert(let transition): out.append(EventJSON.line(transition))
        case .diagnostic(let diagnostic): out.append(diagnostic.description)
        default: break
        }
      }
    }
    for first in stride(from: 0, to: rows.count, by: batchRows) {
      var batch = SampleBatch()
      for row in rows[first..<min(rows.count, first + batchRows)] {
        batch.append(labels: row.labels, time: Timestamp(milliseconds: row.time), value: row.value)
      }
      take(tocsin.ingest(batch))
    }
    take(tocsin.finish())
    late?.pointee = tocsin.store.counts.late
    return out
  }

  @Test(arguments: [1, 7, 250, 100_000])
  func `a recording by series tells what one by time does`(batchRows: Int) throws {
    let rows = Self.rows(steps: 600)
    let sorted = rows.sorted { ($0.time, $0.labels) < ($1.time, $1.labels) }
    let want = try lines(sorted, batchRows: 64, EngineOptions())
    #expect(want.contains { $0.contains("alert.firing") && $0.contains("Hot") })
    #expect(want.contains { $0.contains("alert.firing") && $0.contains("Mean") })
    #expect(try lines(rows, batchRows: batchRows, .replay) == want)
    #expect(try lines(sorted, batchRows: batchRows, .replay) == want)
  }

  @Test(arguments: [1, 7, 100, 100_000])
  func `what comes further behind is late in every cut`(batchRows: Int) throws {
    let rows = Self.rows(steps: 600)
    var options = EngineOptions()
    options.readAhead = 300
    var (wanted, found) = (0, 0)
    let want = try lines(rows, batchRows: 64, options, late: &wanted)
    let got = try lines(rows, batchRows: batchRows, options, late: &found)
    #expect(got == want)
    #expect(found == wanted && wanted > 600)
  }

  @Test(arguments: [1, 100, 100_000])
  func `a batch of many days is no gap`(batchRows: Int) throws {
    // Five minutes between samples: 30 days in all, more than the longest stretch without a sample.
    let rows = Self.rows(steps: 30 * 288, gap: 300_000)
      .sorted { ($0.time, $0.labels) < ($1.time, $1.labels) }
    let want = try lines(rows, batchRows: 64, EngineOptions())
    #expect(!want.contains { $0.contains("no sample between") })
    #expect(want.filter { $0.contains("alert.firing") && $0.contains("Hot") }.count > 150)
    #expect(try lines(rows, batchRows: batchRows, EngineOptions()) == want)
    #expect(try lines(rows, batchRows: batchRows, .replay) == want)
  }

  @Test(arguments: [1, 100_000])
  func `a gap is still skipped, and told once`(batchRows: Int) throws {
    let before = Self.rows(steps: 200).sorted { $0.time < $1.time }
    let after = before.map { ($0.labels, $0.time + 10 * 86_400_000, $0.value) as Row }
    for options in [EngineOptions(), .replay] {
      let all = try lines(before + after, batchRows: batchRows, options)
      #expect(all.filter { $0.contains("no sample between") }.count == 1)
      #expect(all == (try lines(before + after, batchRows: 50, EngineOptions())))
    }
  }
}
