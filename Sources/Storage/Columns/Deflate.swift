import CZlib

/// Why a compressed column cannot be read.
struct ColumnError: Error, Hashable, CustomStringConvertible {
  /// What was wrong, for the person who repairs the file.
  var description: String
}

/// zlib's format (RFC 1950), whose Adler-32 check notices a flipped bit.
enum Deflate {
  /// `bytes` compressed at level 6.
  static func compress(_ bytes: [UInt8]) throws(ColumnError) -> [UInt8] {
    var count = compressBound(uLong(bytes.count))
    var out = [UInt8](repeating: 0, count: Int(count))
    let code = compress2(&out, &count, bytes, uLong(bytes.count), 6)
    guard code == Z_OK else { throw ColumnError(description: "zlib code \(code)") }
    out.removeLast(out.count - Int(count))
    return out
  }

  /// The `count` bytes that `bytes` were made from.
  static func expand(_ bytes: [UInt8], to count: Int) throws(ColumnError) -> [UInt8] {
    var size = uLong(count)
    // One byte more than wanted, so that an empty result has somewhere to go.
    var out = [UInt8](repeating: 0, count: count + 1)
    let code = uncompress(&out, &size, bytes, uLong(bytes.count))
    guard code == Z_OK, Int(size) == count else {
      throw ColumnError(description: "zlib code \(code), \(size) of \(count) bytes")
    }
    out.removeLast()
    return out
  }
}
