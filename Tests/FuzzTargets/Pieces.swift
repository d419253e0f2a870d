import Model

/// `bytes` cut into pieces of `size` bytes, the last one shorter.
func pieces(of bytes: [UInt8], _ size: Int) -> some Sequence<[UInt8]> {
  stride(from: 0, to: bytes.count, by: size).lazy.map {
    Array(bytes[$0..<min($0 + size, bytes.count)])
  }
}

/// Size of the pieces that an input is cut into: the input itself tells.
func pieceBytes(toldBy bytes: [UInt8]) -> Int { 1 + Int(bytes.first ?? 0) % 13 }

extension SampleBatch {
  /// The rows as text, bit by bit, to compare them.
  var rowTexts: [String] {
    (0..<count).map { row in
      do {
        return try "\(labels(ofRow: row)) \(values[row].bitPattern) \(times[row])"
      } catch {
        preconditionFailure("a row without a series: \(error)")
      }
    }
  }
}
