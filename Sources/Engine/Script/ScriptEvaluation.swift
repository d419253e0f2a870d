import Evaluation
import Model
import PromQL

/// Evaluates the queries of scripts over a store that is made anew when what is loaded changes.
///
///     let outcomes = ScriptEvaluation().runner.run(Script(parsing: text))
public final class ScriptEvaluation {
  private var store = SeriesStore(retention: .max)
  private var revision: Int?
  private let options: EvaluationOptions

  /// An evaluation with the settings that scripts presume: everything experimental is on.
  public init() {
    var options = EvaluationOptions()
    options.delayedNameRemoval = true
    options.usesStartTimes = true
    options.language = .experimental
    self.options = options
  }

  /// A runner of scripts that evaluates here, and checks pinned queries; a script at a time.
  public var runner: ScriptRunner {
    var runner = ScriptRunner {
      (query, timing, storage) throws(EvaluationError) in
      try self.evaluate(query, timing, storage)
    }
    runner.pin = { [options] query, time in
      guard let expression = try? Expression(parsing: query, options: options.language) else {
        return nil
      }
      return expression.pinned(at: time)?.description
    }
    return runner
  }

  private func evaluate(
    _ query: String, _ timing: Script.Timing, _ storage: ScriptStorage
  ) throws(EvaluationError) -> QueryResult {
    load(storage)
    let expression: Expression
    do {
      expression = try Expression(parsing: query, options: options.language)
    } catch {
      throw EvaluationError(
        code: "parse", error.errors.map(\.message).joined(separator: "\n"))
    }
    let engine = QueryEngine(store: store, options: options)
    switch timing {
    case .instant(let time): return try engine.instant(expression, at: time)
    case .range(let start, let end, let step):
      return try engine.range(expression, start: start, end: end, step: step)
    }
  }

  private func load(_ storage: ScriptStorage) {
    guard revision != storage.revision else { return }
    revision = storage.revision
    store = SeriesStore(retention: .max)
    for series in storage.series {
      store.record(
        series.labels, series.samples.map { ($0.time.milliseconds, $0.value) })
      for sample in series.samples {
        guard let start = sample.startTime else { continue }
        store.setStart(start.milliseconds, at: sample.time.milliseconds, of: series.labels)
      }
    }
  }
}
