public import Model
public import PromQL

/// One rule: what it watches or records, and what it is called.
public struct Rule: Sendable {
  /// The four kinds of rules.
  public enum Kind: Sendable {
    /// `record:` writes the expression's result back as a series. Its labels are plain text.
    case recording(Expression, labels: Labels)
    /// `alert:` with `expr:`, as in Prometheus: true where the expression has an element.
    case alert(Expression)
    /// `alert:` with `threshold:`.
    case threshold(ThresholdRule)
    /// `alert:` with `baseline:`.
    case baseline(BaselineRule)
  }

  /// The name after `record:` or `alert:`.
  public var name: String
  /// What it does.
  public var kind: Kind
  /// `for` and `keep_firing_for`; none for recording rules.
  public var timing = AlertMachine.Timing()
  /// Labels of an alert, the group's among them, sorted by name; empty for recording rules.
  public var labels: [LabelTemplate] = []
  /// Annotations of an alert, sorted by name.
  public var annotations: [LabelTemplate] = []
  /// The text of `expr` or `of`, with its places in the file.
  public var source: SourceText
  /// Where the rule's name stands.
  public var location: SourceLocation

  /// The expression that is evaluated at each tick: `expr`, or `of` of a native rule.
  public var expression: Expression {
    switch kind {
    case .recording(let expression, _), .alert(let expression): expression
    case .threshold(let rule): rule.of
    case .baseline(let rule): rule.of
    }
  }

  /// True for all kinds but recording rules.
  public var isAlert: Bool {
    if case .recording = kind { false } else { true }
  }

  /// Equal for equal rules, also in another place of another file: 16 hexadecimal digits.
  ///
  /// A rule whose identity did not change keeps its pending timers and baselines over a reload.
  public var identity: String {
    var hash = StableHash()
    hash.combine(name)
    hash.combine("\(expression)")
    switch kind {
    case .recording(_, let labels): hash.combine("record \(labels)")
    case .alert: hash.combine("alert")
    case .threshold(let rule): rule.combine(into: &hash)
    case .baseline(let rule): rule.combine(into: &hash)
    }
    hash.combine(timing.hold)
    hash.combine(timing.keepFiring)
    for label in labels + annotations {
      hash.combine(label.name)
      hash.combine(label.template.text)
    }
    return hash.hexadecimal
  }
}

/// A label or annotation whose value is a template.
public struct LabelTemplate: Sendable {
  /// The label's name.
  public var name: String
  /// What its value is made from.
  public var template: Template

  /// The label `name` with a value made from `template`.
  public init(name: String, template: Template) {
    self.name = name
    self.template = template
  }
}

/// Rules that are evaluated together, one after the other, at the same ticks.
public struct RuleGroup: Sendable {
  /// Unique in its file.
  public var name: String
  /// The file it came from.
  public var file: String?
  /// Distance of the ticks; nil: the program's default.
  public var interval: Milliseconds?
  /// Most alerts or series of one rule; 0 is no limit.
  public var limit: Int
  /// How far expressions look into the past of the tick; nil: the program's default.
  public var queryOffset: Milliseconds?
  /// The rules in the order of evaluation.
  public var rules: [Rule]
  /// Where the group begins.
  public var location: SourceLocation

  /// A group with all it holds.
  public init(
    name: String, file: String? = nil, interval: Milliseconds? = nil, limit: Int = 0,
    queryOffset: Milliseconds? = nil, rules: [Rule], location: SourceLocation
  ) {
    self.name = name
    self.file = file
    self.interval = interval
    self.limit = limit
    self.queryOffset = queryOffset
    self.rules = rules
    self.location = location
  }
}

/// The groups of one rule file.
public struct RuleFile: Sendable {
  /// Path as the user gave it; nil for text that came from no file.
  public var path: String?
  /// In the order of the file.
  public var groups: [RuleGroup]

  /// A file of `groups`.
  public init(path: String? = nil, groups: [RuleGroup]) {
    self.path = path
    self.groups = groups
  }
}
