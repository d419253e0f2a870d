/// Reads back what a `CheckpointWriter` wrote, in the same order.
///
/// Every method throws a `CheckpointError` where the bytes end or cannot have been written so.
public struct CheckpointReader: Sendable {
  @usableFromInline let bytes: [UInt8]
  /// Where the next value begins.
  public private(set) var position = 0
  /// What is read, for errors.
  public let section: String
  private var lastLabels = Labels.empty

  /// A reader of all of `bytes`, which are called `section` in errors.
  public init(_ bytes: [UInt8], section: String) {
    self.bytes = bytes
    self.section = section
  }

  /// The error `code` at the present place.
  public func failure(_ code: CheckpointError.Code = .badValue) -> CheckpointError {
    CheckpointError(code, section: section, offset: position)
  }

  /// True when everything was read.
  public var isAtEnd: Bool { position == bytes.count }

  /// Refuses bytes that are left.
  public func finish() throws(CheckpointError) {
    if !isAtEnd { throw failure(.trailingBytes) }
  }

  /// The next byte.
  public mutating func byte() throws(CheckpointError) -> UInt8 {
    guard position < bytes.count else { throw failure(.truncated) }
    defer { position += 1 }
    return bytes[position]
  }

  /// A yes or a no.
  public mutating func bool() throws(CheckpointError) -> Bool {
    switch try byte() {
    case 0: return false
    case 1: return true
    default: throw failure()
    }
  }

  /// 64 bits as they are.
  public mutating func bits() throws(CheckpointError) -> UInt64 {
    guard bytes.count - position >= 8 else { throw failure(.truncated) }
    defer { position += 8 }
    return bytes.withUnsafeBytes {
      UInt64(littleEndian: $0.loadUnaligned(fromByteOffset: position, as: UInt64.self))
    }
  }

  /// A number, every bit of it.
  public mutating func double() throws(CheckpointError) -> Double {
    Double(bitPattern: try bits())
  }

  /// A number of one to ten bytes.
  public mutating func varied() throws(CheckpointError) -> UInt64 {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while position < bytes.count {
      let byte = bytes[position]
      position += 1
      guard shift < 63 || byte <= 1 else { throw failure() }
      value |= UInt64(byte & 0x7f) << shift
      if byte < 0x80 { return value }
      shift += 7
      if shift > 63 { throw failure() }
    }
    throw failure(.truncated)
  }

  /// A number of things that follow, each of at least one byte, so that no more is made room for than
  /// there can be.
  public mutating func count() throws(CheckpointError) -> Int {
    try count(atMost: bytes.count - position)
  }

  /// A number of things, `limit` at most.
  public mutating func count(atMost limit: Int) throws(CheckpointError) -> Int {
    let value = try varied()
    guard value <= UInt64(max(0, limit)) else { throw failure() }
    return Int(value)
  }

  /// An integer.
  public mutating func int64() throws(CheckpointError) -> Int64 {
    let value = try varied()
    return Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
  }

  /// An integer.
  public mutating func int() throws(CheckpointError) -> Int { Int(try int64()) }

  /// An integer of 32 bits.
  public mutating func int32() throws(CheckpointError) -> Int32 {
    guard let value = Int32(exactly: try int64()) else { throw failure() }
    return value
  }

  /// A moment.
  public mutating func time() throws(CheckpointError) -> Timestamp {
    Timestamp(milliseconds: try int64())
  }

  /// A moment, or nil.
  public mutating func optionalTime() throws(CheckpointError) -> Timestamp? {
    try bool() ? try time() : nil
  }

  /// A text.
  public mutating func text() throws(CheckpointError) -> String {
    let count = try count()
    defer { position += count }
    return String(decoding: bytes[position..<position + count], as: UTF8.self)
  }

  /// Bytes with their number.
  public mutating func block() throws(CheckpointError) -> [UInt8] {
    let count = try count()
    defer { position += count }
    return Array(bytes[position..<position + count])
  }

  /// A reader of what `CheckpointWriter.nested` wrote; this one goes on behind it.
  public mutating func nested() throws(CheckpointError) -> CheckpointReader {
    CheckpointReader(try block(), section: section)
  }

  /// A label set.
  public mutating func labels() throws(CheckpointError) -> Labels {
    let count = try count()
    let known = lastLabels.pairs
    var pairs: [Label] = []
    pairs.reserveCapacity(count)
    for index in 0..<count {
      switch try byte() {
      case 0: pairs.append(Label(try text(), try text()))
      case 1 where index < known.count: pairs.append(Label(known[index].name, try text()))
      case 2 where index < known.count: pairs.append(known[index])
      default: throw failure()
      }
    }
    guard let labels = Labels(sorted: pairs) else { throw failure() }
    lastLabels = labels
    return labels
  }
}

extension Labels {
  /// The set of pairs that are in order already; nil when they are not.
  init?(sorted pairs: [Label]) {
    for index in pairs.indices {
      guard !pairs[index].value.isEmpty else { return nil }
      guard index == 0 || pairs[index - 1].name < pairs[index].name else { return nil }
    }
    self.init(ordered: pairs)
  }
}
