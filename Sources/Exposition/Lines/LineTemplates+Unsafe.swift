import Glibc
import Model

/// Lines that were read before, with holes for their time and their value, and which came after which.
///
/// Streams repeat their lines but for two numbers. So the line that followed the last one before is
/// held against the next one: when all bytes outside the holes are equal and plain numbers stand in
/// the holes, the sample is one of the same series, whatever the format. Every other line is read by
/// the format's decoder, which tells where the holes are.
///
/// Bounded: beyond its limits no more lines are remembered; they are read the longer way.
struct LineTemplates: Sendable {
  /// The places of the numbers in a line.
  struct Holes {
    var time: Range<Int>
    var value: Range<Int>
  }

  fileprivate struct Template {
    /// Where in `bytes` the text around the holes begins; the series' spelling follows it.
    var start: Int
    var head: Int32
    var middle: Int32
    var tail: Int32
    var spelling: Int32
    var isTimeFirst: Bool

    var spellingStart: Int { start &+ Int(head &+ middle &+ tail) }
  }

  /// Set by a decoder for a line that gave one sample with plain numbers.
  var holes: Holes?
  private let unit: TimeUnit?
  private let source = SpellingSource()
  private var templates: [Template] = []
  private var followers: [UInt32] = []
  private var bytes: [UInt8] = []
  private var numbers: [UInt64: UInt32] = [:]
  private var last = Self.none
  private var recentTime = RecentTime()

  private static let none = UInt32.max
  private static let countMax = 1 << 17
  private static let bytesMax = 1 << 25

  /// Templates whose times are of `unit`; nil lets the size of the number tell.
  init(unit: TimeUnit? = nil) { self.unit = unit }

  /// Decodes `line` if it is the foreseen one; false, having changed nothing, for every other line.
  @inline(__always)
  mutating func decode(
    _ line: ByteView, _ context: LineContext, into batch: inout SampleBatch
  ) -> Bool {
    guard last != Self.none else { return false }
    let number = followers[Int(last)]
    guard number != Self.none else { return false }
    let template = templates[Int(number)]
    var recent = recentTime
    let isRead = bytes.withUnsafeBufferPointer { held -> Bool in
      guard let base = held.baseAddress,
        let (time, value) = template.read(line, base, unit, &recent), context.accepts(time)
      else { return false }
      let start = batch.bytes.count
      let spelling = UnsafeBufferPointer(
        start: base + template.spellingStart, count: Int(template.spelling))
      batch.bytes.append(contentsOf: spelling)
      batch.append(key: start..<start + spelling.count, time: time, value: value)
      return true
    }
    guard isRead else { return false }
    recentTime = recent
    if batch.spellings.count < batch.count - 1 { Self.pad(&batch, to: batch.count - 1) }
    batch.spellings.append(number)
    last = number
    return true
  }

  /// Rows that came another way have no number.
  private static func pad(_ batch: inout SampleBatch, to count: Int) {
    let others = max(0, count - batch.spellings.count)
    batch.spellings.append(contentsOf: repeatElement(SampleBatch.noSpelling, count: others))
  }

  /// Ends the reading of some lines.
  mutating func finish(_ batch: inout SampleBatch) {
    Self.pad(&batch, to: batch.count)
    batch.spellingSource = source
  }

  /// Remembers a line that its format's decoder read into the last row of `batch`.
  mutating func learn(_ line: ByteView, of batch: SampleBatch) {
    guard let holes, let template = template(line, holes) else {
      last = Self.none
      return
    }
    let hash = Self.hash(line, holes)
    let number = numbers[hash] ?? add(template, hash, line, holes, batch)
    if last != Self.none { followers[Int(last)] = number }
    last = number
  }

  private func template(_ line: ByteView, _ holes: Holes) -> Template? {
    let isTimeFirst = holes.time.lowerBound < holes.value.lowerBound
    let (first, second) = isTimeFirst ? (holes.time, holes.value) : (holes.value, holes.time)
    guard first.upperBound <= second.lowerBound, second.upperBound <= line.count else { return nil }
    return Template(
      start: bytes.count, head: Int32(first.lowerBound),
      middle: Int32(second.lowerBound - first.upperBound),
      tail: Int32(line.count - second.upperBound), spelling: 0, isTimeFirst: isTimeFirst)
  }

  private static func hash(_ line: ByteView, _ holes: Holes) -> UInt64 {
    let first = min(holes.time.lowerBound, holes.value.lowerBound)
    let last = max(holes.time.upperBound, holes.value.upperBound)
    let inner = min(holes.time.upperBound, holes.value.upperBound)
    let outer = max(holes.time.lowerBound, holes.value.lowerBound)
    let around = SpellingMemo.combine(
      SpellingMemo.hashOfAnyLength(line[0..<first]),
      SpellingMemo.hashOfAnyLength(line[last..<line.count]))
    return SpellingMemo.combine(around, SpellingMemo.hashOfAnyLength(line[inner..<outer]))
  }

  private mutating func add(
    _ template: Template, _ hash: UInt64, _ line: ByteView, _ holes: Holes, _ batch: SampleBatch
  ) -> UInt32 {
    let row = batch.count - 1
    let key = Int(batch.keyStarts[row])..<Int(batch.keyEnds[row])
    guard templates.count < Self.countMax, bytes.count + line.count + key.count <= Self.bytesMax
    else { return Self.none }
    var template = template
    template.spelling = Int32(key.count)
    let edges = [holes.time, holes.value].sorted { $0.lowerBound < $1.lowerBound }
    bytes.append(line[0..<edges[0].lowerBound])
    bytes.append(line[edges[0].upperBound..<edges[1].lowerBound])
    bytes.append(line[edges[1].upperBound..<line.count])
    bytes.append(contentsOf: batch.bytes[key])
    // What the template reads must be what the decoder read.
    var recent = RecentTime()
    let sample = bytes.withUnsafeBufferPointer { held in
      held.baseAddress.flatMap { template.read(line, $0, unit, &recent) }
    }
    guard let sample, sample.time == batch.times[row],
      sample.value.bitPattern == batch.values[row].bitPattern
    else {
      bytes.removeLast(bytes.count - template.start)
      return Self.none
    }
    templates.append(template)
    followers.append(Self.none)
    numbers[hash] = UInt32(templates.count - 1)
    return UInt32(templates.count - 1)
  }
}

extension LineTemplates.Template {
  /// Time and value of a line that equals the template, whose text is in `held`, outside its holes.
  @inline(__always)
  func read(
    _ line: ByteView, _ held: UnsafePointer<UInt8>, _ unit: TimeUnit?, _ recent: inout RecentTime
  ) -> (time: Int64, value: Double)? {
    let text = held + start
    let (head, middle, tail) = (Int(head), Int(middle), Int(tail))
    guard line.count > head &+ middle &+ tail, memcmp(text, line.base, head) == 0 else {
      return nil
    }
    var at = head
    var time: Int64?
    var value: Double?
    if isTimeFirst {
      time = Self.time(line, &at, unit, &recent)
    } else {
      value = Self.value(line, &at)
    }
    guard at &+ middle < line.count, memcmp(text + head, line.base + at, middle) == 0 else {
      return nil
    }
    at &+= middle
    if isTimeFirst {
      value = Self.value(line, &at)
    } else {
      time = Self.time(line, &at, unit, &recent)
    }
    guard line.count &- at == tail, memcmp(text + head + middle, line.base + at, tail) == 0,
      let time, let value
    else { return nil }
    return (time, value)
  }

  @inline(__always)
  private static func value(_ line: ByteView, _ at: inout Int) -> Double? {
    guard at < line.count, isDigit(line[at]) || line[at] == UInt8(ascii: "-") else { return nil }
    return DecimalNumber.parsePrefix(line, &at)
  }

  @inline(__always)
  private static func time(
    _ line: ByteView, _ at: inout Int, _ unit: TimeUnit?, _ recent: inout RecentTime
  ) -> Int64? {
    if let known = recent.read(line, &at) { return known }
    let start = at
    while at < line.count, isDigit(line[at]) { at &+= 1 }
    guard at > start, let time = TimeText.parseNumber(line[start..<at], unit: unit) else {
      return nil
    }
    recent.remember(line, start..<at, time)
    return time
  }
}
