import Model
import Statistics
import Testing

@testable import Wire

struct HostileMessageTests {
  static let remote1 = ProtobufWriter.message { request in
    for index in 0..<5 {
      request.message(
        1,
        RemoteWriteTests.series([("__name__", "m\(index)"), ("a", "ü")]) { series in
          RemoteWriteTests.sample(1, 1)(&series)
          series.message(4) { histogram in
            histogram.integer(1, 3)
            histogram.message(11) { $0.integer(2, 2) }
            histogram.packedZigzag(12, [1, 1])
            histogram.integer(15, 1)
          }
        })
    }
  }
  static let remote2 = ProtobufWriter.message { request in
    for symbol in ["", "__name__", "m", "a", "ü"] { request.text(4, symbol) }
    for _ in 0..<5 {
      request.message(5) { series in
        series.packed(1, [1, 2, 3, 4])
        series.message(2) { $0.integer(2, 1) }
        series.message(5) { $0.integer(1, 3) }
      }
    }
  }

  private static func decodeAll(_ message: [UInt8]) {
    for version in RemoteWrite.Version.allCases {
      var batch = SampleBatch()
      let outcome = try? RemoteWrite.decode(message, version: version, into: &batch)
      #expect(batch.count == (outcome?.samples ?? 0) + (outcome?.histograms ?? 0))
      for row in 0..<batch.count { #expect(throws: Never.self) { try batch.labels(ofRow: row) } }
    }
    var batch = SampleBatch()
    let outcome = try? OTLP.decodeProtobuf(message, into: &batch)
    #expect(batch.count == (outcome?.samples ?? 0) + (outcome?.histograms ?? 0))
    for row in 0..<batch.count { #expect(throws: Never.self) { try batch.labels(ofRow: row) } }
    batch.removeAll()
    _ = try? OTLP.decodeJSON(message, into: &batch)
  }

  @Test func `damaged messages never crash and never leave half a row`() {
    for (index, whole) in [Self.remote1, Self.remote2, OTLPTests.everything].enumerated() {
      for length in stride(from: 0, to: whole.count, by: 3) {
        Self.decodeAll(Array(whole[..<length]))
      }
      for seed in 0..<100 {
        var random = SplitMix64(seed: UInt64(index * 1000 + seed))
        var damaged = whole
        for _ in 0...random.below(6) {
          damaged[random.below(damaged.count)] = UInt8(random.below(256))
        }
        Self.decodeAll(damaged)
      }
    }
    for seed in 0..<100 {
      var random = SplitMix64(seed: UInt64(seed))
      Self.decodeAll((0..<random.below(200)).map { _ in UInt8(random.below(256)) })
    }
  }

  @Test func `a message that throws leaves the batch as it was`() {
    var batch = SampleBatch()
    batch.append(labels: ["__name__": "before"], time: Timestamp(milliseconds: 1), value: 1)
    let error = #expect(throws: WireError.self) {
      try RemoteWrite.decode(Self.remote1 + [0x0a, 0x7f], version: .v1, into: &batch)
    }
    #expect(error?.code == .malformedMessage)
    #expect(batch.count == 1)
  }

  @Test func `the wrong version is told, not taken for nothing`() {
    for (message, version) in [
      (Self.remote1, RemoteWrite.Version.v2), (Self.remote2, .v1),
    ] {
      var batch = SampleBatch()
      let error = #expect(throws: WireError.self) {
        try RemoteWrite.decode(message, version: version, into: &batch)
      }
      #expect(error?.message.contains("is its content type right?") == true)
    }
  }

  @Test func `parts beyond the limits are refused before they are decoded`() throws {
    var limits = WireLimits()
    limits.seriesMax = 4
    limits.symbolsMax = 4
    limits.messagesMax = 4
    for (message, version) in [(Self.remote1, RemoteWrite.Version.v1), (Self.remote2, .v2)] {
      var batch = SampleBatch()
      let error = #expect(throws: WireError.self) {
        try RemoteWrite.decode(message, version: version, into: &batch, limits: limits)
      }
      #expect(error?.code == .tooManyParts)
    }
    var options = OTLP.Options()
    options.limits = limits
    var batch = SampleBatch()
    let error = #expect(throws: WireError.self) {
      try OTLP.decodeProtobuf(OTLPTests.everything, into: &batch, options: options)
    }
    #expect(error?.code == .tooManyParts)
    let json = Array(#"{"resourceMetrics":[{},{},{},{},{}]}"#.utf8)
    #expect(throws: WireError.self) { try OTLP.decodeJSON(json, into: &batch, options: options) }
  }

  @Test func `empty data points by the thousand are counted before they take memory`() {
    let points = [[UInt8]](repeating: [0x0a, 0], count: 60_000).flatMap(\.self)
    var options = OTLP.Options()
    options.limits.messagesMax = 50_000
    let message = ProtobufWriter.message { request in
      request.message(1) { $0.message(2) { $0.message(2) { $0.bytes(5, points) } } }
    }
    var batch = SampleBatch()
    let error = #expect(throws: WireError.self) {
      try OTLP.decodeProtobuf(message, into: &batch, options: options)
    }
    #expect(error?.code == .tooManyParts)
  }

  @Test func `symbols that spell out to too much are refused`() throws {
    var limits = WireLimits()
    limits.spelledBytesMax = 30_000
    let message = ProtobufWriter.message { request in
      request.text(4, "")
      request.text(4, "__name__")
      request.text(4, "m")
      request.text(4, String(repeating: "v", count: 4000))
      for _ in 0..<20 {
        request.message(5) { series in
          series.packed(1, [1, 2, 2, 3])
          series.message(2) { $0.integer(2, 1) }
        }
      }
    }
    var batch = SampleBatch()
    let outcome = try RemoteWrite.decode(message, version: .v2, into: &batch, limits: limits)
    #expect(outcome.samples == 7)
    #expect(outcome.refusedByCode == [.tooLarge: 13])
    #expect(batch.bytes.count <= 30_000)
  }

  @Test func `deep nesting ends`() {
    let json = Array((String(repeating: #"{"resource":"#, count: 100_000)).utf8)
    var batch = SampleBatch()
    #expect(throws: WireError.self) { try OTLP.decodeJSON(json, into: &batch) }
    let unknown = Array(
      (#"{"x":"# + String(repeating: "[", count: 200_000)).utf8)
    #expect(throws: WireError.self) { try OTLP.decodeJSON(unknown, into: &batch) }
    var nested: [UInt8] = []
    for _ in 0..<2000 { nested = ProtobufWriter.message { $0.message(5) { $0.bytes(1, nested) } } }
    let message = ProtobufWriter.message { request in
      request.message(1) { $0.message(1) { $0.message(1) { $0.bytes(2, nested) } } }
    }
    #expect(throws: WireError.self) { try OTLP.decodeProtobuf(message, into: &batch) }
  }
}
