import Evaluation
import Model
import PromQL
import Rules

/// The rules of one group in operation, and when they are next due.
final class GroupRunner {
  let group: RuleGroup
  let interval: Milliseconds
  let offset: Milliseconds
  let runners: [RuleRunner]
  /// Its turn among the groups that are due at one tick; see `PassPlan`.
  var wave = 0
  /// The next tick that was not evaluated; nil before the first sample.
  private(set) var nextTick: Timestamp?
  /// The last tick that was evaluated; nil before the first.
  private(set) var lastTick: Timestamp?
  private let stopwatch: (@Sendable () -> UInt64)?
  private let workers: Workers
  /// Plans of the rules that read nothing that rules of the group before them write.
  private let independentPlans: [Plan]
  /// The same by what they share, once all plans are made.
  private var strands: [[Plan]]?

  init(
    _ group: RuleGroup, _ options: EngineOptions, _ evaluator: Evaluator,
    _ report: (Rule, EvaluationError) -> Void
  ) {
    self.group = group
    interval = group.interval ?? options.interval
    offset = group.queryOffset ?? options.queryOffset
    stopwatch = options.stopwatch
    var runners: [RuleRunner] = []
    for rule in group.rules {
      do throws(EvaluationError) {
        runners.append(
          try RuleRunner(
            rule, in: group, grid: "\(interval)-\(offset)", evaluator,
            tellsPending: options.tellsPending))
      } catch {
        report(rule, error)
      }
    }
    self.runners = runners
    workers = options.workers
    let writes = RuleWrites(runners.map(\.rule))
    independentPlans = runners.enumerated().filter { number, runner in
      (writes.writers(of: runner.rule.expression)?.lowerBound ?? number) >= number
    }.map(\.element.plan)
  }

  /// Lets the first tick be the first multiple of the interval at or after `time`.
  func start(at time: Timestamp) {
    let rest = time.milliseconds % interval
    let floor = time.milliseconds - (rest < 0 ? rest + interval : rest)
    nextTick = Timestamp(milliseconds: floor == time.milliseconds ? floor : floor + interval)
  }

  /// Lets the first tick be at `time`, whether or not that is a multiple of the interval.
  func start(exactlyAt time: Timestamp) {
    nextTick = time
  }

  /// Goes on where a group of this name and interval stood.
  func resume(next: Timestamp?, last: Timestamp?) {
    nextTick = next
    lastTick = last
  }

  /// Ticks that are due when everything up to `time` is known.
  func due(through time: Timestamp) -> Int64 {
    guard let nextTick, nextTick <= time else { return 0 }
    return (time - nextTick) / interval + 1
  }

  /// Evaluates up to 64 ticks, those up to `time`, as part of the evaluator's current round.
  func advance(
    through time: Timestamp, _ evaluator: Evaluator, _ surroundings: AlertSurroundings
  ) -> [(rule: Int, transition: AlertTransition)] {
    guard let nextTick else { return [] }
    let count = min(Int64(StepGrid.limit), due(through: time))
    guard count > 0 else { return [] }
    let grid = StepGrid(
      start: nextTick.milliseconds, step: interval, count: Int(count))
    let looked =
      offset == 0
      ? grid : StepGrid(start: grid.start - offset, step: interval, count: grid.count)
    evaluator.enterPass(looked)
    evaluateAhead(evaluator)
    var found: [(rule: Int, transition: AlertTransition)] = []
    for (number, runner) in runners.enumerated() {
      let begin = stopwatch?()
      for transition in runner.advance(grid, offset: offset, evaluator, surroundings) {
        found.append((number, transition))
      }
      if let begin, let end = stopwatch?() { runner.nanoseconds = end &- begin }
    }
    lastTick = nextTick + (count - 1) * interval
    self.nextTick = nextTick + count * interval
    return found
  }

  /// Has the workers evaluate what no rule of the group has to wait for.
  private func evaluateAhead(_ evaluator: Evaluator) {
    guard workers.count > 1 else { return }
    let strands = self.strands ?? evaluator.strands(of: independentPlans)
    self.strands = strands
    evaluator.evaluate(ahead: strands, with: workers)
  }
}
