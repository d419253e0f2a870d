import Dispatch
import Model
import PromQL
import RandomExpressions
import Synchronization
import Testing

@testable import Evaluation

/// Plans that several threads evaluate, beside one thread.
@Suite struct WorkersTests {
  private static let several = Workers(count: 3, leastWork: 0) {
    DispatchQueue.concurrentPerform(iterations: $0, execute: $1)
  }

  /// All results of three passes over random series, bit by bit; histograms as their notation.
  private static func results(
    _ store: SeriesStore, _ expressions: [Expression], _ workers: Workers
  ) -> [String] {
    let evaluator = Evaluator(store: store)
    let plans = expressions.compactMap { try? evaluator.plan($0, grid: "g") }
    let strands = evaluator.strands(of: plans)
    var found: [String] = []
    for start in stride(from: Int64(0), to: 1_200_000, by: 400_000) {
      let grid = StepGrid(start: start, step: 20_000, count: 20)
      evaluator.beginPass(grid)
      evaluator.evaluate(ahead: strands, with: workers)
      for plan in plans {
        let result = evaluator.evaluate(plan)
        found.append("\(result.failedSteps) \(result.seriesCount)")
        for series in 0..<result.seriesCount {
          found.append("\(result.labels(series)) \(result.masks[series]) \(result.defined[series])")
          found += (0..<grid.count).compactMap { result.value(series, $0)?.exactly }
        }
      }
    }
    return found
  }

  @Test(arguments: 0..<6 as Range<UInt64>)
  func `threads that share the plans change no bit of a result`(seed: UInt64) {
    let random = RandomStore(seed: seed)
    let expressions = RandomStore.expressions(seed, ParserOptions.experimental, count: 60)
    let alone = Self.results(random.whole, expressions, .one)
    let together = Self.results(random.whole, expressions, Self.several)
    #expect(alone.count > 1000)
    #expect(alone == together)
  }

  @Test(arguments: [0, 1, 2, 7, 1000])
  func `every piece is done once, by one of the workers`(pieces: Int) {
    let done = Mutex(Array(repeating: 0, count: pieces))
    Self.several.share(pieces) { piece, worker in
      #expect((0..<3).contains(worker))
      done.withLock { $0[piece] += 1 }
    }
    #expect(done.withLock(\.self) == Array(repeating: 1, count: pieces))
  }

  @Test(arguments: [
    // Nothing in common, though all compare with the same number and two read the same metric.
    (["a > 5", "rate(b[5m]) > 5", "rate(b[1m]) > 5"], [[0], [1], [2]]),
    // The longest first.
    (["b", "sum(rate(a[5m]))", "rate(a[5m]) > 1"], [[1, 2], [0]]),
    // The third ties the first two together.
    (["rate(a[5m])", "rate(b[5m])", "rate(a[5m]) / rate(b[5m])", "c"], [[0, 1, 2], [3]]),
    // By an operator of which one sees only a part.
    (["sum(rate(a[5m])) > 0", "2 * sum(rate(a[5m]))", "rate(a[5m]) > 3"], [[0, 1, 2]]),
    // By a subquery.
    (["max_over_time(rate(a[5m])[1h:1m])", "min_over_time(rate(a[5m])[1h:1m])"], [[0, 1]]),
  ])
  func `plans are of one strand when they share work`(texts: [String], strands: [[Int]]) throws {
    let evaluator = Evaluator(store: SeriesStore())
    let plans = try texts.map { try evaluator.plan(Expression(parsing: $0), grid: "g") }
    let found = evaluator.strands(of: plans).map { $0.map(\.number) }
    #expect(found == strands)
  }

  @Test func `a plan that is not asked about ties strands together too`() throws {
    let evaluator = Evaluator(store: SeriesStore())
    func plan(_ text: String) throws -> Plan {
      try evaluator.plan(Expression(parsing: text), grid: "g")
    }
    let first = try plan("rate(a[5m]) > 1")
    let second = try plan("rate(b[5m]) > 1")
    #expect(evaluator.strands(of: [first, second]).count == 2)
    _ = try plan("(rate(a[5m]) > 1) + (rate(b[5m]) > 1)")
    #expect(evaluator.strands(of: [first, second]).count == 1)
  }
}

extension SampleValue {
  /// The value so that no two different ones look alike.
  fileprivate var exactly: String {
    switch self {
    case .float(let value): "\(value.bitPattern)"
    case .histogram(let histogram): histogram.notation
    }
  }
}
