public import Evaluation
public import Model
import PromQL

/// What a script has loaded.
public struct ScriptStorage: Sendable {
  /// One series.
  public struct Series: Sendable {
    /// One sample.
    public struct Sample: Sendable {
      /// When.
      public var time: Timestamp
      /// What; `StaleMarker.value` where the series ends.
      public var value: SampleValue
      /// When the counting behind the sample began; nil when the script does not say.
      public var startTime: Timestamp?
    }

    /// Its labels, the name among them.
    public var labels: Labels
    /// By strictly rising time.
    public var samples: [Sample]
  }

  /// Everything loaded, sorted by labels.
  public private(set) var series: [Series] = []
  /// Changes with every `load` and `clear`, so that an evaluator knows when to index again.
  public private(set) var revision = 0

  /// Nothing loaded.
  public init() {}

  /// Forgets everything.
  public mutating func clear() {
    series = []
    revision += 1
  }

  /// Adds what a block loads; a sample at the time of an earlier one takes its place.
  ///
  /// Histograms get the counter reset hints that they would have when read from a database, see
  /// `NativeHistogram.storedHint`.
  public mutating func add(_ load: Script.Load) {
    var loaded = load.series.map { notation in
      let startTimes = load.startTimes.first { $0.labels == notation.labels }
      return Self.series(notation, startTimes, load.gap)
    }
    if load.convertsClassicHistograms { loaded += Self.converted(loaded) }
    for added in loaded { merge(added) }
    series.sort { $0.labels < $1.labels }
    revision += 1
  }

  private mutating func merge(_ added: Series) {
    guard let place = series.firstIndex(where: { $0.labels == added.labels }) else {
      series.append(Self.hinted(added))
      return
    }
    let newTimes = Set(added.samples.map(\.time))
    var samples = series[place].samples.filter { !newTimes.contains($0.time) } + added.samples
    samples.sort { $0.time < $1.time }
    series[place] = Self.hinted(Series(labels: added.labels, samples: samples))
  }

  private static func series(
    _ notation: SeriesNotation, _ startTimes: SeriesNotation?, _ gap: Milliseconds
  ) -> Series {
    var series = Series(labels: notation.labels, samples: [])
    var offsets = startTimes?.values.makeIterator()
    for (position, value) in notation.values.enumerated() {
      let (milliseconds, overflows) = gap.multipliedReportingOverflow(by: Int64(position))
      let time = Timestamp(milliseconds: overflows ? .max : milliseconds)
      var startTime: Timestamp?
      if case .startOffset(let offset) = offsets?.next() { startTime = time + offset }
      let sample: SampleValue
      switch value {
      case .missing, .startOffset: continue
      case .stale: sample = .float(StaleMarker.value)
      case .float(let number): sample = .float(number)
      case .histogram(let histogram, _): sample = .histogram(histogram)
      }
      if overflows { break }
      series.samples.append(Series.Sample(time: time, value: sample, startTime: startTime))
    }
    return series
  }

  private static func hinted(_ series: Series) -> Series {
    var series = series
    var previous: NativeHistogram?
    for place in series.samples.indices {
      guard case .histogram(var histogram) = series.samples[place].value else {
        previous = nil
        continue
      }
      histogram.counterResetHint = histogram.storedHint(after: previous)
      series.samples[place].value = .histogram(histogram)
      previous = histogram
    }
    return series
  }

  /// The histograms with custom bounds that the classic ones among `loaded` make.
  ///
  /// A moment at which the counters contradict each other has none.
  private static func converted(_ loaded: [Series]) -> [Series] {
    var moments: [Labels: [Timestamp: ClassicCounters]] = [:]
    for series in loaded {
      guard let (labels, part) = ClassicCounters.part(of: series.labels) else { continue }
      for sample in series.samples {
        guard case .float(let value) = sample.value else { continue }
        moments[labels, default: [:]][sample.time, default: ClassicCounters()].set(part, to: value)
      }
    }
    return moments.map { labels, counters in
      let samples = counters.sorted { $0.key < $1.key }.compactMap { time, counters in
        (try? counters.histogram()).map {
          Series.Sample(time: time, value: .histogram($0), startTime: nil)
        }
      }
      return Series(labels: labels, samples: samples)
    }
    .filter { !$0.samples.isEmpty }
    .sorted { $0.labels < $1.labels }
  }
}
