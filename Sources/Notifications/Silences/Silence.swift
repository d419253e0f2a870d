public import Model

/// A person's word that some trouble is known for a while and nobody need be told.
public struct Silence: Hashable, Sendable, Codable, Identifiable {
  /// Where in its life a silence is.
  public enum State: String, Sendable, Codable {
    /// It begins later.
    case pending
    /// It holds.
    case active
    /// It is over.
    case expired
  }

  /// A condition on a label, in Alertmanager's form.
  public struct Matcher: Hashable, Sendable, Codable {
    /// The label.
    public var name: String
    /// What it is compared with.
    public var value: String
    /// Whether `value` is a regular expression that must match all of the label.
    public var isRegex: Bool
    /// Whether it must be so, or must not.
    public var isEqual: Bool

    /// A condition; equality by default.
    public init(name: String, value: String, isRegex: Bool = false, isEqual: Bool = true) {
      self.name = name
      self.value = value
      self.isRegex = isRegex
      self.isEqual = isEqual
    }

    /// The condition as a matcher of labels.
    ///
    /// - Throws: `PatternError` when `value` is no regular expression.
    public func compiled() throws(PatternError) -> LabelMatcher {
      let operation: LabelMatcher.Operation =
        isRegex ? (isEqual ? .matches : .notMatches) : (isEqual ? .equal : .notEqual)
      return try LabelMatcher(name, operation, value)
    }
  }

  /// Hash of everything it was made with.
  public var id: String
  /// What is silenced: alerts that satisfy all of them.
  public var matchers: [Matcher]
  /// When it begins.
  public var startsAt: Timestamp
  /// When it ends.
  public var endsAt: Timestamp
  /// When it was last changed.
  public var updatedAt: Timestamp
  /// Who made it.
  public var createdBy: String
  /// Why.
  public var comment: String

  /// A silence that is made at `now`.
  public init(
    matchers: [Matcher], startsAt: Timestamp, endsAt: Timestamp, createdBy: String,
    comment: String, now: Timestamp
  ) {
    var hash = StableHash()
    for matcher in matchers {
      hash.combine(matcher.name)
      hash.combine(matcher.value)
      hash.combine(Int64((matcher.isRegex ? 2 : 0) + (matcher.isEqual ? 1 : 0)))
    }
    hash.combine(startsAt.milliseconds)
    hash.combine(endsAt.milliseconds)
    hash.combine(now.milliseconds)
    hash.combine(createdBy)
    hash.combine(comment)
    id = hash.hexadecimal
    self.matchers = matchers
    self.startsAt = startsAt
    self.endsAt = endsAt
    updatedAt = now
    self.createdBy = createdBy
    self.comment = comment
  }

  /// Where it stands at `time`.
  public func state(at time: Timestamp) -> State {
    time < startsAt ? .pending : time < endsAt ? .active : .expired
  }
}

/// Why a silence was refused.
public enum SilenceError: Error, Hashable, Sendable, CustomStringConvertible {
  /// It silences everything: no matcher, or only ones that fit a missing label.
  case matchesEverything
  /// A matcher without a label name, or whose regular expression is none.
  case badMatcher(String)
  /// It ends before it starts, or in the past.
  case badTimes
  /// The text is no silence.
  case unreadable(String)
  /// Nobody signed it, or it has no comment.
  case unsigned
  /// There is no silence of that id, or it is over.
  case unknown(String)
  /// There are too many.
  case tooMany(Int)

  /// What is wrong and what is wanted.
  public var description: String {
    switch self {
    case .matchesEverything: "a silence needs a matcher that an alert without the label fails"
    case .badMatcher(let text): "bad matcher: \(text)"
    case .badTimes: "a silence must end after its start and in the future"
    case .unreadable(let what): what
    case .unsigned: "a silence needs an author and a comment"
    case .unknown(let id): "no silence \(quoted(id)) is pending or active"
    case .tooMany(let count): "more than \(count) silences; expire some"
    }
  }
}
