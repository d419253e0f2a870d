import Evaluation
import Model
import Statistics

/// Operators over a vector of 500 series: cost per step of an input series.
let operatorBenchmarks: [Benchmark] = [
  vector("x", "selector"),
  vector("x > 0.05", "comparison with a number"),
  vector("x / y", "division of two vectors"),
  vector("sum by (service) (x)", "sum by service"),
  vector("quantile by (service) (0.99, x)", "quantile by service"),
  vector("topk(5, x)", "topk"),
]

private func vector(_ expression: String, _ name: String) -> Benchmark {
  let (series, steps) = (500, 128)
  return Benchmark("operator: \(name)", units: series * steps) {
    let store = SeriesStore(retention: .max)
    for number in 0..<series {
      var random = SplitMix64(seed: UInt64(number))
      for metric in ["x", "y"] {
        let samples = (0..<steps).map { step in
          (time: Int64(step) * 15_000, value: SampleValue.float(Double(random.next() % 1000) / 1e4))
        }
        store.record(
          [
            "__name__": metric, "instance": "app-\(number)",
            "service": ["checkout", "catalog", "search", "auth", "payments"][number % 5],
          ], samples)
      }
    }
    return { evaluate(expression, over: store, from: 0, steps: steps) }
  }
}
