/// Turns compressed blocks into plain ones, piece by piece, and hands plain input through.
///
/// gzip (also several members in a row) and zlib are told by their first two bytes.
struct Decompressor: ~Copyable {
  /// Trouble with the compression, after which nothing more comes.
  enum Trouble: String {
    /// The input ends inside the compressed data.
    case truncated = "truncated-compression"
    /// The data is damaged.
    case corrupt = "corrupt-compression"
    /// Something that is no gzip member follows the last one.
    case trailing = "trailing-bytes"

    /// The sentence for the report.
    var message: String {
      switch self {
      case .truncated: "the compressed data ends in the middle; what comes before is used"
      case .corrupt: "the compressed data is damaged; what comes before is used"
      case .trailing: "expected another gzip member or the end, found other bytes; they are ignored"
      }
    }
  }

  private enum State {
    /// Fewer than two bytes seen.
    case start
    case plain
    /// Inside a member.
    case inflating
    /// After a member; perhaps another follows.
    case between
    case ended
  }

  private var state = State.start
  private var inflater: Inflater?
  private var isGzip = false
  private var input: [UInt8] = []
  private var at = 0
  private var isFinished = false
  /// What went wrong, once something did.
  private(set) var trouble: Trouble?

  init() {}

  /// Takes more input; everything fed before must have been drawn by `next`.
  mutating func feed(_ block: consuming [UInt8]) {
    if at < input.count {
      input.removeFirst(at)
      input.append(contentsOf: block)
    } else {
      input = block
    }
    at = 0
  }

  /// The array of a block that was handed through, empty; its memory can take the next one.
  mutating func takeSpare() -> [UInt8] {
    guard at >= input.count else { return [] }
    var spare: [UInt8] = []
    swap(&spare, &input)
    at = 0
    spare.removeAll(keepingCapacity: true)
    return spare
  }

  /// Says that no more input comes.
  mutating func finish() { isFinished = true }

  /// Replaces `block` by the next plain bytes, about `blockBytesMax` at most; false when there are none yet.
  mutating func next(into block: inout [UInt8], blockBytesMax: Int) -> Bool {
    block.removeAll(keepingCapacity: true)
    while true {
      switch state {
      case .start:
        guard begin() else { return false }
      case .plain:
        return handThrough(&block, blockBytesMax)
      case .inflating:
        inflate(&block, blockBytesMax)
        if !block.isEmpty { return true }
        if state == .inflating { return false }
      case .between:
        guard nextMember() else { return false }
      case .ended:
        input = []
        at = 0
        return false
      }
    }
  }

  /// Looks at the first two bytes; false while they are not there.
  private mutating func begin() -> Bool {
    guard input.count - at >= 2 || (isFinished && input.count > at) else { return false }
    let first = input[at]
    let second = input.count - at >= 2 ? input[at + 1] : 0
    isGzip = first == 0x1f && second == 0x8b
    // Window of 32 KiB, and one of the four check bytes that compressors write.
    let isZlib = first == 0x78 && [0x01, 0x5e, 0x9c, 0xda].contains(second)
    if isGzip || isZlib {
      inflater = Inflater(isGzip: isGzip)
      state = .inflating
    } else {
      state = .plain
    }
    return true
  }

  private mutating func handThrough(_ block: inout [UInt8], _ blockBytesMax: Int) -> Bool {
    guard at < input.count else { return false }
    if at == 0, input.count <= 2 * blockBytesMax {
      swap(&block, &input)
      return true
    }
    let end = min(input.count, at + blockBytesMax)
    block.append(contentsOf: input[at..<end])
    at = end
    return true
  }

  private mutating func inflate(_ block: inout [UInt8], _ blockBytesMax: Int) {
    guard let inflater else { return }
    while block.count < blockBytesMax, state == .inflating {
      let before = (block.count, at)
      let outcome = inflater.step(input, &at, into: &block, roomMax: blockBytesMax - block.count)
      switch outcome {
      case .complete: state = .between
      case .corrupt: stop(.corrupt)
      case .running:
        if before == (block.count, at) {
          // Nothing more can come out of what there is.
          if isFinished { stop(.truncated) }
          return
        }
      }
    }
  }

  /// Looks behind a member: another one, padding with zeros, or the end; false while unknown.
  private mutating func nextMember() -> Bool {
    while at < input.count, input[at] == 0 { at += 1 }
    if at == input.count {
      if isFinished { state = .ended }
      return isFinished
    }
    if isGzip, input[at] == 0x1f, input.count - at == 1, !isFinished { return false }
    guard isGzip, input.count - at >= 2, input[at] == 0x1f, input[at + 1] == 0x8b else {
      stop(.trailing)
      return true
    }
    inflater?.reset()
    state = .inflating
    return true
  }

  private mutating func stop(_ trouble: Trouble) {
    self.trouble = trouble
    state = .ended
  }
}
