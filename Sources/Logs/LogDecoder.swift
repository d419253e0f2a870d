import Exposition
public import Model

/// Turns the bytes of one log, plain or compressed, into batches of samples and findings.
///
///     var decoder = LogDecoder(LogOptions(file: "app.log"))
///     while let block = source.read() {
///       decoder.feed(block, arrival: now)
///       while decoder.next(into: &batch) { engine.ingest(batch) }
///     }
///     decoder.finish()
///     while decoder.next(into: &batch) { engine.ingest(batch) }
///
/// A batch holds one step: the series' samples at its end, before them the zeros of new series, and
/// what began in it. What comes out does not depend on how the input is cut. No line is refused: one
/// that cannot be read as what it looks like counts as plain text, and that is reported once.
public struct LogDecoder: ~Copyable {
  private let options: LogOptions
  private var reader: LineReader
  private var parser: LineParser
  private var digest: LogDigest
  private var block: [UInt8] = []
  /// Where the next line of `block` begins.
  private var at = 0
  /// The time of the line at `at`, which was read and waits for the end of a step.
  private var waiting: Int64?
  private var arrival: Int64 = 0
  private var clock: Int64?
  private var isFinished = false
  private var isLastStepWritten = false
  private var lines = 0
  private var samples = 0
  private var cutLines = 0
  private var reported: Set<String> = []
  private var diagnostics: [Diagnostic] = []

  /// How long after the end of a step its lines may still come in a log that is written now, in ms.
  private static let grace: Milliseconds = 2000

  /// A decoder that has read nothing.
  public init(_ options: LogOptions = LogOptions()) {
    self.options = options
    var limits = DecoderLimits()
    limits.lineBytesMax = options.limits.lineBytesMax
    reader = LineReader(limits: limits)
    parser = LineParser(options.limits, zone: options.zone)
    digest = LogDigest(options)
  }

  /// Takes the next bytes of the log, of any number.
  ///
  /// - Parameters:
  ///   - block: The bytes.
  ///   - arrival: Time of lines that have none, and the latest year of times without a year.
  /// - Precondition: `next(into:)` returned false since the last call.
  public mutating func feed(_ block: consuming [UInt8], arrival: Timestamp) {
    self.arrival = arrival.milliseconds
    reader.feed(block)
  }

  /// Says what time it is, so that steps of a silent log end: for logs that are being written.
  public mutating func advance(to now: Timestamp) { clock = now.milliseconds }

  /// Says that the log is complete, so that its last line needs no line end and its last step is over.
  public mutating func finish() {
    isFinished = true
    reader.finish()
  }

  /// Replaces the content of `batch` by the next step; false when more input is needed.
  public mutating func next(into batch: inout SampleBatch) -> Bool {
    batch.removeAll()
    repeat {
      if takeLines(into: &batch) {
        samples += batch.count
        return true
      }
      at = 0
    } while reader.next(into: &block)
    block.removeAll(keepingCapacity: true)
    reportTrouble()
    if let clock, digest.passStep(at: clock, grace: Self.grace, into: &batch) {
      samples += batch.count
      return true
    }
    guard isFinished, !isLastStepWritten else { return false }
    isLastStepWritten = true
    digest.endStep(before: nil, isLast: true, into: &batch)
    samples += batch.count
    return batch.count > 0
  }

  /// Counts the lines of `block`; true when a step ended before the line at `at`.
  private mutating func takeLines(into batch: inout SampleBatch) -> Bool {
    while at < block.count {
      let end = block[at...].firstIndex(of: 0x0a) ?? block.count
      let time: Int64
      if let waiting {
        time = waiting
      } else {
        lines += 1
        if end - at > options.limits.lineBytesMax { cutLines += 1 }
        let start = lines == 1 && block[at...].starts(with: [0xef, 0xbb, 0xbf]) ? at + 3 : at
        let stop = min(end, start + options.limits.lineBytesMax)
        parser.read(block, start..<max(start, stop), arrival: arrival)
        reportLines()
        if parser.isBlank {
          at = end + 1
          continue
        }
        time = digest.place(parser.record.time, arrival: arrival)
      }
      if digest.isOver(before: time) {
        waiting = time
        digest.endStep(before: time, into: &batch)
        return true
      }
      waiting = nil
      digest.take(parser.record, at: time)
      at = end + 1
    }
    return false
  }

  private mutating func reportTrouble() {
    if let trouble = reader.takeTrouble() { report(trouble.code, trouble.message) }
  }

  /// Reports what is wrong with lines, in the order in which it is met.
  private mutating func reportLines() {
    if parser.brokenJSON > 0 {
      report(
        "damaged-json-line",
        "a line begins like a JSON object and is none; such lines count as plain text")
    }
    if cutLines > 0 {
      report(
        "log-line-too-long",
        "a line is longer than \(options.limits.lineBytesMax) bytes; the rest of it is not looked at"
      )
    }
  }

  private mutating func report(_ code: String, _ message: String) {
    guard reported.insert(code).inserted else { return }
    let file = options.file.map { "\($0): " } ?? ""
    diagnostics.append(Diagnostic(.warning, code: code, file + message))
  }

  /// The reports since the last call, each kind once.
  public mutating func takeDiagnostics() -> [Diagnostic] {
    defer { diagnostics = [] }
    return diagnostics
  }

  /// What was read so far.
  public var counts: LogCounts {
    LogCounts(
      bytes: reader.bytes, lines: lines, samples: samples,
      brokenLines: parser.brokenJSON + cutLines)
  }

  /// Bytes of plain input that were read but not counted: the unfinished last line.
  public var unfinishedBytes: Int { reader.unfinishedBytes }
}

/// What was read of a log.
public struct LogCounts: Hashable, Sendable {
  /// Bytes, as they came (compressed or not).
  public var bytes: Int
  /// Lines, blank ones included.
  public var lines: Int
  /// Samples made of them.
  public var samples: Int
  /// Lines that were not what they looked like, or too long; they are counted all the same.
  public var brokenLines: Int
}
