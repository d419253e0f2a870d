import Model

/// What a window function needs to know of a window, kept up to date as samples come and go.
///
/// `push` sees every new sample, `pop` the oldest one as it leaves; both are O(1) (amortised), so
/// that a window's cost does not grow with its length. Each accumulator has a naive twin in the
/// tests that looks at all samples of the window.
protocol WindowAccumulator: SendableMetatype {
  /// What the windows of one pass have in common, worked out once for all of them.
  associatedtype Common: WindowCommon = NothingCommon
  init()
  /// How long a state lasts before it is made from the window's samples anew.
  static var wear: Wear { get }
  /// The sample `value` at `time` (ms) joins at the young end. `previous` is the newest sample
  /// before it; it means nothing when `isFirst`.
  mutating func push(_ time: Int64, _ value: Double, previous: Double, isFirst: Bool)
  /// The oldest sample leaves; `next` is the oldest one then, which means nothing when `isLast`.
  mutating func pop(_ time: Int64, _ value: Double, next: Double, isLast: Bool)
  /// The function's value for a window of at least one sample; nil gives no element.
  func result(_ window: WindowEdges) -> WindowResult
  /// As `result`, with the help of what is known of other windows; it gives the same.
  func result(_ window: WindowEdges, _ common: inout Common) -> WindowResult
  /// Writes the running state: sums remember how they came about, so they cannot be made again from
  /// the samples bit by bit.
  func encode(into writer: inout CheckpointWriter)
  /// Reads what `encode` wrote.
  init(from reader: inout CheckpointReader) throws(CheckpointError)
}

extension WindowAccumulator {
  static var wear: Wear { .none }

  @inline(__always)
  func result(_ window: WindowEdges, _ common: inout Common) -> WindowResult { result(window) }
}

/// What windows of different series have in common.
protocol WindowCommon: SendableMetatype {
  /// Nothing known yet.
  init()
}

/// Where nothing is.
struct NothingCommon: WindowCommon {}

/// What coming and going samples do to the precision of an accumulator.
enum Wear {
  /// Nothing is rounded.
  case none
  /// A sum that keeps what rounding takes away: it lasts for thousands of samples and many windows.
  case slow
  /// Sums of distances from a sample that has long left: they last for about one window.
  case fast

  /// True when a state from which `popped` samples have left is to be made anew for `count`.
  @inline(__always)
  func isWorn(popped: Int32, count: Int32) -> Bool {
    switch self {
    case .none: false
    case .slow: popped > 1024 && popped / 8 > count
    case .fast: popped > max(64, count)
    }
  }

  /// How many more samples may leave a window that stays at `count` until its state is worn; below 0
  /// when it is.
  @inline(__always)
  func room(popped: Int32, count: Int32) -> Int32 {
    switch self {
    case .none: .max
    case .slow: max(1024, count &* 8 &+ 7) &- popped
    case .fast: max(64, count) &- popped
    }
  }
}

/// What an accumulator answers.
enum WindowResult {
  /// The value.
  case value(Double)
  /// No element for this window.
  case none
  /// The running state has lost its precision; look at all samples instead.
  case recompute
}

/// The ends of a window of at least one sample.
struct WindowEdges {
  var count: Int
  var firstTime: Int64
  var firstValue: Double
  var lastTime: Int64
  var lastValue: Double
  /// Young end of the window, closed, in milliseconds.
  var end: Int64
  /// Length of the window in milliseconds; it is open at its old end.
  var length: Int64
  /// The step's own time, which `offset` and `@` do not move.
  var evaluationTime: Int64
  /// The function's scalar argument; 0 where it has none.
  var parameter: Double
}
