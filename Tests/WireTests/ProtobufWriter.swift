/// Writes protobuf messages field by field: an encoder that knows nothing of the generated code.
struct ProtobufWriter {
  private(set) var bytes: [UInt8] = []

  /// A message that `body` writes.
  static func message(_ body: (inout ProtobufWriter) -> Void) -> [UInt8] {
    var writer = ProtobufWriter()
    body(&writer)
    return writer.bytes
  }

  mutating func message(_ number: Int, _ body: (inout ProtobufWriter) -> Void) {
    bytes(number, Self.message(body))
  }

  mutating func bytes(_ number: Int, _ value: [UInt8]) {
    varint(UInt64(number) << 3 | 2)
    varint(UInt64(value.count))
    bytes += value
  }

  mutating func text(_ number: Int, _ value: String) { bytes(number, Array(value.utf8)) }

  mutating func double(_ number: Int, _ value: Double) { fixed(number, value.bitPattern) }

  mutating func fixed(_ number: Int, _ value: UInt64) {
    varint(UInt64(number) << 3 | 1)
    for shift in stride(from: UInt64(0), to: 64, by: 8) {
      bytes.append(UInt8(truncatingIfNeeded: value >> shift))
    }
  }

  mutating func integer(_ number: Int, _ value: Int64) {
    varint(UInt64(number) << 3)
    varint(UInt64(bitPattern: value))
  }

  mutating func zigzag(_ number: Int, _ value: Int64) {
    integer(number, (value << 1) ^ (value >> 63))
  }

  mutating func packed(_ number: Int, _ values: [UInt64]) {
    bytes(number, Self.message { writer in for value in values { writer.varint(value) } })
  }

  mutating func packedZigzag(_ number: Int, _ values: [Int64]) {
    packed(number, values.map { UInt64(bitPattern: ($0 << 1) ^ ($0 >> 63)) })
  }

  mutating func packedDoubles(_ number: Int, _ values: [Double]) {
    packedFixed(number, values.map(\.bitPattern))
  }

  mutating func packedFixed(_ number: Int, _ values: [UInt64]) {
    let plain = values.flatMap { value in
      stride(from: UInt64(0), to: 64, by: 8).map { UInt8(truncatingIfNeeded: value >> $0) }
    }
    bytes(number, plain)
  }

  mutating func varint(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }
}
