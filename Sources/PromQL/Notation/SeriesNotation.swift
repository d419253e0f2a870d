public import Model

/// A series and its values as tests write them.
///
///     let line = try SeriesNotation(parsing: "up{job=\"api\"} 1x2 _ stale")
///     line.values.map { … }  // 1, 1, 1, missing, stale
///
/// Source: Prometheus, "Unit testing for rules", section on series.
public struct SeriesNotation: Sendable {
  /// Positions that one line may have; a longer one is an error, not memory.
  public static let positionsMax = 1_000_000

  /// Neighbouring positions that follow one rule.
  public enum Run: Sendable {
    /// `_`, `_xn`
    case missing(count: Int)
    /// `stale`
    case stale
    /// `a`, `axn`, `a+bxn`: each value is the one before it and `step`.
    case floats(first: Double, step: Double, count: Int)
    /// `{{…}}`, `{{…}}xn`, `{{…}}+{{…}}xn`: `step` is added (or taken away) again and again.
    ///
    /// `namesHint` is true when a literal has a `counter_reset_hint`, be it `unknown`.
    case histograms(
      first: NativeHistogram, step: NativeHistogram?, isSubtracted: Bool, namesHint: Bool,
      count: Int)
    /// `-30s`, `-30sxn`, `-30s+1mxn`, on the line of a `series@st`.
    case startOffsets(first: Milliseconds, step: Milliseconds, count: Int)

    /// Number of positions.
    public var count: Int {
      switch self {
      case .stale: 1
      case .missing(let count), .floats(_, _, let count),
        .histograms(_, _, _, _, let count), .startOffsets(_, _, let count):
        count
      }
    }
  }

  /// What stands at one position.
  public enum Value: Sendable {
    /// No sample.
    case missing
    /// The end of the series.
    case stale
    /// A float.
    case float(Double)
    /// A native histogram; `namesHint` is true when its literal has a `counter_reset_hint`.
    case histogram(NativeHistogram, namesHint: Bool)
    /// The sample's start timestamp, from the sample's own time.
    case startOffset(Milliseconds)
  }

  /// The series; of a `series@st` line the series that it is about.
  public var labels: Labels
  /// True for a line of start timestamps.
  public var isStartTimes: Bool
  /// What the line says, position by position.
  public var runs: [Run]

  /// A line of `runs`.
  public init(labels: Labels, isStartTimes: Bool = false, runs: [Run]) {
    self.labels = labels
    self.isStartTimes = isStartTimes
    self.runs = runs
  }

  /// Number of positions.
  public var count: Int { runs.reduce(0) { $0 + $1.count } }

  /// The values, one for each position, made as they are asked for.
  public var values: Values { Values(runs: runs) }

  /// The values of a line, one for each position.
  public struct Values: Sequence, Sendable {
    var runs: [Run]

    /// Starts at the first position.
    public func makeIterator() -> Iterator { Iterator(runs: runs) }

    /// Walks over the positions of a line.
    public struct Iterator: IteratorProtocol {
      private let runs: [Run]
      private var run = 0
      private var place = 0
      private var float = 0.0
      private var histogram = NativeHistogram()

      init(runs: [Run]) {
        self.runs = runs
      }

      /// The value at the next position; nil after the last.
      public mutating func next() -> Value? {
        while run < runs.count, place == runs[run].count {
          run += 1
          place = 0
        }
        guard run < runs.count else { return nil }
        defer { place += 1 }
        switch runs[run] {
        case .missing: return .missing
        case .stale: return .stale
        case .floats(let first, let step, _):
          float = place == 0 ? first : float + step
          return .float(float)
        case .histograms(let first, let step, let isSubtracted, let namesHint, _):
          advance(first, step, isSubtracted)
          return .histogram(histogram, namesHint: namesHint)
        case .startOffsets(let first, let step, _):
          return .startOffset(first &+ step &* Milliseconds(place))
        }
      }

      private mutating func advance(
        _ first: NativeHistogram, _ step: NativeHistogram?, _ isSubtracted: Bool
      ) {
        guard place > 0 else {
          histogram = first
          return
        }
        guard let step else { return }
        // Parsing made sure that the two can be combined; a run made by hand stands still instead.
        if isSubtracted {
          _ = try? histogram.subtract(step)
        } else {
          _ = try? histogram.add(step)
        }
      }
    }
  }
}
