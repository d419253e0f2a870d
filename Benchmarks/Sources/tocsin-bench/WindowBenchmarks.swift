import Evaluation
import Model
import PromQL
import Statistics

/// Functions of a window over one stream: cost per step of a series, whatever the window's length.
let windowBenchmarks: [Benchmark] = [
  window("rate(x[5m])"),
  window("rate(x[6h])"),
  window("avg_over_time(x[5m])"),
  window("avg_over_time(x[6h])"),
  window("max_over_time(x[5m])"),
  window("max_over_time(x[6h])"),
  window("stddev_over_time(x[5m])"),
  window("stddev_over_time(x[6h])"),
  window("predict_linear(x[30m], 3600)"),
  window("avg_over_time(rate(x[5m])[30m:1m])"),
  window("quantile_over_time(0.9, x[5m])"),
  window("rate(x[6h])", ticksPerPass: 1),
]

private func window(_ expression: String, ticksPerPass: Int = 64) -> Benchmark {
  let (series, steps, warmUp) = (4, 2880, 1440)
  let name = "window: \(expression)" + (ticksPerPass == 1 ? ", tick by tick" : "")
  return Benchmark(name, units: series * steps) {
    let store = SeriesStore(retention: .max)
    for number in 0..<series {
      var random = SplitMix64(seed: UInt64(number))
      var counter = 0.0
      var samples: [(time: Int64, value: SampleValue)] = []
      for step in 0..<(steps + warmUp) {
        counter += Double(random.next() % 1000) / 100
        samples.append((Int64(step) * 15_000 + 5000, .float((counter * 100).rounded() / 100)))
      }
      store.record(["__name__": "x", "instance": "app-\(number)"], samples)
    }
    return {
      evaluate(
        expression, over: store, from: Int64(warmUp) * 15_000, steps: steps,
        ticksPerPass: ticksPerPass)
    }
  }
}

/// Evaluates an expression as a rule would, and hashes its values.
func evaluate(
  _ text: String, over store: SeriesStore, from start: Int64, steps: Int, ticksPerPass: Int = 64
) -> UInt64 {
  let evaluator = Evaluator(store: store)
  guard let plan = try? evaluator.plan(Expression(parsing: text), grid: "bench") else { return 0 }
  var hash: UInt64 = 0
  for first in stride(from: 0, to: steps, by: ticksPerPass) {
    let count = min(ticksPerPass, steps - first)
    evaluator.beginPass(
      StepGrid(start: start + Int64(first) * 15_000, step: 15_000, count: count))
    let result = evaluator.evaluate(plan)
    for index in 0..<result.seriesCount where result.masks[index] >> UInt64(count - 1) & 1 == 1 {
      hash = hash.mixed(result.row(index)[count - 1])
    }
  }
  return hash
}
