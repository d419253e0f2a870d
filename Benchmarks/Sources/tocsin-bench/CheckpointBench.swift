import Engine
import Evaluation
import Model
import Rules

/// `tocsin-bench checkpoint [SERIES]`: saving and restoring an engine that holds so many series, each with
/// its last 20 samples, under two rules.
enum CheckpointBench {
  private static let steps = 20
  private static let rules = """
    groups:
      - name: g
        interval: 15s
        rules:
          - record: job:requests:rate
            expr: sum by (job) (rate(requests_total[2m]))
          - alert: Busy
            expr: requests_total > 1e18
    """

  static var ruleSet: RuleSet {
    guard let set = RuleSet.read([RuleSet.Source(path: "r.yml", text: rules)]).ruleSet else {
      preconditionFailure("the benchmark's own rules cannot be read")
    }
    return set
  }

  static var options: EngineOptions {
    var options = EngineOptions()
    options.ticksPerPass = 1
    return options
  }

  /// An engine that holds so many series.
  static func engine(series: Int) -> Tocsin {
    var tocsin = Tocsin(rules: ruleSet, options: options)
    for step in 0..<steps { fill(&tocsin, step, series) }
    return tocsin
  }

  static func run(series: Int) {
    let (rules, options) = (ruleSet, options)
    let tocsin = engine(series: series)
    let clock = ContinuousClock()
    var checkpoint = tocsin.checkpoint()
    let copied = clock.measure { checkpoint = tocsin.checkpoint() }
    var bytes: [UInt8] = []
    let packed = clock.measure { bytes = checkpoint.encoded() }
    var restored = 0
    var unpacked = Duration.zero
    let whole = clock.measure {
      unpacked = clock.measure {
        if let read = try? Checkpoint(decoding: bytes) { checkpoint = read }
      }
      if let other = try? Tocsin(restoring: checkpoint, rules: rules, options: options) {
        restored = other.store.seriesCount
      }
    }
    print("checkpoint of \(series) series with \(steps) samples each")
    print("  raw bytes a series     \(checkpoint.rawBytes / series)")
    print("  packed bytes a series  \(bytes.count / series)")
    print("  copy of the state      \(copied)")
    print("  compression            \(packed)")
    print("  restore                \(whole), of it \(unpacked) to unpack; \(restored) series")
  }

  /// One scrape of all series, in batches of 10 000.
  private static func fill(_ tocsin: inout Tocsin, _ step: Int, _ series: Int) {
    var next = 0
    while next < series {
      var batch = SampleBatch()
      for number in next..<min(series, next + 10_000) {
        let key =
          "requests_total{instance=\"app-\(number % 5000).prod.example:9100\",job=\"app-\(number % 20)\","
          + "path=\"/v1/items/\(number / 5000)\",region=\"eu-west-1\"}"
        let start = batch.bytes.count
        batch.bytes += key.utf8
        batch.append(
          key: start..<batch.bytes.count, time: 1_760_000_000_000 + Int64(step) * 15_000,
          value: Double(step * (number % 97 + 3) + number))
      }
      next += 10_000
      _ = tocsin.ingest(batch)
    }
  }
}
