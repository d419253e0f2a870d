/// One answer of an SMTP server: a code and its lines (RFC 5321, section 4.2).
struct SMTPReply: Hashable, Sendable {
  var code: Int
  /// The texts behind the codes.
  var lines: [String]

  /// The answer as a person wants to see it.
  var description: String {
    let text = lines.joined(separator: " ").cut(toCharacters: 200)
    return "\(code)" + (text.isEmpty ? "" : " \(text)")
  }
}

/// Cuts the bytes that a server sends into replies.
struct SMTPReplyReader: Sendable {
  struct Malformed: Error, Hashable {}

  private var buffer: [UInt8] = []
  private var lines: [String] = []

  /// Bytes of a line, and lines of a reply, that are taken; more is no SMTP.
  private static let lineBytesMax = 2048
  private static let linesMax = 100

  /// True when nothing was read that is not part of a whole reply.
  var isEmpty: Bool { buffer.isEmpty && lines.isEmpty }

  /// Takes bytes in.
  mutating func append(_ bytes: some Sequence<UInt8>) {
    buffer += bytes
  }

  /// The next whole reply; nil when more bytes are wanted.
  mutating func next() throws(Malformed) -> SMTPReply? {
    while let end = buffer.firstIndex(of: 0x0a) {
      var line = buffer[..<end]
      if line.last == 0x0d { line.removeLast() }
      let text = String(decoding: line, as: UTF8.self)
      buffer.removeFirst(end + 1)
      guard line.count >= 3, line.count <= Self.lineBytesMax, lines.count < Self.linesMax,
        let code = Int(text.prefix(3)), (200..<600).contains(code)
      else { throw Malformed() }
      lines.append(String(text.dropFirst(4)))
      if text.dropFirst(3).first == "-" { continue }
      defer { lines = [] }
      return SMTPReply(code: code, lines: lines)
    }
    guard buffer.count <= Self.lineBytesMax else { throw Malformed() }
    return nil
  }
}
