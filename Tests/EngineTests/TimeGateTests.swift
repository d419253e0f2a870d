import Model
import Testing

@testable import Engine

private let day: Int64 = 86_400_000
private let now: Int64 = 1_700_000_055_000
private let yearOne: Int64 = -62_135_596_800_000
private let yearLast: Int64 = 253_402_300_799_000

/// The times that a gate lets through, piece by piece; the batches hold `cut` samples each.
private func pieces(of times: [Int64], cut: Int) -> [[Int64]] {
  var gate = TimeGate(reach: day)
  var out: [[Int64]] = []
  for first in stride(from: 0, to: times.count, by: cut) {
    var batch = SampleBatch()
    for time in times[first..<min(first + cut, times.count)] {
      batch.append(
        labels: ["__name__": "x"], time: Timestamp(milliseconds: time), value: 1)
    }
    if gate.admits(batch) {
      out.append(Array(batch.times))
    } else {
      out += gate.sort(batch).map { Array($0.times) }
    }
  }
  out += gate.settle(atEnd: true).map { Array($0.times) }
  return out.filter { !$0.isEmpty }
}

@Suite struct TimeGateTests {
  @Test(arguments: [
    [now, yearOne], [yearOne, now], [now, yearOne, yearLast], [yearLast, now, yearOne],
    [now, yearOne, yearLast, now + 15_000], [yearOne, yearLast, now, now + 15_000],
    [yearLast, now + 15_000, yearOne, now], [now, now + 15_000, yearLast, yearOne],
  ])
  func `a short stream of several centuries has no piece of more than a day`(times: [Int64]) {
    for cut in 1...times.count {
      let pieces = pieces(of: times, cut: cut)
      #expect(pieces.joined().sorted() == times.sorted(), "cut into \(cut)")
      for piece in pieces {
        #expect((piece.max() ?? 0) - (piece.min() ?? 0) <= day, "cut into \(cut): \(piece)")
      }
    }
  }

  @Test(arguments: [yearOne, yearLast, now + 2 * day])
  func `an odd time among many is refused, wherever it stands`(odd: Int64) {
    let usual = (0..<20).map { now + $0 * 15_000 }
    for place in [0, 3, 7, 8, 12, 20] {
      var times = usual
      times.insert(odd, at: place)
      // What is older than the stream is late, which is not for the gate to say.
      let isLate = odd < now && place >= 8
      for cut in [1, 5, 21] {
        let passed = pieces(of: times, cut: cut).joined().sorted()
        #expect(passed == (isLate ? times.sorted() : usual), "at \(place), cut into \(cut)")
      }
    }
  }
}
