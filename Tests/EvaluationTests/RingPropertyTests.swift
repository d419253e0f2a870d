import Model
import Testing

@testable import Evaluation

/// What goes into a ring comes out of it bit for bit: packed, in the chunk, or put in late.
@Suite struct RingPropertyTests {
  private static func contents(_ ring: Ring) -> [(time: Int64, bits: UInt64)] {
    let view = BlockView()
    var contents: [(time: Int64, bits: UInt64)] = []
    for block in ring.firstBlock..<ring.endBlock {
      ring.load(block, into: view)
      for i in 0..<view.count { contents.append((view.times[i], view.values[i].bitPattern)) }
      for first in [0, view.count / 3, view.count - 1] { check(ring, block, from: first, view) }
    }
    return contents
  }

  /// Whoever wants a part of a block, and its times one by one, is given the same.
  private static func check(_ ring: Ring, _ block: Int32, from first: Int, _ whole: BlockView) {
    let part = BlockView()
    for i in 0..<BlockHeader.capacity { part.times[i] = .min }
    ring.load(block, from: Int32(first), into: part, times: false)
    #expect(part.count == whole.count)
    for i in first..<whole.count {
      #expect(part.time(i) == whole.times[i], "time \(i) of block \(block) from \(first)")
      #expect(part.values[i].bitPattern == whole.values[i].bitPattern)
      #expect(whole.step == 0 || i == first || whole.times[i] - whole.times[i - 1] == whole.step)
    }
  }

  private static func value(_ profile: Int, _ index: Int, _ source: inout RandomSeries) -> Double {
    switch profile {
    case 0: return 42
    case 1: return Double(index * 3)
    case 2: return Double(Int.random(in: -5000...5000, using: &source.random)) / 100
    case 3: return Double(bitPattern: source.random.next())
    case 5: return Double(index * 100 + Int.random(in: 0...90, using: &source.random)) / 10
    case 6: return index < 100 ? 0.5 : Double(Int.random(in: 0...3, using: &source.random))
    case 4:
      return source.pick([
        0, -0.0, .nan, .infinity, -.infinity, StaleMarker.value, .leastNonzeroMagnitude,
        .greatestFiniteMagnitude, 0x1p53, 0x1p63, -0x1p63, 1e300,
      ])
    default: return Double.random(in: -1...1, using: &source.random)
    }
  }

  @Test(arguments: 0..<60 as Range<UInt64>)
  func `a ring gives back every bit`(seed: UInt64) {
    var source = RandomSeries(seed: seed)
    let set = RingSet()
    let number = set.add(retention: .max)
    let profile = Int(seed % 8)
    let oddOneIn = source.pick([1, 10, 1000])
    var time = source.pick([0, -1_000_000_000, 1_700_000_000_000, Int64.max / 4])
    var kept: [(time: Int64, bits: UInt64)] = []
    for i in 0..<source.pick([1, 14, 15, 16, 59, 60, 61, 300]) {
      let value = Self.value(profile, i, &source)
      set.rings[number].append(time, value, set.scratch)
      kept.append((time, value.bitPattern))
      time += source.chance(oddOneIn) ? source.pick([1, 999, 15_000, 1 << 33]) : 15_000
    }
    #expect(Self.contents(set.rings[number]).elementsEqual(kept, by: ==))
    #expect(set.rings[number].count == kept.count)
    let bound = kept[kept.count / 2].time
    set.rings[number].drop(before: bound)
    let rest = Self.contents(set.rings[number])
    #expect(rest.elementsEqual(kept.suffix(rest.count), by: ==), "dropping leaves the newest")
    #expect(rest.count >= kept.count { $0.time >= bound }, "nothing young is dropped")
  }

  @Test func `a ring is a line of the cache`() {
    #expect(MemoryLayout<Ring>.stride == 64)
    let set = RingSet()
    for _ in 0..<100 { set.add(retention: 0) }
    #expect(UInt(bitPattern: set.rings) % 64 == 0)
  }

  @Test(arguments: 0..<40 as Range<UInt64>)
  func `late samples find their places`(seed: UInt64) {
    var source = RandomSeries(seed: seed)
    let set = RingSet()
    let number = set.add(retention: .max)
    let count = source.pick([2, 16, 61, 200])
    var kept: [Int64: UInt64] = [:]
    for i in 0..<count {
      let (time, value) = (Int64(i) * 1000, Self.value(Int(seed % 8), i, &source))
      set.rings[number].append(time, value, set.scratch)
      kept[time] = value.bitPattern
    }
    for _ in 0..<20 {
      let time = Int64.random(in: -500...Int64(count - 1) * 1000, using: &source.random)
      let wasPut = set.rings[number].insert(time, 0.25, set.scratch)
      #expect(wasPut == (time > 0 && kept[time] == nil), "\(time)")
      if wasPut { kept[time] = 0.25.bitPattern }
    }
    let contents = Self.contents(set.rings[number])
    #expect(contents.elementsEqual(kept.sorted { $0.key < $1.key }, by: ==))
  }

  @Test func `a place stays valid while later samples come, are packed and put in late`() {
    let set = RingSet()
    let number = set.add(retention: .max)
    let view = BlockView()
    var places: [(RingPosition, Int64)] = []
    for i in 0..<500 {
      let time = Int64(i) * 1000
      set.rings[number].append(time, Double(i), set.scratch)
      let block = set.rings[number].endBlock - 1
      set.rings[number].load(block, into: view)
      places.append((RingPosition(block: block, index: Int32(view.count - 1)), time))
      // A late sample moves only those after it; nobody has read them yet.
      if i % 40 == 39, set.rings[number].insert(time - 3500, 0, set.scratch) {
        places.removeLast(4)
      }
    }
    set.rings[number].drop(before: 100_000)
    for (place, time) in places where place.block >= set.rings[number].firstBlock {
      set.rings[number].load(place.block, from: place.index, into: view)
      #expect(view.times[Int(place.index)] == time)
      #expect(view.values[Int(place.index)] == Double(time / 1000))
    }
  }

  @Test func `histograms keep their numbers when old ones go`() {
    let set = RingSet()
    let number = set.add(retention: 10_000)
    for i in 0..<200 {
      var histogram = NativeHistogram()
      histogram.count = Double(i)
      set.append(Int64(i) * 1000, histogram, to: number)
    }
    set.trim(to: 199_000)
    for (time, bits) in Self.contents(set.rings[number]) {
      let histogram = set.histogram(Double(bitPattern: bits), of: number)
      #expect(histogram?.count == Double(time / 1000))
    }
    #expect(!set.isPlain(number))
  }
}
