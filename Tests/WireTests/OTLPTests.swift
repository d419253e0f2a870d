import Model
import Testing

@testable import Wire

struct OTLPTests {
  /// 2026-01-15T14:30:00Z.
  static let nanoseconds: UInt64 = 1_768_487_400_000_000_000
  static let start: UInt64 = nanoseconds - 60_000_000_000

  static func attribute(
    _ number: Int, _ key: String, _ value: String
  ) -> (inout ProtobufWriter) -> Void {
    { writer in
      writer.message(number) { pair in
        pair.text(1, key)
        pair.message(2) { $0.text(1, value) }
      }
    }
  }

  /// A message of one resource, one scope and the metrics that `body` writes.
  static func request(_ body: @escaping (inout ProtobufWriter) -> Void) -> [UInt8] {
    ProtobufWriter.message { request in
      request.message(1) { resource in
        resource.message(1) { writer in
          attribute(1, "service.name", "checkout")(&writer)
          attribute(1, "service.namespace", "shop")(&writer)
          attribute(1, "service.instance.id", "i-1")(&writer)
          attribute(1, "host.name", "web-1")(&writer)
        }
        resource.message(2) { scope in
          scope.message(1) { $0.text(1, "lib") }
          body(&scope)
        }
      }
    }
  }

  /// A metric in field 2 of a scope, with its data in `field`.
  static func metric(
    _ name: String, _ unit: String = "", _ field: Int,
    _ data: @escaping (inout ProtobufWriter) -> Void
  ) -> (inout ProtobufWriter) -> Void {
    { scope in
      scope.message(2) { metric in
        metric.text(1, name)
        metric.text(3, unit)
        metric.message(field, data)
      }
    }
  }

  static func number(_ value: Double, flags: Int64 = 0) -> (inout ProtobufWriter) -> Void {
    { data in
      data.message(1) { point in
        point.fixed(2, start)
        point.fixed(3, nanoseconds)
        point.double(4, value)
        point.message(5) { $0.fixed(2, 1) }
        attribute(7, "http.route", "/pay")(&point)
        point.integer(8, flags)
      }
    }
  }

  static let everything = request { scope in
    metric("queue.size", "1", 5, number(0.5))(&scope)
    metric("http.requests", "{request}", 7) { sum in
      number(7)(&sum)
      sum.integer(2, 2)
      sum.integer(3, 1)
    }(&scope)
    metric("http.server.duration", "s", 9) { histogram in
      histogram.message(1) { point in
        point.fixed(3, nanoseconds)
        point.fixed(4, 6)
        point.double(5, 2.5)
        point.packedFixed(6, [1, 2, 3])
        point.packedDoubles(7, [0.005, 10])
      }
      histogram.integer(2, 2)
    }(&scope)
    metric("size", "By", 10) { histogram in
      histogram.message(1) { point in
        point.fixed(2, start)
        point.fixed(3, nanoseconds)
        point.fixed(4, 5)
        point.double(5, 9)
        point.zigzag(6, 2)
        point.fixed(7, 1)
        point.message(8) { buckets in
          buckets.zigzag(1, -1)
          buckets.packed(2, [3, 1])
        }
      }
      histogram.integer(2, 2)
    }(&scope)
    metric("rpc", "ms", 11) { summary in
      summary.message(1) { point in
        point.fixed(3, nanoseconds)
        point.fixed(4, 2)
        point.double(5, 3)
        point.message(6) { quantile in
          quantile.double(1, 0.99)
          quantile.double(2, 1.5)
        }
      }
    }(&scope)
  }

  @Test func `every kind of metric becomes the series that Prometheus has`() throws {
    var batch = SampleBatch()
    let outcome = try OTLP.decodeProtobuf(Self.everything, into: &batch)
    let all = #"instance="i-1", job="shop/checkout""#
    let tail = #", otel_scope_name="lib"} "#
    let at = " @1768487400000"
    #expect(
      try rows(batch) == [
        #"queue_size_ratio{http_route="/pay", "# + all + tail + "0.5" + at,
        #"http_requests_total{http_route="/pay", "# + all + tail + "7.0" + at,
        "http_server_duration_seconds_bucket{" + all + #", le="0.005""# + tail + "1.0" + at,
        "http_server_duration_seconds_bucket{" + all + #", le="10""# + tail + "3.0" + at,
        "http_server_duration_seconds_bucket{" + all + #", le="+Inf""# + tail + "6.0" + at,
        "http_server_duration_seconds_count{" + all + tail + "6.0" + at,
        "http_server_duration_seconds_sum{" + all + tail + "2.5" + at,
        "rpc_milliseconds{" + all + #", otel_scope_name="lib", quantile="0.99"} 1.5"# + at,
        "rpc_milliseconds_count{" + all + tail + "2.0" + at,
        "rpc_milliseconds_sum{" + all + tail + "3.0" + at,
        #"target_info{host_name="web-1", "# + all + "} 1.0" + at,
      ])
    #expect(
      batch.metadata.map(\.type) == ["gauge", "counter", "histogram", "histogram", "summary"])
    #expect(batch.metadata.map(\.unit) == ["", "", "seconds", "bytes", "milliseconds"])
    #expect(outcome.samples == 11)
    #expect(outcome.histograms == 1)
    #expect(outcome.exemplarsSkipped == 2)
    #expect(outcome.isComplete)
    let native = try #require(batch.histograms.first)
    #expect(try batch.labels(ofRow: native.row).metricName == "size_bytes")
    #expect(native.histogram.schema == 2)
    #expect(native.histogram.count == 5)
    #expect(native.histogram.zeroCount == 1)
    // Index -1 counts (2^(-1/4), 1], which is bucket 0 here.
    #expect(native.histogram.positiveSpans == [.init(offset: 0, length: 2)])
    #expect(native.histogram.positiveBuckets == [3, 1])
    // Only what counts from somewhere has a start: the counter and the native histogram.
    #expect(batch.startTimes.map(\.time) == [1_768_487_340_000, 1_768_487_340_000])
  }

  @Test func `JSON gives what protobuf gives`() throws {
    let json = #"""
      {"resourceMetrics":[{"resource":{"attributes":[
        {"key":"service.name","value":{"stringValue":"api"}},
        {"key":"replicas","value":{"intValue":"3"}},
        {"key":"tags","value":{"arrayValue":{"values":[{"stringValue":"a"},{"boolValue":true}]}}}]},
       "scopeMetrics":[{"scope":{"name":"lib","version":"2"},"metrics":[
        {"name":"jobs","unit":"1","unknown":{"a":[1,{}]},"sum":{"aggregationTemporality":2,
          "isMonotonic":true,"dataPoints":[{"timeUnixNano":"1768487400000000000","asInt":"12",
          "attributes":[{"key":"a.b","value":{"stringValue":"x"}},
           {"key":"a_b","value":{"doubleValue":1.5}}],
          "exemplars":[{"spanId":"eee19b7ec3c1b174","asDouble":1}]}]}}]}]}]}
      """#
    var batch = SampleBatch()
    let outcome = try OTLP.decodeJSON(Array(json.utf8), into: &batch)
    #expect(
      try rows(batch) == [
        #"jobs_total{a_b="x;1.5", job="api", otel_scope_name="lib", otel_scope_version="2"} 12.0"#
          + " @1768487400000",
        #"target_info{job="api", replicas="3", tags="[\"a\",true]"} 1.0 @1768487400000"#,
      ])
    #expect(outcome.exemplarsSkipped == 1)
  }

  @Test func `delta sums and other bad metrics are refused alone, in words`() throws {
    let message = Self.request { scope in
      Self.metric("deltas", "", 7) { sum in
        Self.number(1)(&sum)
        Self.number(2)(&sum)
        sum.integer(2, 1)
      }(&scope)
      Self.metric("", "", 5, Self.number(1))(&scope)
      Self.metric("timeless", "", 5) { $0.message(1) { $0.double(4, 1) } }(&scope)
      Self.metric("broken", "", 9) { histogram in
        histogram.message(1) { point in
          point.fixed(3, Self.nanoseconds)
          point.packedFixed(6, [1, 2])
          point.packedDoubles(7, [1, 2])
        }
        histogram.integer(2, 2)
      }(&scope)
      Self.metric("good", "", 5, Self.number(1))(&scope)
    }
    var batch = SampleBatch()
    let outcome = try OTLP.decodeProtobuf(message, into: &batch)
    #expect(outcome.refused == 5)
    #expect(
      outcome.refusedByCode == [
        .deltaTemporality: 1, .missingName: 1, .badTime: 1, .badHistogram: 1,
      ])
    #expect(outcome.firstRefusals.first?.hasPrefix("deltas_total") == false)
    #expect(outcome.message.contains("deltas: expected cumulative temporality, found delta"))
    #expect(try rows(batch).map { $0.prefix(4) } == ["good", "targ"])
    let answer = String(decoding: OTLP.response(to: outcome, isJSON: true), as: UTF8.self)
    #expect(
      answer.hasPrefix(#"{"partialSuccess":{"rejectedDataPoints":"5","errorMessage":"deltas"#))
    let binary = OTLP.response(to: outcome, isJSON: false)
    #expect(Array(binary.dropFirst(binary[1] < 0x80 ? 2 : 3).prefix(2)) == [0x08, 5])
    #expect(OTLP.response(to: Outcome(), isJSON: false) == [])
  }

  @Test func `no recorded value ends the series`() throws {
    let message = Self.request { scope in
      Self.metric("g", "", 5, Self.number(1, flags: 1))(&scope)
      Self.metric("h", "", 9) { histogram in
        histogram.message(1) { point in
          point.fixed(3, Self.nanoseconds)
          point.packedDoubles(7, [1])
          point.integer(10, 1)
        }
        histogram.integer(2, 2)
      }(&scope)
    }
    var batch = SampleBatch()
    _ = try OTLP.decodeProtobuf(message, into: &batch)
    #expect(try rows(batch).dropLast().allSatisfy { $0.contains(" stale @") })
    #expect(batch.count == 6)
  }

  @Test func `an exponential histogram finer than any schema is made coarser`() throws {
    let message = Self.request { scope in
      Self.metric("h", "", 10) { histogram in
        histogram.message(1) { point in
          point.fixed(3, Self.nanoseconds)
          point.zigzag(6, 20)
          point.message(8) { buckets in
            buckets.zigzag(1, 0)
            buckets.packed(2, [UInt64](repeating: 1, count: 5000))
          }
        }
        histogram.integer(2, 2)
      }(&scope)
    }
    var batch = SampleBatch()
    _ = try OTLP.decodeProtobuf(message, into: &batch)
    let histogram = try #require(batch.histograms.first?.histogram)
    #expect(histogram.schema == 8)
    // 4096 buckets of scale 20 lie in one of schema 8.
    #expect(histogram.positiveBuckets == [4096, 904])
    #expect(histogram.positiveSpans == [.init(offset: 1, length: 2)])
  }

  @Test(arguments: [
    ("http.server.request.duration", "s", false, false, "http_server_request_duration_seconds"),
    ("system.cpu.utilization", "1", false, true, "system_cpu_utilization_ratio"),
    ("system.io", "By", true, false, "system_io_bytes_total"),
    ("requests.total.count", "{request}", true, false, "requests_count_total"),
    ("speed", "m/s", false, true, "speed_meters_per_second"),
    ("speed.seconds", "s", false, true, "speed_seconds"),
    ("2xx", "", false, false, "_2xx"), ("a--b__c", "", false, false, "a_b_c"),
    ("used", "%", false, true, "used_percent"), ("übung", "", false, false, "bung"),
    ("...", "s", false, false, ""), ("n", "widgets", false, false, "n_widgets"),
  ])
  func `names`(_ name: String, _ unit: String, _ isCounter: Bool, _ isGauge: Bool, _ want: String) {
    #expect(
      MetricNames.metric(name, unit: unit, isCounter: isCounter, isGauge: isGauge) == want)
  }

  @Test(arguments: [
    (0.005, "0.005"), (10, "10"), (1e-7, "0.0000001"), (1.5e-5, "0.000015"),
    (1e20, "100000000000000000000"),
    (-2.5, "-2.5"), (0, "0"), (123456.75, "123456.75"), (1.25e17, "125000000000000000"),
    (.infinity, "+Inf"),
  ])
  func `bounds without exponents`(_ value: Double, _ want: String) {
    #expect(DecimalText.plain(value) == want)
  }
}
