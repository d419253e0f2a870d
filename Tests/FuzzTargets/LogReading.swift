import Logs
import Model

/// What came out of one log.
private struct ReadLog: Equatable {
  var rows: [String] = []
  var findings: [LogFinding] = []
  var codes: [String] = []
  var lines = 0
}

/// Reads a log in one piece and in pieces whose size the input itself tells.
func readLog(_ bytes: [UInt8]) {
  let whole = readLog(bytes, pieceBytes: max(bytes.count, 1))
  let size = pieceBytes(toldBy: bytes)
  precondition(
    readLog(bytes, pieceBytes: size) == whole, "pieces of \(size) bytes give another result")
}

private func readLog(_ bytes: [UInt8], pieceBytes: Int) -> ReadLog {
  var options = LogOptions(file: "in")
  // Small bounds, so that an input of a few lines reaches them.
  options.learning = 0
  options.limits.lineBytesMax = 256
  options.limits.patternsMax = 8
  options.limits.wordingsMax = 16
  options.limits.placesMax = 32
  options.limits.seriesMax = 8
  options.limits.wordsInPlaceMax = 3
  options.limits.silentStepsMax = 4
  options.limits.idleMax = 60_000
  var decoder = LogDecoder(options)
  var batch = SampleBatch()
  var result = ReadLog()
  func drain(_ decoder: inout LogDecoder) {
    while decoder.next(into: &batch) {
      result.rows += batch.rowTexts
      result.findings += batch.logFindings
      precondition(batch.count <= 4096, "more series than the limits allow")
    }
    result.codes += decoder.takeDiagnostics().map(\.code)
  }
  for piece in pieces(of: bytes, pieceBytes) {
    decoder.feed(piece, arrival: Timestamp(milliseconds: 1_772_323_200_000))
    drain(&decoder)
  }
  decoder.finish()
  drain(&decoder)
  result.lines = decoder.counts.lines
  return result
}
