/// What is needed to decode a line, beside the line itself; free to copy.
struct LineContext: Sendable {
  /// Number of the line in the input, from 1; 0 before the first.
  var line = 0
  /// Time of samples that carry none, in milliseconds.
  var arrival: Int64 = 0
  let limits: DecoderLimits

  /// True for a time that samples may have.
  @inline(__always)
  func accepts(_ time: Int64) -> Bool { time >= limits.timeMin && time <= limits.timeMax }
}

/// How far an input was read, and what of it was refused.
struct Reading: Sendable {
  var context: LineContext
  /// Samples read so far.
  var samples = 0
  /// The lines that were refused.
  var bad: BadLines
  /// Whether the input is held against the whole of its specification.
  let validates: Bool

  init(_ options: DecoderOptions) {
    bad = BadLines(file: options.file, isStrict: options.isStrict)
    context = LineContext(limits: options.limits)
    validates = options.validates
  }

  /// Counts the current line as refused.
  @inline(never)
  mutating func refuse(_ error: LineError, _ view: ByteView) {
    bad.refuse(error, line: view, number: context.line)
  }

}

/// Calls `body` with each line of `view[region]`, without its `\n` and, if `dropsReturn`, its `\r`.
///
/// The last line needs no `\n`. `body` returns false to stop; the result is where the next line starts.
@inline(__always)
func forEachLine(
  of view: ByteView, in region: Range<Int>, dropsReturn: Bool, _ body: (Range<Int>) -> Bool
) -> Int {
  var start = region.lowerBound
  while start < region.upperBound {
    let newline = view.firstIndex(of: 0x0a, from: start) ?? region.upperBound
    var end = min(newline, region.upperBound)
    let next = min(newline + 1, region.upperBound)
    if dropsReturn, end > start, view[end - 1] == 0x0d { end -= 1 }
    let goesOn = body(start..<end)
    start = next
    if !goesOn { break }
  }
  return start
}
