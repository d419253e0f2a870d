/// One loop over a part of the core.
struct Benchmark: Sendable {
  /// What is measured, with its data set.
  var name: String
  /// Units of work in one round: samples, label sets, steps of a window, ….
  var units: Int
  /// Makes the data, which is not measured, and gives the work: a round of it and a hash of its
  /// outcome.
  var make: @Sendable () -> () -> UInt64

  init(_ name: String, units: Int, _ make: @escaping @Sendable () -> () -> UInt64) {
    self.name = name
    self.units = units
    self.make = make
  }
}

/// `tocsin-bench [PART OF A NAME]` times the benchmarks whose name holds the part.
///
/// `--list` prints names and units, `--rounds N NAME` runs one benchmark so often and times nothing:
/// that is for counting instructions, see `count`.
@main
struct Bench {
  private static let rounds = 5

  static func main() {
    var arguments = CommandLine.arguments.dropFirst()
    if arguments.first == "--list" {
      for benchmark in benchmarks { print("\(benchmark.units)\t\(benchmark.name)") }
      return
    }
    if arguments.first == "checkpoint" {
      let series = arguments.dropFirst().first.flatMap { Int($0) }
      return CheckpointBench.run(series: series ?? 100_000)
    }
    var fixedRounds: Int?
    if arguments.first == "--rounds" {
      fixedRounds = arguments.dropFirst().first.flatMap { Int($0) }
      arguments = arguments.dropFirst(2)
    }
    let part = arguments.first ?? ""
    for benchmark in benchmarks {
      if let fixedRounds {
        if benchmark.name == part { repeatWork(benchmark, fixedRounds) }
      } else if part.isEmpty || benchmark.name.contains(part) {
        time(benchmark)
      }
    }
  }

  private static func repeatWork(_ benchmark: Benchmark, _ rounds: Int) {
    let work = benchmark.make()
    var hash: UInt64 = 0
    for _ in 0..<rounds { hash = work() }
    print("\(benchmark.name): hash \(String(hash, radix: 16))")
  }

  /// Prints the best of some rounds: noise only ever adds.
  private static func time(_ benchmark: Benchmark) {
    let work = benchmark.make()
    var hash = work()
    var best = Duration.seconds(Int64.max / 2)
    for _ in 0..<rounds {
      best = min(best, ContinuousClock().measure { hash = work() })
    }
    let seconds = Double(best.components.seconds) + Double(best.components.attoseconds) * 1e-18
    let nanoseconds = (seconds * 1e11 / Double(benchmark.units)).rounded() / 100
    print("\(benchmark.name): \(nanoseconds) ns, hash \(String(hash, radix: 16))")
  }
}
