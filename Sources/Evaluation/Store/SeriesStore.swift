public import Model
import PromQL

/// All series that rules or queries may ask for, and the way from a spelling to a ring.
///
/// Owned by one evaluator at a time; not thread-safe. Samples go in by `ingest`, recorded results by
/// `record`; operators read through `Selection`s.
public final class SeriesStore {
  /// The bounds in force.
  public let limits: StoreLimits
  /// What happened to the samples so far.
  public internal(set) var counts = StoreCounts()
  /// How long samples are kept whether or not a rule selects them, in ms; nil: not at all.
  public let retention: Milliseconds?
  /// Time of the newest sample; `Int64.min` before the first.
  public internal(set) var newestTime = Int64.min
  /// Ticks up to this time were evaluated.
  public var evaluatedThrough = Int64.min
  /// Samples up to this time are late, though ticks before it may still have to be evaluated.
  public var lateThrough = Int64.min
  /// Types, units and help texts by metric family name.
  public internal(set) var metadata: [String: MetricMetadata] = [:]
  /// Trouble that was met for the first time since the last call of `takeDiagnostics`.
  private var diagnostics: [Diagnostic] = []
  /// Kinds of trouble that were reported.
  var reportedCodes: Set<String> = []

  private let extraRetention: Milliseconds
  private let acceptsLateSamples: Bool
  private let labelsTypeAndUnit: Bool

  let rings = RingSet()
  private(set) var labels: [Labels] = []
  private var numbers = LabelIndex()
  private var byName: [String: [Int32]] = [:]
  private var index = SpellingIndex()
  private var keys = SeriesKeyReader(sharesTexts: true)
  private var spellingTargets = SpellingTargets()
  private var selections: [String: [Selection]] = [:]
  private var openSelections: [Selection] = []
  var forgetting = ForgettingSchedule()
  /// Those that are being written.
  private var snapshots: [SeriesSnapshot] = []

  /// What a spelling leads to when it leads to no series.
  enum Target {
    static let unselected: Int32 = -1
    static let malformed: Int32 = -2
    static let refused: Int32 = -3
    /// Its selection must be looked up again, since selectors were added.
    static let unknown: Int32 = -4
  }

  /// An empty store.
  ///
  /// - Parameters:
  ///   - limits: Bounds on series and labels.
  ///   - retention: How long every series is kept, in ms; nil keeps only what selectors look at.
  ///   - extraRetention: How much longer selected series are kept than any selector looks back, in ms.
  ///   - acceptsLateSamples: Takes samples whose ticks were evaluated, if their series goes forward.
  ///   - labelsTypeAndUnit: Gives series the labels `__type__` and `__unit__` by their metadata.
  public init(
    limits: StoreLimits = StoreLimits(), retention: Milliseconds? = nil,
    extraRetention: Milliseconds = 0, acceptsLateSamples: Bool = false,
    labelsTypeAndUnit: Bool = false
  ) {
    self.limits = limits
    self.retention = retention
    self.extraRetention = extraRetention
    self.acceptsLateSamples = acceptsLateSamples
    self.labelsTypeAndUnit = labelsTypeAndUnit
  }

  /// A sample at or before this time comes too late.
  private var closedThrough: Int64 {
    acceptsLateSamples ? .min : max(evaluatedThrough, lateThrough)
  }

  /// Number of series held.
  public var seriesCount: Int { labels.count }

  /// Takes over all samples of a batch.
  ///
  /// - Complexity: O(bytes of the spellings) for series in their usual order.
  public func ingest(_ batch: borrowing SampleBatch) {
    ingest(batch, rows: 0..<batch.count)
  }

  /// Takes over the samples of some rows of a batch, and its metadata with those of the first row.
  public func ingest(_ batch: borrowing SampleBatch, rows: Range<Int>) {
    if rows.lowerBound == 0 {
      for entry in batch.metadata { merge(entry) }
    }
    if batch.histograms.isEmpty && batch.startTimes.isEmpty {
      ingestFloats(batch, rows)
    } else {
      ingestMixed(batch, rows)
    }
  }

  /// The hot loop: rows whose spelling has a number that is known go straight to their rings.
  ///
  /// The others take one guess, one comparison of bytes and one append. The index and the counts are
  /// locals here, since every access to a property of a class is checked for exclusivity, which costs
  /// more than the guess itself.
  private func ingestFloats(_ batch: borrowing SampleBatch, _ rows: Range<Int>) {
    var index = SpellingIndex()
    swap(&index, &self.index)
    let closed = closedThrough
    var targets = spellingTargets.take(batch)
    var run = AppendedRun(newest: newestTime)
    batch.withColumns { columns in
      var row = rows.lowerBound
      while true {
        row = targets.withKnown { numbers, targets in
          columns.append(row..<rows.upperBound, numbers, targets, rings, closed, &run)
        }
        guard row < rows.upperBound else { return }
        var target = targets.target(of: row)
        if target < Target.unselected {
          let (key, length) = columns.key(row)
          target = Target.unknown &- 1
          if let spelling = index.find(key, length) { target = index.series[Int(spelling)] }
          if target < Target.unselected {
            swap(&index, &self.index)
            target = resolve(key, length, target)
            swap(&index, &self.index)
          } else if target == Target.unselected {
            run.unselected &+= 1
          }
          if target >= Target.unselected { targets.set(target, of: row) }
        } else if target == Target.unselected {
          run.unselected &+= 1
        }
        append(Int(target), columns.times[row], columns.values[row], closed, &run)
        row &+= 1
      }
    }
    swap(&index, &self.index)
    spellingTargets.put(targets)
    counts.stored += run.stored
    counts.unselected += run.unselected
    newestTime = run.newest
  }

  /// Adds one float to series `target`, which may be none.
  @inline(__always)
  private func append(
    _ target: Int, _ time: Int64, _ value: Double, _ closed: Int64, _ run: inout AppendedRun
  ) {
    guard target >= 0 else {
      if target == Int(Target.unselected) { run.newest = max(run.newest, time) }
      return
    }
    run.newest = max(run.newest, time)
    let value = HistogramBox.sanitized(value)
    let ring = rings.rings + target
    guard time > ring.pointee.lastTime, time > closed else {
      appendLate(target, time, value)
      return
    }
    // Series that stand side by side mostly fill their chunks at the same time.
    if ring.pointee.isChunkFull, target &+ RingSet.lookAhead < rings.count {
      ring[RingSet.lookAhead].prefetchForPacking()
    }
    ring.pointee.append(time, value, rings.scratch)
    run.stored &+= 1
  }

  @inline(__always)
  private func lookUp(_ key: UnsafePointer<UInt8>, _ length: Int) -> Int32 {
    guard let spelling = index.find(key, length) else { return Target.unknown &- 1 }
    return index.series[Int(spelling)]
  }

  /// Batches with histograms or start timestamps: the same steps, one row at a time.
  private func ingestMixed(_ batch: borrowing SampleBatch, _ rows: Range<Int>) {
    var histograms = batch.histograms.drop { $0.row < rows.lowerBound }
    var starts = batch.startTimes.drop { $0.row < rows.lowerBound }
    for row in rows {
      let histogram = histograms.first?.row == row ? histograms.removeFirst().histogram : nil
      let start = starts.first?.row == row ? starts.removeFirst().time : nil
      let key = batch.bytes[Int(batch.keyStarts[row])..<Int(batch.keyEnds[row])]
      let target = key.withUnsafeBufferPointer { bytes -> Int32 in
        guard let base = bytes.baseAddress else { return Target.malformed }
        let known = lookUp(base, bytes.count)
        if known == Target.unselected { counts.unselected += 1 }
        return known >= 0 || known == Target.unselected ? known : resolve(base, bytes.count, known)
      }
      newestTime = max(newestTime, batch.times[row])
      guard target >= 0 else { continue }
      let value = HistogramBox.sanitized(batch.values[row])
      append(Int(target), batch.times[row], value, histogram: histogram, start: start)
    }
  }

  private func append(
    _ number: Int, _ time: Int64, _ value: Double, histogram: NativeHistogram?, start: Int64?
  ) {
    guard time > rings.rings[number].lastTime, time > closedThrough else {
      appendLate(number, time, value)
      return
    }
    if let histogram {
      rings.append(time, histogram, to: number)
    } else {
      rings.rings[number].append(time, value, rings.scratch)
    }
    if let start { rings.setStart(start, at: time, of: number) }
    counts.stored += 1
  }

  /// A sample that is not the newest of its series: put in place, or counted and dropped.
  @inline(never)
  private func appendLate(_ number: Int, _ time: Int64, _ value: Double) {
    let ring = rings.rings + number
    if time == ring.pointee.lastTime {
      let isSame = value.bitPattern == ring.pointee.lastValue.bitPattern
      if isSame { counts.duplicate += 1 } else { counts.conflicting += 1 }
    } else if time > max(evaluatedThrough, lateThrough), insert(number, time, value) {
      counts.reordered += 1
      counts.stored += 1
    } else {
      counts.late += 1
    }
  }

  private func insert(_ number: Int, _ time: Int64, _ value: Double) -> Bool {
    rings.willChange?(number)
    return rings.rings[number].insert(time, value, rings.scratch)
  }

  /// Adds samples of one series by its labels, oldest first.
  ///
  /// For recorded results and tests.
  ///
  /// A series beyond the limit is refused and counted.
  public func record(_ labels: Labels, _ samples: [(time: Int64, value: SampleValue)]) {
    guard let number = number(of: labels) else {
      counts.overLimit += samples.count
      return
    }
    for sample in samples {
      switch sample.value {
      case .float(let value): record(Int(number), sample.time, value)
      case .histogram(let histogram):
        guard sample.time > rings.rings[Int(number)].lastTime else { continue }
        rings.append(sample.time, histogram, to: Int(number))
        newestTime = max(newestTime, sample.time)
      }
    }
  }

  /// Says that the sample of `labels` at `time` counts from `start` on (ms).
  public func setStart(_ start: Int64, at time: Int64, of labels: Labels) {
    guard let number = numberIfKnown(labels) else { return }
    rings.setStart(start, at: time, of: Int(number))
  }

  /// Adds one float to a series that `number(of:)` gave.
  ///
  /// Not counted as input.
  @inline(__always)
  func record(_ number: Int, _ time: Int64, _ value: Double) {
    if time > rings.rings[number].lastTime {
      rings.rings[number].append(time, value, rings.scratch)
    }
  }

  /// Adds one histogram to a series that `number(of:)` gave.
  ///
  /// Not counted as input.
  func record(_ number: Int, _ time: Int64, _ histogram: NativeHistogram) {
    if time > rings.rings[number].lastTime { rings.append(time, histogram, to: number) }
  }

  /// True when some selector may read series with this metric name.
  public func isSelected(metric name: String) -> Bool {
    retention != nil || selections[name] != nil
      || openSelections.contains { selection in
        selection.matchers.allSatisfy { $0.name != Labels.metricName || $0.matches(name) }
      }
  }

  /// The number of the series with these labels, made if there is none; nil at the limit.
  func number(of labels: Labels) -> Int32? {
    let hash = LabelIndex.hash(labels)
    return numbers.find(labels, hash, among: self.labels)
      ?? add(labels, hash, selections(for: labels))
  }

  /// The number of the series with these labels; nil when there is none.
  func numberIfKnown(_ labels: Labels) -> Int32? {
    numbers.find(labels, LabelIndex.hash(labels), among: self.labels)
  }

  /// Numbers of the series with this metric name, in the order of appearance.
  func numbers(named name: String) -> [Int32] { byName[name] ?? [] }

  /// Frees what every series' retention allows to forget, seen from `time`.
  public func trim(to time: Int64) {
    rings.trim(to: time)
  }

  /// Diagnostics since the last call; each kind of trouble is reported once in a store's life.
  public func takeDiagnostics() -> [Diagnostic] {
    defer { diagnostics.removeAll() }
    return diagnostics
  }
}

// MARK: - New spellings and series

extension SeriesStore {
  /// Finds out what a spelling that is new, or whose selection is unknown, leads to.
  @inline(never)
  private func resolve(_ key: UnsafePointer<UInt8>, _ length: Int, _ known: Int32) -> Int32 {
    switch known {
    case Target.malformed:
      counts.malformed += 1
      return known
    case Target.refused:
      counts.overLimit += 1
      return known
    default: break
    }
    let target = parse(UnsafeBufferPointer(start: key, count: length))
    switch target {
    case Target.malformed: counts.malformed += 1
    case Target.refused: counts.overLimit += 1
    case Target.unselected: counts.unselected += 1
    default: break
    }
    if known == Target.unknown {
      index.retargetLast(to: target)
    } else if index.count < limits.spellings {
      index.add(key, length, series: target)
    }
    return target
  }

  private func parse(_ key: UnsafeBufferPointer<UInt8>) -> Int32 {
    guard key.count <= limits.spellingBytes else {
      report(
        "series-too-long",
        "a series of \(key.count) bytes is over the limit of \(limits.spellingBytes)")
      counts.seriesRefused += 1
      return Target.refused
    }
    var labels: Labels
    do {
      labels = try keys.labels(of: key.span)
      if labelsTypeAndUnit { labels = labelled(labels) }
    } catch {
      report(
        "bad-series", "cannot read series \"\(String(decoding: key.prefix(120), as: UTF8.self))\"")
      return Target.malformed
    }
    guard labels.pairs.count <= limits.labelsPerSeries else {
      report(
        "too-many-labels",
        "\(labels.pairs.count) labels are over the limit of \(limits.labelsPerSeries)")
      counts.seriesRefused += 1
      return Target.refused
    }
    let hash = LabelIndex.hash(labels)
    if let number = numbers.find(labels, hash, among: self.labels) { return number }
    let chosen = selections(for: labels)
    if chosen.isEmpty, retention == nil { return Target.unselected }
    return add(labels, hash, chosen) ?? Target.refused
  }

  private func selections(for labels: Labels) -> [Selection] {
    var chosen: [Selection] = []
    if let named = selections[labels.metricName ?? ""] {
      for selection in named where selection.matches(labels) { chosen.append(selection) }
    }
    for selection in openSelections where selection.matches(labels) { chosen.append(selection) }
    return chosen
  }

  private func add(_ labels: Labels, _ hash: UInt32, _ chosen: [Selection]) -> Int32? {
    guard self.labels.count < limits.series else {
      counts.seriesRefused += 1
      report(
        "series-limit",
        "the limit of \(limits.series) series is reached; new series are dropped, known ones go on")
      return nil
    }
    return register(labels, hash, chosen)
  }

  /// Makes room for `count` more series.
  func reserve(_ count: Int) {
    labels.reserveCapacity(labels.count + count)
    numbers.reserve(count)
    rings.reserve(count)
  }

  /// Adds a series that is not there yet, whatever the limit.
  ///
  /// - Returns: its number, the next one; nil when it is there.
  func register(_ labels: Labels) -> Int32? {
    let hash = LabelIndex.hash(labels)
    guard numbers.find(labels, hash, among: self.labels) == nil else { return nil }
    return register(labels, hash, selections(for: labels))
  }

  /// Adds a series that is known not to be there yet.
  private func register(_ labels: Labels, _ hash: UInt32, _ chosen: [Selection]) -> Int32 {
    let number = Int32(self.labels.count)
    numbers.add(hash)
    rings.add(retention: chosen.reduce(retention ?? 0) { max($0, $1.retention) })
    self.labels.append(labels)
    byName[labels.metricName ?? "", default: []].append(number)
    for selection in chosen { selection.add(number) }
    return number
  }

  private func report(_ code: String, _ message: String) {
    guard reportedCodes.insert(code).inserted else { return }
    diagnostics.append(Diagnostic(.warning, code: code, message))
  }

  private func merge(_ entry: MetricMetadata) {
    var known = metadata[entry.name] ?? MetricMetadata(name: entry.name)
    if entry.type != "unknown" { known.type = entry.type }
    if !entry.unit.isEmpty { known.unit = entry.unit }
    if !entry.help.isEmpty { known.help = entry.help }
    metadata[entry.name] = known
  }
}

// MARK: - Snapshots

extension SeriesStore {
  /// The series as they are now, to be written while the store goes on, until `release`.
  ///
  /// - Complexity: O(series), some nanoseconds each.
  public func snapshot() -> SeriesSnapshot {
    let snapshot = SeriesSnapshot(rings, labels)
    snapshots.append(snapshot)
    watchRings()
    return snapshot
  }

  /// Looks after `snapshot` no more; it must not be written from any more.
  public func release(_ snapshot: SeriesSnapshot) {
    snapshots.removeAll { $0 === snapshot }
    watchRings()
  }

  /// True while a snapshot is being written.
  package var isWatched: Bool { rings.willChange != nil }

  private func watchRings() {
    guard !snapshots.isEmpty else {
      rings.willChange = nil
      return
    }
    rings.willChange = { [snapshots] number in
      for snapshot in snapshots { snapshot.preserve(number) }
    }
  }
}

// MARK: - Selecting

extension SeriesStore {
  /// Starts to follow the series that satisfy `matchers`, those that are there and those to come.
  ///
  /// The same matchers and retention asked for twice give the same selection.
  func select(_ matchers: [LabelMatcher], retention looked: Int64) -> Selection {
    let (sum, overflow) = looked.addingReportingOverflow(extraRetention)
    let retention = overflow ? .max : sum
    let selection = Selection(matchers: matchers, retention: retention)
    let name = selection.metricName
    let siblings = name.map { selections[$0] ?? [] } ?? openSelections
    if let known = siblings.first(where: { $0.matchers == matchers && $0.retention == retention }) {
      return known
    }
    for number in name.map({ byName[$0] ?? [] }) ?? Array(0..<Int32(labels.count)) {
      guard selection.matches(labels[Int(number)]) else { continue }
      selection.add(number)
      rings.retentions[Int(number)] = max(rings.retentions[Int(number)], retention)
    }
    if let name {
      selections[name, default: []].append(selection)
    } else {
      openSelections.append(selection)
    }
    spellingTargets.forget()
    index.retarget { $0 == Target.unselected ? Target.unknown : $0 }
    return selection
  }

  /// Forgets what selectors asked for, before other ones ask.
  ///
  /// Samples stay until the next `trim`; by then the series that somebody asks for are kept again.
  public func releaseSelections() {
    selections = [:]
    openSelections = []
    for number in 0..<rings.count { rings.retentions[number] = retention ?? 0 }
  }

  /// Forgets all series but those called `kept`, rising numbers, which get the numbers from 0 on.
  ///
  /// The spellings are forgotten too: those that are still in use are found again as the stream goes
  /// by, as after a restart.
  func keep(_ kept: [Int]) {
    for snapshot in snapshots { snapshot.preserveAll() }
    releaseSelections()
    rings.keep(kept)
    labels = kept.map { labels[$0] }
    numbers = LabelIndex()
    byName = [:]
    for (number, labels) in labels.enumerated() {
      numbers.add(LabelIndex.hash(labels))
      byName[labels.metricName ?? "", default: []].append(Int32(number))
    }
    index = SpellingIndex()
    keys = SeriesKeyReader(sharesTexts: true)
    spellingTargets.forget()
  }

  /// The series that satisfy `matchers` now: for a query, which sees what is there and is done.
  func choose(_ matchers: [LabelMatcher]) -> Selection {
    let selection = Selection(matchers: matchers, retention: 0)
    for number in selection.metricName.map({ byName[$0] ?? [] }) ?? Array(0..<Int32(labels.count))
    where selection.matches(labels[Int(number)]) {
      selection.add(number)
    }
    return selection
  }

  /// True when a series has this metric name.
  public func hasMetric(_ name: String) -> Bool { byName[name] != nil }

  /// Metric names of the series held, sorted.
  public func metricNames() -> [String] {
    byName.keys.sorted()
  }

  /// Labels of every series held, in the order of appearance.
  public var allLabels: [Labels] { labels }

  /// Memory and samples held, found by walking over everything.
  public func usage() -> StoreUsage {
    var usage = StoreUsage(series: labels.count)
    for i in 0..<rings.count {
      usage.samples += rings.rings[i].count
      usage.sampleBytes += rings.rings[i].heapBytes
    }
    usage.ringBytes =
      rings.count * (MemoryLayout<Ring>.stride + MemoryLayout<Int64>.stride)
    usage.indexBytes = index.heapBytes
    return usage
  }
}

/// What a store holds, as `--stats` prints it.
public struct StoreUsage: Hashable, Sendable {
  /// Series held.
  public var series = 0
  /// Samples held.
  public var samples = 0
  /// Heap bytes of the samples, packed and open.
  public var sampleBytes = 0
  /// Bytes of the ring headers.
  public var ringBytes = 0
  /// Bytes of the spelling index.
  public var indexBytes = 0
}
