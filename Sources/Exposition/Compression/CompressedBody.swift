/// A whole compressed body in memory, such as one that came over HTTP.
///
/// Where `SampleDecoder` uses what comes before the damage of a stream, a body is whole or refused:
/// its sender is still there and can be told.
public enum CompressedBody {
  /// Why a body was refused.
  public enum Failure: Error, Hashable, Sendable {
    /// The body ends inside the compressed data.
    case truncated
    /// The data is damaged, or is not what it claims to be.
    case corrupt
    /// Something that is no gzip member follows the last one.
    case trailing
    /// The plain bytes are more than the limit.
    case overLimit
  }

  /// Inflates gzip data, also several members in a row, or zlib data.
  ///
  /// Memory stays within twice the limit.
  /// - Parameters:
  ///   - body: The compressed bytes.
  ///   - isGzip: Whether they are gzip; zlib else.
  ///   - limit: Most plain bytes to give out.
  /// - Returns: the plain bytes.
  /// - Throws: why the body was refused.
  public static func inflate(
    _ body: [UInt8], isGzip: Bool, limit: Int
  ) throws(Failure) -> [UInt8] {
    let inflater = Inflater(isGzip: isGzip)
    var plain: [UInt8] = []
    var at = 0
    while true {
      let before = (at, plain.count)
      // Doubling, but only to one byte more than allowed, which tells a body that is too large.
      let room = min(limit + 1 - plain.count, max(1 << 16, plain.count))
      let outcome = inflater.step(body, &at, into: &plain, roomMax: room)
      if plain.count > limit { throw .overLimit }
      switch outcome {
      case .corrupt: throw .corrupt
      case .running:
        if before == (at, plain.count) { throw .truncated }
      case .complete:
        if at == body.count { return plain }
        guard isGzip, body[at] == 0x1f else { throw .trailing }
        inflater.reset()
      }
    }
  }
}
