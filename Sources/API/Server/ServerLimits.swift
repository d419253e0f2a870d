import HTTPTypes
import Hummingbird
import Model
import NIOCore
import Wire

/// Bounds on what clients may ask of the server; the defaults are on.
public struct ServerLimits: Sendable, Hashable {
  /// Largest body, as it comes: 64 MiB.
  public var bodyBytes = 64 << 20
  /// Largest body once decompressed: 256 MiB.
  public var decodedBytes = 256 << 20
  /// Pushes that may wait for the engine.
  public var waitingPushes = 64
  /// Connections at once; more wait to be accepted.
  public var connections = 1024
  /// How long a connection may be silent, in seconds: slow senders do not hold one for ever.
  public var idleSeconds = 60
  /// Largest head of a request: 64 KiB.
  public var headerBytes = 64 << 10
  /// Listeners to events at once.
  public var listeners = 64
  /// How long a query may take, in seconds, waiting included: the engine stands still meanwhile.
  public var querySeconds = 10
  /// Most samples in the answer to a query; with their text they take some 100 bytes each.
  public var querySamples = 10_000_000

  /// The default limits.
  public init() {}

  /// The body of `request`, decompressed as its header says, or as `encoding` where it says nothing.
  func body(
    of request: Request, assuming encoding: BodyEncoding = .identity
  ) async throws -> [UInt8] {
    let named = request.headers[.contentEncoding]
    guard let encoding = named == nil ? encoding : BodyEncoding(contentEncoding: named) else {
      throw APIError(
        .unsupported,
        "expected gzip, deflate, zstd, snappy or identity as Content-Encoding, "
          + "found \(quoted(named ?? ""))")
    }
    let buffer: ByteBuffer
    do {
      buffer = try await request.body.collect(upTo: bodyBytes)
    } catch let error as NIOTooManyBytesError {
      throw APIError(.tooLarge, "the body is over \(error.maxBytes ?? bodyBytes) bytes")
    }
    let decodedMax = decodedBytes
    return try refusing { () throws(WireError) in
      try encoding.decode(Array(buffer: buffer), limit: decodedMax)
    }
  }
}
