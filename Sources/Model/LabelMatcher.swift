/// A condition on one label of a series: `job="api"`, `code=~"5.."`.
///
/// A missing label counts as empty. Regular expressions are anchored at both ends.
public struct LabelMatcher: Hashable, Sendable {
  /// How the label's value is compared.
  public enum Operation: String, Sendable, CaseIterable {
    /// Equal.
    case equal = "="
    /// Not equal.
    case notEqual = "!="
    /// Matches the whole regular expression.
    case matches = "=~"
    /// Does not match it.
    case notMatches = "!~"
  }

  /// The label; `__name__` for the metric's name.
  public let name: String
  /// The comparison.
  public let operation: Operation
  /// The text or the regular expression compared with.
  public let value: String
  private let pattern: Pattern?

  /// The matcher `name operation "value"`.
  ///
  /// - Throws: `PatternError` when `value` is not a valid regular expression of `=~` or `!~`.
  public init(_ name: String, _ operation: Operation, _ value: String) throws(PatternError) {
    self.name = name
    self.operation = operation
    self.value = value
    switch operation {
    case .equal, .notEqual: pattern = nil
    case .matches, .notMatches: pattern = try Pattern(value)
    }
  }

  /// The matcher `name="value"`, which cannot fail.
  public init(_ name: String, equals value: String) {
    self.name = name
    operation = .equal
    self.value = value
    pattern = nil
  }

  /// True when the label's value satisfies the matcher; pass "" for a missing label.
  public func matches(_ text: String) -> Bool {
    switch operation {
    case .equal: text == value
    case .notEqual: text != value
    case .matches: pattern?.matchesWhole(text) ?? false
    case .notMatches: !(pattern?.matchesWhole(text) ?? true)
    }
  }

  /// True when `labels` satisfies the matcher.
  public func matches(_ labels: Labels) -> Bool {
    matches(labels[name] ?? "")
  }

  /// Equal in name, operation and value.
  public static func == (a: LabelMatcher, b: LabelMatcher) -> Bool {
    a.name == b.name && a.operation == b.operation && a.value == b.value
  }

  /// Hashes name, operation and value.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(name)
    hasher.combine(operation)
    hasher.combine(value)
  }
}

extension LabelMatcher: CustomStringConvertible {
  /// The notation of PromQL: `code=~"5.."`.
  public var description: String {
    "\(isLabelIdentifier(name) ? name : quoted(name))\(operation.rawValue)\(quoted(value))"
  }
}
