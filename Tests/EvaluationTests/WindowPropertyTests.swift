import Model
import PromQL
import Testing

@testable import Evaluation

/// Incremental windows against their naive twins, live: samples arrive between the passes, and what
/// no window can see any more is forgotten.
@Suite struct WindowPropertyTests {
  private struct Case {
    var samples: [(time: Int64, value: Double)]
    var length: Int64
    var offset: Int64
    var step: Int64
    var batch: Int
  }

  private static func makeCase(_ seed: UInt64) -> Case {
    var source = RandomSeries(seed: seed)
    let samples = source.samples(count: source.pick([3, 70, 200, 400]))
    return Case(
      samples: samples, length: source.pick([1000, 20_000, 60_000, 300_000, 1_020_000]),
      offset: source.pick([0, 0, 30_000]), step: source.pick([7000, 15_000, 60_000, 600_000]),
      batch: source.pick([1, 2, 7, 63, 64]))
  }

  private static func text(_ name: String, _ example: Case) -> String {
    let range = "x[\(example.length)ms]" + (example.offset > 0 ? " offset \(example.offset)ms" : "")
    return name == "predict_linear" ? "predict_linear(\(range), 60)" : "\(name)(\(range))"
  }

  @Test(arguments: 0..<120 as Range<UInt64>)
  func `incremental windows give what all samples give`(seed: UInt64) throws {
    let example = Self.makeCase(seed)
    let store = SeriesStore()
    var options = EvaluationOptions()
    options.language = .experimental
    let evaluator = Evaluator(store: store, options: options)
    var plans: [(name: String, plan: Plan)] = []
    for name in NaiveWindow.functions {
      let expression = try Expression(
        parsing: Self.text(name, example), options: options.language)
      plans.append((name, try evaluator.plan(expression, grid: "g")))
    }
    let labels: Labels = ["__name__": "x", "job": "a"]
    var rest = example.samples[...]
    var next: Int64 = 0
    let last = (example.samples.last?.time ?? 0) + example.length + example.offset
    while next <= last {
      let grid = StepGrid(start: next, step: example.step, count: example.batch)
      while let sample = rest.first, sample.time <= grid.last {
        store.record(labels, [(sample.time, .float(sample.value))])
        rest.removeFirst()
      }
      evaluator.beginPass(grid)
      for (name, plan) in plans {
        let result = evaluator.evaluate(plan)
        for k in 0..<grid.count {
          let window = NaiveWindow(
            example.samples, now: grid.time(k), offset: example.offset, length: example.length)
          check(result, k, name, window)
        }
      }
      store.trim(to: grid.start)
      next = grid.last + example.step
    }
  }

  private func check(_ result: Evaluated, _ step: Int, _ name: String, _ window: NaiveWindow) {
    let wanted = window.evaluate(name)
    var found: Double?
    if result.seriesCount > 0, case .float(let value)? = result.value(0, step) { found = value }
    guard let wanted, let found else {
      #expect(
        wanted == nil && found == nil,
        "\(name) at \(window.now): want \(String(describing: wanted)), got \(String(describing: found))"
      )
      return
    }
    var tolerance = 1e-12
    var scale = window.scale
    switch name {
    case "stdvar_over_time": scale *= scale * 1e-2
    case "sum_over_time", "increase", "delta": scale *= Double(window.values.count)
    case "deriv", "predict_linear":
      tolerance = 1e-10
      // A slope divides by times that may be milliseconds apart.
      scale *= name == "deriv" ? 1000 : 1e6
    case "avg_over_time", "rate", "irate", "idelta": break
    default: (tolerance, scale) = (0, 0)
    }
    #expect(
      isClose(wanted, found, tolerance: tolerance, scale: scale),
      "\(name) at \(window.now): want \(wanted), got \(found) of \(window.values.count) samples")
  }
}
