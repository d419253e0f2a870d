public import Model

/// The state of an evaluator as it was at one moment, to be written piece by piece while it goes on.
///
/// What is large is shared with its operator, which copies it when it changes first; so the sooner all
/// is written, the less is copied.
public struct EvaluationSnapshot {
  /// Pieces of state by their keys, which rise.
  struct Table {
    /// Those that are not written yet, the next one last.
    fileprivate var rest: [(key: String, state: CapturedState)]
    fileprivate var written: [(key: String, bytes: [UInt8])] = []

    init(_ pieces: [(key: String, state: CapturedState)]) { rest = pieces.reversed() }
  }

  private let fingerprint: String
  private var tables: [Table]
  /// The table, piece and element that are being written.
  private var table = 0
  private var element = 0
  private var piece = CheckpointWriter()

  init(fingerprint: String, tables: [Table]) {
    self.fingerprint = fingerprint
    self.tables = tables
  }

  /// True when all is written, and `encode` may be called.
  public var isWritten: Bool { table == tables.count }

  /// Elements that are written between two looks at how much there is.
  private static let stride = 256

  /// Writes the next `bytes` or a little more.
  public mutating func write(_ bytes: Int) {
    var left = bytes
    while table < tables.count, left > 0 {
      guard let (key, state) = tables[table].rest.last else {
        table += 1
        continue
      }
      let before = piece.bytes.count
      let end = min(state.count, element + Self.stride)
      state.write(element..<end, &piece)
      left -= max(1, piece.bytes.count - before)
      element = end
      guard element == state.count else { continue }
      tables[table].rest.removeLast()
      if !piece.bytes.isEmpty { tables[table].written.append((key, piece.bytes)) }
      piece = CheckpointWriter()
      element = 0
    }
  }

  /// Adds what `Evaluator.encodeState` would have written at the moment.
  ///
  /// - Precondition: all is written.
  public func encode(into writer: inout CheckpointWriter) {
    precondition(isWritten, "a part of the state is not written yet")
    writer.write(fingerprint)
    for table in tables {
      writer.write(count: table.written.count)
      for (key, bytes) in table.written {
        writer.write(key)
        writer.write(block: bytes)
      }
    }
  }
}

/// A part of the state as it was at one moment.
struct CapturedState {
  /// Elements that are written one after the other.
  let count: Int
  /// Writes the elements of a range, which follows the one before; an empty state is asked for 0..<0.
  let write: (Range<Int>, inout CheckpointWriter) -> Void

  init(count: Int, _ write: @escaping (Range<Int>, inout CheckpointWriter) -> Void) {
    self.count = count
    self.write = write
  }

  /// A state that is written at once.
  init(_ encode: (inout CheckpointWriter) -> Void) {
    var writer = CheckpointWriter()
    encode(&writer)
    let bytes = writer.bytes
    self.init(count: 1) { $1.bytes += bytes }
  }
}
