public import Model
import PromQL

/// What a linter knows of the world around the rules.
public struct LintOptions: Sendable {
  /// Usual distance of two samples of a series; nil when nothing is known of it.
  public var sampleInterval: Milliseconds?
  /// Interval of groups that name none.
  public var defaultInterval: Milliseconds = 60_000
  /// Names of all metrics that the input has; nil when nothing is known of it.
  public var metricNames: Set<String>?

  /// Nothing is known.
  public init() {}
}

/// Finds what will load and yet probably not do what was meant.
///
/// Every finding is a warning with its place; a finding about values is one only where it is proven.
public enum Lint {
  /// A window should hold at least so many samples: two are lost to a missed scrape and its ends.
  public static let windowSamplesMin: Milliseconds = 4

  /// The warnings about `files`, in the order of the files.
  public static func warnings(
    in files: [RuleFile], options: LintOptions = LintOptions()
  ) -> [Diagnostic] {
    var known = options.metricNames
    for rule in files.flatMap(\.groups).flatMap(\.rules) where !rule.isAlert {
      known?.insert(rule.name)
    }
    var options = options
    options.metricNames = known.map { $0.union(["ALERTS", "ALERTS_FOR_STATE"]) }
    var out: [Diagnostic] = []
    for file in files {
      var linter = FileLinter(options: options)
      for group in file.groups { linter.check(group) }
      out += linter.diagnostics.inFileOrder
    }
    return out
  }
}

/// The checks of one file that need no look into expressions.
private struct FileLinter {
  let options: LintOptions
  var diagnostics: [Diagnostic] = []
  private var seen: [String: SourceLocation] = [:]

  init(options: LintOptions) { self.options = options }

  mutating func check(_ group: RuleGroup) {
    let interval = group.interval ?? options.defaultInterval
    for rule in group.rules {
      checkDuplicate(rule)
      if rule.isAlert { checkAlert(rule, interval: interval) }
      var linter = ExpressionLinter(source: rule.source, options: options, interval: interval)
      linter.checkType(rule.expression)
      linter.check(rule.expression)
      if case .alert = rule.kind { linter.checkOutcome(rule.expression) }
      diagnostics += linter.diagnostics
    }
  }

  private mutating func warn(_ code: String, _ message: String, _ rule: Rule) {
    diagnostics.append(Diagnostic(.warning, code: code, message, at: rule.location))
  }

  /// Two rules of one name and labels write one series; `promtool check rules` says so, too.
  private mutating func checkDuplicate(_ rule: Rule) {
    let labels: String
    if case .recording(_, let plain) = rule.kind {
      labels = plain.description
    } else {
      labels = rule.labels.map { "\($0.name)=\(quoted($0.template.text))" }.joined(separator: ",")
    }
    let key = "\(rule.isAlert) \(rule.name) {\(labels)}"
    if let first = seen[key] {
      warn(
        "duplicate-rule",
        "rule \(quoted(rule.name)) has the name and labels of the rule in line \(first.line)", rule)
    } else {
      seen[key] = rule.location
    }
  }

  private mutating func checkAlert(_ rule: Rule, interval: Milliseconds) {
    if rule.timing.hold > 0, rule.timing.hold < interval {
      warn(
        "short-for",
        "for \(PrometheusDuration.text(rule.timing.hold)) is shorter than the group's interval "
          + "\(PrometheusDuration.text(interval)), so the alert fires at its second evaluation",
        rule)
    }
    var hasLevels = false
    if case .threshold(let threshold) = rule.kind {
      hasLevels = threshold.levels.contains { $0.severity != nil }
    }
    if !hasLevels, !rule.labels.contains(where: { $0.name == "severity" }) {
      warn("no-severity", "alert \(quoted(rule.name)) has no label \"severity\"", rule)
    }
    if !rule.annotations.contains(where: {
      ["summary", "description", "message"].contains($0.name)
    }) {
      warn("no-summary", "alert \(quoted(rule.name)) has no annotation \"summary\"", rule)
    }
  }
}
