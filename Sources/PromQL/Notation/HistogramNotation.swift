public import Model

/// A property of a histogram literal.
enum HistogramProperty: String, CaseIterable {
  case schema, sum, count
  case zeroCount = "z_bucket"
  case zeroThreshold = "z_bucket_w"
  case customBounds = "custom_values"
  case buckets, offset
  case negativeBuckets = "n_buckets"
  case negativeOffset = "n_offset"
  case counterResetHint = "counter_reset_hint"
}

extension NativeHistogram {
  /// Reads a literal: `{{schema:1 sum:-0.3 count:3.1 buckets:[5.1 10] offset:-3}}`.
  ///
  /// Properties come in any order, each at most once; one that is missing is 0.
  ///
  /// - Parameter text: The literal and nothing else.
  /// - Throws: `NotationError` with the place of the first mistake.
  public init(notation text: String) throws(NotationError) {
    var cursor = NotationCursor(text)
    cursor.skipBlanks()
    var namesHint = false
    self = try cursor.histogram(namesHint: &namesHint)
    cursor.skipBlanks()
    guard cursor.next == nil else { throw cursor.unexpected(wanted: "the end of the histogram") }
  }
}

extension NotationCursor {
  /// Reads `{{…}}`, and sets `namesHint` when it has a counter reset hint.
  mutating func histogram(namesHint: inout Bool) throws(NotationError) -> NativeHistogram {
    let start = index
    guard skip("{{") else { throw unexpected(wanted: "\"{{\"") }
    var histogram = NativeHistogram()
    var offset = 0
    var negativeOffset = 0
    var seen: Set<HistogramProperty> = []
    skipBlanks()
    while !skip("}}") {
      let property = try propertyName()
      guard seen.insert(property).inserted else {
        let range = index - 1 - property.rawValue.utf8.count..<index - 1
        throw NotationError(.repeatedProperty(property.rawValue), at: range)
      }
      switch property {
      case .schema: histogram.schema = try integer()
      case .sum: histogram.sum = try signedNumber()
      case .count: histogram.count = try signedNumber()
      case .zeroCount: histogram.zeroCount = try signedNumber()
      case .zeroThreshold: histogram.zeroThreshold = try signedNumber()
      case .customBounds: histogram.customBounds = try numberList()
      case .buckets: histogram.positiveBuckets = try numberList()
      case .negativeBuckets: histogram.negativeBuckets = try numberList()
      case .offset: offset = try integer()
      case .negativeOffset: negativeOffset = try integer()
      case .counterResetHint:
        histogram.counterResetHint = try counterResetHint()
        namesHint = true
      }
      guard isAtBlank || next == "}" else { throw unexpected(wanted: "a blank or \"}}\"") }
      skipBlanks()
    }
    histogram.positiveSpans = Self.spans(offset, histogram.positiveBuckets)
    histogram.negativeSpans = Self.spans(negativeOffset, histogram.negativeBuckets)
    if let fault = histogram.validate(allowsNegativeCounts: true) {
      throw NotationError(.badHistogram(fault), at: start..<index)
    }
    return histogram
  }

  private static func spans(_ offset: Int, _ buckets: [Double]) -> [NativeHistogram.Span] {
    buckets.isEmpty ? [] : [NativeHistogram.Span(offset: offset, length: buckets.count)]
  }

  private mutating func propertyName() throws(NotationError) -> HistogramProperty {
    let start = index
    let name = take(while: Self.isWord)
    guard !name.isEmpty else { throw unexpected(wanted: "a histogram property or \"}}\"") }
    guard let property = HistogramProperty(rawValue: name) else {
      throw NotationError(.unknownProperty(name), at: start..<index)
    }
    guard skip(":") else { throw unexpected(wanted: "\":\"") }
    return property
  }

  private mutating func numberList() throws(NotationError) -> [Double] {
    guard skip("[") else { throw unexpected(wanted: "\"[\"") }
    var numbers: [Double] = []
    skipBlanks()
    while !skip("]") {
      numbers.append(try signedNumber())
      guard isAtBlank || next == "]" else { throw unexpected(wanted: "a blank or \"]\"") }
      skipBlanks()
    }
    return numbers
  }

  private mutating func counterResetHint() throws(NotationError)
    -> NativeHistogram.CounterResetHint
  {
    let start = index
    switch take(while: Self.isWord) {
    case "unknown": return .unknown
    case "reset": return .reset
    case "not_reset": return .notReset
    case "gauge": return .gauge
    default: throw NotationError(.unknownHint(text(from: start)), at: start..<index)
    }
  }
}
