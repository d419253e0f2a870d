import Evaluation
import Model
import PromQL
import Rules

/// One test on its way through time.
struct UnitTestRun {
  let test: UnitTest
  let comparison: UnitTestComparison
  /// What came of it so far.
  private(set) var outcome: UnitTestOutcome

  init(test: UnitTest, comparison: UnitTestComparison) {
    self.test = test
    self.comparison = comparison
    outcome = UnitTestOutcome(name: test.title, location: test.location)
  }

  /// Runs the test.
  mutating func execute(_ rules: RuleSet, groups: [RuleGroup], options: EngineOptions) {
    do throws(UnitTestBench.Failure) {
      var bench = try UnitTestBench(test, rules, groups: groups, options: options)
      let interval = options.interval
      // A time between two ticks sees what the earlier one left.
      let times = test.alerts.map(\.time) + test.incidents.map(\.time) + [test.end]
      for offset in Set(times.map { $0 / interval * interval }).sorted() {
        try bench.advance(through: test.start + offset)
        check(bench, from: offset, to: offset + interval)
      }
      let engine = QueryEngine(store: bench.store, options: options.evaluation)
      for query in test.queries { check(query, engine) }
    } catch {
      outcome.failures.append(
        UnitTestFailure(
          location: error.rule.location, subject: "rule \(quoted(error.rule.name))",
          message: error.error.message))
    }
  }

  /// Compares what is expected at times from `start` up to, but not including, `end`.
  private mutating func check(
    _ bench: UnitTestBench, from start: Milliseconds, to end: Milliseconds
  ) {
    for alert in test.alerts where start <= alert.time && alert.time < end {
      let lines = comparison.difference(alert.wanted, bench.firing(alert.name))
      note(alert.location, "alert \(alert.name)", alert.time, lines)
    }
    for incident in test.incidents where start <= incident.time && incident.time < end {
      let lines = comparison.difference(incident.wanted, bench.incidents)
      note(incident.location, "incidents", incident.time, lines)
    }
  }

  private mutating func check(_ query: UnitTest.QueryCase, _ engine: QueryEngine) {
    let time = test.start + query.time
    let subject = "query \(query.text)"
    do throws(EvaluationError) {
      let found = try Self.vector(engine.instant(query.expression, at: time).value, at: time)
      note(query.location, subject, query.time, comparison.difference(query.wanted, found))
    } catch {
      outcome.checks += 1
      outcome.failures.append(
        UnitTestFailure(
          location: query.location, subject: subject + Self.at(query.time), message: error.message))
    }
  }

  /// A result as samples; a scalar is one without labels.
  private static func vector(
    _ value: QueryValue, at time: Timestamp
  ) throws(EvaluationError) -> [VectorSample] {
    switch value {
    case .vector(let samples): return samples
    case .scalar(let number):
      return [VectorSample(labels: .empty, time: time, value: .float(number))]
    case .string, .matrix:
      throw EvaluationError(code: "type", "the result is neither a vector nor a scalar")
    }
  }

  private mutating func note(
    _ location: SourceLocation, _ subject: String, _ time: Milliseconds,
    _ lines: [UnitTestFailure.Line]
  ) {
    outcome.checks += 1
    guard lines.contains(where: { $0.mark != .both }) else { return }
    outcome.failures.append(
      UnitTestFailure(location: location, subject: subject + Self.at(time), lines: lines))
  }

  private static func at(_ time: Milliseconds) -> String { " at \(PrometheusDuration.text(time))" }
}
