public import Model
import SwiftProtobuf

/// Decodes OTLP metrics, `ExportMetricsServiceRequest`, into the series that Prometheus would have.
///
///     let outcome = try OTLP.decodeProtobuf(body, into: &batch)
///     return OTLP.response(to: outcome, isJSON: false)
///
/// Names, units, labels and types are translated as the OpenTelemetry specification "Prometheus and
/// OpenMetrics Compatibility" says. Sums and histograms of **delta** temporality are refused: a
/// difference that gets lost on the way, or comes twice, would shift the total for ever, and senders
/// can be set to cumulative. A point flagged "no recorded value" becomes a stale marker.
public enum OTLP {
  /// What of resources and scopes becomes labels of each series.
  public struct Options: Sendable, Hashable {
    /// Whether name, version and attributes of the instrumentation scope become `otel_scope_…` labels.
    public var hasScopeLabels = true
    /// Keys of resource attributes that become labels of each series, not only of `target_info`.
    public var promotedAttributes: Set<String> = []
    /// Bounds on the message.
    public var limits = WireLimits()

    /// Scope labels, and no promoted attributes.
    public init() {}
  }

  /// Appends the samples of a protobuf message to `batch`.
  ///
  /// A resource whose bytes are damaged is refused alone.
  /// - Parameters:
  ///   - message: The decompressed body.
  ///   - batch: Where rows are added; as before when it throws.
  ///   - options: What becomes labels.
  /// - Returns: what was taken over and what was refused.
  /// - Throws: `malformedMessage` or `tooManyParts`, when nothing can be made of the message.
  public static func decodeProtobuf(
    _ message: [UInt8], into batch: inout SampleBatch, options: Options = Options()
  ) throws(WireError) -> Outcome {
    var resources: [Range<Int>] = []
    var fields = FieldCursor(message.indices)
    while let field = try fields.next(in: message.span) {
      if field.number == 1, case .bytes(let range) = field.value { resources.append(range) }
    }
    var census = MessageCensus(messagesMax: options.limits.messagesMax)
    for resource in resources { try census.count(message.span, resource, .resourceMetrics) }
    var binary = BinaryDecodingOptions()
    binary.discardUnknownFields = true
    binary.messageDepthLimit = 32
    var reader = MetricReader(options)
    var failures = 0
    for range in resources {
      do {
        let resource = try OTLPResourceMetrics(
          serializedBytes: message.span.extracting(range).bytes, options: binary)
        reader.read(resource, into: &batch)
      } catch {
        failures += 1
        reader.refuse(
          Refusal(.malformed, "expected the metrics of a resource, found damaged bytes"))
      }
    }
    if failures > 0, failures == resources.count {
      throw WireError(
        .malformedMessage, "the body is no OTLP metrics message: no resource is whole")
    }
    return reader.outcome
  }

  /// Appends the samples of a JSON message to `batch`.
  ///
  /// - Parameters:
  ///   - message: The decompressed body.
  ///   - batch: Where rows are added; as before when it throws.
  ///   - options: What becomes labels.
  /// - Returns: what was taken over and what was refused.
  /// - Throws: `malformedMessage` or `tooManyParts`, when nothing can be made of the message.
  public static func decodeJSON(
    _ message: [UInt8], into batch: inout SampleBatch, options: Options = Options()
  ) throws(WireError) -> Outcome {
    let objects = message.count { $0 == UInt8(ascii: "{") }
    guard objects <= options.limits.messagesMax else {
      throw MessageCensus.tooMany(options.limits.messagesMax)
    }
    var json = JSONDecodingOptions()
    json.ignoreUnknownFields = true
    json.messageDepthLimit = 32
    var request: OTLPExportRequest
    do {
      request = try OTLPExportRequest(jsonUTF8Bytes: message, options: json)
    } catch {
      throw WireError(.malformedMessage, "the body is no OTLP metrics message in JSON: \(error)")
    }
    var reader = MetricReader(options)
    for resource in request.resourceMetrics { reader.read(resource, into: &batch) }
    return reader.outcome
  }

  /// The body of the answer, `ExportMetricsServiceResponse`.
  ///
  /// Says how many data points were refused and why; says nothing when all were taken over.
  /// - Parameters:
  ///   - outcome: What became of the message.
  ///   - isJSON: Whether the message was JSON, and so the answer.
  /// - Returns: the body.
  public static func response(to outcome: Outcome, isJSON: Bool) -> [UInt8] {
    if isJSON {
      guard !outcome.isComplete else { return Array("{}".utf8) }
      var writer = JSONWriter()
      writer.object { writer in
        writer.key("partialSuccess")
        writer.object { writer in
          // 64-bit numbers are texts in protobuf's JSON.
          writer.field("rejectedDataPoints", String(outcome.refused))
          writer.field("errorMessage", outcome.message)
        }
      }
      return Array(writer.text.utf8)
    }
    var partial = OTLPPartialSuccess()
    partial.rejectedDataPoints = Int64(outcome.refused)
    partial.errorMessage = outcome.message
    var response = OTLPExportResponse()
    if !outcome.isComplete { response.partialSuccess = partial }
    // Nothing in the message can fail to be written; an empty body means success.
    return (try? response.serializedBytes()) ?? []
  }
}
