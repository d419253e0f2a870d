public import Model

/// The bounds of a template; breaking one gives an error, never a long wait.
public enum TemplateLimits {
  /// Nested actions and parentheses in the text.
  public static let nestingMax = 100
  /// Templates that call templates, at one time.
  public static let callDepthMax = 100
  /// Actions, commands and turns of a `range` in one expansion.
  public static let stepsMax = 200_000
  /// Bytes of a template's output.
  public static let outputBytesMax = 1 << 20
}

/// A text with `{{ actions }}`: a label or annotation of an alerting rule.
///
/// The language is Go's text/template with the functions of Prometheus.
///
///     let template = try Template("{{ $labels.host }} at {{ $value | humanizePercentage }}")
///     template.expand(in: TemplateContext(labels: ["host": "web-1"], value: 0.93))
///     // "web-1 at 93%"
///
/// Source: https://prometheus.io/docs/prometheus/latest/configuration/template_reference/
public struct Template: Sendable {
  /// The names that a template may use without declaring them.
  public enum Variables: Sendable {
    /// `$labels`, `$value`, `$externalLabels`, `$externalURL`.
    case prometheus
    /// Those and `$threshold`, `$level`.
    case threshold
    /// Those of Prometheus and `$expected`, `$lower`, `$upper`, `$score`.
    case baseline
    /// None: all a template speaks of is what `.` has.
    case none

    var names: [String] {
      let common = ["$labels", "$externalLabels", "$externalURL", "$value"]
      return switch self {
      case .none: []
      case .prometheus: common
      case .threshold: common + ["$threshold", "$level"]
      case .baseline: common + ["$expected", "$lower", "$upper", "$score"]
      }
    }
  }

  /// The text as written.
  public let text: String
  /// Which variables it may use.
  public let variables: Variables
  /// True when its result depends on nothing: the text has no action.
  public let isPlain: Bool
  /// True when equal labels give equal results: neither value nor time nor queries enter.
  public let dependsOnLabelsAlone: Bool

  let parsed: TemplateParser.Result

  /// Parses `text`.
  ///
  /// - Throws: `TemplateError` with the place; Prometheus refuses a rule with such a text.
  public init(
    _ text: String, variables: Variables = .prometheus
  ) throws(TemplateError) {
    self.text = text
    self.variables = variables
    parsed = try TemplateParser.parse(text, variables: variables.names)
    isPlain = parsed.root.allSatisfy { if case .text = $0 { true } else { false } }
    dependsOnLabelsAlone = TemplateDependencies.areLabelsAlone(parsed)
  }

  /// A text without actions, whatever it looks like.
  init(plain text: String) {
    self.text = text
    variables = .prometheus
    parsed = TemplateParser.Result(root: text.isEmpty ? [] : [.text(text)], definitions: [:])
    isPlain = true
    dependsOnLabelsAlone = true
  }

  /// The text with all actions done.
  ///
  /// A failure gives `<error expanding template: …>` as the result, as in Prometheus: an alert with a
  /// broken description is better than no alert.
  public func expand(in context: TemplateContext) -> String {
    do {
      return try result(in: context)
    } catch {
      return "<error expanding template: \(error.describe(in: text))>"
    }
  }

  /// The text with all actions done.
  ///
  /// - Throws: `TemplateError` where an action failed.
  public func result(in context: TemplateContext) throws(TemplateError) -> String {
    var evaluator = TemplateEvaluator(parsed, context)
    return try evaluator.run()
  }
}

/// What a template is expanded with.
public struct TemplateContext {
  /// Labels of the series, with its name.
  public var labels: Labels
  /// Value of the rule's expression.
  public var value: Double
  /// Shown instead of `value`: the notation of a native histogram.
  public var histogram: String?
  /// The tick, for `now`.
  public var time: Timestamp
  /// Labels of this system as others see it.
  public var externalLabels: Labels
  /// Where this system is reached from outside.
  public var externalURL: String
  /// Bounds of the rule, for `$threshold`, `$expected` and their like.
  public var measure: AlertTransition.Measure
  /// What `.` has in place of an alert's data; nil for templates of alerts.
  public var facts: [(name: String, value: TemplateFact)]?
  /// Answers `query`: the vector of an expression at `time`; a scalar is one element without labels.
  public var query: (String) throws -> [TemplateSample]

  /// A context in which queries fail until `query` is set.
  public init(
    labels: Labels, value: Double, time: Timestamp = Timestamp(milliseconds: 0),
    externalLabels: Labels = .empty, externalURL: String = "",
    measure: AlertTransition.Measure = AlertTransition.Measure()
  ) {
    self.labels = labels
    self.value = value
    self.time = time
    self.externalLabels = externalLabels
    self.externalURL = externalURL
    self.measure = measure
    query = { _ in throw TemplateFailure("no data to query") }
  }

  /// What `.` is at first.
  var data: TemplateData {
    TemplateData(
      labels: labels, value: histogram.map(TemplateValue.string) ?? .number(value),
      externalLabels: externalLabels, externalURL: externalURL)
  }

  /// The value of a variable that every template has.
  func variable(_ name: String) -> TemplateValue {
    switch name {
    case "$labels": .labels(labels)
    case "$value": data.value
    case "$externalLabels": .labels(externalLabels)
    case "$externalURL": .string(externalURL)
    case "$threshold": number(measure.threshold)
    case "$level": .string(measure.level?.rawValue ?? "")
    case "$expected": number(measure.expected)
    case "$lower": number(measure.lower)
    case "$upper": number(measure.upper)
    case "$score": number(measure.score)
    default: dot
    }
  }

  private func number(_ value: Double?) -> TemplateValue {
    // Arithmetic over what is not known gives what is not known.
    .number(value ?? .nan)
  }
}

extension TemplateError {
  /// The message with line and column inside the template `text`, both from 1.
  func describe(in text: String) -> String {
    let before = text.utf8.prefix(range.lowerBound)
    let line = before.count { $0 == UInt8(ascii: "\n") } + 1
    let start = before.lastIndex(of: UInt8(ascii: "\n")).map { before.index(after: $0) }
    let column = before.distance(from: start ?? before.startIndex, to: before.endIndex) + 1
    let excerpt = String(
      decoding: Array(text.utf8)[
        min(range.lowerBound, text.utf8.count)..<min(range.upperBound, text.utf8.count)],
      as: UTF8.self)
    return "template:\(line):\(column): executing at <\(excerpt)>: \(message)"
  }
}
