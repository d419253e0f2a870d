import Model

/// Counts the lines of one log step by step, and writes a sample of each series at the end of a step.
///
/// A step holds what lies after its beginning up to and with its end, which is a multiple of its
/// length. What comes late counts in the step that is open, for no sample can be taken back.
struct LogDigest {
  private let options: LogOptions
  private var miner: PatternMiner
  private var lines: LineSeries
  private var requests = RequestSeries()
  private var services: [String: Int] = [:]
  private var clock = LogClock()
  /// The time of the first line.
  private var start: Int64?
  /// The end of the step that is open; nil before the first line.
  private(set) var stepEnd: Int64?
  /// Lines counted.
  private(set) var count = 0

  init(_ options: LogOptions) {
    self.options = options
    miner = PatternMiner(options.limits, mask: options.mask)
    lines = LineSeries(options.limits)
  }

  /// The time at which a line counts that says `time`, or nothing, and came at `arrival`.
  mutating func place(_ time: Int64?, arrival: Int64) -> Int64 {
    let placed = clock.place(time, arrival: arrival)
    if clock.takeReturn(), stepEnd != nil { stepEnd = end(of: placed) }
    return placed
  }

  /// True when the open step must be written before a line of `time` is counted.
  func isOver(before time: Int64) -> Bool { stepEnd.map { time > $0 } ?? false }

  /// Counts a line at `time`, which `place` gave.
  mutating func take(_ record: LogRecord, at time: Int64) {
    count += 1
    if start == nil { start = time }
    if stepEnd == nil { stepEnd = end(of: time) }
    if record.isContinuation { return }
    let name = options.service ?? service(record.service)
    let service = name.map { index(of: $0) } ?? -1
    let known = service < 0 ? nil : name
    let pattern = miner.pattern(
      of: record.message, at: time,
      // What was idle at the end of the last step has no series any more.
      idleBefore: idleBefore((stepEnd ?? time) - options.step))
    lines.add(
      LineSeries.Kind(service: service, level: record.level, pattern: pattern), known,
      miner[pattern], at: time)
    requests.add(record, service: service, named: known)
  }

  /// Ends the open step: its samples and findings go to `batch`.
  ///
  /// - Parameters:
  ///   - next: The time of the line that waits; a long silence before it is left empty.
  ///   - isLast: Whether the log ends here.
  ///   - batch: Where they go.
  mutating func endStep(
    before next: Int64?, isLast: Bool = false, into batch: inout SampleBatch
  ) {
    guard let end = stepEnd else { return }
    let step = options.step
    let learned = start.map { end - $0 > options.learning } ?? false
    lines.begin(at: end - step, into: &batch)
    requests.begin(at: end - step, into: &batch)
    batch.logFindings += lines.endStep(
      at: end, step: step, learned: learned, isLast: isLast, miner)
    lines.write(at: end, idleBefore: idleBefore(end), into: &batch)
    requests.write(at: end, into: &batch)
    stepEnd = end + step
    if let next, next - end > step * Int64(options.limits.silentStepsMax) {
      // Just before the line, the series are written once more.
      stepEnd = max(end + step, self.end(of: next) - step)
    }
  }

  /// Ends the open step if the clock says that it is over, `grace` ms later, in a log that keeps up
  /// with the clock; false when there is nothing to do yet.
  mutating func passStep(
    at now: Int64, grace: Milliseconds, into batch: inout SampleBatch
  ) -> Bool {
    guard let end = stepEnd, clock.keepsUp(with: now), now >= end + grace else { return false }
    endStep(before: nil, into: &batch)
    clock.advance(to: end)
    return true
  }

  private func end(of time: Int64) -> Int64 {
    let step = options.step
    let rest = time % step
    return rest == 0 ? time : time + step - (rest < 0 ? rest + step : rest)
  }

  private func idleBefore(_ end: Int64) -> Int64 { end - options.limits.idleMax }

  private func service(_ bytes: [UInt8]) -> String? {
    bytes.isEmpty ? nil : String(decoding: bytes, as: UTF8.self)
  }

  /// The number of a service; -1 for those beyond the limit.
  private mutating func index(of name: String) -> Int {
    if let known = services[name] { return known }
    guard services.count < options.limits.servicesMax else { return -1 }
    services[name] = services.count
    return services.count - 1
  }
}

/// The time in a log: what lines say, guarded against single ones that are far ahead.
///
/// Where a log goes on far behind its newest time, that time was wrong, and the clock returns.
struct LogClock {
  /// How far behind the newest time a line must be to speak against it: clocks of log files in local
  /// time are set back by an hour.
  private static let farBehind: Milliseconds = 900_000
  /// Lines in a row that must be far behind.
  private static let witnesses = 8
  /// How far a single line may lead.
  private static let reach: Milliseconds = 3_600_000
  /// How far a log may lag behind the clock to be one that is written now.
  private static let lagMax: Milliseconds = 600_000

  private(set) var newest: Int64?
  /// True once a line brought its own time.
  private var hasTimes = false
  /// A time far ahead that waits for a second line.
  private var doubtful: Int64?

  /// Lines in a row that were far behind.
  private var behind = 0
  private var hasReturned = false

  /// True once after the clock returned to an earlier time.
  mutating func takeReturn() -> Bool {
    defer { hasReturned = false }
    return hasReturned
  }

  /// The time at which a line counts.
  mutating func place(_ time: Int64?, arrival: Int64) -> Int64 {
    guard let newest else {
      hasTimes = time != nil
      let first = time ?? arrival
      self.newest = first
      return first
    }
    guard let time else {
      guard !hasTimes else { return newest }
      self.newest = max(newest, arrival)
      return max(newest, arrival)
    }
    hasTimes = true
    if time > newest + Self.reach {
      guard let doubt = doubtful, abs(time - doubt) <= Self.reach else {
        doubtful = time
        return newest
      }
    }
    doubtful = nil
    behind = time < newest - Self.farBehind ? behind + 1 : 0
    if behind >= Self.witnesses {
      behind = 0
      hasReturned = true
      self.newest = time
      return time
    }
    self.newest = max(newest, time)
    return time
  }

  /// Says that it is at least `time`, though no line does.
  mutating func advance(to time: Int64) { newest = newest.map { max($0, time) } }

  /// True for a log whose lines are of now, or were when it fell silent.
  func keepsUp(with now: Int64) -> Bool {
    guard let newest else { return false }
    return now - newest <= Self.lagMax && newest - now <= Self.reach
  }
}
