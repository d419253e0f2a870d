public import Model

/// Why a series, its values or a histogram literal cannot be read, and where.
///
/// The sentence is made in `message`, nowhere else.
public struct NotationError: Error, Hashable, Sendable {
  /// What is wrong.
  public enum Reason: Hashable, Sendable {
    /// Something else stands where `wanted` belongs; "" is the end of the text.
    case unexpected(String, wanted: String)
    /// A quoted text without its end, or with a broken escape.
    case badString
    /// What looks like a number but is none, or is too large.
    case badNumber(String)
    /// Units of a duration that are unknown or out of order, or a number without one.
    case badDuration(String)
    /// `xn` with an `n` that is no whole number.
    case badRepetition(String)
    /// More positions than a line may have.
    case tooManyPositions(limit: Int)
    /// A histogram property that does not exist.
    case unknownProperty(String)
    /// A histogram property that came before.
    case repeatedProperty(String)
    /// A counter reset hint that does not exist.
    case unknownHint(String)
    /// A histogram that cannot be.
    case badHistogram(HistogramFault)
    /// An increment that is coarser than what it is added to, or of another kind of schema.
    case incompatibleIncrement(from: Int, to: Int)
  }

  /// What is wrong, with the words that belong to it.
  public var reason: Reason
  /// UTF-8 offsets into the text that was read; empty where something is missing.
  public var range: Range<Int>

  /// An error at `range`.
  public init(_ reason: Reason, at range: Range<Int>) {
    self.reason = reason
    self.range = range
  }

  /// One of a bounded set of words in kebab case.
  public var code: String {
    switch reason {
    case .unexpected: "unexpected"
    case .badString: "bad-string"
    case .badNumber: "bad-number"
    case .badDuration: "bad-duration"
    case .badRepetition: "bad-repetition"
    case .tooManyPositions: "too-many-positions"
    case .unknownProperty: "unknown-property"
    case .repeatedProperty: "repeated-property"
    case .unknownHint: "unknown-hint"
    case .badHistogram: "bad-histogram"
    case .incompatibleIncrement: "incompatible-increment"
    }
  }

  /// What is wrong, the value in quotes, what is wanted.
  public var message: String {
    switch reason {
    case .unexpected("", let wanted): "the text ends where \(wanted) belongs"
    case .unexpected(let found, let wanted): "unexpected \(quoted(found)), want \(wanted)"
    case .badString: "quoted text has no end or an unknown escape"
    case .badNumber(let text): "bad number \(quoted(text))"
    case .badDuration(let text): "bad duration \(quoted(text)), want one like 1h30m or 250ms"
    case .badRepetition(let text): "bad repetition \(quoted(text)), want x and a whole number"
    case .tooManyPositions(let limit): "more than \(limit) positions in one series"
    case .unknownProperty(let name):
      "unknown histogram property \(quoted(name))"
        + (suggestion(for: name, among: HistogramProperty.allCases.map(\.rawValue))
          .map { "; did you mean \(quoted($0))?" } ?? "")
    case .repeatedProperty(let name): "histogram property \(quoted(name)) is there twice"
    case .unknownHint(let name):
      "unknown counter reset hint \(quoted(name)), want unknown, reset, not_reset or gauge"
    case .badHistogram(let fault): "\(fault)"
    case .incompatibleIncrement(let from, let to):
      "an increment of schema \(from) cannot be added to schema \(to)"
    }
  }

  /// The error for its author.
  ///
  /// - Parameters:
  ///   - location: Where the text that was read begins; nil leaves the place out.
  ///   - sourceLine: The whole line of the file that `location` is in; nil leaves the excerpt out.
  /// - Returns: A diagnostic at the mistake.
  public func diagnostic(at location: SourceLocation?, sourceLine: String? = nil) -> Diagnostic {
    var place = location
    place?.column += range.lowerBound
    return Diagnostic(
      .error, code: code, message, at: place, sourceLine: sourceLine, length: range.count)
  }
}
