import Model
import PromQL
import RandomExpressions
import Testing

@testable import Evaluation

/// Random series of every kind and random expressions over them, the same ones for the same seed.
///
/// Floats with gaps, stale markers, resets, NaN and infinities; native histograms of several
/// resolutions and of custom bounds, with resets, hints and floats among them; an info metric whose
/// labels change.
struct RandomStore {
  struct Series {
    var labels: Labels
    var samples: [(time: Int64, value: SampleValue)]
  }

  static let metrics = ["up", "http_requests_total", "latency_seconds_bucket", "queue"]
  private(set) var series: [Series] = []

  init(seed: UInt64, samplesPerSeries: Int = 90) {
    var source = RandomSeries(seed: seed)
    for name in Self.metrics {
      for job in ["api", "db"] {
        for code in ["500", "b"] {
          var labels: Labels = ["__name__": name, "job": job, "code": code, "instance": "i"]
          if name.hasSuffix("_bucket") { labels["le"] = source.pick(["0.5", "1", "+Inf"]) }
          // One series of histograms alone, and some with a few of them among floats.
          let share = name == "queue" ? (code == "b" ? 1 : 3) : name == "up" && job == "db" ? 4 : 0
          var state = NativeHistogram()
          let samples = source.samples(count: samplesPerSeries).map { sample in
            guard share > 0, share == 1 || source.chance(share), !StaleMarker.isStale(sample.value)
            else { return (time: sample.time, value: SampleValue.float(sample.value)) }
            Self.grow(&state, &source)
            return (time: sample.time, value: SampleValue.histogram(state))
          }
          series.append(Series(labels: labels, samples: samples))
        }
      }
    }
    for (version, times) in [("1", 0..<30), ("2", 25..<90)] {
      let labels: Labels = [
        "__name__": "target_info", "job": "api", "instance": "i", "version": version,
      ]
      let samples = times.map { (time: Int64($0) * 15_000, value: SampleValue.float(1)) }
      series.append(Series(labels: labels, samples: samples))
    }
  }

  /// A histogram that goes on counting, or begins anew with a layout of its own.
  private static func grow(_ histogram: inout NativeHistogram, _ source: inout RandomSeries) {
    if histogram.count == 0 || source.chance(12) {
      histogram = NativeHistogram()
      if source.chance(4) {
        histogram.schema = NativeHistogram.customSchema
        histogram.customBounds = source.pick([[1, 2, 5], [1, 5], [-1, 0, 2]])
      } else {
        histogram.schema = source.pick([0, 0, 1, 3])
        histogram.zeroThreshold = source.pick([0, 0.001, 0.5])
      }
      histogram.counterResetHint = source.pick([.unknown, .unknown, .unknown, .gauge, .reset])
    } else if histogram.counterResetHint == .reset {
      histogram.counterResetHint = .unknown
    }
    let sides: [NativeHistogram.Side] =
      histogram.usesCustomBounds || source.chance(2) ? [.positive] : [.positive, .negative]
    for side in sides {
      var counts: [Int: Double] = [:]
      for bucket in histogram.indexedCounts(side) { counts[bucket.index] = bucket.count }
      for index in 0..<3 {
        counts[index, default: 0] += Double(source.pick([0, 1, 2, 5]))
      }
      histogram.setCounts(
        counts.sorted { $0.key < $1.key }.map {
          NativeHistogram.IndexedCount(index: $0.key, count: $0.value)
        }, side)
    }
    if !histogram.usesCustomBounds { histogram.zeroCount += Double(source.pick([0, 0, 1])) }
    histogram.count =
      histogram.zeroCount + histogram.positiveBuckets.reduce(0, +)
      + histogram.negativeBuckets.reduce(0, +)
    histogram.sum += Double(source.pick([1, 3, 10]))
  }

  /// A store that keeps all of it.
  var whole: SeriesStore {
    let store = SeriesStore(retention: .max)
    for series in series { store.record(series.labels, series.samples) }
    return store
  }

  /// Expressions over the series whose meaning does not depend on a query's bounds.
  ///
  /// Long subqueries are left out: they only take time.
  static func expressions(
    _ seed: UInt64, _ options: ParserOptions, count: Int, without words: [String] = []
  ) -> [Expression] {
    var generator = ExpressionGenerator(seed: seed)
    generator.metrics = metrics
    generator.labels = ["job", "code", "le"]
    generator.usesOddNames = false
    generator.options = options
    let leftOut = ["start()", "end()", "range()", "step()", "1d", "1h"] + words
    var expressions: [Expression] = []
    while expressions.count < count {
      let expression = generator.expression(.instantVector, depth: 4)
      let text = expression.description
      guard !leftOut.contains(where: text.contains), text.count(where: { $0 == ":" }) <= 1,
        let parsed = try? Expression(parsing: text, options: options)
      else { continue }
      expressions.append(parsed)
    }
    return expressions
  }
}

/// The elements of an instant vector, by labels.
typealias Step = [Labels: SampleValue]

/// Holds two ways of evaluating one moment against each other; nil stands for a failure.
func compare(_ found: Step?, _ wanted: Step?, _ place: String) {
  guard let found, let wanted else {
    #expect((found == nil) == (wanted == nil), "only one of both fails: \(place)")
    return
  }
  #expect(Set(found.keys) == Set(wanted.keys), "\(place)")
  for (labels, value) in found {
    switch (value, wanted[labels]) {
    case (.float(let a), .float(let b)):
      #expect(isClose(a, b, tolerance: 1e-9, scale: 1e-9), "\(labels) of \(place): \(a), \(b)")
    case (.histogram(let a), .histogram(let b)):
      // As text, in which not-a-number equals itself.
      #expect(a.compacted().notation == b.compacted().notation, "\(labels) of \(place)")
    case (_, nil): break
    default: Issue.record("\(labels) of \(place): float and histogram")
    }
  }
}

extension Evaluated {
  /// The elements of one step; nil where the step failed or two elements have the same labels.
  func elements(_ step: Int) -> Step? {
    guard failedSteps >> UInt64(step) & 1 == 0 else { return nil }
    var elements: Step = [:]
    for i in 0..<seriesCount {
      guard let value = value(i, step) else { continue }
      guard elements.updateValue(value, forKey: labels(i)) == nil else { return nil }
    }
    return elements
  }
}

extension QueryResult {
  /// The elements of an instant vector; nil for any other result.
  var elements: Step? {
    guard case .vector(let samples) = value else { return nil }
    return Dictionary(samples.map { ($0.labels, $0.value) }, uniquingKeysWith: { a, _ in a })
  }
}
