import CSnappy
import CZstd
import Exposition
import Model

/// How the body of a request is compressed.
public enum BodyEncoding: String, CaseIterable, Sendable {
  /// Not at all.
  case identity
  /// gzip, also several members in a row.
  case gzip
  /// zlib, which HTTP calls deflate.
  case deflate
  /// Zstandard, also several frames in a row.
  case zstd
  /// Snappy's block format.
  case snappy

  /// Largest window that a zstd frame may ask for, as a power of two: 8 MiB, what RFC 8878 wants at least.
  private static let windowLogMax: Int32 = 23

  /// The encoding that the header `Content-Encoding` names; nil for one that is not known.
  ///
  /// No header, or an empty one, means `identity`.
  public init?(contentEncoding: String?) {
    let name = String((contentEncoding ?? "").filter { $0 != " " && $0 != "\t" }).lowercased()
    switch name {
    case "": self = .identity
    case "x-gzip": self = .gzip
    default: self.init(rawValue: name)
    }
  }

  /// The plain bytes of `body`.
  ///
  /// - Parameters:
  ///   - body: As it came.
  ///   - limit: Most plain bytes to give out; a bomb is refused once it goes beyond.
  /// - Returns: the plain bytes.
  /// - Throws: `bodyTooLarge`, `truncatedBody` or `corruptBody`.
  public func decode(_ body: [UInt8], limit: Int) throws(WireError) -> [UInt8] {
    switch self {
    case .identity:
      if body.count > limit { throw tooLarge(limit) }
      return body
    case .gzip, .deflate:
      do throws(CompressedBody.Failure) {
        return try CompressedBody.inflate(body, isGzip: self == .gzip, limit: limit)
      } catch {
        switch error {
        case .overLimit: throw tooLarge(limit)
        case .truncated: throw truncated
        case .corrupt, .trailing: throw corrupt
        }
      }
    case .zstd: return try decodeZstd(body, limit)
    case .snappy: return try decodeSnappy(body, limit)
    }
  }

  private func tooLarge(_ limit: Int) -> WireError {
    WireError(.bodyTooLarge, "the body is over \(limit) bytes once decompressed; send smaller ones")
  }

  private var truncated: WireError {
    WireError(.truncatedBody, "the \(rawValue) body ends in the middle")
  }

  private var corrupt: WireError {
    WireError(.corruptBody, "the body is damaged, or it is no \(rawValue)")
  }

  /// The length stands in front, so that nothing is allocated for a bomb.
  private func decodeSnappy(_ body: [UInt8], _ limit: Int) throws(WireError) -> [UInt8] {
    var length = 0
    let hasLength = body.withUnsafeBytes { bytes in
      snappy_uncompressed_length(
        bytes.assumingMemoryBound(to: CChar.self).baseAddress, bytes.count, &length) == SNAPPY_OK
    }
    guard hasLength else { throw corrupt }
    if length > limit { throw tooLarge(limit) }
    // A block can grow to some 21 times its size (a copy of 64 bytes takes 3); a claim beyond is a lie.
    guard length <= 64 * max(1, body.count) else { throw corrupt }
    var status = SNAPPY_INVALID_INPUT
    let plain = [UInt8](unsafeUninitializedCapacity: length) { buffer, count in
      var room = length
      status = body.withUnsafeBytes { bytes in
        snappy_uncompress(
          bytes.assumingMemoryBound(to: CChar.self).baseAddress, bytes.count,
          UnsafeMutableRawBufferPointer(buffer).assumingMemoryBound(to: CChar.self).baseAddress,
          &room)
      }
      count = status == SNAPPY_OK ? room : 0
    }
    guard status == SNAPPY_OK, plain.count == length else { throw corrupt }
    return plain
  }

  private func decodeZstd(_ body: [UInt8], _ limit: Int) throws(WireError) -> [UInt8] {
    guard let context = ZSTD_createDCtx() else { throw corrupt }
    defer { ZSTD_freeDCtx(context) }
    ZSTD_DCtx_setParameter(context, ZSTD_d_windowLogMax, Self.windowLogMax)
    var plain: [UInt8] = []
    var at = 0
    while true {
      let before = (at, plain.count)
      let room = min(limit + 1 - plain.count, max(1 << 16, plain.count))
      var remaining = 0
      plain.append(addingCapacity: room) { (output: inout OutputSpan<UInt8>) in
        output.withUnsafeMutableBufferPointer { buffer, count in
          body.withUnsafeBytes { bytes in
            var source = ZSTD_inBuffer(src: bytes.baseAddress, size: bytes.count, pos: at)
            var target = ZSTD_outBuffer(dst: buffer.baseAddress, size: room, pos: 0)
            remaining = ZSTD_decompressStream(context, &target, &source)
            at = source.pos
            count = target.pos
          }
        }
      }
      if ZSTD_isError(remaining) != 0 { throw corrupt }
      if plain.count > limit { throw tooLarge(limit) }
      // 0 says that a frame is complete; another may follow.
      if remaining == 0, at == body.count { return plain }
      if before == (at, plain.count) { throw truncated }
    }
  }
}
