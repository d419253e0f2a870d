import Model
import PromQL

/// The checks inside one expression.
struct ExpressionLinter {
  let source: SourceText
  let options: LintOptions
  let interval: Milliseconds
  private(set) var diagnostics: [Diagnostic] = []

  init(source: SourceText, options: LintOptions, interval: Milliseconds) {
    self.source = source
    self.options = options
    self.interval = interval
  }

  /// Functions that only mean something over counters.
  private static let counterFunctions: Set<String> = ["rate", "irate", "increase"]
  /// Ends of names that, by Prometheus' naming practice, only gauges have.
  private static let gaugeSuffixes = [
    "_ratio", "_percent", "_celsius", "_timestamp", "_timestamp_seconds", "_info", "_utilization",
    "_temperature", "_in_use",
  ]

  private mutating func warn(_ code: String, _ message: String, _ expression: Expression) {
    diagnostics.append(
      source.diagnostic(.warning, code: code, message, at: expression.range))
  }

  /// Looks at an expression and all below it.
  mutating func check(_ expression: Expression) {
    switch expression.kind {
    case .vectorSelector(let selector): checkName(selector, expression)
    case .matrixSelector(let selector, let range):
      checkName(selector, expression)
      checkWindow(range, expression)
    case .binary(let binary):
      checkComparison(binary, expression)
      checkConjunction(binary, expression)
    case .aggregation(let aggregation): checkAggregation(aggregation, expression)
    case .call(let call): checkCall(call, expression)
    default: break
    }
    for child in expression.children { check(child) }
  }

  private mutating func checkName(_ selector: VectorSelector, _ expression: Expression) {
    guard let known = options.metricNames, let name = selector.metricName, !known.contains(name)
    else { return }
    let near = suggestion(for: name, among: known.sorted())
    warn(
      "unknown-metric",
      "no input has a metric \(quoted(name))"
        + (near.map { "; did you mean \(quoted($0))?" } ?? ""), expression)
  }

  private mutating func checkWindow(_ range: DurationExpression, _ expression: Expression) {
    guard let samples = options.sampleInterval, case .literal(let length) = range,
      length < samples * Lint.windowSamplesMin
    else { return }
    warn(
      "short-window",
      "a window of \(PrometheusDuration.text(length)) holds fewer than \(Lint.windowSamplesMin) "
        + "samples at \(PrometheusDuration.text(samples)) distance", expression)
  }

  private mutating func checkCall(_ call: Call, _ expression: Expression) {
    let name = call.function.name
    if Self.counterFunctions.contains(name), let argument = call.arguments.first,
      case .matrixSelector(let selector, _) = argument.unwrapped.kind,
      let metric = selector.metricName,
      let suffix = Self.gaugeSuffixes.first(where: { metric.hasSuffix($0) })
    {
      warn(
        "rate-of-gauge",
        "\(name)() of \(quoted(metric)): \"\(suffix)\" is the name of a gauge; use deriv() or delta()",
        expression)
    }
    if name == "histogram_quantile", let argument = call.arguments.last,
      case .aggregation(let aggregation) = argument.unwrapped.kind,
      Self.readsBuckets(aggregation.expression),
      aggregation.labels.contains("le") == aggregation.isWithout
    {
      warn(
        "no-le", "histogram_quantile() needs the label \"le\", which the aggregation takes away",
        argument)
    }
  }

  /// True when a classic histogram's buckets are below `expression`.
  private static func readsBuckets(_ expression: Expression) -> Bool {
    switch expression.kind {
    case .vectorSelector(let selector), .matrixSelector(let selector, _):
      selector.metricName?.hasSuffix("_bucket") ?? false
    default: expression.children.contains(where: readsBuckets)
    }
  }

  private mutating func checkAggregation(_ aggregation: Aggregation, _ expression: Expression) {
    guard [.sum, .avg].contains(aggregation.operation),
      case .vectorSelector(let selector) = aggregation.expression.unwrapped.kind,
      let metric = selector.metricName, metric.hasSuffix("_total")
    else { return }
    warn(
      "counter-without-rate",
      "\(aggregation.operation.rawValue) of the counter \(quoted(metric)) jumps when a series starts "
        + "anew; take rate() or increase() first", expression)
  }

  // MARK: Comparisons

  /// `count(x) > 0` asks whether there is any x: true for every value, and meant so.
  private static func asksForExistence(_ expression: Expression) -> Bool {
    switch expression.unwrapped.kind {
    case .aggregation(let aggregation): [.count, .group].contains(aggregation.operation)
    case .call(let call): call.function.name.contains("absent") || call.function.name == "vector"
    default: false
    }
  }

  private mutating func checkComparison(_ binary: Binary, _ expression: Expression) {
    guard binary.operation.isComparison, !binary.returnsBool else { return }
    let left = ValueRange(of: binary.left)
    let right = ValueRange(of: binary.right)
    guard left.comparison(binary.operation, right) == .never else { return }
    warn(
      "never-true",
      "this can never be true: the left side is \(left), the right side \(right)", expression)
  }

  /// `x > 1 and x < 0`: both sides ask the same of the same elements, and no number does both.
  ///
  /// With `on` or `ignoring`, elements of different values may meet; so may metrics whose name is
  /// not fixed, since `and` does not look at names.
  private mutating func checkConjunction(_ binary: Binary, _ expression: Expression) {
    guard binary.operation == .and, !binary.matching.isOn, binary.matching.labels.isEmpty else {
      return
    }
    let demands = Self.demands(of: binary.right)
    for other in Self.demands(of: binary.left) {
      guard let met = demands.first(where: { $0.contradicts(other) }) else { continue }
      return warn(
        "never-true",
        "this can never be true: \(other.subject) cannot be \(other.words) and \(met.words) at once",
        expression)
    }
  }

  /// What a condition asks of one operand.
  private struct Demand {
    let subject: String
    let operation: BinaryOperation
    let bound: Double

    var words: String {
      operation.rawValue + " " + goFloat(bound, verb: UInt8(ascii: "g"), precision: nil)
    }

    /// True when no number meets both.
    func contradicts(_ other: Demand) -> Bool {
      guard subject == other.subject else { return false }
      let (a, b) = (range, other.range)
      let (low, high) = (max(a.low, b.low), min(a.high, b.high))
      if low > high { return true }
      guard low == high else { return false }
      return [self, other].contains { demand in
        demand.bound == low && [.greater, .less, .notEqual].contains(demand.operation)
      }
    }

    private var range: ValueRange {
      switch operation {
      case .greater, .greaterOrEqual: ValueRange(low: bound)
      case .less, .lessOrEqual: ValueRange(high: bound)
      case .equal: ValueRange(low: bound, high: bound)
      default: .any
      }
    }
  }

  private static func demands(of expression: Expression) -> [Demand] {
    let inner = expression.unwrapped
    guard case .binary(let binary) = inner.kind else { return [] }
    if binary.operation == .and, !binary.matching.isOn, binary.matching.labels.isEmpty {
      return demands(of: binary.left) + demands(of: binary.right)
    }
    guard binary.operation.isComparison, !binary.returnsBool else { return [] }
    let watched = WatchedExpression(inner)
    guard let operation = watched.operation, let bound = watched.bound, !bound.isNaN,
      namesItsMetrics(watched.operand)
    else { return [] }
    return [Demand(subject: "\(watched.operand)", operation: operation, bound: bound)]
  }

  private static func namesItsMetrics(_ expression: Expression) -> Bool {
    switch expression.kind {
    case .vectorSelector(let selector), .matrixSelector(let selector, _):
      selector.metricName != nil
    default: expression.children.allSatisfy(namesItsMetrics)
    }
  }

  /// Looks at the type of the whole: Prometheus loads such a rule, and fails at every tick.
  mutating func checkType(_ expression: Expression) {
    switch expression.type {
    case .instantVector, .scalar: break
    case let type:
      warn(
        "not-a-vector",
        "a rule needs an instant vector or a scalar, this is a \(type.rawValue)", expression)
    }
  }

  /// Looks at what makes an alert true as a whole.
  mutating func checkOutcome(_ expression: Expression) {
    guard case .binary(let binary) = expression.unwrapped.kind, binary.operation.isComparison else {
      return
    }
    if binary.returnsBool {
      warn(
        "bool-alert",
        "with \"bool\" the result is there whether the comparison holds or not, so the alert always fires",
        expression)
      return
    }
    let left = ValueRange(of: binary.left)
    let right = ValueRange(of: binary.right)
    guard left.comparison(binary.operation, right) == .always, !Self.asksForExistence(binary.left)
    else { return }
    warn(
      "always-true",
      "this is true for every value: the left side is \(left), the right side \(right)", expression)
  }
}
