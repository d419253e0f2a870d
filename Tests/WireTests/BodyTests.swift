import CSnappy
import CZlib
import CZstd
import Statistics
import Testing

@testable import Wire

struct BodyTests {
  static let plain = Array("up{job=\"node\"} 1\n".utf8)

  @Test(arguments: BodyEncoding.allCases)
  func `what was compressed comes back`(_ encoding: BodyEncoding) throws {
    for size in [0, 1, 17, 200_000] {
      let body = (0..<size).map { Self.plain[$0 % Self.plain.count] }
      let packed = compressed(body, encoding)
      #expect(try encoding.decode(packed, limit: size) == body, "\(size) bytes")
      guard size > 0 else { continue }
      let error = #expect(throws: WireError.self) {
        try encoding.decode(packed, limit: size - 1)
      }
      #expect(error?.code == .bodyTooLarge)
    }
  }

  @Test(arguments: [BodyEncoding.gzip, .zstd])
  func `several members or frames are one body`(_ encoding: BodyEncoding) throws {
    let twice = compressed(Self.plain, encoding) + compressed(Self.plain, encoding)
    #expect(try encoding.decode(twice, limit: 1000) == Self.plain + Self.plain)
  }

  @Test(arguments: [BodyEncoding.gzip, .deflate, .zstd, .snappy])
  func `a bomb is refused before it fills the memory`(_ encoding: BodyEncoding) {
    let bomb = compressed([UInt8](repeating: 0, count: 16 << 20), encoding)
    let error = #expect(throws: WireError.self) { try encoding.decode(bomb, limit: 1 << 20) }
    #expect(error?.code == .bodyTooLarge)
    #expect(error?.isAboutSize == true)
  }

  @Test(arguments: [BodyEncoding.gzip, .deflate, .zstd, .snappy])
  func `a body that is cut or damaged is refused`(_ encoding: BodyEncoding) {
    let body = (0..<5000).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 3) }
    let packed = compressed(body, encoding)
    for length in stride(from: 0, to: packed.count, by: 97) {
      #expect(throws: WireError.self) {
        try encoding.decode(Array(packed[..<length]), limit: 1 << 20)
      }
    }
    #expect(throws: WireError.self) { try encoding.decode(Self.plain, limit: 1 << 20) }
  }

  @Test func `a snappy length that is a lie allocates nothing`() {
    // Claims 4 GiB less one byte.
    let lie: [UInt8] = [0xff, 0xff, 0xff, 0xff, 0x0f, 0, 0]
    let error = #expect(throws: WireError.self) { try BodyEncoding.snappy.decode(lie, limit: .max) }
    #expect(error?.code == .corruptBody)
  }

  @Test(arguments: [BodyEncoding.gzip, .deflate, .zstd, .snappy])
  func `random bytes never crash`(_ encoding: BodyEncoding) {
    for seed in 0..<100 {
      var random = SplitMix64(seed: UInt64(seed))
      var body = compressed(Self.plain + Self.plain, encoding)
      for _ in 0...random.below(4) {
        body[random.below(body.count)] = UInt8(random.below(256))
      }
      _ = try? encoding.decode(body, limit: 1 << 16)
    }
  }

  @Test(
    arguments: [
      (nil, BodyEncoding.identity), ("", .identity), ("gzip", .gzip), ("X-GZIP", .gzip),
      (" zstd", .zstd), ("snappy", .snappy), ("deflate", .deflate), ("br", nil),
      ("gzip, gzip", nil),
    ] as [(String?, BodyEncoding?)])
  func `the header names the encoding`(_ header: String?, _ want: BodyEncoding?) {
    #expect(BodyEncoding(contentEncoding: header) == want)
  }
}

/// `body` as a sender compresses it.
func compressed(_ body: [UInt8], _ encoding: BodyEncoding) -> [UInt8] {
  switch encoding {
  case .identity: return body
  case .gzip: return deflated(body, windowBits: 15 + 16)
  case .deflate: return deflated(body, windowBits: 15)
  case .zstd:
    return [UInt8](unsafeUninitializedCapacity: ZSTD_compressBound(body.count)) { buffer, count in
      count = ZSTD_compress(buffer.baseAddress, buffer.count, body, body.count, 3)
    }
  case .snappy:
    return [UInt8](unsafeUninitializedCapacity: snappy_max_compressed_length(body.count)) {
      buffer, count in
      count = buffer.count
      let output = UnsafeMutableRawBufferPointer(buffer).assumingMemoryBound(to: CChar.self)
      body.withUnsafeBytes { input in
        _ = snappy_compress(
          input.assumingMemoryBound(to: CChar.self).baseAddress, input.count, output.baseAddress,
          &count)
      }
    }
  }
}

private func deflated(_ body: [UInt8], windowBits: Int32) -> [UInt8] {
  var stream = z_stream()
  deflateInit2_(
    &stream, 6, Z_DEFLATED, windowBits, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
    Int32(MemoryLayout<z_stream>.size))
  defer { deflateEnd(&stream) }
  let bound = Int(deflateBound(&stream, UInt(body.count)))
  var input = body
  return [UInt8](unsafeUninitializedCapacity: bound) { buffer, count in
    input.withUnsafeMutableBufferPointer { source in
      stream.next_in = source.baseAddress
      stream.avail_in = UInt32(source.count)
      stream.next_out = buffer.baseAddress
      stream.avail_out = UInt32(buffer.count)
      deflate(&stream, Z_FINISH)
      count = buffer.count - Int(stream.avail_out)
    }
  }
}
