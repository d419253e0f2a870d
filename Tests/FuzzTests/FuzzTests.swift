import Foundation
import FuzzTargets
import Statistics
import Testing

/// The seeded short run of what `make fuzz` runs at length.
///
/// A trap ends the process and names the test.
struct FuzzTests {
  /// The corpus of one target: what a fuzzer starts from, and what once broke.
  static func corpus(_ target: FuzzTarget) throws -> [[UInt8]] {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "fixtures/fuzz/\(target.rawValue)")
    let files = try FileManager.default.contentsOfDirectory(
      at: folder, includingPropertiesForKeys: nil)
    return try files.sorted { $0.path < $1.path }.map { Array(try Data(contentsOf: $0)) }
  }

  @Test(arguments: FuzzTarget.allCases)
  func `the corpus is read`(_ target: FuzzTarget) throws {
    let corpus = try Self.corpus(target)
    #expect(!corpus.isEmpty)
    for input in corpus { target.run(input) }
  }

  @Test(arguments: FuzzTarget.allCases)
  func `damaged input is read or refused`(_ target: FuzzTarget) throws {
    let corpus = try Self.corpus(target)
    var mutator = Mutator(corpus: corpus, seed: 0x7067_6e69)
    for _ in 0..<150 { target.run(mutator.next()) }
    target.run([])
  }
}

/// Damages inputs of a corpus; equal seeds give equal damage.
struct Mutator {
  private let corpus: [[UInt8]]
  private var random: SplitMix64

  /// - Precondition: `corpus` is not empty.
  init(corpus: [[UInt8]], seed: UInt64) {
    precondition(!corpus.isEmpty, "nothing to damage")
    self.corpus = corpus
    random = SplitMix64(seed: seed)
  }

  private mutating func pick(_ count: Int) -> Int { count < 1 ? 0 : random.below(count) }

  /// The next input.
  mutating func next() -> [UInt8] {
    var bytes = corpus[pick(corpus.count)]
    for _ in 0...pick(4) { damage(&bytes) }
    return Array(bytes.prefix(4096))
  }

  private mutating func damage(_ bytes: inout [UInt8]) {
    let place = pick(bytes.count + 1)
    let length = pick(12)
    switch pick(6) {
    case 0 where place < bytes.count: bytes[place] = UInt8(pick(256))
    case 1: bytes.removeSubrange(place..<min(place + length, bytes.count))
    case 2:
      // A piece of another input, of any length.
      let other = corpus[pick(corpus.count)]
      let start = pick(other.count)
      bytes.insert(contentsOf: other[start..<min(start + 3 * length, other.count)], at: place)
    case 3: bytes.removeSubrange(place...)
    case 4:
      let signs = Array("{}[]()\"'`\\,;:=#@-+|&\n\r\t 09_.eExXuNi\u{0}\u{ff}".utf8)
      bytes.insert(contentsOf: (0...length).map { _ in signs[pick(signs.count)] }, at: place)
    default:
      // The same piece once more.
      bytes.insert(contentsOf: bytes[place..<min(place + length, bytes.count)], at: place)
    }
  }
}
