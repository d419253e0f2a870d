import Model
import Testing

@testable import Wire

struct RemoteWriteTests {
  /// A series of 1.0 with its labels in the order given.
  static func series(
    _ labels: [(String, String)], _ rest: @escaping (inout ProtobufWriter) -> Void = { _ in }
  ) -> (inout ProtobufWriter) -> Void {
    { series in
      for label in labels {
        series.message(1) { writer in
          writer.text(1, label.0)
          writer.text(2, label.1)
        }
      }
      rest(&series)
    }
  }

  static func sample(_ value: Double, _ time: Int64) -> (inout ProtobufWriter) -> Void {
    { series in
      series.message(2) { writer in
        writer.double(1, value)
        writer.integer(2, time)
      }
    }
  }

  static func decode(
    _ version: RemoteWrite.Version = .v1, limits: WireLimits = WireLimits(),
    _ body: (inout ProtobufWriter) -> Void
  ) throws -> (batch: SampleBatch, outcome: Outcome) {
    var batch = SampleBatch()
    let outcome = try RemoteWrite.decode(
      ProtobufWriter.message(body), version: version, into: &batch, limits: limits)
    return (batch, outcome)
  }

  @Test func `floats, stale markers and odd labels of 1_0`() throws {
    let (batch, outcome) = try Self.decode { request in
      request.message(
        1,
        Self.series([("__name__", "up"), ("job", "a\"b\\c\nd")]) { series in
          Self.sample(1.5, 1000)(&series)
          Self.sample(StaleMarker.value, 2000)(&series)
          series.message(3) { $0.double(2, 1) }
        })
      // Capitals sort before "__name__", and some agents do not sort at all.
      request.message(
        1,
        Self.series(
          [("zone", "z"), ("empty", ""), ("Ä.b", "ü"), ("__name__", "disk.used")],
          Self.sample(-.infinity, 3000)))
    }
    #expect(
      try rows(batch) == [
        #"up{job="a\"b\\c\nd"} 1.5 @1000"#, #"up{job="a\"b\\c\nd"} stale @2000"#,
        #"{__name__="disk.used", zone="z", "Ä.b"="ü"} -inf @3000"#,
      ])
    #expect(outcome.samples == 3)
    #expect(outcome.exemplarsSkipped == 1)
    #expect(outcome.isComplete)
    #expect(outcome.message == "")
  }

  @Test func `a bad series is refused alone, with its reason`() throws {
    let good = Self.series([("__name__", "good"), ("a", "1")], Self.sample(1, 1))
    let cases: [(Refusal.Code, (inout ProtobufWriter) -> Void)] = [
      (.missingName, { $0.message(1, Self.series([("a", "b")], Self.sample(1, 1))) }),
      (.missingName, { $0.message(1, Self.series([("__name__", "")], Self.sample(1, 1))) }),
      (.badLabelName, { $0.message(1, Self.series([("__name__", "m"), ("", "b")])) }),
      (
        .duplicateLabel,
        { $0.message(1, Self.series([("__name__", "m"), ("a", "1"), ("a", "2")])) }
      ),
      (.duplicateLabel, { $0.message(1, Self.series([("__name__", "m"), ("__name__", "n")])) }),
      (.invalidUTF8, { $0.message(1) { $0.message(1) { $0.bytes(1, [0xff]) } } }),
      (.malformed, { $0.bytes(1, [0x0a, 0x05, 0x00]) }),
      (.badTime, { $0.message(1, Self.series([("__name__", "m")], Self.sample(1, .max))) }),
      (
        .tooLarge,
        { writer in
          writer.message(1, Self.series((0..<70).map { ("l\($0)", "v") } + [("__name__", "m")]))
        }
      ),
      (
        .tooLarge,
        { writer in
          writer.message(
            1, Self.series([("__name__", "m"), ("a", String(repeating: "x", count: 5000))]))
        }
      ),
      (.tooLarge, { $0.bytes(1, [UInt8](repeating: 0x12, count: 2 << 20)) }),
    ]
    for (code, bad) in cases {
      let (batch, outcome) = try Self.decode { request in
        request.message(1, good)
        bad(&request)
        request.message(1, good)
      }
      #expect(outcome.refusedByCode == [code: 1], "\(outcome)")
      #expect(outcome.refused == 1)
      #expect(outcome.samples == 2)
      #expect(try rows(batch) == [#"good{a="1"} 1.0 @1"#, #"good{a="1"} 1.0 @1"#])
    }
  }

  @Test func `the first reasons are told and the others counted`() throws {
    let (_, outcome) = try Self.decode { request in
      for _ in 0..<9 { request.message(1, Self.series([("a", "b")])) }
    }
    #expect(outcome.firstRefusals.count == 5)
    #expect(outcome.message.hasSuffix("; and 4 more"))
  }

  @Test func `metadata of 1_0`() throws {
    let (batch, _) = try Self.decode { request in
      request.message(3) { metadata in
        metadata.integer(1, 1)
        metadata.text(2, "requests_total")
        metadata.text(4, "Requests.")
        metadata.text(5, "requests")
      }
    }
    #expect(
      batch.metadata == [
        MetricMetadata(
          name: "requests_total", type: "counter", unit: "requests", help: "Requests.")
      ])
  }

  @Test func `symbols, start times and metadata of 2_0, in any order`() throws {
    let symbols = [
      "", "__name__", "requests_total", "job", "api", "Requests.", "latency_bucket", "le", "1",
    ]
    let (batch, outcome) = try Self.decode(.v2) { request in
      request.message(5) { series in
        series.packed(1, [1, 2, 3, 4])
        series.message(2) { sample in
          sample.double(1, 7)
          sample.integer(2, 5000)
          sample.integer(3, 4000)
        }
        series.message(4) { $0.double(2, 1) }
        series.message(5) { metadata in
          metadata.integer(1, 1)
          metadata.integer(3, 5)
        }
      }
      request.message(5) { series in
        series.packed(1, [1, 6, 7, 8])
        series.message(2) { sample in
          sample.double(1, 8)
          sample.integer(2, 5000)
        }
        series.integer(6, 4500)
        series.message(5) { $0.integer(1, 3) }
      }
      for symbol in symbols { request.text(4, symbol) }
    }
    #expect(
      try rows(batch) == [
        #"requests_total{job="api"} 7.0 @5000"#, #"latency_bucket{le="1"} 8.0 @5000"#,
      ])
    #expect(batch.startTimes.map(\.row) == [0, 1])
    #expect(batch.startTimes.map(\.time) == [4000, 4500])
    #expect(batch.metadata.map(\.name) == ["requests_total", "latency"])
    #expect(batch.metadata.map(\.type) == ["counter", "histogram"])
    #expect(batch.metadata.map(\.help) == ["Requests.", ""])
    #expect(outcome.exemplarsSkipped == 1)
  }

  @Test(
    arguments: [
      (Refusal.Code.badSymbol, [1, 2, 3]), (.badSymbol, [1, 99]), (.invalidUTF8, [1, 2, 4, 3]),
      (.missingName, [3, 3]), (.duplicateLabel, [1, 2, 3, 3, 3, 3]), (.badLabelName, [1, 2, 0, 3]),
    ] as [(Refusal.Code, [UInt64])])
  func `bad references of 2_0 are refused alone`(
    _ code: Refusal.Code, _ references: [UInt64]
  ) throws {
    let (batch, outcome) = try Self.decode(.v2) { request in
      for symbol in ["", "__name__", "m", "a"] { request.text(4, symbol) }
      request.bytes(4, [0xc3, 0x28])
      for references in [[1, 2], references] {
        request.message(5) { series in
          series.packed(1, references)
          series.message(2) { $0.integer(2, 1) }
        }
      }
    }
    #expect(try rows(batch) == ["m 0.0 @1"])
    #expect(outcome.refusedByCode == [code: 1])
  }

  @Test(
    arguments: [
      (nil, RemoteWrite.Version.v1), ("application/x-protobuf", .v1),
      ("application/x-protobuf;proto=prometheus.WriteRequest", .v1),
      ("application/x-protobuf; proto=io.prometheus.write.v2.Request", .v2),
      ("application/x-protobuf;proto=io.prometheus.write.v3.Request", nil),
      ("application/json", nil),
    ] as [(String?, RemoteWrite.Version?)])
  func `the header names the version`(_ header: String?, _ want: RemoteWrite.Version?) {
    #expect(RemoteWrite.Version(contentType: header) == want)
  }
}
