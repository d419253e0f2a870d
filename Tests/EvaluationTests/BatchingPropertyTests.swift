import Model
import PromQL
import Statistics
import Testing

@testable import Evaluation

/// Random expressions: many steps a pass and shared work against one step and nothing shared.
@Suite struct BatchingPropertyTests {
  private static let step: Int64 = 20_000
  private static let stepCount = 48

  static func options(_ seed: UInt64) -> EvaluationOptions {
    var options = EvaluationOptions()
    options.delayedNameRemoval = seed % 2 == 0
    options.language = .experimental
    options.language.durationExpressions = false
    return options
  }

  @Test(arguments: 0..<10 as Range<UInt64>)
  func `passes of many steps give what single steps give`(seed: UInt64) throws {
    let store = RandomStore(seed: seed).whole
    let options = Self.options(seed)
    let evaluator = Evaluator(store: store, options: options)
    let engine = QueryEngine(store: store, options: options)
    var plans: [(Expression, Plan)] = []
    for expression in RandomStore.expressions(seed, options.language, count: 12) {
      // What cannot be planned fails in both ways.
      if let plan = try? evaluator.plan(expression, grid: "g") { plans.append((expression, plan)) }
    }
    var compared = 0
    let batch = [64, 48, 5, 17][Int(seed % 4)]
    for first in stride(from: 0, to: Self.stepCount, by: batch) {
      let count = min(batch, Self.stepCount - first)
      let grid = StepGrid(start: Int64(first) * Self.step, step: Self.step, count: count)
      evaluator.beginPass(grid)
      for (expression, plan) in plans {
        let result = evaluator.evaluate(plan)
        for k in 0..<count {
          let time = Timestamp(milliseconds: grid.time(k))
          let single = try? engine.instant(expression, at: time)
          compared += single?.elements?.count ?? 0
          compare(result.elements(k), single?.elements, "\(expression) at \(grid.time(k)) ms")
        }
      }
    }
    #expect(compared > 50, "the expressions choose something")
  }

  @Test func `the expressions hold every function, aggregation and operator`() {
    var texts = ""
    for seed in 0..<10 as Range<UInt64> {
      let expressions = RandomStore.expressions(seed, Self.options(seed).language, count: 200)
      texts += expressions.map(\.description).joined(separator: "\n")
    }
    // These four look at the query's bounds, which the two ways have different ones of.
    let bounds: Set<String> = ["start", "end", "range", "step"]
    for function in Function.all where !bounds.contains(function.name) {
      #expect(texts.contains(function.name + "("), "no \(function.name)")
    }
    for operation in AggregationOperation.allCases {
      #expect(texts.contains(operation.rawValue), "no \(operation)")
    }
    for operation in BinaryOperation.allCases {
      #expect(texts.contains(" \(operation.rawValue) "), "no \(operation)")
    }
    for word in ["offset", "@", "[", "anchored", "smoothed", "fill", "group_left", "bool", ":"] {
      #expect(texts.contains(word), "no \(word)")
    }
  }
}

/// Random expressions as rules see them: samples arrive between the passes, what no rule can need any
/// more is forgotten, and each moment must give what all samples so far give.
@Suite struct LivePropertyTests {
  @Test(arguments: 100..<112 as Range<UInt64>)
  func `a live evaluator gives what a fresh query over all samples gives`(seed: UInt64) throws {
    let random = RandomStore(seed: seed)
    let options = BatchingPropertyTests.options(seed)
    let live = SeriesStore()
    let whole = SeriesStore(retention: .max)
    let evaluator = Evaluator(store: live, options: options)
    let engine = QueryEngine(store: whole, options: options)
    var plans: [(Expression, Plan)] = []
    // What looks ahead, or at one moment of the past for ever, sees other samples live.
    let words = ["@", "offset -", "smoothed"]
    for expression in RandomStore.expressions(seed, options.language, count: 12, without: words) {
      if let plan = try? evaluator.plan(expression, grid: "g") { plans.append((expression, plan)) }
    }
    var rest = random.series.map { $0.samples[...] }
    var source = RandomSeries(seed: ~seed)
    var compared = 0
    var next: Int64 = 0
    while next < 1_200_000 {
      let step: Int64 = 20_000
      let grid = StepGrid(start: next, step: step, count: source.pick([1, 2, 7, 30]))
      for (number, series) in random.series.enumerated() {
        let due = rest[number].prefix { $0.time <= grid.last }
        rest[number] = rest[number].dropFirst(due.count)
        live.record(series.labels, Array(due))
        whole.record(series.labels, Array(due))
      }
      evaluator.beginPass(grid)
      for (expression, plan) in plans {
        let result = evaluator.evaluate(plan)
        for k in 0..<grid.count {
          let time = Timestamp(milliseconds: grid.time(k))
          let fresh = try? engine.instant(expression, at: time)
          compared += fresh?.elements?.count ?? 0
          compare(result.elements(k), fresh?.elements, "\(expression) at \(grid.time(k)) ms")
        }
      }
      live.trim(to: grid.last)
      next = grid.last + step
    }
    #expect(compared > 50, "the expressions choose something")
  }
}

/// A series that falls silent for so long that its ring forgets most of it, and comes back while the
/// newest block still has room: every window goes on where the samples do.
@Suite struct ComebackTests {
  private static let functions = [
    "rate", "increase", "delta", "irate", "idelta", "changes", "resets", "avg_over_time",
    "sum_over_time", "max_over_time", "min_over_time", "count_over_time", "stddev_over_time",
    "last_over_time", "present_over_time", "deriv", "mad_over_time",
  ]

  @Test(arguments: functions)
  func `windows see what comes after a silence`(function: String) throws {
    var random = SplitMix64(seed: 3)
    var compared = 0
    for _ in 0..<12 {
      let (before, silence) = (1 + random.below(250), Int64(60 + 15 * random.below(200)) * 1000)
      var samples: [(time: Int64, value: SampleValue)] = []
      for index in 0..<before + 40 {
        let isBack = index >= before
        let time = Int64(index) * 15_000 + (isBack ? silence : 0)
        samples.append((time, .float(Double(index * 3 % 17))))
      }
      compared += try compare(samples, function, stepsPerPass: random.pick([1, 7]), &random)
    }
    #expect(compared > 500)
  }

  /// Number of values held against those of a query over all samples.
  ///
  /// A rule with nothing to look at may be passed over while its ring goes on forgetting.
  private func compare(
    _ samples: [(time: Int64, value: SampleValue)], _ function: String, stepsPerPass: Int,
    _ random: inout SplitMix64
  ) throws -> Int {
    var options = EvaluationOptions()
    options.language = .experimental
    let live = SeriesStore()
    let whole = SeriesStore(retention: .max)
    let evaluator = Evaluator(store: live, options: options)
    let engine = QueryEngine(store: whole, options: options)
    let expression = try Expression(parsing: "\(function)(x[3m])", options: options.language)
    let plan = try evaluator.plan(expression, grid: "g")
    var rest = samples[...]
    var compared = 0
    var next: Int64 = 0
    while !rest.isEmpty {
      let grid = StepGrid(start: next, step: 20_000, count: stepsPerPass)
      let due = Array(rest.prefix { $0.time <= grid.last })
      rest = rest.dropFirst(due.count)
      live.record(["__name__": "x"], due)
      whole.record(["__name__": "x"], due)
      defer {
        live.trim(to: grid.last)
        next = grid.last + 20_000
      }
      if due.isEmpty, random.chance(2) { continue }
      evaluator.beginPass(grid)
      let result = evaluator.evaluate(plan)
      for k in 0..<grid.count {
        let fresh = try engine.instant(expression, at: Timestamp(milliseconds: grid.time(k)))
        compared += fresh.elements?.count ?? 0
        EvaluationTests.compare(
          result.elements(k), fresh.elements, "\(expression) at \(grid.time(k)) ms")
      }
    }
    return compared
  }
}
