public import Model
import SwiftProtobuf

/// Decodes Prometheus remote write, 1.0 and 2.0.
///
///     let message = try BodyEncoding.snappy.decode(body, limit: bytesMax)
///     let outcome = try RemoteWrite.decode(message, version: .v1, into: &batch)
///
/// A series that is no series is refused alone: counted and told, the others are kept. Labels may come
/// in any order; agents exist that do not sort them. Exemplars are counted and skipped.
/// Source: Prometheus remote write specifications 1.0 and 2.0.
public enum RemoteWrite {
  /// Which of the two messages a body holds.
  public enum Version: String, CaseIterable, Sendable {
    /// `prometheus.WriteRequest`.
    case v1 = "prometheus.WriteRequest"
    /// `io.prometheus.write.v2.Request`.
    case v2 = "io.prometheus.write.v2.Request"

    /// The version that the header `Content-Type` names; nil for another type or message.
    ///
    /// Without a message, `application/x-protobuf`, it is 1.0. No header at all counts as that, too.
    public init?(contentType: String?) {
      let parts = (contentType ?? "").lowercased().split(separator: ";").map { part in
        part.filter { $0 != " " && $0 != "\t" && $0 != "\"" }
      }
      guard let type = parts.first else {
        self = .v1
        return
      }
      guard type == "application/x-protobuf" else { return nil }
      let messages = parts.dropFirst().filter { $0.hasPrefix("proto=") }
      guard let message = messages.first else {
        self = .v1
        return
      }
      let known = Self.allCases.first { "proto=" + $0.rawValue.lowercased() == message }
      guard let known, messages.count == 1 else { return nil }
      self = known
    }
  }

  /// Appends the samples, histograms and metadata of `message` to `batch`.
  ///
  /// - Parameters:
  ///   - message: The decompressed body.
  ///   - version: Which message it is.
  ///   - batch: Where rows are added; as before when it throws.
  ///   - limits: Bounds on the message.
  /// - Returns: what was taken over and what was refused.
  /// - Throws: `malformedMessage` or `tooManyParts`, when nothing can be made of the message.
  public static func decode(
    _ message: [UInt8], version: Version, into batch: inout SampleBatch,
    limits: WireLimits = WireLimits()
  ) throws(WireError) -> Outcome {
    let parts = try MessageParts(message, version, limits)
    var reader = SeriesReader(limits: limits)
    switch version {
    case .v1:
      for range in parts.series { reader.readLabeled(message, range, into: &batch) }
      for range in parts.metadata { reader.readMetadata(message, range, into: &batch) }
    case .v2:
      for range in parts.series {
        reader.readSymbolized(message, range, parts.symbols, into: &batch)
      }
    }
    return reader.outcome
  }
}

/// The places of the parts of a message: found first, for symbols may come after what refers to them.
struct MessageParts {
  private(set) var series: [Range<Int>] = []
  private(set) var metadata: [Range<Int>] = []
  private(set) var symbols = Symbols()

  init(
    _ message: [UInt8], _ version: RemoteWrite.Version, _ limits: WireLimits
  ) throws(WireError) {
    var fields = FieldCursor(message.indices)
    var isOtherVersion = false
    while let field = try fields.next(in: message.span) {
      guard case .bytes(let range) = field.value else { continue }
      switch (version, field.number) {
      case (.v1, 1), (.v2, 5): series.append(range)
      case (.v1, 3): metadata.append(range)
      case (.v2, 4): symbols.append(range, of: message)
      case (.v1, 4), (.v1, 5), (.v2, 1), (.v2, 3): isOtherVersion = true
      default: break
      }
      if series.count > limits.seriesMax || metadata.count > limits.seriesMax {
        throw WireError(.tooManyParts, "expected at most \(limits.seriesMax) series in one message")
      }
      if symbols.count > limits.symbolsMax {
        throw WireError(
          .tooManyParts, "expected at most \(limits.symbolsMax) symbols in one message")
      }
    }
    if series.isEmpty, metadata.isEmpty, isOtherVersion {
      throw WireError(
        .malformedMessage, "the body is no \(version.rawValue); is its content type right?")
    }
  }
}

/// The table of texts of a 2.0 message, as places in it.
struct Symbols {
  private var places: [Range<Int>] = []
  /// The symbols that are no text.
  private var invalid: Set<Int> = []

  var count: Int { places.count }

  /// Adds the symbol at `range`.
  mutating func append(_ range: Range<Int>, of message: [UInt8]) {
    let isASCII = message[range].allSatisfy { $0 < 0x80 }
    if !isASCII, String(validating: message[range], as: UTF8.self) == nil {
      invalid.insert(places.count)
    }
    places.append(range)
  }

  /// The place of symbol `reference` in the message.
  ///
  /// - Throws: `badSymbol` when there is none, `invalidUTF8` when it is no text.
  subscript(reference: UInt32) -> Range<Int> {
    get throws(Refusal) {
      let index = Int(reference)
      guard index < places.count else {
        throw Refusal(
          .badSymbol, "expected one of \(places.count) symbols, found number \(reference)")
      }
      if !invalid.isEmpty, invalid.contains(index) {
        throw Refusal(.invalidUTF8, "expected UTF-8 text, found other bytes in symbol \(reference)")
      }
      return places[index]
    }
  }
}
