import Model
import PromQL
import Testing

@testable import Evaluation

/// Random expressions: many steps a pass and shared work against one step and nothing shared.
@Suite struct BatchingPropertyTests {
  private static let step: Int64 = 20_000
  private static let stepCount = 48

  private static func makeStore(_ seed: UInt64) -> SeriesStore {
    var source = RandomSeries(seed: seed)
    let store = SeriesStore(retention: .max)
    for name in ["up", "http_requests_total", "latency_seconds_bucket"] {
      for job in ["api", "db"] {
        for code in ["500", "b"] {
          var labels: Labels = ["__name__": name, "job": job, "code": code]
          if name.hasSuffix("_bucket") { labels["le"] = source.pick(["0.5", "1", "+Inf"]) }
          let isHistogram = name == "up" && job == "db"
          let samples = source.samples(count: 90).map { sample -> (Int64, SampleValue) in
            guard isHistogram, !source.chance(4) else { return (sample.time, .float(sample.value)) }
            return (sample.time, .histogram(Self.histogram(&source)))
          }
          store.record(labels, samples)
        }
      }
    }
    return store
  }

  private static func histogram(_ source: inout RandomSeries) -> NativeHistogram {
    var histogram = NativeHistogram()
    histogram.schema = source.pick([0, 1])
    histogram.setCounts(
      (0..<3).map {
        NativeHistogram.IndexedCount(index: $0, count: Double(source.pick([1, 2, 5])))
      },
      .positive)
    histogram.count = histogram.positiveBuckets.reduce(0, +)
    histogram.sum = Double(source.pick([1, 3, 10]))
    return histogram
  }

  private static func makeExpressions(_ seed: UInt64, _ options: ParserOptions) -> [Expression] {
    var generator = ExpressionGenerator(seed: seed)
    generator.metrics = ["up", "http_requests_total", "latency_seconds_bucket"]
    generator.labels = ["job", "code", "le"]
    generator.usesOddNames = false
    generator.options = options
    var expressions: [Expression] = []
    while expressions.count < 10 {
      let expression = generator.expression(.instantVector, depth: 4)
      let text = expression.description
      // What depends on the query's bounds differs by intent; long subqueries only take time.
      let isLeftOut = ["start()", "end()", "range()", "step()", "1d", "1h"]
        .contains(where: text.contains)
      guard !isLeftOut, text.count(where: { $0 == ":" }) <= 1,
        let parsed = try? Expression(parsing: text, options: options)
      else { continue }
      expressions.append(parsed)
    }
    return expressions
  }

  private typealias Step = [Labels: SampleValue]

  @Test(arguments: 0..<8 as Range<UInt64>)
  func `passes of many steps give what single steps give`(seed: UInt64) throws {
    let store = Self.makeStore(seed)
    var options = EvaluationOptions()
    options.delayedNameRemoval = seed % 2 == 0
    options.language = .experimental
    options.language.durationExpressions = false
    let expressions = Self.makeExpressions(seed, options.language)
    let evaluator = Evaluator(store: store, options: options)
    let engine = QueryEngine(store: store, options: options)
    var plans: [(Expression, Plan)] = []
    for expression in expressions {
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
          let single = try? engine.instant(
            expression, at: Timestamp(milliseconds: grid.time(k)))
          compared += single.map { Self.elements($0)?.count ?? 0 } ?? 0
          let place = "\(expression) at \(grid.time(k)) ms"
          Self.compare(Self.elements(result, k), Self.elements(single), place)
        }
      }
    }
    #expect(compared > 50, "the expressions choose something")
  }

  /// The elements of one step; nil where the step failed or two elements have the same labels.
  private static func elements(_ result: Evaluated, _ step: Int) -> Step? {
    guard result.failedSteps >> UInt64(step) & 1 == 0 else { return nil }
    var elements: Step = [:]
    for i in 0..<result.seriesCount {
      guard let value = result.value(i, step) else { continue }
      guard elements.updateValue(value, forKey: result.labels(i)) == nil else { return nil }
    }
    return elements
  }

  private static func elements(_ result: QueryResult?) -> Step? {
    guard case .vector(let samples)? = result?.value else { return nil }
    return Dictionary(samples.map { ($0.labels, $0.value) }, uniquingKeysWith: { a, _ in a })
  }

  private static func compare(_ batched: Step?, _ single: Step?, _ place: String) {
    guard let batched, let single else {
      #expect((batched == nil) == (single == nil), "only one of both fails: \(place)")
      return
    }
    #expect(Set(batched.keys) == Set(single.keys), "\(place)")
    for (labels, value) in batched {
      switch (value, single[labels]) {
      case (.float(let a), .float(let b)):
        #expect(isClose(a, b, tolerance: 1e-9, scale: 1e-9), "\(labels) of \(place): \(a), \(b)")
      case (.histogram(let a), .histogram(let b)):
        #expect(a.compacted() == b.compacted(), "\(labels) of \(place)")
      case (_, nil): break
      default: Issue.record("\(labels) of \(place): float and histogram")
      }
    }
  }
}
