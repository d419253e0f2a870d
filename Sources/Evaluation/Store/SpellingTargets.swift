import Model

/// What the numbers lead to that sources of text gave to their spellings, so that a spelling that
/// comes again need not even be compared.
struct SpellingTargets {
  private var known: [(source: SpellingSource, targets: [Int32])] = []

  /// Sources remembered; the one that was quiet longest makes room.
  private static let sourcesMax = 16
  /// Below every target that can be set.
  private static let unknown = Int32.min

  /// The numbers of one batch with their targets, taken out for the time of one call.
  struct Rows {
    fileprivate var source: SpellingSource?
    fileprivate var targets: [Int32] = []
    fileprivate var numbers: [UInt32] = []

    /// Where the spelling of `row` leads; below -1 when that is not known.
    @inline(__always)
    func target(of row: Int) -> Int32 {
      numbers.withUnsafeBufferPointer { numbers in
        guard row < numbers.count else { return SpellingTargets.unknown }
        let number = Int(numbers[row])
        return targets.withUnsafeBufferPointer {
          number < $0.count ? $0[number] : SpellingTargets.unknown
        }
      }
    }

    /// Calls `body` with the numbers of all rows, and where each of them leads.
    @inline(__always)
    func withKnown<Result>(
      _ body: (UnsafeBufferPointer<UInt32>, UnsafeBufferPointer<Int32>) -> Result
    ) -> Result {
      numbers.withUnsafeBufferPointer { numbers in
        targets.withUnsafeBufferPointer { body(numbers, $0) }
      }
    }

    /// Says where the spelling of `row` leads.
    mutating func set(_ target: Int32, of row: Int) {
      guard row < numbers.count, numbers[row] != SampleBatch.noSpelling else { return }
      let number = Int(numbers[row])
      if number >= targets.count {
        let missing = number + 1 - targets.count
        targets.append(contentsOf: repeatElement(SpellingTargets.unknown, count: missing))
      }
      targets[number] = target
    }
  }

  /// Takes out what is known of the numbers in `batch`; `put` gives it back.
  mutating func take(_ batch: borrowing SampleBatch) -> Rows {
    guard let source = batch.spellingSource, batch.spellings.count == batch.count else {
      return Rows()
    }
    var rows = Rows(source: source, numbers: batch.spellings)
    if let index = known.firstIndex(where: { $0.source === source }) {
      rows.targets = known.remove(at: index).targets
    }
    return rows
  }

  /// Gives back what `take` took out.
  mutating func put(_ rows: consuming Rows) {
    guard let source = rows.source, !rows.targets.isEmpty else { return }
    known.append((source, rows.targets))
    if known.count > Self.sourcesMax { known.removeFirst() }
  }

  /// Forgets everything: spellings lead elsewhere now.
  mutating func forget() { known.removeAll() }
}
