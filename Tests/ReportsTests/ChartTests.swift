import Incidents
import Model
import Testing

@testable import Reports

@Suite struct ChartTests {
  private func strokes(_ times: [Int64], _ values: [Double], columns: Int = 700) -> [[Int]] {
    Reduction.strokes(times: times, values: values, columns: columns).map(\.indices)
  }

  @Test func `a gap in values or in time ends a stroke`() {
    #expect(strokes([], []) == [])
    #expect(strokes([1], [.nan]) == [])
    #expect(strokes([0, 10, 20, 30, 40], [1, 2, .nan, 4, 5]) == [[0, 1], [3, 4]])
    #expect(strokes([0, 10, 20, 60, 70], [1, 2, 3, 4, 5]) == [[0, 1, 2], [3, 4]])
    #expect(strokes([0, 10, 20, 50, 60], [1, 2, 3, 4, 5]) == [[0, 1, 2, 3, 4]])
    #expect(strokes([0, 10, 20], [.nan, 1, .infinity]) == [[1]])
    #expect(strokes([.min, 0, .max], [1, 2, 3]).flatMap(\.self) == [0, 1, 2])
  }

  @Test func `many points keep each column's extremes`() throws {
    let count = 100_000
    let times = (0..<count).map { Int64($0) * 1000 }
    var values = times.map { Double(($0 / 1000) % 13) }
    values[54_321] = 999
    values[54_322] = -999
    let kept = strokes(times, values, columns: 700)
    let indices = try #require(kept.first)
    #expect(kept.count == 1)
    #expect(indices.count <= 4 * 700)
    #expect(indices.contains(54_321) && indices.contains(54_322))
    #expect(indices == indices.sorted() && Set(indices).count == indices.count)
    #expect(indices.first == 0 && indices.last == count - 1)
  }

  @Test(
    arguments: [
      ([0, 0.38], "ratio", ["0 %", "10 %", "20 %", "30 %", "40 %"]),
      ([0.1, 2.4], "seconds", ["0 s", "1 s", "2 s", "3 s"]),
      ([95, 100], "", ["94", "96", "98", "100"]),
      ([5, 5], "", ["0", "2", "4", "6"]),
      ([], "", ["0.0", "0.5", "1.0"]),
      ([.nan, -.infinity], "", ["0.0", "0.5", "1.0"]),
      ([-3, 2], "", ["-4", "-2", "0", "2"]),
      ([0, 3_145_728], "bytes", ["0 MiB", "1 MiB", "2 MiB", "3 MiB"]),
    ] as [([Double], String, [String])])
  func `value axes have round ticks`(_ values: [Double], _ unit: String, _ want: [String]) {
    let axis = ValueAxis(covering: values, unit: unit)
    #expect(axis.low < axis.high)
    let labels = axis.ticks.map(\.label)
    if want.count == labels.count { #expect(labels == want) }
    #expect(Set(labels).count == labels.count, "\(labels)")
    #expect((3...8).contains(labels.count), "\(labels)")
    for value in values where value.isFinite {
      #expect(axis.low <= value && value <= axis.high)
    }
  }

  @Test(arguments: [
    -1e308, 1e308, .greatestFiniteMagnitude, .leastNonzeroMagnitude, 1e-300, 1e18, 1e17,
  ])
  func `value axes of any size have a few ticks`(_ value: Double) {
    for values in [[value], [-value, value], [0, value], [value, value * 0.999]] {
      let axis = ValueAxis(covering: values, unit: nil)
      #expect(axis.low < axis.high && (axis.high - axis.low).isFinite)
      #expect((2...9).contains(axis.ticks.count), "\(axis.ticks)")
    }
  }

  @Test func `time axes have ticks that people name`() {
    func labels(_ from: Timestamp, _ to: Timestamp, _ count: Int) -> [String] {
      TimeAxis(from: from.milliseconds, to: to.milliseconds, count: count).ticks.map(\.label)
    }
    #expect(
      labels(at(13, 40), at(15, 0), 8)
        == ["13:40", "13:50", "14:00", "14:10", "14:20", "14:30", "14:40", "14:50", "15:00"])
    #expect(labels(at(14, 0, 1), at(14, 0, 16), 4) == ["14:00:05", "14:00:10", "14:00:15"])
    #expect(labels(at(20, 0), at(30, 0), 4) == ["21:00", "16 Jan", "03:00", "06:00"])
    #expect(labels(at(1, 0), at(24 * 14, 0), 4).first == "19 Jan")
    #expect(labels(at(1, 0), at(24 * 2000, 0), 4).first?.hasPrefix("2026-") == true)
    let widest = TimeAxis(from: .min, to: .max, count: 8)
    #expect(widest.ticks.count <= 20)
  }

  @Test func `labels of changes keep apart and inside`() {
    let marks = (0..<6).map { Report.Mark(name: "kubernetes v2.14.\($0)", time: at(14, $0)) }
    let labels = ChangeLabels(marks, left: 58, right: 748) {
      58 + Double($0 - at(13, 40).milliseconds) / Double(4_800_000) * 690
    }
    #expect(labels.rowCount == 4)
    #expect(Set(labels.placed.prefix(4).map(\.baseline)).count == 4)
    let long = [Report.Mark(name: String(repeating: "x", count: 500), time: at(14, 59))]
    let one = ChangeLabels(long, left: 58, right: 348) { _ in 340 }
    #expect(one.placed.map(\.anchor) == ["end"])
    #expect(one.placed.allSatisfy { $0.text.count <= 34 })
  }

  @Test func `a drawing is complete, escaped and the same each time`() throws {
    let chart = try #require(Shop.charts.first)
    let svg = ChartSVG.draw(chart, id: "c", description: "<d>")
    for part in [
      "class=\"band\"", "class=\"expected\"", "class=\"threshold\"", "class=\"alert\"",
      "class=\"change\"", "class=\"line\"", "class=\"peak\"", "<title id=\"c-t\">", "&lt;d&gt;",
      "threshold 5 %", "14:30", "Thu 15 Jan 2026, UTC", "ErrorRateHigh firing",
    ] {
      #expect(svg.contains(part), "\(part)")
    }
    let line = try #require(svg.split(separator: "\n").first { $0.contains("class=\"line\"") })
    #expect(line.count { $0 == "M" } == 2, "one gap makes two strokes")
    #expect(svg == ChartSVG.draw(chart, id: "c", description: "<d>"))
    #expect(!svg.contains("nan") && !svg.contains("inf"))
  }

  @Test func `nothing to draw is drawn without a fault`() {
    let empty = EvidenceWindow(labels: [:], title: "", times: [], values: [])
    let one = EvidenceWindow(labels: [:], title: "one", times: [5], values: [3])
    for window in [empty, one] {
      let svg = ChartSVG.draw(Report.Chart(window: window), id: "c", description: "")
      #expect(svg.hasPrefix("<svg") && svg.hasSuffix("</svg>"))
    }
  }

  @Test func `sparklines`() {
    #expect(Sparkline.text(times: [0, 1, 2, 3], values: [0, 1, .nan, 7], width: 9) == "▁▂ █")
    #expect(Sparkline.text(times: [], values: [], width: 9).isEmpty)
    #expect(Sparkline.text(times: [0, 1], values: [3, 3], width: 9) == "▁▁")
  }
}
