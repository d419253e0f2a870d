import Testing

@testable import Baselines

struct CheckpointTests {
  @Test(arguments: [0, 1, 5, 59, 300, 2016])
  func `a restored detector goes on with bit-equal verdicts`(samples: Int) throws {
    for offset in [0.0, 40] {
      var bench = Bench(samples: samples)
      bench.feed(offset: offset)
      var bytes: [UInt8] = [9]
      bench.detector.encode(into: &bytes)
      #expect(bytes.count <= 4096)
      bytes += [1, 2, 3]
      var rest = bytes[1...]
      var restored = bench
      restored.detector = try Detector(DetectorConfiguration(), decoding: &rest)
      #expect(Array(rest) == [1, 2, 3])
      for index in 0..<700 {
        let shift = index > 300 ? 15.0 : offset
        #expect(bench.feed(offset: shift) == restored.feed(offset: shift))
      }
    }
  }

  @Test
  func `every cut of a checkpoint is refused`() {
    var bench = Bench(samples: 100)
    bench.feed(offset: 40)
    var bytes: [UInt8] = []
    bench.detector.encode(into: &bytes)
    for length in stride(from: 0, to: bytes.count, by: 7) {
      #expect(throws: StateError.self) {
        var rest = bytes[..<length]
        _ = try Detector(DetectorConfiguration(), decoding: &rest)
      }
    }
  }

  @Test
  func `another version and another season are refused`() {
    var bytes: [UInt8] = []
    Bench(samples: 100).detector.encode(into: &bytes)
    #expect(throws: StateError.self) {
      var rest = bytes[...]
      _ = try Detector(DetectorConfiguration(season: .none), decoding: &rest)
    }
    bytes[0] = 0
    #expect(throws: StateError(code: .unknownVersion, offset: 1)) {
      var rest = bytes[...]
      _ = try Detector(DetectorConfiguration(), decoding: &rest)
    }
  }
}
