public import Model

/// The series of a store as they were at one moment, to be written piece by piece while the store goes on.
///
///     let snapshot = store.snapshot()
///     while !snapshot.isWritten {
///       snapshot.write(into: &writer, until: writer.bytes.count + 65_536)   // and between, samples come
///     }
///     store.release(snapshot)
///
/// A float that joins a ring lies behind those of the moment, so a mark says where the ring ended. Before
/// anything else is done to a ring that is not written yet (a late sample finds its place, a block is
/// dropped, a histogram joins, series are forgotten), it is written aside: copy on write, by hand.
///
/// Belongs to the owner of the store.
public final class SeriesSnapshot {
  /// Bytes after which a piece is full.
  public static let pieceBytes = 4 << 20

  private let rings: RingSet
  /// Those of the moment, and perhaps more.
  private let labels: [Labels]
  /// Where each ring ended.
  let marks: [RingMark]
  /// The first series that is not written yet.
  private var next = 0
  /// Rings that were written before their turn.
  private var aside: [Int: [UInt8]] = [:]

  init(_ rings: RingSet, _ labels: [Labels]) {
    self.rings = rings
    self.labels = labels
    marks = (0..<rings.count).map { rings.rings[$0].mark }
  }

  /// True when all series are written.
  public var isWritten: Bool { next == marks.count }

  /// Writes the next series, until `writer` holds so many bytes.
  public func write(into writer: inout CheckpointWriter, until bytes: Int) {
    while next < marks.count, writer.bytes.count < bytes {
      writer.write(labels[next])
      if let known = aside.removeValue(forKey: next) {
        writer.bytes += known
      } else {
        rings.encode(next, at: marks[next], into: &writer)
      }
      next += 1
    }
  }

  /// Writes a ring aside before it changes.
  func preserve(_ number: Int) {
    guard number >= next, number < marks.count, aside[number] == nil else { return }
    var writer = CheckpointWriter()
    rings.encode(number, at: marks[number], into: &writer)
    aside[number] = writer.bytes
  }

  /// Writes all rings aside, before they get other numbers.
  func preserveAll() {
    for number in next..<marks.count { preserve(number) }
  }
}
