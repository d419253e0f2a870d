import Model
import Rules
import Statistics
import Testing

@testable import Engine

/// Files that are cut, changed or none at all; and sections that are wrong in themselves.
@Suite struct CheckpointDamageTests {
  private static func make() throws -> (rules: RuleSet, checkpoint: Checkpoint) {
    let rules = try #require(RandomRules.set(seed: 5))
    var tocsin = Tocsin(rules: rules)
    for batch in RandomStream(seed: 5, steps: 150).batches(seed: 5, rowsMax: 300) {
      _ = tocsin.ingest(batch)
    }
    return (rules, tocsin.checkpoint(annex: [1, 2, 3]))
  }

  @Test func `what was written is read`() throws {
    let (_, checkpoint) = try Self.make()
    let read = try Checkpoint(decoding: checkpoint.encoded())
    #expect(read.annex == [1, 2, 3])
    #expect(read.sections.map(\.bytes) == checkpoint.sections.map(\.bytes))
  }

  @Test func `equal state gives equal bytes`() throws {
    #expect(try Self.make().checkpoint.encoded() == Self.make().checkpoint.encoded())
  }

  @Test func `a changed byte is noticed wherever it is`() throws {
    let (_, checkpoint) = try Self.make()
    let whole = checkpoint.encoded()
    var numbers = SplitMix64(seed: 7)
    for _ in 0..<2000 {
      var bytes = whole
      switch numbers.number(0..<4) {
      case 0: bytes.removeLast(numbers.number(1..<bytes.count))
      case 1: bytes.append(UInt8(truncatingIfNeeded: numbers.next()))
      case 2: bytes[numbers.number(0..<min(400, bytes.count))] ^= 1 << UInt8(numbers.number(0..<8))
      default: bytes[numbers.number(0..<bytes.count)] ^= 1 << UInt8(numbers.number(0..<8))
      }
      #expect(throws: CheckpointError.self) { try Checkpoint(decoding: bytes) }
    }
  }

  @Test func `random bytes are refused`() {
    var numbers = SplitMix64(seed: 8)
    for length in 0..<300 {
      var bytes = (0..<length).map { _ in UInt8(truncatingIfNeeded: numbers.next()) }
      if numbers.chance(2) { bytes = Array("TOCSINCP".utf8) + bytes }
      #expect(throws: CheckpointError.self) { try Checkpoint(decoding: bytes) }
    }
  }

  @Test func `sections that are wrong in themselves trap nothing`() throws {
    let (rules, checkpoint) = try Self.make()
    var numbers = SplitMix64(seed: 9)
    var refused = 0
    for _ in 0..<400 {
      var damaged = checkpoint
      let section = numbers.number(1..<damaged.sections.count)
      for _ in 0..<numbers.number(1..<4) {
        let count = damaged.sections[section].bytes.count
        guard count > 0 else { continue }
        // The beginning holds most of the structure.
        let place = numbers.number(0..<(numbers.chance(2) ? min(64, count) : count))
        damaged.sections[section].bytes[place] = UInt8(truncatingIfNeeded: numbers.next())
      }
      do throws(CheckpointError) {
        _ = try Tocsin(restoring: damaged, rules: rules)
      } catch {
        refused += 1
        #expect(error.offset >= 0 && !error.section.isEmpty && !"\(error)".isEmpty)
      }
    }
    #expect(refused > 100)
  }

  @Test func `a missing section is named`() throws {
    let (rules, checkpoint) = try Self.make()
    var lacking = checkpoint
    lacking.sections.removeAll { $0.name == "rules" }
    let error = #expect(throws: CheckpointError.self) {
      _ = try Tocsin(restoring: lacking, rules: rules)
    }
    #expect(error?.code == .missingSection && error?.section == "rules")
  }
}
