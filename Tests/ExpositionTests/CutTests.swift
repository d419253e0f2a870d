import Exposition
import Statistics
import Testing

/// The result must not depend on how the input is cut into blocks.
struct CutTests {
  static let inputs: [(InputFormat, String)] = [
    (
      .prometheus,
      """
      \u{feff}# HELP node_load1 Load.
      # TYPE node_load1 gauge
      node_load1{instance="web-1:9100",job="node"} 0.25 1700000000000
      node_load1{instance="web-2:9100",job="node"} 1e-3 1700000000000\r
      broken{job="node" 1 1700000000000
      node_load1{instance="web-1:9100",job="node"} 0.5 1700000015000

      {"disk.used", path="/é"} 7.424100000000001e-05
      up NaN
      worse x
      """
    ),
    (
      .openmetrics,
      "# TYPE a counter\na_total{b=\"c\"} 1 1700000000.25 # {t=\"x\"} 1\na_total x\na_total 2\n# EOF\n"
    ),
    (
      .influx,
      "cpu,host=a,region=eu user=1.5,idle=98i 1556813561098000000\nbad\ncpu,host=b up=t\n#x\nm f=1"
    ),
    (
      .jsonl,
      """
      {"ts":1768487400,"metric":"cpu","value":0.4,"labels":{"host":"a\\n"}}
      {"ts":1768487415,"cpu":0.4,"mem":{"used":1},"host":"a"}
      {"ts":
      {"ts":1768487416,"change":{"service":"api","kind":"scale"}}
      {"metric":"http_reqs","type":"Point","data":{"time":"2026-01-15T14:30:00Z","value":1}}
      """
    ),
    (
      .csv,
      "time,host,cpu,\"disk, used\"\r\n1768487400,a,1,2\r\n1768487401,a,x,2\r\n1768487402,b,3,\r\n"
    ),
    (.graphite, "a.b;t=v 1 1700000000\nbad 1\na.b;t=v 2 1700000010.5\nlast 3 -1"),
  ]

  @Test(arguments: inputs, [true, false])
  func `every cut gives what the whole gives`(_ input: (InputFormat, String), _ isAuto: Bool) {
    let (format, text) = input
    let bytes = Array(text.utf8)
    let options = DecoderOptions(format: isAuto ? .auto : format, file: "in")
    let whole = decode([bytes], options)
    #expect(whole.samples.count >= 2)
    #expect(whole.counts.badLinesTotal >= 1)
    #expect(whole.format == format || (isAuto && format == .openmetrics))
    let isSame = decode(bytes.map { [$0] }, options) == whole
    #expect(isSame)
    var random = SplitMix64(seed: 7)
    for longest in [2, 5, 40, 200] {
      for _ in 0..<20 {
        let isSame = decode(cut(bytes, longest: longest, &random), options) == whole
        #expect(isSame)
      }
    }
  }

  @Test(arguments: inputs)
  func `random damage never traps, and never depends on the cut`(
    _ input: (InputFormat, String)
  ) {
    var random = SplitMix64(seed: 11)
    let bytes = Array(input.1.utf8)
    let options = DecoderOptions(format: input.0)
    for _ in 0..<300 {
      var damaged = bytes
      for _ in 0..<Int.random(in: 1...6, using: &random) {
        let place = Int.random(in: 0..<damaged.count, using: &random)
        switch Int.random(in: 0..<3, using: &random) {
        case 0: damaged[place] = UInt8.random(in: 0...255, using: &random)
        case 1: damaged.remove(at: place)
        default: damaged.insert(bytes[Int.random(in: 0..<bytes.count, using: &random)], at: place)
        }
      }
      let whole = decode([damaged], options)
      #expect(whole.samples.allSatisfy { !$0.hasPrefix("no series") })
      let cutUp = decode(cut(damaged, longest: 9, &random), options)
      guard cutUp == whole else {
        Issue.record("\(String(decoding: damaged, as: UTF8.self))")
        return
      }
    }
  }
}
