/// Cuts one input, plain or compressed, into blocks of whole lines: for texts that are no samples.
///
///     var reader = LineReader()
///     reader.feed(bytes)
///     while reader.next(into: &block) { … }   // each block ends with a line end
///     reader.finish()
///     while reader.next(into: &block) { … }   // the last line, which needs none
///
/// The first `lineBytesMax` bytes of each line do not depend on how the input is cut. Of a line that is
/// longer at least one byte more is given out, and perhaps not the rest: memory is bounded.
public struct LineReader: ~Copyable {
  private let limits: DecoderLimits
  private var decompressor = Decompressor()
  private var piece: [UInt8] = []
  /// The unfinished last line.
  private var carry: [UInt8] = []
  /// True inside a line that is too long.
  private var isSkipping = false
  private var isFinished = false
  private var isTroubleTaken = false

  /// Bytes fed so far, compressed or not.
  public private(set) var bytes = 0

  /// A reader that has read nothing.
  public init(limits: DecoderLimits = DecoderLimits()) {
    self.limits = limits
  }

  /// Takes the next bytes of the input, of any number.
  ///
  /// - Precondition: `next(into:)` returned false since the last call.
  public mutating func feed(_ block: consuming [UInt8]) {
    precondition(!isFinished, "input after finish()")
    bytes += block.count
    decompressor.feed(block)
  }

  /// Says that the input is complete, so that its last line needs no line end.
  public mutating func finish() {
    isFinished = true
    decompressor.finish()
  }

  /// Bytes of plain input that were read but not given out: the unfinished last line.
  public var unfinishedBytes: Int { carry.count }

  /// Replaces `block` by the next whole lines; false when more input is needed.
  public mutating func next(into block: inout [UInt8]) -> Bool {
    block.removeAll(keepingCapacity: true)
    while decompressor.next(into: &piece, blockBytesMax: limits.blockBytesMax) {
      var start = 0
      if isSkipping {
        guard let newline = piece.firstIndex(of: 0x0a) else { continue }
        isSkipping = false
        start = newline + 1
      }
      if let last = piece[start...].lastIndex(of: 0x0a) {
        block.append(contentsOf: carry)
        carry.removeAll(keepingCapacity: true)
        block.append(contentsOf: piece[start...last])
        start = last + 1
      }
      carry.append(contentsOf: piece[start...])
      if carry.count > limits.lineBytesMax { cutCarry(into: &block) }
      if !block.isEmpty { return true }
    }
    guard isFinished, !carry.isEmpty else { return false }
    // A line that damaged compression cut off says what nobody wrote.
    if decompressor.trouble != nil, decompressor.trouble != .trailing {
      carry.removeAll()
      return false
    }
    block.append(contentsOf: carry)
    block.append(0x0a)
    carry.removeAll()
    return true
  }

  /// Gives out the beginning of a line that is too long; the rest of it is passed over.
  private mutating func cutCarry(into block: inout [UInt8]) {
    block.append(contentsOf: carry.prefix(limits.lineBytesMax + 1))
    block.append(0x0a)
    carry.removeAll(keepingCapacity: true)
    isSkipping = true
  }

  /// Trouble with the compression, once: its code and the sentence; nil while there is none.
  public mutating func takeTrouble() -> (code: String, message: String)? {
    guard let trouble = decompressor.trouble, !isTroubleTaken else { return nil }
    isTroubleTaken = true
    return (trouble.rawValue, trouble.message)
  }
}
