import CZlib

/// Owns one zlib inflate stream.
///
/// A class, because zlib's state holds the address of the `z_stream` it belongs to.
final class Inflater {
  /// What ended a step.
  enum Outcome {
    /// The output is full or the input used up.
    case running
    /// The compressed stream is complete.
    case complete
    /// The bytes are not what they claim to be.
    case corrupt
  }

  private let stream: UnsafeMutablePointer<z_stream>
  private let isReady: Bool

  /// A stream of gzip members, or of zlib data.
  init(isGzip: Bool) {
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    let windowBits: Int32 = isGzip ? 15 + 16 : 15
    isReady =
      inflateInit2_(stream, windowBits, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
  }

  deinit {
    if isReady { inflateEnd(stream) }
    stream.deinitialize(count: 1)
    stream.deallocate()
  }

  /// Makes ready for the next member.
  func reset() { if isReady { inflateReset(stream) } }

  /// Inflates from `input[at...]`, moving `at`, and appends up to `roomMax` bytes to `output`.
  func step(
    _ input: [UInt8], _ at: inout Int, into output: inout [UInt8], roomMax: Int
  ) -> Outcome {
    guard isReady else { return .corrupt }
    var status = Z_OK
    var used = 0
    // zlib counts in 32 bits.
    let supply = min(input.count - at, Int(Int32.max))
    let start = at
    output.append(addingCapacity: roomMax) { (room: inout OutputSpan<UInt8>) in
      room.withUnsafeMutableBufferPointer { buffer, count in
        input.withUnsafeBufferPointer { bytes in
          guard let source = bytes.baseAddress, let target = buffer.baseAddress else { return }
          stream.pointee.next_in = UnsafeMutablePointer(mutating: source + start)
          stream.pointee.avail_in = UInt32(supply)
          stream.pointee.next_out = target
          stream.pointee.avail_out = UInt32(roomMax)
          status = inflate(stream, Z_NO_FLUSH)
          used = supply - Int(stream.pointee.avail_in)
          count = roomMax - Int(stream.pointee.avail_out)
        }
      }
    }
    at += used
    switch status {
    case Z_STREAM_END: return .complete
    case Z_OK, Z_BUF_ERROR: return .running
    default: return .corrupt
    }
  }
}
