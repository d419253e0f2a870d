import Model
import Testing

@testable import Wire

struct RemoteHistogramTests {
  private static func decode(
    _ histogram: @escaping (inout ProtobufWriter) -> Void
  ) throws -> (batch: SampleBatch, outcome: Outcome) {
    try RemoteWriteTests.decode { request in
      request.message(
        1,
        RemoteWriteTests.series([("__name__", "latency")]) { series in
          series.message(4) { writer in
            histogram(&writer)
            writer.integer(15, 9000)
          }
        })
    }
  }

  private static func span(
    _ number: Int, _ offset: Int64, _ length: Int64, _ writer: inout ProtobufWriter
  ) {
    writer.message(number) { span in
      span.zigzag(1, offset)
      span.integer(2, length)
    }
  }

  @Test func `integer counts come as differences`() throws {
    let (batch, outcome) = try Self.decode { writer in
      writer.integer(1, 13)
      writer.double(3, 18.4)
      writer.zigzag(4, 1)
      writer.double(5, 0.001)
      writer.integer(6, 2)
      Self.span(8, -1, 1, &writer)
      writer.packedZigzag(9, [1])
      Self.span(11, 0, 2, &writer)
      Self.span(11, 1, 2, &writer)
      writer.packedZigzag(12, [1, 2, -1, 3])
      writer.integer(14, 2)
    }
    let histogram = try #require(batch.histograms.first?.histogram)
    #expect(histogram.schema == 1)
    #expect(histogram.count == 13)
    #expect(histogram.sum == 18.4)
    #expect(histogram.zeroCount == 2)
    #expect(histogram.positiveBuckets == [1, 3, 2, 5])
    #expect(histogram.positiveSpans.map(\.offset) == [0, 1])
    #expect(histogram.negativeBuckets == [1])
    #expect(histogram.negativeSpans.map(\.offset) == [-1])
    #expect(histogram.counterResetHint == .notReset)
    #expect(batch.times == [9000])
    #expect(outcome.histograms == 1)
    #expect(outcome.samples == 0)
  }

  @Test func `float counts, custom bounds and schemas finer than any`() throws {
    let (custom, _) = try Self.decode { writer in
      writer.double(2, 6)
      writer.zigzag(4, -53)
      Self.span(11, 0, 3, &writer)
      writer.packedDoubles(13, [1, 2, 3])
      writer.packedDoubles(16, [0.5, 1])
    }
    let histogram = try #require(custom.histograms.first?.histogram)
    #expect(histogram.customBounds == [0.5, 1])
    #expect(histogram.positiveBuckets == [1, 2, 3])

    let (fine, _) = try Self.decode { writer in
      writer.integer(1, 3)
      writer.zigzag(4, 10)
      Self.span(11, 1, 3, &writer)
      writer.packedZigzag(12, [1, 0, 0])
    }
    let reduced = try #require(fine.histograms.first?.histogram)
    // Four buckets of schema 10 make one of schema 8.
    #expect(reduced.schema == 8)
    #expect(reduced.positiveBuckets == [3])
  }

  @Test func `a stale histogram ends the series`() throws {
    let (batch, outcome) = try Self.decode { $0.double(3, StaleMarker.value) }
    #expect(try rows(batch) == ["latency stale @9000"])
    #expect(outcome.histograms == 1)
  }

  @Test func `a histogram that contradicts itself is refused`() throws {
    let cases: [(inout ProtobufWriter) -> Void] = [
      { $0.zigzag(4, 60) },
      { $0.zigzag(4, -9) },
      { Self.span(11, 0, 4_000_000_000, &$0) },
      { writer in
        Self.span(11, 0, 1, &writer)
        Self.span(11, -5, 1, &writer)
        writer.packedZigzag(12, [1, 1])
      },
      { writer in
        Self.span(11, 0, 2, &writer)
        writer.packedZigzag(12, [.max, .max])
      },
      { writer in
        Self.span(11, 0, 1, &writer)
        writer.packedZigzag(12, [-1])
      },
      { $0.double(5, .nan) },
      { writer in
        writer.zigzag(4, -53)
        writer.packedDoubles(16, [2, 1])
      },
    ]
    for histogram in cases {
      let (batch, outcome) = try Self.decode(histogram)
      #expect(batch.count == 0)
      #expect(outcome.refusedByCode == [.badHistogram: 1])
    }
    let (_, outcome) = try Self.decode { writer in
      Self.span(11, 0, 10_001, &writer)
      writer.packedZigzag(12, [Int64](repeating: 0, count: 10_001))
    }
    #expect(outcome.refusedByCode == [.tooLarge: 1])
  }
}
