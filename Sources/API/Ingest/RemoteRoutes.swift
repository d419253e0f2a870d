import HTTPTypes
import Hummingbird
import Model
import NIOCore
import Wire

/// Pushes in protobuf: Prometheus remote write 1.0 and 2.0, and OTLP metrics.
///
/// Source: Prometheus remote write specifications 1.0 and 2.0; OTLP specification 1.3, OTLP/HTTP.
struct RemoteRoutes: Sendable {
  let backend: any Backend
  let limits: ServerLimits
  let gate: IngestGate

  func add(to router: some RouterMethods<APIContext>) {
    router.post("/api/v1/write") { request, _ in try await remoteWrite(request) }
    for path in ["/v1/metrics", "/api/v1/otlp/v1/metrics"] {
      router.post(RouterPath(path)) { request, _ in try await otlp(request) }
    }
  }

  private func remoteWrite(_ request: Request) async throws -> Response {
    guard let version = RemoteWrite.Version(contentType: request.headers[.contentType]) else {
      throw APIError(
        .unsupported,
        "expected application/x-protobuf, of \(RemoteWrite.Version.v1.rawValue) or "
          + "\(RemoteWrite.Version.v2.rawValue), found \(quoted(request.headers[.contentType] ?? ""))"
      )
    }
    let outcome = try await gate.admit {
      // Remote write is always snappy; some agents do not say so.
      let body = try await limits.body(of: request, assuming: .snappy)
      var batch = SampleBatch()
      let outcome = try refusing { () throws(WireError) in
        try RemoteWrite.decode(body, version: version, into: &batch)
      }
      try await backend.take(batch)
      return outcome
    }
    var headers: HTTPFields = [:]
    for (name, count) in [
      ("Samples", outcome.samples), ("Histograms", outcome.histograms), ("Exemplars", 0),
    ] {
      if let field = HTTPField.Name("X-Prometheus-Remote-Write-\(name)-Written") {
        headers[field] = String(count)
      }
    }
    guard !outcome.isComplete else { return Response(status: .noContent, headers: headers) }
    // What was refused will not be better the next time: the sender must not try again.
    var response = Response.text(outcome.message + "\n", status: .badRequest)
    response.headers.append(contentsOf: headers)
    return response
  }

  private func otlp(_ request: Request) async throws -> Response {
    let type = request.headers[.contentType] ?? ""
    let isJSON = type.hasPrefix("application/json")
    guard isJSON || type.hasPrefix("application/x-protobuf") else {
      throw APIError(
        .unsupported,
        "expected application/x-protobuf or application/json, found \(quoted(type))")
    }
    let outcome = try await gate.admit {
      let body = try await limits.body(of: request)
      var batch = SampleBatch()
      let outcome = try refusing { () throws(WireError) in
        isJSON
          ? try OTLP.decodeJSON(body, into: &batch) : try OTLP.decodeProtobuf(body, into: &batch)
      }
      try await backend.take(batch)
      return outcome
    }
    return Response(
      status: .ok, headers: [.contentType: isJSON ? "application/json" : "application/x-protobuf"],
      body: ResponseBody(
        byteBuffer: ByteBuffer(bytes: OTLP.response(to: outcome, isJSON: isJSON))))
  }
}

/// Turns the refusal of a body into an answer.
func refusing<Result>(_ body: () throws(WireError) -> Result) throws(APIError) -> Result {
  do throws(WireError) {
    return try body()
  } catch {
    throw APIError(error.isAboutSize ? .tooLarge : .badData, error.message)
  }
}
