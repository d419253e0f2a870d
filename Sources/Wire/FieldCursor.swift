/// Walks the fields of one protobuf message, knowing no more of it than the wire format.
///
/// With it messages are cut into those parts that stand or fall alone, before generated code sees them.
/// Source: the protobuf encoding guide.
struct FieldCursor {
  /// The value of a field.
  enum Value {
    /// A number, or a field of a type that does not matter here.
    case scalar
    /// A text, packed numbers or a message: the place of its bytes.
    case bytes(Range<Int>)
  }

  private var at: Int
  private let end: Int

  /// A cursor before the first field of the message at `range`.
  init(_ range: Range<Int>) {
    at = range.lowerBound
    end = range.upperBound
  }

  /// The next field; nil at the end of the message.
  mutating func next(in bytes: Span<UInt8>) throws(WireError) -> (number: Int, value: Value)? {
    if at == end { return nil }
    let tag = try varint(bytes)
    let number = Int(truncatingIfNeeded: tag >> 3)
    guard tag >> 3 > 0, tag >> 3 < 1 << 29 else { throw malformed }
    switch tag & 7 {
    case 0:
      _ = try varint(bytes)
      return (number, .scalar)
    case 1:
      try skip(8)
      return (number, .scalar)
    case 2:
      let length = try varint(bytes)
      guard length <= UInt64(end - at) else { throw malformed }
      let range = at..<at + Int(length)
      at = range.upperBound
      return (number, .bytes(range))
    case 5:
      try skip(4)
      return (number, .scalar)
    default: throw malformed
    }
  }

  private mutating func skip(_ count: Int) throws(WireError) {
    guard count <= end - at else { throw malformed }
    at += count
  }

  private mutating func varint(_ bytes: Span<UInt8>) throws(WireError) -> UInt64 {
    var number: UInt64 = 0
    for shift in stride(from: UInt64(0), through: 63, by: 7) {
      guard at < end else { throw malformed }
      let byte = bytes[at]
      at += 1
      // A tenth byte has room for one bit.
      if shift == 63, byte > 1 { throw malformed }
      number |= UInt64(byte & 0x7f) << shift
      if byte < 0x80 { return number }
    }
    throw malformed
  }

  private var malformed: WireError {
    WireError(.malformedMessage, "the body is no protobuf message: broken at byte \(at)")
  }
}
