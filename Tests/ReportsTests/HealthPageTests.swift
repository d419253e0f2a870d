import Model
import Testing

@testable import Reports

@Suite struct HealthPageTests {
  private func times(_ values: [Double]) -> [(time: Timestamp, value: Double)] {
    values.enumerated().map { (Timestamp(milliseconds: Int64($0.offset) * 15_000), $0.element) }
  }

  @Test func `what is in trouble stands at the top, in words, and nothing of it is markup`() {
    let well = HealthPage.Vital(name: "Series", figure: "12 of 2 M", history: times([1, 2, 3]))
    let bad = HealthPage.Vital(
      name: "Store <b>", figure: "3 wait & see", trouble: "no room on <disk>")
    let metrics = [HealthPage.Metric(name: "m{a=\"<x>\"}", value: "1", help: "What & why.")]
    let quiet = HealthPage.render(vitals: [well], metrics: metrics, targets: [])
    #expect(quiet.contains("<h1 class=\"state\">Tocsin is well</h1>"))
    #expect(quiet.contains("<span class=\"chip well\">well</span>"))
    let loud = HealthPage.render(vitals: [well, bad], metrics: metrics, targets: [])
    #expect(loud.contains("<h1 class=\"state critical\">1 of 2 needs attention</h1>"))
    #expect(loud.contains("<span class=\"chip trouble\">trouble</span>"))
    #expect(loud.contains("no room on &lt;disk&gt;") && loud.contains("3 wait &amp; see"))
    for raw in ["Store <b>", "<disk>", "<x>"] { #expect(!loud.contains(raw)) }
  }

  @Test(
    arguments: [
      ([], ""), ([1], ""), ([.nan, 1, .nan], ""),
      ([0, 10], "M2.0 32.0L218.0 2.0"),
      ([0, .nan, 10], "M2.0 32.0M218.0 2.0"),
      // What does not change: nothing lies at the bottom, something in the middle.
      ([0, 0], "M2.0 32.0L218.0 32.0"),
      ([7, 7], "M2.0 17.0L218.0 17.0"),
    ])
  func `a spark joins what is known`(_ values: [Double], _ path: String) {
    let drawn = SparkSVG.draw(times(values), unit: "bytes", title: "memory")
    #expect(drawn.isEmpty == path.isEmpty)
    #expect(path.isEmpty || drawn.contains("d=\"\(path)\""), "\(drawn)")
  }

  @Test func `a spark says its bounds to who reads and to who listens`() {
    let drawn = SparkSVG.draw(times([1024, 4096, 2048]), unit: "bytes", title: "memory")
    #expect(drawn.contains("<title>memory: 1 KiB to 4 KiB</title>"), "\(drawn)")
    #expect(drawn.hasSuffix("1 KiB to 4 KiB"))
  }
}
