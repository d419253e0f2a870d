import Exposition
import Model
import Statistics
import Testing

struct LimitTests {
  @Test(arguments: [InputFormat.auto, .prometheus, .influx, .jsonl, .csv, .graphite])
  func `a huge line is skipped in bounded memory`(_ format: InputFormat) {
    let good: [InputFormat: String] = [
      .influx: "m f=1", .jsonl: "{\"m_f\":1}", .graphite: "m_f 1 -1", .csv: "time,m_f\n,1",
    ]
    let line = good[format] ?? "m_f 1"
    var decoder = SampleDecoder(DecoderOptions(format: format, file: "in"))
    var batch = SampleBatch()
    var samples = 0
    func feed(_ bytes: [UInt8], _ decoder: inout SampleDecoder) {
      decoder.feed(bytes, arrival: arrival)
      while decoder.next(into: &batch) { samples += batch.count }
    }
    feed(Array((line + "\n").utf8), &decoder)
    for _ in 0..<50 { feed([UInt8](repeating: UInt8(ascii: "x"), count: 1 << 20), &decoder) }
    #expect(batch.bytes.capacity <= 8 << 20)
    let last = format == .csv ? ",1" : line
    feed(Array(("\n" + last).utf8), &decoder)
    decoder.finish()
    while decoder.next(into: &batch) { samples += batch.count }
    #expect(samples == 2)
    let reports = decoder.takeDiagnostics().map(\.description)
    let number = format == .csv ? 3 : 2
    #expect(
      reports == [
        "in:\(number):1048577: warning: expected a line of at most 1048576 bytes, found \"x\""
      ]
    )
  }

  @Test func `a huge first line does not hide the format`() {
    let long = [UInt8](repeating: UInt8(ascii: "x"), count: 3 << 20)
    let bytes = long + Array("\nm,a=b f=1\n".utf8)
    var random = SplitMix64(seed: 1)
    let whole = decode([bytes], DecoderOptions())
    #expect(whole.format == .influx)
    #expect(whole.samples == ["m_f{a=\"b\"} 1.0"])
    #expect(whole.codes == ["line-too-long"])
    #expect(decode(cut(bytes, longest: 100_000, &random), DecoderOptions()) == whole)
  }

  /// Both dialects of spelling: as it comes, and made by the decoder.
  @Test(arguments: [InputFormat.prometheus, .influx])
  func `labels have limits`(_ format: InputFormat) {
    func line(_ labels: [(String, String)]) -> String {
      format == .influx
        ? "m" + labels.map { ",\($0.0)=\($0.1)" }.joined() + " f=1\n"
        : "m_f{" + labels.map { "\($0.0)=\"\($0.1)\"" }.joined(separator: ",") + "} 1\n"
    }
    let long = String(repeating: "v", count: 4097)
    let cases: [(String, [(String, String)])] = [
      ("too-many-labels", (0..<65).map { ("l\($0)", "v") }),
      ("label-too-long", [("a", long)]),
      ("label-too-long", [(String(repeating: "n", count: 513), "v")]),
      ("series-too-long", (0..<5).map { ("l\($0)", String(long.dropLast())) }),
    ]
    for (code, labels) in cases {
      let found = decode(line(labels) + line([("a", "b")]), format)
      #expect(found.codes == [code])
      #expect(found.samples == ["m_f{a=\"b\"} 1.0"])
    }
    #expect(decode(line((0..<64).map { ("l\($0)", "v") }), format).samples.count == 1)
  }

  @Test func `running totals are kept for a bounded number of series`() {
    var options = DecoderOptions()
    options.limits.accumulatedSeriesMax = 2
    let text = (0..<4).map {
      "{\"name\":\"h\($0)\",\"kind\":\"incremental\",\"counter\":{\"value\":1}}\n"
    }
    let found = decode([Array(text.joined().utf8)], options)
    #expect(found.samples == ["h0 1.0", "h1 1.0"])
    #expect(found.codes == ["too-many-accumulated-series"])
    #expect(found.counts.badLinesTotal == 2)
  }

  @Test func `a stream of ever new series stays bounded`() {
    var options = DecoderOptions(format: .prometheus)
    options.limits.blockBytesMax = 1 << 16
    var decoder = SampleDecoder(options)
    var batch = SampleBatch()
    var samples = 0
    for block in 0..<100 {
      let text = (0..<1000).map { "requests_total{id=\"\(block)-\($0)\"} 1 1700000000000\n" }
      decoder.feed(Array(text.joined().utf8), arrival: arrival)
      while decoder.next(into: &batch) { samples += batch.count }
    }
    #expect(samples == 100_000)
    #expect(decoder.counts.badLinesTotal == 0)
  }
}
