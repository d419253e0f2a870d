/// Columns of one evidence window as bytes: times and any number of value columns of equal length.
///
/// Times are stored as differences of differences, zigzag and in 7-bit groups: a regular grid costs a
/// byte a point before compression. A value is XORed with its predecessor (Pelkonen et al., "Gorilla",
/// VLDB 2015) and the eight bytes of all values are laid out plane by plane, because the upper planes
/// of neighbouring values are zeros that zlib folds away. Every bit pattern survives, NaNs included.
///
/// Layout: format (1 byte) · points · columns · length of the rest when expanded (7-bit groups each) ·
/// zlib stream.
enum ColumnCodec {
  /// First byte of the only layout there is so far.
  private static let format: UInt8 = 1

  /// The bytes of `times` and `columns`.
  ///
  /// - Precondition: every column has the length of `times`.
  static func encode(times: [Int64], columns: [[Double]]) throws(ColumnError) -> [UInt8] {
    precondition(columns.allSatisfy { $0.count == times.count }, "columns of unequal length")
    var plain: [UInt8] = []
    plain.reserveCapacity(times.count * (2 + 8 * columns.count))
    appendTimes(times, to: &plain)
    for column in columns { appendPlanes(of: column, to: &plain) }
    var out = [format]
    for number in [times.count, columns.count, plain.count] { append(UInt64(number), to: &out) }
    return out + (try Deflate.compress(plain))
  }

  /// Reads what `encode` was given.
  ///
  /// Refuses damaged bytes and more than `pointsMax` points.
  static func decode(
    _ bytes: [UInt8], pointsMax: Int = .max
  ) throws(ColumnError) -> (times: [Int64], columns: [[Double]]) {
    var position = 0
    guard bytes.first == format else {
      throw ColumnError(description: "format \(bytes.first.map(String.init) ?? "missing"), want 1")
    }
    position = 1
    let points = try number(in: bytes, at: &position)
    let columnCount = try number(in: bytes, at: &position)
    let size = try number(in: bytes, at: &position)
    // A point takes at most 10 bytes of time and 8 of each column: a greater size is damage, and
    // believing it would ask for the memory.
    guard points <= pointsMax, columnCount <= 64, size <= points * (10 + 8 * columnCount) else {
      throw ColumnError(description: "\(points) points, \(columnCount) columns, \(size) bytes")
    }
    let plain = try Deflate.expand(Array(bytes[position...]), to: size)
    position = 0
    let times = try readTimes(points, from: plain, at: &position)
    guard plain.count - position == 8 * points * columnCount else {
      throw ColumnError(description: "\(plain.count - position) bytes for \(columnCount) columns")
    }
    let columns = (0..<columnCount).map {
      readPlanes(points, from: plain, at: position + 8 * points * $0)
    }
    return (times, columns)
  }

  // MARK: - Times

  private static func appendTimes(_ times: [Int64], to out: inout [UInt8]) {
    var previous: Int64 = 0
    var step: Int64 = 0
    for time in times {
      // Wrapping both ways: the reader adds back what was taken off, so overflow is harmless.
      let newStep = time &- previous
      let bend = newStep &- step
      append(UInt64(bitPattern: (bend << 1) ^ (bend >> 63)), to: &out)
      (previous, step) = (time, newStep)
    }
  }

  private static func readTimes(
    _ count: Int, from bytes: [UInt8], at position: inout Int
  ) throws(ColumnError) -> [Int64] {
    var times: [Int64] = []
    times.reserveCapacity(count)
    var previous: Int64 = 0
    var step: Int64 = 0
    for _ in 0..<count {
      let zigzag = try group(in: bytes, at: &position)
      step = step &+ (Int64(bitPattern: zigzag >> 1) ^ -Int64(bitPattern: zigzag & 1))
      previous = previous &+ step
      times.append(previous)
    }
    return times
  }

  // MARK: - Values

  private static func appendPlanes(of values: [Double], to out: inout [UInt8]) {
    let start = out.count
    out.append(contentsOf: repeatElement(0, count: 8 * values.count))
    var previous: UInt64 = 0
    for (index, value) in values.enumerated() {
      let change = value.bitPattern ^ previous
      previous = value.bitPattern
      for plane in 0..<8 {
        out[start + plane * values.count + index] = UInt8(truncatingIfNeeded: change >> (8 * plane))
      }
    }
  }

  private static func readPlanes(_ count: Int, from bytes: [UInt8], at start: Int) -> [Double] {
    var previous: UInt64 = 0
    return (0..<count).map { index in
      var change: UInt64 = 0
      for plane in 0..<8 { change |= UInt64(bytes[start + plane * count + index]) << (8 * plane) }
      previous ^= change
      return Double(bitPattern: previous)
    }
  }

  // MARK: - 7-bit groups, lowest first; the top bit says that more follow

  private static func append(_ number: UInt64, to out: inout [UInt8]) {
    var rest = number
    while rest >= 0x80 {
      out.append(UInt8(rest & 0x7f) | 0x80)
      rest >>= 7
    }
    out.append(UInt8(rest))
  }

  private static func group(
    in bytes: [UInt8], at position: inout Int
  ) throws(ColumnError) -> UInt64 {
    var number: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 64, by: 7) {
      guard position < bytes.count else { throw ColumnError(description: "cut off") }
      let byte = bytes[position]
      position += 1
      number |= UInt64(byte & 0x7f) << shift
      if byte < 0x80 { return number }
    }
    throw ColumnError(description: "a number of more than 64 bits")
  }

  /// A count; held to what memory could ever hold, so that products of it cannot overflow.
  private static func number(in bytes: [UInt8], at position: inout Int) throws(ColumnError) -> Int {
    let number = try group(in: bytes, at: &position)
    guard number < 1 << 40 else { throw ColumnError(description: "count \(number)") }
    return Int(number)
  }
}
