import Model

/// What k6 measures with a metric.
enum K6MetricType: String {
  case counter, gauge, rate, trend

  /// The type of k6's own metrics, for tables and for lines before their definition.
  init(builtIn name: ByteView) {
    let counters: [ByteView] = [
      "http_reqs", "iterations", "data_sent", "data_received", "dropped_iterations",
      "ws_sessions", "ws_msgs_sent", "ws_msgs_received", "grpc_streams", "grpc_streams_msgs_sent",
      "grpc_streams_msgs_received", "browser_data_sent", "browser_data_received",
    ]
    if counters.contains(where: { name.equals($0) }) {
      self = .counter
    } else if name.equals("checks") || name.equals("http_req_failed")
      || name.equals("browser_http_req_failed")
    {
      self = .rate
    } else if name.equals("vus") || name.equals("vus_max") {
      self = .gauge
    } else {
      self = .trend
    }
  }
}

/// What k6's metrics become, in JSON lines and in tables alike.
enum K6 {
  /// Adds one observation of the metric `name`.
  ///
  /// Counters become running totals. Trends and rates keep each value, and get `_count` and `_sum`
  /// as running totals, since observations of one millisecond would hide each other.
  static func append(
    _ name: ByteView, _ type: K6MetricType, at place: Range<Int>, time: Int64, value: Double,
    _ spelling: inout SeriesSpelling, _ totals: inout RunningTotals, _ limits: DecoderLimits,
    _ batch: inout SampleBatch
  ) throws(LineError) {
    try spelling.append(
      nil, name, at: place, time: time, value: value, limits, to: &batch)
    switch type {
    case .gauge: break
    case .counter: try totals.accumulate(lastOf: &batch, at: place)
    case .rate, .trend:
      try spelling.append(
        name, "count", at: place, time: time, value: 1, limits, to: &batch)
      try totals.accumulate(lastOf: &batch, at: place)
      try spelling.append(
        name, "sum", at: place, time: time, value: value, limits, to: &batch)
      try totals.accumulate(lastOf: &batch, at: place)
    }
  }
}
