import Exposition
import Model
import Statistics
import Testing

/// Streams repeat themselves; what is read by foresight must be what each line says on its own.
@Suite struct RepeatedLineTests {
  struct Format: Sendable, CustomTestStringConvertible {
    var format: InputFormat
    var head: String?
    var line: @Sendable (_ series: Int, _ value: String, _ time: String) -> String
    var testDescription: String { format.rawValue }
  }

  static let formats = [
    Format(format: .prometheus) { "m\($0){host=\"app-\($0)\",job=\"a b\"} \($1) \($2)" },
    Format(format: .openmetrics) { "m\($0){host=\"app-\($0)\"} \($1) \($2.dropLast(3)).5" },
    Format(format: .influx) { "m\($0),host=app-\($0),job=a\\ b value=\($1) \($2)000000" },
    Format(format: .graphite) { "m\($0);host=app-\($0) \($1) \($2.dropLast(3))" },
    Format(format: .csv, head: "time,metric,value,host") { "\($2),m\($0),\($1),app-\($0)" },
    Format(format: .csv, head: "metric,value,host,time") { "m\($0),\($1),\"app,\($0)\",\($2)" },
    Format(format: .jsonl) {
      "{\"ts\":\($2),\"metric\":\"m\($0)\",\"value\":\($1),\"labels\":{\"host\":\"app-\($0)\"}}"
    },
    Format(format: .jsonl) {
      "{\"metric\":\"m\($0)\",\"value\": \($1) ,\"n\":\(($0) % 2),\"host\":\"x\",\"ts\":\"\($2)\"}"
    },
  ]

  /// Numbers of all shapes, right and wrong ones.
  static let values = [
    "0", "1", "12.5", "-3", "-0", "0.000001", "1e3", "1E-3", "123456789012345678901234567890",
    "1.", ".5", "+4", "NaN", "Inf", "t", "5i", "7u", "\"2\"", "x", "", "0x10", "1_000", "1e999",
  ]
  static let times = [
    "1760000000000", "1760000015000", "1760000015001", "99", "", "x", "-1",
    "17600000000000000000000",
    "1760000000000 ", "1760000000e3",
  ]

  @Test(arguments: formats, 0..<6 as Range<UInt64>)
  func `a stream says what its lines say one by one`(form: Format, seed: UInt64) {
    var random = SplitMix64(seed: seed)
    var lines: [String] = []
    for step in 0..<40 {
      var series = Array(0..<6)
      if step % 7 == 6 { series.shuffle(using: &random) }
      if step % 11 == 10 { series.removeLast() }
      for number in series {
        let isOdd = Int.random(in: 0..<12, using: &random) == 0
        let value = isOdd ? Self.values.randomElement(using: &random) ?? "" : "\(step).25"
        let hasOddTime = Int.random(in: 0..<20, using: &random) == 0
        let time =
          hasOddTime
          ? Self.times.randomElement(using: &random) ?? "" : "\(1_760_000_000_000 + step * 15_000)"
        lines.append(form.line(number, value, time))
      }
    }
    let head = form.head.map { $0 + "\n" } ?? ""
    let whole = decode(head + lines.map { $0 + "\n" }.joined(), form.format)
    var alone: [String] = []
    for line in lines { alone += decode(head + line + "\n", form.format).samples }
    #expect(whole.samples == alone)
    #expect(whole.samples.count > 150)
  }

  @Test(arguments: formats)
  func `numbers of spellings name equal spellings`(form: Format) {
    var decoder = SampleDecoder(DecoderOptions(format: form.format, file: "in"))
    var spellings: [UInt32: [UInt8]] = [:]
    var known = 0
    for step in 0..<20 {
      let lines = (0..<5).map { form.line(($0 * step) % 7, "1.5", "\(1_760_000_000_000 + step)") }
      let head = step == 0 ? form.head.map { $0 + "\n" } ?? "" : ""
      decoder.feed(Array((head + lines.map { $0 + "\n" }.joined()).utf8), arrival: arrival)
      var batch = SampleBatch()
      while decoder.next(into: &batch) {
        #expect(batch.spellings.count == batch.count && batch.spellingSource != nil)
        for row in 0..<batch.count where batch.spellings[row] != SampleBatch.noSpelling {
          let key = Array(batch.bytes[Int(batch.keyStarts[row])..<Int(batch.keyEnds[row])])
          #expect(spellings[batch.spellings[row], default: key] == key)
          spellings[batch.spellings[row]] = key
          known += 1
        }
      }
    }
    #expect(known > 0 || form.line(0, "1", "1").contains("\"ts\":\""))
  }

  /// The spellings of a batch's rows.
  private func spellings(of batch: SampleBatch) -> [String] {
    (0..<batch.count).map { row in
      let key = Int(batch.keyStarts[row])..<Int(batch.keyEnds[row])
      return String(decoding: batch.bytes[key], as: UTF8.self)
    }
  }

  @Test func `rows of known series share the list of spellings, which no later one changes`() {
    var decoder = SampleDecoder(DecoderOptions(format: .prometheus, file: "in"))
    let names = (0..<5).map { "m\($0){host=\"app-\($0)\"}" }
    var kept: [SampleBatch] = []
    for step in 0..<12 {
      let added = step % 6 == 5 ? ["n\(step)"] : []
      let lines = (names + added).map { "\($0) \(step) \(1_760_000_000_000 + step)\n" }
      decoder.feed(Array(lines.joined().utf8), arrival: arrival)
      var batch = SampleBatch()
      while decoder.next(into: &batch) {
        #expect(spellings(of: batch) == names + added)
        kept.append(batch)
      }
    }
    #expect(kept.contains { $0.sharesBytes } && kept.contains { !$0.sharesBytes })
    for batch in kept { #expect(spellings(of: batch).starts(with: names)) }
    kept[4].removeAll()
    #expect(spellings(of: kept[3]) == names && kept[4].bytes.isEmpty)
  }
}
