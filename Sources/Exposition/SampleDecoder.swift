public import Model

/// Turns the bytes of one input into batches of samples, whatever their format and compression.
///
///     var decoder = SampleDecoder(DecoderOptions(file: "node.prom"))
///     while let block = source.read() {
///       decoder.feed(block, arrival: now)
///       while decoder.next(into: &batch) { engine.ingest(batch) }
///     }
///     decoder.finish()
///     while decoder.next(into: &batch) { engine.ingest(batch) }
///
/// The samples and diagnostics do not depend on how the input is cut into blocks. A bad line is
/// counted, the first of each kind is reported, and the lines around it are kept.
public struct SampleDecoder: ~Copyable {
  /// The format that is read; `auto` until the input told which it is.
  public private(set) var format: InputFormat

  private let options: DecoderOptions
  private var decompressor = Decompressor()
  private var recognition: Recognition
  private var formats = FormatDecoders()
  private var reading: Reading
  /// The block being decoded, and which of its lines still are to be.
  private var block: [UInt8] = []
  private var regions: [Range<Int>] = []
  /// The unfinished last line, or while the format is unknown everything read.
  private var carry: [UInt8] = []
  /// True inside a line that is too long.
  private var isSkipping = false
  private var phase = Phase.open
  private var isTroubleReported = false
  private var bytes = 0

  private enum Phase {
    case open
    /// No more input comes; the unfinished line is still to be decoded.
    case finishing
    /// Only what the end itself tells is still to be said.
    case ending
    case finished
  }

  /// A decoder that has read nothing.
  public init(_ options: DecoderOptions = DecoderOptions()) {
    self.options = options
    format = options.format
    recognition = Recognition(options)
    reading = Reading(options)
    if format != .auto { formats.select(format, options) }
  }

  /// Takes the next bytes of the input, of any number.
  ///
  /// The array becomes the decoder's; of text formats the batch takes it over without a copy.
  /// - Parameters:
  ///   - block: The bytes.
  ///   - arrival: Time of the samples that carry none.
  /// - Precondition: `next(into:)` returned false since the last call.
  public mutating func feed(_ block: consuming [UInt8], arrival: Timestamp) {
    precondition(phase == .open, "input after finish()")
    bytes += block.count
    reading.context.arrival = arrival.milliseconds
    decompressor.feed(block)
  }

  /// An empty array with the memory of a block that is done with: the next one can be read into it.
  ///
  /// - Precondition: `next(into:)` returned false since the last call of `feed`.
  public mutating func takeSpareBlock() -> [UInt8] { decompressor.takeSpare() }

  /// Says that the input is complete, so that its last line needs no line end.
  public mutating func finish() {
    guard phase == .open else { return }
    phase = .finishing
    decompressor.finish()
  }

  /// Replaces the content of `batch` by the next samples; false when more input is needed.
  ///
  /// A batch holds about one block of plain input; compressed input may give several for one `feed`.
  public mutating func next(into batch: inout SampleBatch) -> Bool {
    batch.removeAll()
    while !reading.bad.isFatal {
      if regions.isEmpty {
        if decompressor.next(into: &block, blockBytesMax: options.limits.blockBytesMax) {
          takeBlock()
        } else if !takeEnd() {
          break
        }
      }
      formats.decode(&block, &regions, &reading, into: &batch)
      if batch.count > 0 || !batch.changes.isEmpty || !batch.metadata.isEmpty {
        reading.samples += batch.count
        return true
      }
    }
    batch.removeAll()
    return false
  }

  /// The reports since the last call: bad lines, the first of each kind, and trouble with the whole.
  public mutating func takeDiagnostics() -> [Diagnostic] {
    defer { reading.bad.reports = [] }
    return reading.bad.reports
  }

  /// True when the input cannot be used: an error was reported and nothing more will come.
  public var hasFailed: Bool { reading.bad.isFatal }

  /// What was read so far.
  public var counts: DecoderCounts {
    DecoderCounts(
      bytes: bytes, lines: reading.context.line, samples: reading.samples,
      badLines: reading.bad.counts)
  }

  /// Bytes of plain (decompressed) input that were read but not given out: the unfinished last line,
  /// or all of it while the format is unknown.
  ///
  /// A reader that stops here goes on that many bytes earlier. Known once `next(into:)` returned false.
  public var unfinishedBytes: Int { carry.count + recognition.heldBytes }

  /// Splits `block` into the lines that are complete and the beginning of one that is not.
  private mutating func takeBlock() {
    if format == .auto, !recognize() { return }
    takeRecognized()
  }

  /// Does what `takeBlock` does once the format is known.
  private mutating func takeRecognized() {
    var start = 0
    if isSkipping {
      guard let newline = block.firstIndex(of: 0x0a) else { return }
      isSkipping = false
      start = newline + 1
    }
    let end = block.count
    if let newline = block[start...].lastIndex(of: 0x0a) {
      if !carry.isEmpty, let head = block[start...].firstIndex(of: 0x0a) {
        // The line that began in an earlier block is put together behind this one.
        carry.append(contentsOf: block[start...head])
        takeCarry()
        start = head + 1
      }
      if start <= newline { regions.append(start..<newline + 1) }
      start = newline + 1
    }
    carry.append(contentsOf: block[start..<end])
    // One byte more than the limit may be a `\r`. What is cut off here is refused when decoded.
    let certainlyTooLong = options.limits.lineBytesMax + 2
    if carry.count >= certainlyTooLong {
      carry.removeLast(carry.count - certainlyTooLong)
      carry.append(0x0a)
      takeCarry()
      isSkipping = true
    }
  }

  /// Moves the line in `carry` behind the block, as its next region.
  private mutating func takeCarry() {
    regions.append(block.count..<block.count + carry.count)
    block.append(contentsOf: carry)
    carry.removeAll(keepingCapacity: true)
  }

  /// Tries the lines read so far; true when the format is known and `block` holds all of them.
  private mutating func recognize() -> Bool {
    switch recognition.take(block, isLast: phase != .open) {
    case .undecided: return false
    case .failed(let message):
      reading.bad.report(.error, code: "unknown-format", message)
      return false
    case .recognized(let format):
      self.format = format
      formats.select(format, options, isCertain: false)
      block = recognition.takeHeld()
      return true
    }
  }

  /// Goes one step towards the end once no more input comes; false when there is nothing to do.
  private mutating func takeEnd() -> Bool {
    switch phase {
    case .open:
      reportTrouble()
      return false
    case .finishing:
      phase = .ending
      reportTrouble()
      block.removeAll(keepingCapacity: true)
      if format == .auto {
        if !recognize() { return true }
        takeRecognized()
      }
      // A line that damaged compression cut off may show a wrong number; it is left out.
      if decompressor.trouble == .truncated || decompressor.trouble == .corrupt {
        carry.removeAll()
      }
      if !carry.isEmpty { takeCarry() }
      return true
    case .ending:
      phase = .finished
      formats.finish(&reading)
      return true
    case .finished:
      return false
    }
  }

  private mutating func reportTrouble() {
    guard let trouble = decompressor.trouble, !isTroubleReported else { return }
    isTroubleReported = true
    reading.bad.report(.warning, code: trouble.rawValue, trouble.message)
  }
}
