public import Evaluation
public import Model

/// Evaluates a query over what a script has loaded.
///
/// A query that cannot be parsed is an `EvaluationError` too. `ScriptStorage.revision` tells whether
/// the storage is still that of the call before.
public typealias ScriptEvaluator = (
  _ query: String, _ timing: Script.Timing, _ storage: ScriptStorage
) throws(EvaluationError) -> QueryResult

/// Runs the `load`, `clear` and `eval` blocks of scripts.
public struct ScriptRunner {
  /// What became of one `eval` block.
  public struct Outcome: Hashable, Sendable {
    /// Number of the block's first line, from 1.
    public var line: Int
    /// The first difference between what was expected and what came; nil when the block passed.
    public var difference: String?

    /// True when all was as expected.
    public var isPassed: Bool { difference == nil }
  }

  /// Gives a query with `@ time` at each of its selectors, or nil where that would change its meaning.
  ///
  /// That is `Expression.pinned(at:)` between parsing and printing. With it each instant query is
  /// evaluated again, so pinned, at five other times; nil leaves this check out.
  public var pin: ((_ query: String, _ time: Timestamp) -> String?)?
  /// True to evaluate each instant query again as the middle step of a range query.
  public var repeatsAsRange = false
  private let evaluate: ScriptEvaluator

  /// A runner that evaluates queries with `evaluate`.
  public init(evaluate: @escaping ScriptEvaluator) {
    self.evaluate = evaluate
  }

  /// Runs a script.
  ///
  /// `alerts` and `incidents` blocks are passed over: they need rules, which a runner of queries alone
  /// does not have.
  ///
  /// - Parameter script: What to run; an `eval` block that could not be read has failed.
  /// - Returns: One outcome for each `eval` block, by line.
  public func run(_ script: Script) -> [Outcome] {
    var storage = ScriptStorage()
    var outcomes = script.faults.filter(\.isEvaluation).map { fault in
      Outcome(line: fault.line, difference: "\(fault.diagnostic)")
    }
    for command in script.commands {
      switch command.kind {
      case .load(let load): storage.add(load)
      case .clear: storage.clear()
      case .evaluation(let evaluation):
        let difference = difference(in: evaluation, storage)
        outcomes.append(Outcome(line: command.line, difference: difference))
      case .alerts, .incidents: break
      }
    }
    return outcomes.sorted { $0.line < $1.line }
  }

  /// The first way in which a query does not do what is expected of it; nil when it does it all.
  ///
  /// - Parameters:
  ///   - evaluation: The query and what is expected.
  ///   - storage: What it sees.
  /// - Returns: The difference in words.
  public func difference(in evaluation: Script.Evaluation, _ storage: ScriptStorage) -> String? {
    let expectation = evaluation.expectation
    let result: QueryResult
    do {
      result = try evaluate(evaluation.query, evaluation.timing, storage)
    } catch {
      guard let failure = expectation.failure else { return "failed: \(error.message)" }
      return failure.holds(for: error.message)
        ? nil : "want failure with \(failure), got \(quoted(error.message))"
    }
    if let failure = expectation.failure { return "want failure with \(failure), got a result" }
    if let why = annotationDifference(result, evaluation) { return why }
    let comparison = ResultComparison(expectation: expectation, timing: evaluation.timing)
    if let why = comparison.difference(from: result.value) { return why }
    guard case .instant(let time) = evaluation.timing else { return nil }
    return pinnedDifference(evaluation, time, storage)
      ?? rangeDifference(evaluation, time, storage)
  }

  private func annotationDifference(
    _ result: QueryResult, _ evaluation: Script.Evaluation
  ) -> String? {
    let texts = { (level: Annotation.Level) in
      result.annotations.filter { $0.level == level }
        .map { $0.description(in: evaluation.query) }
    }
    return evaluation.expectation.warnings.difference(from: texts(.warning), "warning")
      ?? evaluation.expectation.infos.difference(from: texts(.info), "info")
  }

  /// A query whose selectors all have their time must give one result at any time.
  private func pinnedDifference(
    _ evaluation: Script.Evaluation, _ time: Timestamp, _ storage: ScriptStorage
  ) -> String? {
    guard let query = pin?(evaluation.query, time) else { return nil }
    let now = time.milliseconds
    let times = now == 0 ? [-1000, 0, 1000] : [-10 * now, 0, now / 5, now, 10 * now]
    let comparison = ResultComparison(
      expectation: evaluation.expectation, timing: evaluation.timing)
    for milliseconds in times {
      let timing = Script.Timing.instant(Timestamp(milliseconds: milliseconds))
      let place = "pinned, as \(query) at \(milliseconds) ms: "
      do {
        let result = try evaluate(query, timing, storage)
        if let why = comparison.difference(from: result.value) { return place + why }
      } catch {
        return place + "failed: \(error.message)"
      }
    }
    return nil
  }

  /// A step of a range query must give what the instant query gives.
  private func rangeDifference(
    _ evaluation: Script.Evaluation, _ time: Timestamp, _ storage: ScriptStorage
  ) -> String? {
    let ownTimes = ["start()", "end()", "range()", "step()"]
    guard repeatsAsRange, !evaluation.expectation.isOrdered,
      evaluation.expectation.rangeVector == nil,
      !ownTimes.contains(where: evaluation.query.contains)
    else { return nil }
    if case .string = evaluation.expectation.outcome { return nil }
    let timing = Script.Timing.range(
      start: time - 60_000, end: time + 60_000, step: 60_000)
    do {
      let result = try evaluate(evaluation.query, timing, storage)
      let comparison = ResultComparison(
        expectation: evaluation.expectation, timing: .instant(time))
      let value = Self.step(at: time, of: result.value, evaluation.expectation)
      return comparison.difference(from: value).map { "as a range query: " + $0 }
    } catch {
      return "as a range query: failed: \(error.message)"
    }
  }

  /// What a range query's result says about one moment.
  private static func step(
    at time: Timestamp, of value: QueryValue, _ expectation: ScriptExpectation
  ) -> QueryValue {
    guard case .matrix(let series) = value else { return value }
    let elements = series.compactMap { series in
      series.points.first { $0.time == time }
        .map { VectorSample(labels: series.labels, time: time, value: $0.value) }
    }
    if case .scalar = expectation.outcome, elements.count == 1,
      case .float(let number) = elements[0].value
    {
      return .scalar(number)
    }
    return .vector(elements)
  }
}
