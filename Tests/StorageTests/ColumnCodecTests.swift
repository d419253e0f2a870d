import Model
import Testing

@testable import Storage

@Suite struct ColumnCodecTests {
  static let columns: [(times: [Int64], values: [Double])] = [
    ([], []),
    ([0], [0]),
    ([.min, .max, 0, -1], [.infinity, -.infinity, -0.0, .leastNonzeroMagnitude]),
    ([5, 5, 4], [.nan, StaleMarker.value, Double(bitPattern: 0x7ff8_dead_beef_0001)]),
    ((0..<1000).map { $0 * 15_000 }, (0..<1000).map { Double($0) * 0.1 }),
  ]

  @Test(arguments: columns)
  func `every bit comes back`(_ times: [Int64], _ values: [Double]) throws {
    let bytes = try ColumnCodec.encode(times: times, columns: [values, values.reversed()])
    let (readTimes, read) = try ColumnCodec.decode(bytes)
    #expect(readTimes == times)
    #expect(
      read.map { $0.map(\.bitPattern) }
        == [values, values.reversed()].map { $0.map(\.bitPattern) })
  }

  @Test func `a regular gauge costs under three bytes a point`() throws {
    let times = (0..<10_000).map { Int64($0) * 15_000 + 1_768_487_400_000 }
    let values = times.indices.map { Double($0 * 37 % 101) / 100 }
    let bytes = try ColumnCodec.encode(times: times, columns: [values])
    #expect(bytes.count < 30_000, "\(bytes.count) bytes")
  }

  @Test func `no damaged byte is believed`() throws {
    let times = (0..<50).map { Int64($0) * 1000 }
    let values = times.map { Double($0) * 0.37 }
    let good = try ColumnCodec.encode(times: times, columns: [values])
    for index in good.indices {
      for bit in 0..<8 {
        var bad = good
        bad[index] ^= 1 << bit
        let read = try? ColumnCodec.decode(bad)
        // A flip in an unused bit of zlib's header may do nothing; wrong content is what must not be.
        if let read { #expect(read.times == times && read.columns == [values], "byte \(index)") }
      }
    }
    for count in good.indices {
      #expect(throws: ColumnError.self) { try ColumnCodec.decode(Array(good[..<count])) }
    }
  }

  @Test func `a count that would fill the memory is refused`() {
    let bytes: [UInt8] = [1, 0xff, 0xff, 0xff, 0xff, 0x0f, 1, 0xff, 0xff, 0xff, 0xff, 0x1f, 0x78]
    #expect(throws: ColumnError.self) { try ColumnCodec.decode(bytes, pointsMax: 1_000_000) }
  }
}
