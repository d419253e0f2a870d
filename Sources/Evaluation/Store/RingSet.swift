import Model

/// Rings addressed by number, with the rare extras that a float sample cannot hold.
///
/// A native histogram is kept beside the ring; its place in the ring is a NaN whose low bits are the
/// number of the histogram (`HistogramBox`). Start timestamps are kept by sample time.
final class RingSet {
  private(set) var rings: UnsafeMutablePointer<Ring>
  private(set) var count = 0
  /// How long the samples of each ring are kept, in milliseconds.
  var retentions: [Int64] = []
  private var capacity: Int
  let scratch = BlockHeader.Scratch()
  /// For whoever reads a ring from end to end without keeping its place.
  let view = BlockView()
  private(set) var tracks: [Int: HistogramTrack] = [:]
  private(set) var starts: [Int: [Int64: Int64]] = [:]
  /// Hears of a ring before anything is done to it but adding a float behind its last sample; nil when
  /// nobody wants to know.
  var willChange: ((Int) -> Void)?

  /// How many rings ahead memory is asked for where one is gone through after the other: what lies
  /// between them takes longer than far memory does.
  static let lookAhead = 4

  init() {
    capacity = 16
    rings = Self.allocate(capacity)
  }

  /// Memory for rings that each have a line of the cache for themselves.
  private static func allocate(_ capacity: Int) -> UnsafeMutablePointer<Ring> {
    UnsafeMutableRawPointer.allocate(
      byteCount: capacity * MemoryLayout<Ring>.stride, alignment: MemoryLayout<Ring>.stride
    ).bindMemory(to: Ring.self, capacity: capacity)
  }

  deinit {
    for i in 0..<count { rings[i].deallocate() }
    rings.deallocate()
  }

  /// Adds an empty ring that keeps `retention` milliseconds.
  ///
  /// - Returns: its number.
  @discardableResult
  func add(retention: Int64) -> Int {
    // Doubling would leave up to half of the memory unused.
    if count == capacity { grow(to: capacity + capacity / 4) }
    (rings + count).initialize(to: Ring())
    retentions.append(retention)
    count += 1
    return count - 1
  }

  /// Makes room for `more` rings.
  func reserve(_ more: Int) {
    if count + more > capacity { grow(to: count + more) }
  }

  private func grow(to capacity: Int) {
    self.capacity = capacity
    retentions.reserveCapacity(capacity)
    let grown = Self.allocate(capacity)
    grown.moveInitialize(from: rings, count: count)
    rings.deallocate()
    rings = grown
  }

  /// Drops all rings but those numbered `kept`, rising, which get the numbers from 0 on.
  func keep(_ kept: [Int]) {
    let old = rings
    capacity = max(16, kept.count + kept.count / 4)
    rings = Self.allocate(capacity)
    retentions = kept.map { retentions[$0] }
    var next = 0
    var tracks: [Int: HistogramTrack] = [:]
    var starts: [Int: [Int64: Int64]] = [:]
    for number in 0..<count {
      guard next < kept.count, kept[next] == number else {
        old[number].deallocate()
        continue
      }
      (rings + next).moveInitialize(from: old + number, count: 1)
      tracks[next] = self.tracks[number]
      starts[next] = self.starts[number]
      next += 1
    }
    precondition(next == kept.count, "rings to keep must rise and be there: \(kept.suffix(4))")
    old.deallocate()
    count = next
    self.tracks = tracks
    self.starts = starts
  }

  /// Adds a histogram sample to ring `index`.
  func append(_ time: Int64, _ histogram: NativeHistogram, to index: Int) {
    willChange?(index)
    let number = tracks[index, default: HistogramTrack()].append(histogram)
    rings[index].append(time, HistogramBox.value(number), scratch)
  }

  /// Says that the sample of ring `index` at `time` counts from `start` on.
  func setStart(_ start: Int64, at time: Int64, of index: Int) {
    willChange?(index)
    starts[index, default: [:]][time] = start
  }

  /// True when ring `index` holds floats without start timestamps and nothing else.
  func isPlain(_ index: Int) -> Bool {
    (tracks.isEmpty || tracks[index] == nil) && (starts.isEmpty || starts[index] == nil)
  }

  /// Puts histograms and start timestamps beside ring `index`; nil and none where there are none.
  func restoreExtras(of index: Int, _ track: HistogramTrack?, starts own: [Int64: Int64]) {
    tracks[index] = track
    starts[index] = own.isEmpty ? nil : own
  }

  /// The histogram a boxed sample of ring `index` stands for; nil for a float.
  func histogram(_ value: Double, of index: Int) -> NativeHistogram? {
    guard let number = HistogramBox.number(value) else { return nil }
    return tracks[index]?[number]
  }

  /// As `histogram`, with the counter reset hint made out by comparison with the histogram before
  /// where the sample does not say.
  func hintedHistogram(_ value: Double, of index: Int) -> NativeHistogram? {
    guard let number = HistogramBox.number(value), var histogram = tracks[index]?[number] else {
      return nil
    }
    if histogram.counterResetHint == .unknown, number > 0, let previous = tracks[index]?[number - 1]
    {
      histogram.counterResetHint = histogram.isReset(since: previous) ? .reset : .notReset
    }
    return histogram
  }

  /// The start timestamp of ring `index`'s sample at `time`; nil when it has none.
  func start(at time: Int64, of index: Int) -> Int64? {
    starts[index]?[time]
  }

  /// The start timestamps of ring `index` by sample time; none where they are not used.
  func starts(of index: Int, isUsed: Bool) -> [Int64: Int64] {
    isUsed ? starts[index] ?? [:] : [:]
  }

  /// Drops what lies before `time` less each ring's retention.
  func trim(to time: Int64) {
    for i in 0..<count where retentions[i] < .max {
      if i + Self.lookAhead < count { rings[i + Self.lookAhead].prefetchForDropping() }
      let bound = time &- retentions[i]
      if let willChange, rings[i].drops(before: bound) { willChange(i) }
      let dropped = rings[i].drop(before: bound)
      guard dropped > 0, !isPlain(i) else { continue }
      trimExtras(of: i, before: bound)
    }
  }

  /// Without extras a ring is plain again, as one is that was restored from what is held.
  private func trimExtras(of index: Int, before bound: Int64) {
    let kept = starts[index]?.filter { $0.key >= bound }
    starts[index] = kept?.isEmpty == true ? nil : kept
    guard tracks[index] != nil else { return }
    let view = BlockView()
    for block in rings[index].firstBlock..<rings[index].endBlock {
      rings[index].load(block, into: view)
      for i in 0..<view.count {
        if let number = HistogramBox.number(view.values[i]) {
          tracks[index]?.drop(before: number)
          return
        }
      }
    }
    tracks[index] = nil
  }
}

/// The histograms of one series, numbered from its beginning.
struct HistogramTrack {
  /// Number of the first one that is held.
  private(set) var first: UInt32 = 0
  private(set) var held: [NativeHistogram] = []

  init() {}

  /// The histograms from number `first` on.
  init(first: UInt32, held: [NativeHistogram]) {
    self.first = first
    self.held = held
  }

  mutating func append(_ histogram: NativeHistogram) -> UInt32 {
    held.append(histogram)
    return first + UInt32(held.count - 1)
  }

  subscript(_ number: UInt32) -> NativeHistogram? {
    let index = Int(number) - Int(first)
    return held.indices.contains(index) ? held[index] : nil
  }

  mutating func drop(before number: UInt32) {
    let dropped = max(0, min(held.count, Int(number) - Int(first)))
    held.removeFirst(dropped)
    first += UInt32(dropped)
  }
}

/// A number of a histogram, dressed as a NaN that no measurement produces.
enum HistogramBox {
  private static let mark: UInt64 = 0x7ffc_4849 << 32

  /// The NaN for histogram `number`.
  static func value(_ number: UInt32) -> Double { Double(bitPattern: mark | UInt64(number)) }

  /// The number in a boxed value; nil for every other value.
  @inline(__always)
  static func number(_ value: Double) -> UInt32? {
    isBoxed(value) ? UInt32(truncatingIfNeeded: value.bitPattern) : nil
  }

  /// True for the NaNs that stand for a histogram.
  @inline(__always)
  static func isBoxed(_ value: Double) -> Bool { value.bitPattern >> 32 == mark >> 32 }

  /// `value`, with NaNs other than the stale marker made the one ordinary NaN, so that no input can
  /// pretend to be a histogram.
  @inline(__always)
  static func sanitized(_ value: Double) -> Double {
    value.isNaN && !StaleMarker.isStale(value) ? .nan : value
  }
}
