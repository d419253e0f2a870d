import CZlib
public import Model

/// The state of an engine as bytes, in sections.
///
///     let bytes = tocsin.checkpoint().encoded()           // the second half on any thread
///     let same = try Tocsin(restoring: Checkpoint(decoding: bytes), rules: rules)
///
/// The frame: eight bytes of magic, the version, the length of the table, the table (name, raw length,
/// packed length and CRC-32 of each section), the CRC-32 of all of that, then the packed sections.
public struct Checkpoint: Sendable {
  /// The state's version; raised when any section changes its shape.
  public static let version: UInt64 = 2

  struct Section: Sendable {
    var name: String
    var bytes: [UInt8]
  }

  var sections: [Section] = []

  static let annexName = "annex"
  private static let magic: [UInt8] = Array("TOCSINCP".utf8)
  /// zlib's format cannot shrink bytes further than this.
  private static let ratioMax = 1040
  private static let sectionsMax = 1 << 20

  init() {}

  /// What the caller of `checkpoint(annex:)` added.
  public var annex: [UInt8] { sections.first { $0.name == Self.annexName }?.bytes ?? [] }

  /// Bytes of all sections before compression.
  public var rawBytes: Int { sections.reduce(0) { $0 + $1.bytes.count } }

  mutating func add(_ name: String, _ body: (inout CheckpointWriter) -> Void) {
    var writer = CheckpointWriter()
    body(&writer)
    sections.append(Section(name: name, bytes: writer.bytes))
  }

  /// A reader of the only section called `name`.
  func reader(_ name: String) throws(CheckpointError) -> CheckpointReader {
    guard let section = sections.first(where: { $0.name == name }) else {
      throw CheckpointError(.missingSection, section: name, offset: 0)
    }
    return CheckpointReader(section.bytes, section: name)
  }

  /// The checkpoint as the bytes of a file, compressed.
  public func encoded() -> [UInt8] {
    var table = CheckpointWriter()
    table.write(varied: Self.version)
    table.write(count: sections.count)
    var bodies: [[UInt8]] = []
    var total = 0
    for section in sections {
      let packed = Zlib.pack(section.bytes)
      table.write(section.name)
      table.write(count: section.bytes.count)
      table.write(count: packed.count)
      table.write(bits: UInt64(Zlib.crc32(packed[...])))
      bodies.append(packed)
      total += packed.count
    }
    var out = CheckpointWriter()
    out.bytes.reserveCapacity(total + table.bytes.count + 64)
    out.bytes += Self.magic
    out.write(bits: UInt64(table.bytes.count))
    out.bytes += table.bytes
    out.write(bits: UInt64(Zlib.crc32(out.bytes[...])))
    for body in bodies { out.bytes += body }
    return out.bytes
  }

  /// Reads the bytes of a file back.
  ///
  /// - Throws: `CheckpointError` for anything that `encoded` of this version did not write as it is.
  public init(decoding bytes: [UInt8]) throws(CheckpointError) {
    let header = "header"
    guard bytes.starts(with: Self.magic) else {
      throw CheckpointError(.notACheckpoint, section: header, offset: 0)
    }
    var head = CheckpointReader(Array(bytes.dropFirst(Self.magic.count).prefix(8)), section: header)
    let length = try head.bits()
    let start = Self.magic.count + 8
    guard length <= UInt64(max(0, bytes.count - start - 8)) else {
      throw CheckpointError(.truncated, section: header, offset: start)
    }
    let end = start + Int(length)
    var check = CheckpointReader(Array(bytes[end..<end + 8]), section: header)
    guard try check.bits() == UInt64(Zlib.crc32(bytes[..<end])) else {
      throw CheckpointError(.checksum, section: header, offset: end)
    }
    var table = CheckpointReader(Array(bytes[start..<end]), section: header)
    guard try table.varied() == Self.version else { throw table.failure(.unknownVersion) }
    var place = end + 8
    for _ in 0..<(try table.count(atMost: Self.sectionsMax)) {
      let name = try table.text()
      let raw = try table.count(atMost: .max)
      let packed = try table.count(atMost: .max)
      let crc = try table.bits()
      guard packed <= bytes.count - place else {
        throw CheckpointError(.truncated, section: name, offset: 0)
      }
      let body = bytes[place..<place + packed]
      guard crc == UInt64(Zlib.crc32(body)) else {
        throw CheckpointError(.checksum, section: name, offset: 0)
      }
      guard raw / Self.ratioMax <= packed, let whole = Zlib.unpack(body, to: raw) else {
        throw CheckpointError(.badValue, section: name, offset: 0)
      }
      sections.append(Section(name: name, bytes: whole))
      place += packed
    }
    try table.finish()
    guard place == bytes.count else {
      throw CheckpointError(.trailingBytes, section: header, offset: place)
    }
  }
}

/// The parts of zlib that a checkpoint needs.
private enum Zlib {
  /// `bytes` compressed, fast rather than small.
  static func pack(_ bytes: [UInt8]) -> [UInt8] {
    var count = compressBound(uLong(bytes.count))
    var out = [UInt8](repeating: 0, count: Int(count))
    let code = compress2(&out, &count, bytes, uLong(bytes.count), 1)
    precondition(code == Z_OK, "zlib says \(code) with room enough: out of memory")
    out.removeLast(out.count - Int(count))
    return out
  }

  /// The `count` bytes that `packed` was made from; nil when it was made from others.
  static func unpack(_ packed: ArraySlice<UInt8>, to count: Int) -> [UInt8]? {
    var size = uLong(count)
    // One byte more than wanted, so that an empty result has somewhere to go.
    var out = [UInt8](repeating: 0, count: count + 1)
    let code = packed.withUnsafeBufferPointer {
      uncompress(&out, &size, $0.baseAddress, uLong($0.count))
    }
    guard code == Z_OK, Int(size) == count else { return nil }
    out.removeLast()
    return out
  }

  static func crc32(_ bytes: ArraySlice<UInt8>) -> UInt32 {
    bytes.withUnsafeBufferPointer { buffer in
      var sum: uLong = 0
      var rest = buffer[...]
      // zlib counts in 32 bits.
      while !rest.isEmpty {
        let part = UnsafeBufferPointer(rebasing: rest.prefix(1 << 30))
        sum = CZlib.crc32(sum, part.baseAddress, uInt(part.count))
        rest = rest.dropFirst(part.count)
      }
      return UInt32(truncatingIfNeeded: sum)
    }
  }
}
