import Glibc
import Model

/// `sum_over_time` and `avg_over_time`.
struct SumAccumulator<Kind: SumKind>: WindowAccumulator {
  static var wear: Wear { .slow }
  private var sum = ExactSum()

  @inline(__always)
  mutating func push(_ time: Int64, _ value: Double, previous: Double, isFirst: Bool) {
    if isFirst { sum = ExactSum() }
    sum.add(value)
  }

  @inline(__always)
  mutating func pop(_ time: Int64, _ value: Double, next: Double, isLast: Bool) {
    sum.remove(value)
  }

  @inline(__always)
  func result(_ window: WindowEdges) -> WindowResult {
    guard let value = sum.value else { return .recompute }
    return .value(Kind.isMean ? value / Double(window.count) : value)
  }
}

/// Whether a `SumAccumulator` divides by the number of samples.
protocol SumKind {
  static var isMean: Bool { get }
}
enum TotalKind: SumKind { static var isMean: Bool { false } }
enum MeanKind: SumKind { static var isMean: Bool { true } }

/// `stdvar_over_time` and `stddev_over_time`: sums of the differences from a pivot and their squares.
///
/// The pivot is the first sample since the window was empty or rebuilt, so the sums stay small
/// beside the spread; `ExactSum` keeps what cancels.
struct SpreadAccumulator<Kind: SpreadKind>: WindowAccumulator {
  static var wear: Wear { .fast }
  private var pivot = 0.0
  private var sum = ExactSum()
  private var squares = ExactSum()

  @inline(__always)
  mutating func push(_ time: Int64, _ value: Double, previous: Double, isFirst: Bool) {
    if isFirst {
      pivot = value.isFinite ? value : 0
      sum = ExactSum()
      squares = ExactSum()
    }
    let difference = value - pivot
    sum.add(difference)
    squares.add(difference * difference)
  }

  @inline(__always)
  mutating func pop(_ time: Int64, _ value: Double, next: Double, isLast: Bool) {
    let difference = value - pivot
    sum.remove(difference)
    squares.remove(difference * difference)
  }

  @inline(__always)
  func result(_ window: WindowEdges) -> WindowResult {
    guard sum.isFinite, squares.isFinite else { return .value(.nan) }
    guard let total = sum.value, let square = squares.value else { return .recompute }
    let count = Double(window.count)
    let mean = total / count
    let variance = square / count - mean * mean
    // Differences that cancel to less than this are rounding, not spread: look at all samples.
    guard variance > square / count * 1e-3 || variance == 0 else {
      return square == 0 ? .value(0) : .recompute
    }
    return .value(Kind.isDeviation ? variance.squareRoot() : variance)
  }
}

/// Whether a `SpreadAccumulator` takes the root.
protocol SpreadKind {
  static var isDeviation: Bool { get }
}
enum VarianceKind: SpreadKind { static var isDeviation: Bool { false } }
enum DeviationKind: SpreadKind { static var isDeviation: Bool { true } }

/// `count_over_time`, `present_over_time`, `last_over_time`, `first_over_time`: the edges say it all.
struct EdgeAccumulator<Kind: EdgeKind>: WindowAccumulator {
  @inline(__always)
  mutating func push(_ time: Int64, _ value: Double, previous: Double, isFirst: Bool) {}
  @inline(__always)
  mutating func pop(_ time: Int64, _ value: Double, next: Double, isLast: Bool) {}
  @inline(__always)
  func result(_ window: WindowEdges) -> WindowResult { .value(Kind.value(window)) }
}

/// What an `EdgeAccumulator` reads from the edges.
protocol EdgeKind {
  static func value(_ window: WindowEdges) -> Double
}
enum CountKind: EdgeKind {
  static func value(_ window: WindowEdges) -> Double { Double(window.count) }
}
enum PresentKind: EdgeKind {
  static func value(_ window: WindowEdges) -> Double { 1 }
}
enum LastKind: EdgeKind {
  static func value(_ window: WindowEdges) -> Double { window.lastValue }
}
enum FirstKind: EdgeKind {
  static func value(_ window: WindowEdges) -> Double { window.firstValue }
}

/// `max_over_time` and `min_over_time`: the samples that may still become the extreme, best first.
///
/// A sample is dropped as soon as a newer one is at least as good; each is added and dropped once,
/// so a step costs O(1) amortised. NaNs count only when nothing else is there.
/// Source: D. Lemire, "Streaming maximum-minimum filter using no more than three comparisons per
/// element" (2006).
struct ExtremeAccumulator<Kind: ExtremeKind>: WindowAccumulator {
  private struct Candidate {
    var time: Int64
    var value: Double
  }

  private var candidates: [Candidate] = []
  /// The first candidate that is still in the window.
  private var first = 0

  @inline(__always)
  mutating func push(_ time: Int64, _ value: Double, previous: Double, isFirst: Bool) {
    if isFirst {
      candidates.removeAll(keepingCapacity: true)
      first = 0
    }
    guard !value.isNaN else { return }
    var end = candidates.count
    while end > first, !Kind.isBetter(candidates[end - 1].value, value) { end -= 1 }
    if end < candidates.count {
      candidates[end] = Candidate(time: time, value: value)
      if end + 1 < candidates.count { candidates.removeLast(candidates.count - end - 1) }
    } else {
      append(Candidate(time: time, value: value))
    }
  }

  @inline(never)
  private mutating func append(_ candidate: Candidate) {
    if first > 32, first * 2 > candidates.count {
      candidates.removeSubrange(0..<first)
      first = 0
    }
    candidates.append(candidate)
  }

  @inline(__always)
  mutating func pop(_ time: Int64, _ value: Double, next: Double, isLast: Bool) {
    if first < candidates.count, candidates[first].time == time { first += 1 }
  }

  @inline(__always)
  func result(_ window: WindowEdges) -> WindowResult {
    .value(first < candidates.count ? candidates[first].value : .nan)
  }
}

/// Which end an `ExtremeAccumulator` looks for.
protocol ExtremeKind {
  static func isBetter(_ a: Double, _ b: Double) -> Bool
}
enum MaximumKind: ExtremeKind {
  @inline(__always)
  static func isBetter(_ a: Double, _ b: Double) -> Bool { a > b }
}
enum MinimumKind: ExtremeKind {
  @inline(__always)
  static func isBetter(_ a: Double, _ b: Double) -> Bool { a < b }
}

// MARK: Checkpoint

extension SumAccumulator {
  func encode(into writer: inout CheckpointWriter) { sum.encode(into: &writer) }

  init(from reader: inout CheckpointReader) throws(CheckpointError) {
    sum = try ExactSum(from: &reader)
  }
}

extension SpreadAccumulator {
  func encode(into writer: inout CheckpointWriter) {
    writer.write(pivot)
    sum.encode(into: &writer)
    squares.encode(into: &writer)
  }

  init(from reader: inout CheckpointReader) throws(CheckpointError) {
    pivot = try reader.double()
    sum = try ExactSum(from: &reader)
    squares = try ExactSum(from: &reader)
  }
}

extension EdgeAccumulator {
  func encode(into writer: inout CheckpointWriter) {}

  init(from reader: inout CheckpointReader) throws(CheckpointError) {}
}

extension ExtremeAccumulator {
  func encode(into writer: inout CheckpointWriter) {
    writer.write(count: candidates.count - first)
    for candidate in candidates[first...] {
      writer.write(candidate.time)
      writer.write(candidate.value)
    }
  }

  init(from reader: inout CheckpointReader) throws(CheckpointError) {
    for _ in 0..<(try reader.count()) {
      candidates.append(Candidate(time: try reader.int64(), value: try reader.double()))
    }
  }
}
