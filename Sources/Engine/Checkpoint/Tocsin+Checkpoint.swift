import Evaluation
import Incidents
public import Model
public import Rules

extension Tocsin {
  /// Everything that decides what the engine will do, for `Tocsin(restoring:rules:options:)`.
  ///
  /// - Parameter annex: Bytes of the caller's own that belong to this moment, such as how far inputs
  ///   were read.
  /// - Returns: The state; nothing of the engine is shared with it.
  /// - Complexity: O(samples held).
  /// - Precondition: no tick is under way.
  public func checkpoint(annex: [UInt8] = []) -> Checkpoint {
    let draft = draftCheckpoint(annex: annex)
    while true { if let whole = draft.write(SeriesSnapshot.pieceBytes) { return whole } }
  }

  /// As `checkpoint`, of this moment, but what is large is written later, piece by piece: so that the
  /// engine need not stand still until all is written.
  ///
  /// - Returns: What writes it.
  /// - Complexity: O(series), some nanoseconds each, and what rules remember.
  /// - Precondition: no tick is under way.
  public func draftCheckpoint(annex: [UInt8] = []) -> CheckpointDraft {
    precondition(!isUnderWay, "a tick is under way: its later waves are not in any state")
    var head = Checkpoint()
    head.add(Checkpoint.annexName) { $0.bytes = annex }
    head.add("engine") { encodeEngine(into: &$0) }
    head.add("incidents") { writer in
      writer.write(coded: book)
      writer.write(coded: evidence)
    }
    head.add("store") { store.encodeHead(into: &$0) }
    var tail = Checkpoint()
    tail.add("rules") { encodeRules(into: &$0) }
    return CheckpointDraft(head, tail, store, evaluator)
  }

  /// An engine that goes on where the one that made `checkpoint` stood.
  ///
  /// Fed the rest of the stream it gives the effects, byte for byte, that the other would have given.
  /// State of rules that are in both sets is kept, that of a changed rule begins anew, and firing
  /// alerts of rules that are gone end at the next tick, as vanished.
  /// - Throws: `CheckpointError` when the state cannot be read.
  public init(
    restoring checkpoint: Checkpoint, rules: RuleSet, options: EngineOptions = EngineOptions()
  ) throws(CheckpointError) {
    self.init(rules: rules, options: options)
    try restore(checkpoint)
  }

  private mutating func restore(_ checkpoint: Checkpoint) throws(CheckpointError) {
    var head = try checkpoint.reader("store")
    let count = try store.restoreHead(from: &head)
    try head.finish()
    store.prepareForSeries(count)
    for section in checkpoint.sections where section.name == "series" {
      var reader = CheckpointReader(section.bytes, section: "series")
      try store.restoreSeries(from: &reader)
    }
    guard store.seriesCount == count else { throw head.failure() }
    var windows = try checkpoint.reader("windows")
    if try evaluator.restoreState(from: &windows) { try windows.finish() }
    var rules = try checkpoint.reader("rules")
    try restoreRules(from: &rules)
    try rules.finish()
    var incidents = try checkpoint.reader("incidents")
    let limits = book.limits
    book = try incidents.coded()
    book.limits = limits
    evidence = try incidents.coded()
    try incidents.finish()
    var engine = try checkpoint.reader("engine")
    try restoreEngine(from: &engine)
    try engine.finish()
    startNewGroups()
  }

  // MARK: The engine's own

  private func encodeEngine(into writer: inout CheckpointWriter) {
    writer.write(firstTime)
    writer.write(count: tickCount)
    writer.write(coded: pendingChanges)
    writer.write(coded: pendingLogFindings)
    writer.write(count: reportedRules.count)
    for identity in reportedRules.sorted() { writer.write(identity) }
    writer.write(count: orphans.count)
    for orphan in orphans { orphan.encode(into: &writer) }
    gate.encode(into: &writer)
    ahead.encode(into: &writer)
    foreignAlerts.encode(into: &writer)
  }

  private mutating func restoreEngine(
    from reader: inout CheckpointReader
  ) throws(CheckpointError) {
    firstTime = try reader.optionalTime()
    tickCount = try reader.count(atMost: .max)
    pendingChanges = try reader.coded()
    pendingLogFindings = try reader.coded()
    for _ in 0..<(try reader.count()) { reportedRules.insert(try reader.text()) }
    for _ in 0..<(try reader.count()) { orphans.append(try Orphan(from: &reader)) }
    try gate.restore(from: &reader)
    try ahead.restore(from: &reader)
    try foreignAlerts.restore(from: &reader)
  }
}
