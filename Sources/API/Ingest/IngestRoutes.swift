import Exposition
import Hummingbird
import Model
import NIOCore

/// Where agents push metrics to, in the formats and paths that they know.
struct IngestRoutes: Sendable {
  let backend: any Backend
  let limits: ServerLimits
  let gate: IngestGate
  let clock: @Sendable () -> Timestamp

  func add(to router: some RouterMethods<APIContext>) {
    router.post("/api/v1/ingest") { request, _ in
      try await lines(request, DecoderOptions(format: .auto), success: .ok)
    }
    router.post("/api/v1/changes") { request, _ in try await change(request) }
    for method in [HTTPRequest.Method.post, .put] {
      router.on("/metrics/job/**", method: method) { request, _ in try await pushed(request, "job")
      }
      router.on("/metrics/job@base64/**", method: method) { request, _ in
        try await pushed(request, "job@base64")
      }
    }
    for path in ["/write", "/api/v2/write"] {
      router.post(RouterPath(path)) { request, _ in
        try await lines(request, try Self.influx(request), success: .noContent)
      }
    }
  }

  /// Text of any of the line formats.
  ///
  /// Good lines are taken over, whatever the others are; the answer tells of those.
  private func lines(
    _ request: Request, _ options: DecoderOptions, success: HTTPResponse.Status,
    grouping: GroupingKey? = nil
  ) async throws -> Response {
    // The push of Prometheus' client for Go, unless it is told to send text.
    if request.headers[.contentType]?.hasPrefix("application/vnd.google.protobuf") == true {
      throw APIError(
        .unsupported,
        "expected text, found protobuf; with client_golang: "
          + "push.New(…).Format(expfmt.NewFormat(expfmt.TypeTextPlain))")
    }
    let body = try await gate.admit { try await limits.body(of: request) }
    var decoder = SampleDecoder(options)
    decoder.feed(body, arrival: clock())
    decoder.finish()
    var trouble: [Diagnostic] = []
    while true {
      var batch = SampleBatch()
      let isFilled = decoder.next(into: &batch)
      trouble += decoder.takeDiagnostics()
      guard isFilled else { break }
      try await backend.take(grouping?.apply(to: batch) ?? batch)
    }
    let bad = decoder.counts.badLinesTotal
    guard bad > 0 || decoder.hasFailed else { return Response(status: success) }
    if trouble.contains(where: { $0.code == "unknown-format" }) {
      throw APIError(
        .badData,
        "the body is in none of the formats that are known: Prometheus text, OpenMetrics, Influx "
          + "lines, JSON lines, CSV or Graphite")
    }
    let words = trouble.map { diagnostic in
      (diagnostic.location.map { "line \($0.line), column \($0.column): " } ?? "")
        + diagnostic.message
    }
    let verb = bad == 1 ? "was" : "were"
    throw APIError(
      .badData,
      "\(bad) of \(counted(decoder.counts.lines, "line")) \(verb) refused: "
        + words.joined(separator: "; "))
  }

  /// A change: `{"ts": …, "change": {…}}` as in a stream, or the inner object alone.
  private func change(_ request: Request) async throws -> Response {
    let body = try await limits.body(of: request).filter { $0 != 0x0a && $0 != 0x0d }
    let wrapped = Array("{\"change\":".utf8) + body + Array("}".utf8)
    var words = "expected a change, found nothing"
    for line in [body, wrapped] {
      var decoder = SampleDecoder(DecoderOptions(format: .jsonl))
      decoder.feed(line + [0x0a], arrival: clock())
      decoder.finish()
      var batch = SampleBatch()
      if decoder.next(into: &batch), !batch.changes.isEmpty {
        try await backend.take(batch)
        return Response(status: .ok)
      }
      if let report = decoder.takeDiagnostics().first { words = report.message }
    }
    throw APIError(.badData, words)
  }

  /// Metrics of a job, as it pushes them to a Pushgateway.
  private func pushed(_ request: Request, _ job: String) async throws -> Response {
    let path = request.uri.path.dropFirst("/metrics/".count)
    let key = try GroupingKey(path: String(path))
    return try await lines(
      request, DecoderOptions(format: .auto), success: .ok, grouping: key)
  }

  /// `precision` as Influx's two write APIs know it.
  private static func influx(_ request: Request) throws(APIError) -> DecoderOptions {
    var options = DecoderOptions(format: .influx)
    switch Parameters(request.uri.query ?? "")["precision"] ?? "ns" {
    case "ns", "n", "": options.precision = .nanoseconds
    case "us", "u", "µ": options.precision = .microseconds
    case "ms": options.precision = .milliseconds
    case "s": options.precision = .seconds
    case let other:
      throw .badParameter("precision", "expected ns, us, ms or s, found \(quoted(other))")
    }
    return options
  }
}
