/// What a decoder read so far.
public struct DecoderCounts: Hashable, Sendable {
  /// Bytes of input, as they came (compressed or not).
  public var bytes: Int
  /// Lines, bad and empty ones included.
  public var lines: Int
  /// Samples.
  public var samples: Int
  /// Refused lines by the code of their diagnostic, in the order of the codes.
  public var badLines: [(code: String, count: Int)]

  init(bytes: Int, lines: Int, samples: Int, badLines: [LineError.Code: Int]) {
    self.bytes = bytes
    self.lines = lines
    self.samples = samples
    self.badLines = badLines.map { ($0.key.rawValue, $0.value) }.sorted { $0.code < $1.code }
  }

  /// All refused lines.
  public var badLinesTotal: Int { badLines.reduce(0) { $0 + $1.count } }

  /// Equal in every count.
  public static func == (a: DecoderCounts, b: DecoderCounts) -> Bool {
    (a.bytes, a.lines, a.samples) == (b.bytes, b.lines, b.samples)
      && a.badLines.elementsEqual(b.badLines) { $0 == $1 }
  }

  /// Hashes every count.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(bytes)
    hasher.combine(lines)
    hasher.combine(samples)
    for entry in badLines { hasher.combine(entry.count) }
  }
}
