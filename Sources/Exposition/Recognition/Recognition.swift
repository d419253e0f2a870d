/// Holds the beginning of an input until its format is known.
struct Recognition: Sendable {
  enum Outcome: Sendable {
    case undecided
    case recognized(InputFormat)
    /// The input is refused for this reason.
    case failed(String)
  }

  private var recognizer: FormatRecognizer
  private let limits: DecoderLimits
  private var held: [UInt8] = []
  /// Where the first line begins that was not looked at.
  private var unseen = 0
  /// Up to where a line end was searched for.
  private var searched = 0
  /// Where the last line ends that was looked at; what follows it came by chance of the block's size.
  private var seen = 0
  private var lines = 0
  private var longLines = 0
  private var hasText = false
  /// True inside a line that is too long, of which only the beginning is held.
  private var isSkipping = false

  init(_ options: DecoderOptions) {
    recognizer = FormatRecognizer(mapping: options.csv)
    limits = options.limits
  }

  /// Bytes held.
  var heldBytes: Int { held.count }

  /// Everything read so far, too long lines cut.
  mutating func takeHeld() -> [UInt8] {
    defer { held = [] }
    return held
  }

  /// Looks at the lines that `block` completes, and with `isLast` at the unfinished one too.
  mutating func take(_ block: [UInt8], isLast: Bool) -> Outcome {
    var block = block[...]
    while true {
      if isSkipping {
        guard let newline = block.firstIndex(of: 0x0a) else { return ending(isLast) }
        block = block[(newline + 1)...]
        isSkipping = false
      }
      held.append(contentsOf: block)
      block = []
      while let newline = held[searched...].firstIndex(of: 0x0a) {
        if let outcome = look(at: unseen..<newline) { return outcome }
        unseen = newline + 1
        searched = unseen
      }
      searched = held.count
      let cut = unseen + limits.lineBytesMax + 2
      guard held.count >= cut else { return ending(isLast) }
      held.removeLast(held.count - cut)
      held.append(0x0a)
      unseen = held.count
      searched = unseen
      seen = unseen
      lines += 1
      longLines += 1
      hasText = true
      isSkipping = true
      if let outcome = refusal { return outcome }
      return ending(isLast)
    }
  }

  private mutating func ending(_ isLast: Bool) -> Outcome {
    guard isLast else { return .undecided }
    if unseen < held.count, let outcome = look(at: unseen..<held.count) { return outcome }
    unseen = held.count
    return hasText ? unknown : .undecided
  }

  private mutating func look(at range: Range<Int>) -> Outcome? {
    lines += 1
    seen = range.upperBound
    var line = range
    if !line.isEmpty, held[line.upperBound - 1] == 0x0d {
      line = line.lowerBound..<line.upperBound - 1
    }
    guard line.count <= limits.lineBytesMax else {
      longLines += 1
      hasText = true
      return refusal
    }
    let isFirst = lines == 1
    let (format, isText) = held.withView { view in
      var text = view[line]
      if isFirst, text.startsWithByteOrderMark { text = text[3..<text.count] }
      let trimmed = text.trimmed
      let isText = !trimmed.isEmpty && trimmed[0] != UInt8(ascii: "#")
      return (recognizer.format(of: text), isText)
    }
    hasText = hasText || isText
    if let format { return .recognized(format) }
    return refusal
  }

  /// Gives up after enough lines, or a few that are too long and would have to be held.
  private var refusal: Outcome? {
    lines >= limits.recognitionLinesMax || longLines > 3 ? unknown : nil
  }

  private var unknown: Outcome {
    let isBinary = held[..<seen].contains(0)
    return .failed(
      "the format is none that is known from its first \(lines == 1 ? "line" : "\(lines) lines")"
        + (isBinary ? "; it looks like binary data" : "; name it with --format"))
  }
}
