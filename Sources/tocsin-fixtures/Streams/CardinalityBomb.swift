import Model
import Statistics

/// A stream in which no label set comes twice, beside one series that goes on as it should.
///
/// A request id in a label does this to a real system.
struct CardinalityBomb {
  /// New label sets in all.
  var series: Int
  /// New label sets in each second of event time.
  var perSecond: Int
  private var random: SplitMix64

  static let start = Timestamp(milliseconds: 1_760_000_000_000)

  init(series: Int, perSecond: Int, seed: UInt64) {
    self.series = series
    self.perSecond = perSecond
    random = SplitMix64(seed: seed)
  }

  mutating func write(to output: inout Output) throws {
    for number in 0..<series {
      let milliseconds = UInt64(Self.start.milliseconds) + UInt64(number / perSecond) * 1000
      if number % perSecond == 0 {
        output.bytes.append(contentsOf: "up{job=\"steady\"} 1 \(milliseconds)\n".utf8)
      }
      output.bytes.append(contentsOf: "requests_total{job=\"bomb\",request=\"".utf8)
      appendHexadecimal(random.next(), to: &output.bytes)
      output.bytes.append(contentsOf: "-\(number)\"} 1 \(milliseconds)\n".utf8)
      try output.flushFullBlock()
    }
    try output.flush()
  }

  private func appendHexadecimal(_ value: UInt64, to bytes: inout [UInt8]) {
    for shift in stride(from: 60, through: 0, by: -4) {
      let digit = UInt8(truncatingIfNeeded: value >> UInt64(shift)) & 15
      bytes.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
    }
  }
}
