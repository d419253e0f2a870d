import CPrefetch
import Model

/// What became of the rows of a batch so far.
struct AppendedRun {
  /// Time of the newest sample.
  var newest: Int64
  /// Rows that were added to a ring.
  var stored = 0
  /// Rows of series that nobody selects.
  var unselected = 0
}

/// The columns of a batch as plain pointers, for the time of one call.
struct BatchColumns {
  let bytes: UnsafePointer<UInt8>
  let starts: UnsafePointer<UInt32>
  let ends: UnsafePointer<UInt32>
  let times: UnsafePointer<Int64>
  let values: UnsafePointer<Double>

  /// Adds rows to their rings one after the other, for as long as each is of a known series or of one
  /// that nobody selects, and just goes behind the samples of its chunk.
  ///
  /// - Returns: the first row that is otherwise, of which nothing is done; the end when none is.
  @inline(never)
  func append(
    _ rows: Range<Int>, _ numbers: UnsafeBufferPointer<UInt32>,
    _ targets: UnsafeBufferPointer<Int32>, _ set: RingSet, _ closed: Int64,
    _ run: inout AppendedRun
  ) -> Int {
    guard numbers.count >= rows.upperBound else { return rows.lowerBound }
    let (rings, ringCount) = (set.rings, set.count)
    var row = rows.lowerBound
    var newest = run.newest
    var unselected = 0
    while row < rows.upperBound {
      let number = Int(numbers[row])
      guard number < targets.count else { break }
      let target = Int(targets[number])
      let (time, value) = (times[row], values[row])
      if target >= 0 {
        // Series that stand side by side mostly have a sample each.
        let next = target &+ RingSet.lookAhead
        prefetch_line(rings + (next &+ RingSet.lookAhead))
        if next < ringCount { rings[next].prefetchForAppending() }
        // A NaN may be in need of cleaning.
        guard time > closed, !value.isNaN, rings[target].appendExpected(time, value) else { break }
      } else {
        guard target == Int(SeriesStore.Target.unselected) else { break }
        unselected &+= 1
      }
      newest = max(newest, time)
      row &+= 1
    }
    run.newest = newest
    run.unselected &+= unselected
    run.stored &+= row &- rows.lowerBound &- unselected
    return row
  }

  /// First byte and length of a row's spelling.
  @inline(__always)
  func key(_ row: Int) -> (UnsafePointer<UInt8>, Int) {
    (bytes + Int(starts[row]), Int(ends[row] &- starts[row]))
  }
}

extension SampleBatch {
  /// Calls `body` with the columns, unless there is no sample.
  @inline(__always)
  borrowing func withColumns(_ body: (BatchColumns) -> Void) {
    bytes.withUnsafeBufferPointer { bytes in
      keyStarts.withUnsafeBufferPointer { starts in
        keyEnds.withUnsafeBufferPointer { ends in
          times.withUnsafeBufferPointer { times in
            values.withUnsafeBufferPointer { values in
              guard let bytes = bytes.baseAddress, let starts = starts.baseAddress,
                let ends = ends.baseAddress, let times = times.baseAddress,
                let values = values.baseAddress
              else { return }
              body(
                BatchColumns(
                  bytes: bytes, starts: starts, ends: ends, times: times, values: values))
            }
          }
        }
      }
    }
  }
}
