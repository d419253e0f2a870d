import Exposition
import Model

/// What came out of one input.
private struct Decoded: Equatable {
  var rows: [String] = []
  var changes: [ChangeEvent] = []
  var codes: [String] = []
  var badLines = 0
}

/// Decodes `bytes` in one piece and in pieces whose size the input itself tells.
func decode(_ bytes: [UInt8], as format: InputFormat) {
  for validates in [false, true] {
    var options = DecoderOptions(format: format, file: "in")
    options.validates = validates
    let whole = decode(bytes, options, pieceBytes: max(bytes.count, 1))
    let size = pieceBytes(toldBy: bytes)
    precondition(
      decode(bytes, options, pieceBytes: size) == whole,
      "pieces of \(size) bytes give another result")
  }
}

private func decode(_ bytes: [UInt8], _ options: DecoderOptions, pieceBytes: Int) -> Decoded {
  var decoder = SampleDecoder(options)
  var batch = SampleBatch()
  var result = Decoded()
  func drain(_ decoder: inout SampleDecoder) {
    while decoder.next(into: &batch) {
      result.rows += batch.rowTexts
      result.changes += batch.changes
    }
    result.codes += decoder.takeDiagnostics().map { "\($0.code) \($0)" }
  }
  for piece in pieces(of: bytes, pieceBytes) {
    decoder.feed(piece, arrival: Timestamp(milliseconds: 77))
    drain(&decoder)
  }
  decoder.finish()
  drain(&decoder)
  result.badLines = decoder.counts.badLinesTotal
  return result
}
