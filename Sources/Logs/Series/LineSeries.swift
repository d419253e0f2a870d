import Model

/// The lines of a log by service, level and pattern: counters, and what is new or surging in them.
struct LineSeries {
  /// What tells one series from another.
  struct Kind: Hashable {
    var service: Int
    var level: LogLevel
    var pattern: Int32
  }

  private struct Item {
    var kind: Kind
    var serviceName: String?
    var counter: Counter
    var rate = LineRate()
    /// When its first and last lines came, in milliseconds.
    var first: Int64
    var last: Int64
    /// Its lines in the step that is open.
    var inStep = 0
    /// Its lines since the first.
    var lines = 0
    /// What a pattern that never came before waits for before it is told.
    var news: News
    /// When something was told of it last, in milliseconds.
    var toldAt: Int64?
  }

  /// How far a new pattern is on the way to being told.
  ///
  /// One step more than the one of its first line is waited for, so that its number says something.
  private enum News {
    /// Next: `waiting`.
    case fresh
    /// Told at the end of the step that is open. Next: `old`.
    case waiting
    case old
  }

  private let limits: LogLimits
  private var kinds: [Kind: Int] = [:]
  private var items: [Item] = []
  /// Hashes of what was ever seen, so that what went idle is not new when it comes again.
  private var known: Set<UInt64> = []
  private var novelty = NoveltyRate()

  init(_ limits: LogLimits) {
    self.limits = limits
  }

  /// Counts a line of `kind` at `time` (ms).
  mutating func add(_ kind: Kind, _ name: String?, _ pattern: LogPattern, at time: Int64) {
    if let index = kinds[kind] { return count(index, at: time) }
    var kind = kind
    var text = pattern.text
    if items.count >= limits.seriesMax {
      kind.pattern = PatternMiner.other
      text = "<other>"
      if let index = kinds[kind] { return count(index, at: time) }
      // The series of what is beyond the limits are as many as levels and services.
    }
    var hash = StableHash()
    for part in [name ?? "", kind.level.rawValue, text] { hash.combine(part) }
    let isKnown = kind.pattern == PatternMiner.other || known.contains(hash.value)
    if known.count < limits.knownPatternsMax { known.insert(hash.value) }
    let labels = Labels([
      "__name__": "log_lines_total", "level": kind.level.rawValue, "pattern": text,
      "service": name ?? "",
    ])
    kinds[kind] = items.count
    items.append(
      Item(
        kind: kind, serviceName: name, counter: Counter(labels), first: time, last: time,
        news: isKnown ? .old : .fresh))
    count(items.count - 1, at: time)
  }

  private mutating func count(_ index: Int, at time: Int64) {
    items[index].counter.add(1)
    items[index].rate.add(minute: minute(of: time))
    items[index].last = max(items[index].last, time)
    items[index].inStep += 1
    items[index].lines += 1
  }

  /// The minute after whose beginning `time` lies: like a step, it holds its end.
  private func minute(of time: Int64) -> Int64 {
    time > 0 ? (time - 1) / 60_000 : (time - 60_000) / 60_000
  }

  /// What is remarkable in the step that ends at `end`, the gravest first; then the step is over.
  ///
  /// Nothing is told of a pattern twice in an hour. With `isLast` no further step is waited for.
  mutating func endStep(
    at end: Int64, step: Milliseconds, learned: Bool, isLast: Bool, _ miner: PatternMiner
  ) -> [LogFinding] {
    var found: [LogFinding] = []
    let isUnusual = novelty.isLow(at: minute(of: end))
    for index in items.indices where items[index].inStep > 0 || items[index].news == .waiting {
      let item = items[index]
      items[index].inStep = 0
      guard item.kind.level.isTelling, learned else {
        items[index].news = .old
        if item.news == .fresh, item.kind.level.isTelling { novelty.add(minute: minute(of: end)) }
        continue
      }
      let surge = items[index].rate.surge(inMinute: minute(of: item.last))
      if item.news == .fresh { novelty.add(minute: minute(of: end)) }
      if item.news == .fresh, !isLast {
        // Where everything is new, nothing waits.
        items[index].news = isUnusual ? .waiting : .old
        continue
      }
      items[index].news = .old
      if item.news != .old {
        guard item.news == .waiting || isUnusual else { continue }
        let span = item.news == .waiting ? 2 * step : step
        found.append(finding(item, .new, item.first, miner, item.lines, span, 0))
      } else if let surge, item.toldAt.map({ end - $0 > Self.silence }) ?? true {
        let start = max(item.first, minute(of: item.last) * 60_000)
        found.append(finding(item, .surging, start, miner, surge.count, 60_000, surge.usualMax))
      } else {
        continue
      }
      items[index].toldAt = end
    }
    found.sort { a, b in
      (a.level.rank, -a.count, a.pattern, a.service ?? "")
        < (b.level.rank, -b.count, b.pattern, b.service ?? "")
    }
    return Array(found.prefix(limits.findingsPerStepMax))
  }

  /// How long nothing more is told of a pattern, in ms.
  private static let silence: Milliseconds = 3_600_000

  private func finding(
    _ item: Item, _ kind: LogFinding.Kind, _ time: Int64, _ miner: PatternMiner, _ count: Int,
    _ span: Milliseconds, _ usualMax: Int
  ) -> LogFinding {
    let pattern = miner[item.kind.pattern]
    return LogFinding(
      time: Timestamp(milliseconds: time), service: item.serviceName, level: item.kind.level,
      pattern: pattern.text, kind: kind, count: count, span: span, usualMax: usualMax,
      sample: pattern.sample)
  }

  /// Writes the zeros before new series.
  mutating func begin(at time: Int64, into batch: inout SampleBatch) {
    for index in items.indices { items[index].counter.begin(at: time, into: &batch) }
  }

  /// Writes every series, and ends those without a line since `idle`.
  mutating func write(at time: Int64, idleBefore idle: Int64, into batch: inout SampleBatch) {
    var hasIdle = false
    for item in items {
      if item.last < idle {
        item.counter.end(at: time, into: &batch)
        hasIdle = true
      } else {
        item.counter.write(at: time, into: &batch)
      }
    }
    guard hasIdle else { return }
    items.removeAll { $0.last < idle }
    kinds.removeAll(keepingCapacity: true)
    for (index, item) in items.enumerated() { kinds[item.kind] = index }
  }
}

/// How often something new came in the last hour: where it is the rule, it is no evidence.
struct NoveltyRate {
  /// New patterns a minute from which on they are nothing special.
  private static let usual = 0.5
  /// What an incident itself brings does not count.
  private static let blindMinutes: Int64 = 5
  private static let minutesKept: Int64 = 60

  private var counts: [(minute: Int64, count: Int)] = []
  private var start: Int64?

  mutating func add(minute: Int64) {
    if start == nil { start = minute }
    if let last = counts.last, last.minute == minute {
      counts[counts.count - 1].count += 1
    } else {
      counts.append((minute, 1))
    }
    counts.removeAll { $0.minute < minute - Self.minutesKept }
  }

  /// True when few came in the hour before the last minutes; the very first minutes do not count.
  func isLow(at minute: Int64) -> Bool {
    guard let start else { return true }
    let from = max(start + Self.blindMinutes, minute - Self.minutesKept)
    let to = minute - Self.blindMinutes
    guard to > from else { return true }
    let total = counts.reduce(0) { $0 + ($1.minute >= from && $1.minute < to ? $1.count : 0) }
    return Double(total) / Double(to - from) < Self.usual
  }
}
