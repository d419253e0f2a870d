import CZlib
import Model

@testable import Logs

/// What came out of one log, in a form that is easy to compare.
struct ReadLog: Equatable {
  /// `series value @seconds` of each sample.
  var samples: [String] = []
  var findings: [LogFinding] = []
  var codes: [String] = []
  var counts: LogCounts

  /// The samples of series whose spelling holds `part`.
  func samples(of part: String) -> [String] { samples.filter { $0.contains(part) } }
}

/// Reads `blocks` one after the other.
func read(_ blocks: [[UInt8]], _ options: LogOptions = LogOptions()) -> ReadLog {
  var decoder = LogDecoder(options)
  var result = ReadLog(counts: decoder.counts)
  var batch = SampleBatch()
  func drain(_ decoder: inout LogDecoder) {
    while decoder.next(into: &batch) {
      for row in 0..<batch.count {
        let labels = (try? batch.labels(ofRow: row))?.description ?? "no series"
        let value = StaleMarker.isStale(batch.values[row]) ? "stale" : "\(batch.values[row])"
        result.samples.append("\(labels) \(value) @\(batch.times[row] / 1000 % 86_400)")
      }
      result.findings += batch.logFindings
    }
    result.codes += decoder.takeDiagnostics().map(\.code)
  }
  for block in blocks {
    decoder.feed(block, arrival: arrival)
    drain(&decoder)
  }
  decoder.finish()
  drain(&decoder)
  result.counts = decoder.counts
  return result
}

func read(_ text: String, _ options: LogOptions = LogOptions()) -> ReadLog {
  read([Array(text.utf8)], options)
}

/// `bytes` as one gzip member.
func deflated(_ bytes: [UInt8]) -> [UInt8] {
  var input = bytes
  var output = [UInt8](repeating: 0, count: bytes.count + 1024)
  var stream = z_stream()
  let size = Int32(MemoryLayout<z_stream>.size)
  deflateInit2_(&stream, 6, Z_DEFLATED, 31, 8, 0, ZLIB_VERSION, size)
  input.withUnsafeMutableBufferPointer { source in
    output.withUnsafeMutableBufferPointer { target in
      stream.next_in = source.baseAddress
      stream.avail_in = UInt32(source.count)
      stream.next_out = target.baseAddress
      stream.avail_out = UInt32(target.count)
      deflate(&stream, Z_FINISH)
    }
  }
  output.removeLast(Int(stream.avail_out))
  deflateEnd(&stream)
  return output
}

/// `2026-01-15T00:00:00Z` and `seconds`, as log lines write it.
func stamp(_ seconds: Int) -> String {
  Timestamp(milliseconds: 1_768_435_200_000 + Int64(seconds) * 1000).description
}
