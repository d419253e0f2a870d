/// A piece of detector state that can be written to a checkpoint and read back bit for bit.
protocol StateCoding {
  /// Appends the state.
  func encode(into writer: inout StateWriter)
  /// Reads what `encode` wrote, in the same order.
  init(from reader: inout StateReader) throws(StateError)
}

/// Why a checkpoint of a detector was refused.
public struct StateError: Error, Hashable, Sendable {
  /// What is wrong.
  public enum Code: String, Hashable, Sendable, CaseIterable {
    /// The bytes end in the middle of a value.
    case truncated
    /// The bytes were written by another version of the detector.
    case unknownVersion
    /// A value is outside its range.
    case badValue
  }

  /// What is wrong.
  public var code: Code
  /// Byte offset at which it was found.
  public var offset: Int
}

/// Little-endian bytes of a checkpoint, in the order they are written.
struct StateWriter {
  /// What has been written.
  var bytes: [UInt8] = []

  mutating func write(_ value: UInt64) {
    for shift in stride(from: UInt64(0), to: 64, by: 8) {
      bytes.append(UInt8(truncatingIfNeeded: value >> shift))
    }
  }

  mutating func write(_ value: UInt32) {
    for shift in stride(from: UInt32(0), to: 32, by: 8) {
      bytes.append(UInt8(truncatingIfNeeded: value >> shift))
    }
  }

  mutating func write(_ value: Int64) { write(UInt64(bitPattern: value)) }
  mutating func write(_ value: Int) { write(Int64(value)) }
  mutating func write(_ value: Double) { write(value.bitPattern) }
  mutating func write(_ value: Float) { write(value.bitPattern) }
  mutating func write(_ value: Bool) { bytes.append(value ? 1 : 0) }
  mutating func write(byte: UInt8) { bytes.append(byte) }

  mutating func write(_ values: [Float]) {
    write(UInt32(truncatingIfNeeded: values.count))
    for value in values { write(value) }
  }

  mutating func write(_ values: [UInt8]) {
    write(UInt32(truncatingIfNeeded: values.count))
    bytes += values
  }
}

/// Reads the bytes of a checkpoint back.
struct StateReader {
  /// The checkpoint and whatever follows it.
  let bytes: ArraySlice<UInt8>
  /// Where the next value begins.
  private(set) var position: Int

  init(_ bytes: ArraySlice<UInt8>) {
    self.bytes = bytes
    position = bytes.startIndex
  }

  /// The error `code` at the present place.
  func failure(_ code: StateError.Code) -> StateError {
    StateError(code: code, offset: position - bytes.startIndex)
  }

  mutating func byte() throws(StateError) -> UInt8 {
    guard position < bytes.endIndex else { throw failure(.truncated) }
    defer { position += 1 }
    return bytes[position]
  }

  mutating func bits64() throws(StateError) -> UInt64 {
    var value: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 64, by: 8) { value |= UInt64(try byte()) << shift }
    return value
  }

  mutating func bits32() throws(StateError) -> UInt32 {
    var value: UInt32 = 0
    for shift in stride(from: UInt32(0), to: 32, by: 8) { value |= UInt32(try byte()) << shift }
    return value
  }

  mutating func float() throws(StateError) -> Float { Float(bitPattern: try bits32()) }

  mutating func double() throws(StateError) -> Double { Double(bitPattern: try bits64()) }
  mutating func int64() throws(StateError) -> Int64 { Int64(bitPattern: try bits64()) }
  mutating func int() throws(StateError) -> Int { Int(truncatingIfNeeded: try int64()) }

  /// A list with its length in front, which may not exceed `limit`.
  mutating func floats(atMost limit: Int) throws(StateError) -> [Float] {
    let count = Int(try bits32())
    guard count <= limit else { throw failure(.badValue) }
    var values: [Float] = []
    values.reserveCapacity(limit)
    for _ in 0..<count { values.append(try float()) }
    return values
  }

  /// A list with its length in front, which may not exceed `limit`.
  mutating func bytes(atMost limit: Int) throws(StateError) -> [UInt8] {
    let count = Int(try bits32())
    guard count <= limit else { throw failure(.badValue) }
    var values: [UInt8] = []
    values.reserveCapacity(limit)
    for _ in 0..<count { values.append(try byte()) }
    return values
  }

  mutating func bool() throws(StateError) -> Bool { try byte() != 0 }
}
