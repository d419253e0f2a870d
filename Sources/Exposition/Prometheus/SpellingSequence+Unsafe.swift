import Glibc

/// The spellings of one text input, and which of them came after which.
///
/// Streams repeat their order: the spelling that followed the last one before is compared with the
/// next line first, and a hit tells where the series ends without a look for the end. Each spelling
/// has a number, under which the engine finds its series again without comparing anything.
///
/// Bounded: beyond its limits no more spellings are added; they are read the longer way.
struct SpellingSequence: Sendable {
  /// All spellings, one behind the other.
  private(set) var bytes: [UInt8] = []
  /// Where each spelling begins; the one after it begins where it ends.
  private var starts: [UInt32] = [0]
  private var followers: [UInt32] = []
  private var last = Self.none
  /// Bytes of text that were read since a spelling was added.
  private var passedBytes = 0

  /// No spelling.
  static let none = UInt32.max
  private static let bytesMax = 1 << 26
  private static let countMax = 1 << 19

  /// Adds the spelling `view[range]`, which is the one that came last.
  ///
  /// - Returns: its number; `none` when there is no more room.
  mutating func add(_ view: ByteView, _ range: Range<Int>) -> UInt32 {
    guard followers.count < Self.countMax, bytes.count + range.count <= Self.bytesMax else {
      last = Self.none
      return Self.none
    }
    passedBytes = 0
    bytes.append(view[range])
    starts.append(UInt32(bytes.count))
    followers.append(Self.none)
    let number = UInt32(followers.count - 1)
    follow(number)
    return number
  }

  /// Notes that so many bytes of text were read.
  mutating func pass(_ bytes: Int) { passedBytes += bytes }

  /// True when no spelling came for several times as much text as there are bytes of spellings.
  ///
  /// Who shares `bytes` makes the next spelling copy them: so that costs little beside the reading.
  var isSettled: Bool { passedBytes / 4 >= bytes.count }

  /// Writes where in `bytes` the spellings of these numbers begin and end; false, with nothing
  /// written, when one has no number.
  func point(_ numbers: [UInt32], _ starts: inout [UInt32], _ ends: inout [UInt32]) -> Bool {
    guard numbers.allSatisfy({ $0 != Self.none }) else { return false }
    precondition(starts.count == numbers.count && ends.count == numbers.count)
    numbers.withUnsafeBufferPointer { numbers in
      self.starts.withUnsafeBufferPointer { places in
        starts.withUnsafeMutableBufferPointer { starts in
          for row in 0..<numbers.count { starts[row] = places[Int(numbers[row])] }
        }
        ends.withUnsafeMutableBufferPointer { ends in
          for row in 0..<numbers.count { ends[row] = places[Int(numbers[row]) &+ 1] }
        }
      }
    }
    return true
  }

  /// Says that spelling `number` is the one that came last.
  mutating func follow(_ number: UInt32) {
    if last != Self.none { followers[Int(last)] = number }
    last = number
  }

  /// The number and length of the spelling that is foreseen, if a blank and it stand at `start`.
  @inline(__always)
  mutating func foresee(_ view: ByteView, _ start: Int, _ end: Int) -> (number: UInt32, count: Int)?
  {
    guard last != Self.none else { return nil }
    let number = followers.withUnsafeBufferPointer { $0[Int(last)] }
    guard number != Self.none else { return nil }
    let (first, count) = starts.withUnsafeBufferPointer { starts in
      (Int(starts[Int(number)]), Int(starts[Int(number) &+ 1] &- starts[Int(number)]))
    }
    guard start &+ count < end, view[start &+ count] == 0x20 else { return nil }
    let isEqual = bytes.withUnsafeBufferPointer { held in
      guard let base = held.baseAddress else { return false }
      return memcmp(base + first, view.base + start, count) == 0
    }
    guard isEqual else { return nil }
    last = number
    return (number, count)
  }
}
