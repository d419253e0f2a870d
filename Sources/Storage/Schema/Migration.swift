/// One step of the store's schema, up and down.
///
/// Steps follow *expand → migrate → contract*: a step that only adds leaves `oldestProgram` where it
/// was, so that programs of two releases share a file; the step that at last removes what nobody reads
/// any more raises it. The way down is stored in the file with the step, so that an older program,
/// which has never heard of the step, can undo it.
struct Migration: Hashable, Sendable {
  /// From 1, without gaps.
  ///
  /// A program is known by the greatest version that it knows.
  let version: Int
  /// What the step brings, in a few words.
  let name: String
  /// The oldest program that may still use the file afterwards.
  let oldestProgram: Int
  /// SQL statements, in order.
  let up: [String]
  /// SQL statements that undo `up`, in order.
  let down: [String]
  /// Tables whose number of rows the step changes on purpose; in all others it must stay.
  var changesRowsOf: Set<String> = []
}

extension [Migration] {
  /// The version of a program that knows these steps; 0 for none.
  var programVersion: Int { last?.version ?? 0 }
}
