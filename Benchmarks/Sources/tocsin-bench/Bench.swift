/// One loop over a part of the core.
struct Benchmark: Sendable {
  /// What is measured, with its data set.
  var name: String
  /// Units of work in one call of `body`: samples, label sets, ….
  var units: Int
  /// Does the work once and returns a hash of the outcome.
  var body: @Sendable () -> UInt64
}

/// `tocsin-bench [PART OF A NAME]` runs all benchmarks or those whose name holds the part.
@main
struct Bench {
  private static let rounds = 5

  static func main() {
    let part = CommandLine.arguments.dropFirst().first ?? ""
    for benchmark in benchmarks where part.isEmpty || benchmark.name.contains(part) {
      run(benchmark)
    }
  }

  /// Prints the best of some rounds: noise only ever adds.
  private static func run(_ benchmark: Benchmark) {
    var hash = benchmark.body()
    var best = Duration.seconds(Int64.max / 2)
    for _ in 0..<rounds {
      best = min(best, ContinuousClock().measure { hash = benchmark.body() })
    }
    let seconds = Double(best.components.seconds) + Double(best.components.attoseconds) * 1e-18
    let nanoseconds = (seconds * 1e11 / Double(benchmark.units)).rounded() / 100
    print("\(benchmark.name): \(nanoseconds) ns, hash \(String(hash, radix: 16))")
  }
}
