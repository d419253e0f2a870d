/// Counts the messages inside an OTLP message before any of them is decoded.
///
/// An empty message takes two bytes on the wire and a hundred in memory: a body within its limit could
/// still fill the memory. What is counted is bounded here; the rest of a message is as large as it is.
struct MessageCensus {
  /// The kinds of messages that have messages in them, and what leads to them.
  enum Kind {
    case resourceMetrics, resource, scopeMetrics, scope, metric, data, point, keyValue, anyValue
    case values
    /// Any message that has none in it.
    case leaf

    /// The kind of the message in field `number`; nil for a field that holds no message.
    func child(_ number: Int) -> Kind? {
      switch (self, number) {
      case (.resourceMetrics, 1): .resource
      case (.resourceMetrics, 2): .scopeMetrics
      case (.resource, 1), (.scope, 3): .keyValue
      case (.scopeMetrics, 1): .scope
      case (.scopeMetrics, 2): .metric
      case (.metric, 5), (.metric, 7), (.metric, 9), (.metric, 10), (.metric, 11): .data
      case (.data, 1): .point
      // Attributes (1, 7, 9), exemplars (5, 8, 11), quantiles (6) and bucket lists (8, 9) of the
      // several kinds of data points share numbers; counting them deeper than they are is harmless,
      // for a packed list of numbers that is read as fields is given up at once.
      case (.point, 1), (.point, 7), (.point, 9): .keyValue
      case (.point, 5), (.point, 6), (.point, 8), (.point, 11): .leaf
      case (.keyValue, 2): .anyValue
      case (.anyValue, 5): .values
      case (.anyValue, 6): .values
      case (.values, 1): .anyValue
      default: nil
      }
    }
  }

  private let messagesMax: Int
  private var total = 0

  init(messagesMax: Int) {
    self.messagesMax = messagesMax
  }

  /// Counts the message at `range` and those in it.
  ///
  /// What is damaged is left to the decoder.
  /// - Throws: `tooManyParts`.
  mutating func count(
    _ bytes: Span<UInt8>, _ range: Range<Int>, _ kind: Kind, depth: Int = 0
  ) throws(WireError) {
    total += 1
    if total > messagesMax { throw Self.tooMany(messagesMax) }
    if kind == .leaf || depth > 40 { return }
    var fields = FieldCursor(range)
    while true {
      let field: (number: Int, value: FieldCursor.Value)?
      do throws(WireError) { field = try fields.next(in: bytes) } catch { return }
      guard let field else { return }
      if case .bytes(let inner) = field.value, let child = kind.child(field.number) {
        try count(bytes, inner, child, depth: depth + 1)
      }
    }
  }

  static func tooMany(_ messagesMax: Int) -> WireError {
    WireError(
      .tooManyParts,
      "expected at most \(messagesMax) resources, metrics, points and attributes "
        + "in one message; send smaller ones")
  }
}
