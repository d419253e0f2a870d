import Foundation
import Statistics
import Testing

@testable import Incidents

/// A list that shares with its copies does what an array does, and leaves the copies alone.
@Suite struct SharedListTests {
  @Test(arguments: 1...20)
  func `it does what an array does, and no snapshot changes`(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    var list = SharedList<Int>()
    var twin: [Int] = []
    var snapshots: [(list: SharedList<Int>, twin: [Int])] = []
    for step in 0..<400 {
      switch random.below(20) {
      case 0..<8:
        list.append(step)
        twin.append(step)
      case 8..<14:
        let place = random.below(twin.count + 1)
        list.insert(step, at: place)
        twin.insert(step, at: place)
      case 14...15 where !twin.isEmpty:
        let place = random.below(twin.count)
        #expect(list.remove(at: place) == twin.remove(at: place))
      case 16...17 where !twin.isEmpty:
        let place = random.below(twin.count)
        list[place] = -step
        twin[place] = -step
      case 18:
        let rest = random.below(9)
        list.removeAll { abs($0) % 9 == rest }
        twin.removeAll { abs($0) % 9 == rest }
      default: snapshots.append((list, twin))
      }
      #expect(list.count == twin.count && list.last == twin.last)
    }
    snapshots.append((list, twin))
    for (list, twin) in snapshots {
      #expect(Array(list) == twin)
      #expect(list.indices.map { list[$0] } == twin)
      #expect(list.suffix(3).elementsEqual(twin.suffix(3)))
      let stored = try JSONEncoder().encode(list)
      #expect(
        String(decoding: stored, as: UTF8.self)
          == String(
            decoding: try JSONEncoder().encode(twin), as: UTF8.self))
      #expect(try JSONDecoder().decode(SharedList<Int>.self, from: stored) == list)
    }
  }

  @Test func `equality and hash do not depend on the way a list came about`() {
    var grown = SharedList(0..<100)
    for number in (0..<100).reversed() { grown.insert(-number, at: 0) }
    let made = SharedList((0..<100).map { -$0 } + Array(0..<100))
    #expect(grown == made)
    #expect(Set([grown, made]).count == 1)
    #expect(grown != SharedList(made.dropLast()))
  }

  @Test(arguments: [0, 1, 15, 16, 17, 100])
  func `a place in an ordered list`(count: Int) {
    let list = SharedList((0..<count).map { $0 / 3 })
    for bound in -1...count {
      #expect(list.partition { $0 < bound } == Array(list).firstIndex { $0 >= bound } ?? count)
    }
  }

  @Test func `the empty list`() throws {
    let list: SharedList<Int> = []
    #expect(list.isEmpty && list.first == nil && list.last == nil)
    #expect(try JSONEncoder().encode(list) == Data("[]".utf8))
    #expect(list.description == "[]")
  }
}
