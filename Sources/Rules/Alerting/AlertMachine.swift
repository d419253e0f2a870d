public import Model

/// The three states of an alert, in Prometheus' words.
public enum AlertState: String, Sendable {
  /// The condition is not true. Next: `pending`, or `firing` at once when the rule has no `for`.
  case inactive
  /// True, but not yet for as long as `for`. Next: `firing`, or `inactive` when it turns false.
  case pending
  /// True for `for`. Next: `inactive` once not true for `keep_firing_for`.
  case firing
}

/// A run of evaluation ticks at equal distances.
public struct AlertTicks: Hashable, Sendable {
  /// The first tick.
  public var first: Timestamp
  /// Distance of the ticks in milliseconds; at least 1.
  public var interval: Milliseconds
  /// 1...64: one bit of a mask for each tick.
  public var count: Int

  /// `count` ticks from `first` on.
  ///
  /// - Precondition: `interval` is positive and `count` is in 1...64.
  public init(first: Timestamp, interval: Milliseconds, count: Int) {
    precondition(interval > 0, "interval \(interval) is not positive")
    precondition((1...64).contains(count), "\(count) ticks do not fit into a mask of 64 bits")
    self.first = first
    self.interval = interval
    self.count = count
  }

  /// The time of tick `index`.
  @inlinable
  public subscript(index: Int) -> Timestamp { first + interval &* Milliseconds(index) }

  /// The lowest `count` bits.
  var mask: UInt64 { ~0 >> UInt64(64 - count) }
}

/// The life of one alert instance.
///
/// Pure: ticks come in, actions go out.
/// The semantics are those of Prometheus (rules/alerting.go, v3): an instance whose condition turns
/// true is pending for `for` and then fires; one that turns false while pending is forgotten, while
/// firing it fires on for `keep_firing_for` and is then resolved. With no `for` it fires at the first
/// true tick and is never pending.
///
/// Invariant: `activeSince <= firedAt <= lastTrue` while firing.
public struct AlertMachine: Hashable, Sendable {
  /// The two lengths of time of a rule.
  public struct Timing: Hashable, Sendable {
    /// `for`, in milliseconds.
    public var hold: Milliseconds
    /// `keep_firing_for`, in milliseconds.
    public var keepFiring: Milliseconds

    /// The timing of a rule; both default to none.
    public init(hold: Milliseconds = 0, keepFiring: Milliseconds = 0) {
      self.hold = hold
      self.keepFiring = keepFiring
    }
  }

  /// What a tick did to the instance.
  public enum Action: Hashable, Sendable {
    /// It turned true and waits for `for`.
    case wait
    /// It fires from this tick on.
    case fire
    /// It fired and is over.
    case resolve(AlertTransition.Ending)
    /// It was pending and is forgotten.
    case lapse
  }

  /// How long a resolved alert is kept to be told about: 15 minutes, as in Prometheus.
  public static let resolvedRetention: Milliseconds = 15 * 60_000

  /// Where the instance stands.
  public private(set) var state = AlertState.inactive
  /// The last time it resolved while it is not active again; nil when it never fired.
  public private(set) var resolvedAt: Timestamp?
  /// When the condition became true; of the last activity when inactive.
  public private(set) var activeSince = Timestamp(milliseconds: 0)
  /// When it began to fire; of the last activity when inactive.
  public private(set) var firedAt = Timestamp(milliseconds: 0)
  /// The last tick at which the condition was true.
  public private(set) var lastTrue = Timestamp(milliseconds: 0)
  /// The expression's value at `lastTrue`.
  public private(set) var value = 0.0
  /// When the condition turned false under `keep_firing_for`; nil while it is true.
  public private(set) var keepFiringSince: Timestamp?
  /// Since it was last true, its data was there and said no at least once.
  private var wasSeenFalse = false

  /// An instance that never was true.
  public init() {}

  /// True when it is resolved and still worth telling at `time`.
  public func isRetained(at time: Timestamp) -> Bool {
    guard state == .inactive, let resolvedAt else { return false }
    return time - resolvedAt <= Self.resolvedRetention
  }

  /// Takes the ticks `range` of a column.
  ///
  /// - Parameters:
  ///   - ticks: The column's ticks.
  ///   - range: Which of them are taken; the others are left to another call.
  ///   - isTrue: Ticks at which the condition is true, the lowest bit for tick 0.
  ///   - isPresent: Ticks at which the operands have data: where `isTrue` is 0, an evaluated "no".
  ///   - values: The expression's value at each tick; read where `isTrue` is 1.
  ///   - timing: The rule's `for` and `keep_firing_for`.
  ///   - emit: Called in order of time with the tick, what it did, and the instance right after it.
  /// - Complexity: O(number of changes between true and false), not of ticks.
  public mutating func step(
    _ ticks: AlertTicks, in range: Range<Int>, isTrue: UInt64, isPresent: UInt64,
    values: UnsafeBufferPointer<Double>, timing: Timing,
    emit: (Int, Action, AlertMachine) -> Void
  ) {
    assert(range.upperBound <= ticks.count, "range \(range) ends after tick \(ticks.count)")
    var tick = range.lowerBound
    while tick < range.upperBound {
      let rest = isTrue >> UInt64(tick)
      let isHolding = rest & 1 == 1
      let length = (isHolding ? ~rest : rest).trailingZeroBitCount
      let run = tick..<min(range.upperBound, tick + length)
      if isHolding {
        hold(ticks, run, values, timing: timing, emit: emit)
      } else if state != .inactive {
        release(ticks, run, isPresent: isPresent, timing: timing, emit: emit)
      }
      tick = run.upperBound
    }
  }

  /// A run of true ticks.
  private mutating func hold(
    _ ticks: AlertTicks, _ run: Range<Int>, _ values: UnsafeBufferPointer<Double>, timing: Timing,
    emit: (Int, Action, AlertMachine) -> Void
  ) {
    let isNew = state == .inactive
    if isNew {
      self = AlertMachine()
      state = .pending
      activeSince = ticks[run.lowerBound]
    }
    if state == .pending {
      let tick = firstTick(ticks, run, since: activeSince, lasting: timing.hold)
      if isNew, tick != run.lowerBound {
        show(values[run.lowerBound], at: ticks[run.lowerBound])
        emit(run.lowerBound, .wait, self)
      }
      if let tick {
        state = .firing
        firedAt = ticks[tick]
        show(values[tick], at: ticks[tick])
        emit(tick, .fire, self)
      }
    }
    show(values[run.upperBound - 1], at: ticks[run.upperBound - 1])
  }

  /// A run of ticks that are false or absent, of an instance that is active.
  private mutating func release(
    _ ticks: AlertTicks, _ run: Range<Int>, isPresent: UInt64, timing: Timing,
    emit: (Int, Action, AlertMachine) -> Void
  ) {
    if state == .pending {
      state = .inactive
      emit(run.lowerBound, .lapse, self)
      return
    }
    let since = keepFiringSince ?? ticks[run.lowerBound]
    keepFiringSince = since
    let end = firstTick(ticks, run, since: since, lasting: timing.keepFiring)
    let last = end ?? run.upperBound - 1
    let seen = isPresent >> UInt64(run.lowerBound) & (~0 >> UInt64(63 - (last - run.lowerBound)))
    wasSeenFalse = wasSeenFalse || seen != 0
    guard let end else { return }
    state = .inactive
    resolvedAt = ticks[end]
    keepFiringSince = nil
    emit(end, .resolve(wasSeenFalse ? .cleared : .vanished), self)
  }

  /// Takes the value of a true tick.
  private mutating func show(_ value: Double, at time: Timestamp) {
    self.value = value
    lastTrue = time
    keepFiringSince = nil
    wasSeenFalse = false
  }

  /// Ends the instance at `time` without asking its condition: its rule or its data was dropped.
  ///
  /// Returns true when it was firing, so that its end must be told.
  mutating func drop(at time: Timestamp) -> Bool {
    defer {
      state = .inactive
      keepFiringSince = nil
    }
    guard state == .firing else { return false }
    resolvedAt = time
    return true
  }

  /// The first tick of `run` at which `length` has passed since `start`; nil when none.
  private func firstTick(
    _ ticks: AlertTicks, _ run: Range<Int>, since start: Timestamp, lasting length: Milliseconds
  ) -> Int? {
    let missing = length - (ticks[run.lowerBound] - start)
    guard missing > 0 else { return run.lowerBound }
    // Compared before it is converted: `for` may be centuries long.
    let steps = (missing - 1) / ticks.interval + 1
    return steps < Milliseconds(run.count) ? run.lowerBound + Int(steps) : nil
  }
}

// MARK: Checkpoint

extension AlertMachine {
  /// Writes where the instance stands.
  public func encode(into writer: inout CheckpointWriter) {
    switch state {
    case .inactive: writer.write(byte: 0)
    case .pending: writer.write(byte: 1)
    case .firing: writer.write(byte: 2)
    }
    writer.write(resolvedAt)
    for time in [activeSince, firedAt, lastTrue] { writer.write(time) }
    writer.write(value)
    writer.write(keepFiringSince)
    writer.write(wasSeenFalse)
  }

  /// Reads what `encode` wrote.
  public init(from reader: inout CheckpointReader) throws(CheckpointError) {
    switch try reader.byte() {
    case 0: state = .inactive
    case 1: state = .pending
    case 2: state = .firing
    default: throw reader.failure()
    }
    resolvedAt = try reader.optionalTime()
    activeSince = try reader.time()
    firedAt = try reader.time()
    lastTrue = try reader.time()
    value = try reader.double()
    keepFiringSince = try reader.optionalTime()
    wasSeenFalse = try reader.bool()
  }
}
