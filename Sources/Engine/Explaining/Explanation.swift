import Evaluation
public import Model
import PromQL
public import Rules

/// Why an alert fires or does not, at one moment: its expression taken apart, and its state.
public struct Explanation: Sendable {
  /// One expression inside the rule's expression, and what it gives.
  public struct Step: Sendable {
    /// 0 for the whole expression.
    public var depth: Int
    /// The expression in its canonical notation.
    public var expression: String
    /// Number of elements of the result; 1 for a scalar.
    public var count: Int
    /// The first elements: labels and value, at most `Explanation.elementsMax`.
    public var elements: [(labels: String, value: Double)]
    /// Why it could not be evaluated; nil when it could.
    public var failure: String?
  }

  /// Most elements shown of one result.
  public static let elementsMax = 8

  /// The rule's group.
  public var group: String
  /// The alert's name.
  public var alert: String
  /// Where the rule stands.
  public var location: SourceLocation
  /// The last tick evaluated.
  public var tick: Timestamp
  /// The rule's `for`, in ms.
  public var hold: Milliseconds
  /// From the whole expression down to its selectors, in the order of the text.
  public var steps: [Step]
  /// The alerts that are pending or firing.
  public var alerts: [ActiveAlert]
  /// The answer in one sentence each.
  public var reasons: [String]
}

extension Tocsin {
  /// Explains every rule called `alert` at `time`; call it when the ticks up to `time` are evaluated.
  public func explain(_ alert: String, at time: Timestamp) -> [Explanation] {
    var found: [Explanation] = []
    for group in groups {
      for runner in group.runners where runner.rule.isAlert && runner.rule.name == alert {
        let next = group.nextTick ?? time
        found.append(explain(runner, at: min(time, next - group.interval), offset: group.offset))
      }
    }
    return found
  }

  /// Names of all alerts, sorted.
  public var alertNames: [String] {
    Set(groups.flatMap(\.runners).filter(\.rule.isAlert).map(\.rule.name)).sorted()
  }

  private func explain(
    _ runner: RuleRunner, at tick: Timestamp, offset: Milliseconds
  ) -> Explanation {
    let engine = QueryEngine(store: store, options: options.evaluation)
    var steps: [Explanation.Step] = []
    func visit(_ expression: Expression, _ depth: Int) {
      let inner = expression.unwrapped
      guard inner.constant == nil else { return }
      if let step = Self.step(inner, depth, engine, tick - offset) { steps.append(step) }
      for child in inner.children { visit(child, depth + 1) }
    }
    visit(runner.rule.expression, 0)
    let alerts = runner.activeAlerts(in: surroundings)
    var explanation = Explanation(
      group: runner.group.name, alert: runner.rule.name, location: runner.rule.location, tick: tick,
      hold: runner.rule.timing.hold, steps: steps, alerts: alerts, reasons: [])
    explanation.reasons =
      ExplanationSentences(rule: runner.rule, explanation).all + runner.baselineSentences
    return explanation
  }

  private static func step(
    _ expression: Expression, _ depth: Int, _ engine: QueryEngine, _ time: Timestamp
  ) -> Explanation.Step? {
    var step = Explanation.Step(
      depth: depth, expression: expression.description, count: 0, elements: [])
    do throws(EvaluationError) {
      switch try engine.instant(expression, at: time).value {
      case .string: return nil
      case .scalar(let value):
        step.count = 1
        step.elements = [("", value)]
      case .vector(let samples):
        step.count = samples.count
        for sample in samples.prefix(Explanation.elementsMax) {
          guard case .float(let value) = sample.value else { continue }
          step.elements.append((sample.labels.description, value))
        }
      case .matrix(let matrix):
        step.count = matrix.count
        for series in matrix.prefix(Explanation.elementsMax) {
          step.elements.append((series.labels.description, Double(series.points.count)))
        }
      }
    } catch {
      step.failure = error.message
    }
    return step
  }
}

/// Says in words what blocks an alert, or what makes it fire.
private struct ExplanationSentences {
  let rule: Rule
  let explanation: Explanation

  init(rule: Rule, _ explanation: Explanation) {
    self.rule = rule
    self.explanation = explanation
  }

  var all: [String] {
    explanation.alerts.isEmpty ? [silence] : explanation.alerts.map(activity)
  }

  private func activity(_ alert: ActiveAlert) -> String {
    let held = explanation.tick - alert.activeSince
    let since = "true since \(alert.activeSince), \(held / 1000) s"
    if alert.state == .firing {
      if let kept = alert.keepFiringSince {
        return "\(alert.labels) fires: false since \(kept), kept by keep_firing_for"
      }
      return "\(alert.labels) fires: \(since)"
    }
    return "\(alert.labels) is pending: \(since) of the \(explanation.hold / 1000) s that for asks"
  }

  /// Why nothing is active: the first thing on the way from the selectors up that is missing.
  private var silence: String {
    if let failed = explanation.steps.first(where: { $0.failure != nil }) {
      return "\(failed.expression) cannot be evaluated: \(failed.failure ?? "")"
    }
    if let empty = explanation.steps.last(where: { $0.count == 0 && isSelector($0) }) {
      return "no data: nothing matches \(empty.expression)"
    }
    let observation = WatchedExpression(rule.expression)
    let operand = observation.operand.description
    let watched = explanation.steps.first { $0.expression == operand }
    guard let watched, let nearest = nearest(watched, observation.bound) else {
      return "the expression has no element at \(explanation.tick)"
    }
    let words = observation.operation.map { "\($0.rawValue) \(number(observation.bound ?? .nan))" }
    guard let words, observation.bound != nil else {
      return "\(operand) is \(number(nearest.value)), which is within what the rule takes as normal"
    }
    return
      "\(operand) \(words) is false: the nearest of \(watched.count) is \(number(nearest.value)) \(nearest.labels)"
  }

  private func isSelector(_ step: Explanation.Step) -> Bool {
    !explanation.steps.contains {
      $0.depth == step.depth + 1 && step.expression.contains($0.expression)
    }
  }

  private func nearest(
    _ step: Explanation.Step, _ bound: Double?
  ) -> (labels: String, value: Double)? {
    guard let bound else { return step.elements.first }
    return step.elements.min { ($0.value - bound).magnitude < ($1.value - bound).magnitude }
  }

  private func number(_ value: Double) -> String {
    let text = value.description
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }
}
