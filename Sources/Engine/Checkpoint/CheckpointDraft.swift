import Evaluation
import Model

/// A checkpoint of one moment that is being written while the engine goes on.
///
///     let draft = tocsin.draftCheckpoint()
///     while true {
///       if let checkpoint = draft.write(65_536) { return checkpoint }
///       effects += tocsin.ingest(nextBatch)
///     }
///
/// It comes out byte for byte as if the engine had stood still; see `SeriesSnapshot` for how. Belongs to
/// the owner of the engine; letting go of it gives it up.
public final class CheckpointDraft {
  private var checkpoint: Checkpoint
  private let rules: Checkpoint
  private let store: SeriesStore
  private let series: SeriesSnapshot
  private var windows: EvaluationSnapshot
  private var piece = CheckpointWriter()

  /// A draft between what was written at once: `head`, which comes before the series, and `rules`.
  init(_ head: Checkpoint, _ rules: Checkpoint, _ store: SeriesStore, _ evaluator: Evaluator) {
    checkpoint = head
    self.rules = rules
    self.store = store
    series = store.snapshot()
    windows = evaluator.captureState(series)
  }

  deinit { store.release(series) }

  /// Writes the next `bytes` or a little more.
  ///
  /// - Returns: the checkpoint once all is written, and from then on; nil before.
  public func write(_ bytes: Int) -> Checkpoint? {
    // Windows first: the next tick would copy those that are still shared.
    if !windows.isWritten {
      windows.write(bytes)
    } else if !series.isWritten {
      let full = SeriesSnapshot.pieceBytes
      series.write(into: &piece, until: min(full, piece.bytes.count + bytes))
      if piece.bytes.count >= full || series.isWritten {
        checkpoint.sections.append(Checkpoint.Section(name: "series", bytes: piece.bytes))
        piece = CheckpointWriter()
      }
    }
    guard windows.isWritten, series.isWritten else { return nil }
    store.release(series)
    var whole = checkpoint
    whole.add("windows") { windows.encode(into: &$0) }
    whole.sections += rules.sections
    return whole
  }
}
