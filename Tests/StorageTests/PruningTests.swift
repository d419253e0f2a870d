import Incidents
import Model
import Testing

@testable import Storage

@Suite struct PruningTests {
  let folder: Folder
  let file: StoreFile
  let store: Store

  /// Three incidents: one long over, one over just now, one that goes on.
  init() throws {
    folder = try Folder()
    file = StoreFile(folder("s.sqlite"))
    store = try Store.open(path: file.path, mode: .create)
    var old = makeIncident("00000000000000a1", at: 0)
    var fresh = makeIncident("00000000000000b2", at: 20_000)
    (old.state, old.end) = (.resolved, minute(10))
    (fresh.state, fresh.end) = (.resolved, minute(20_010))
    let ongoing = makeIncident("00000000000000c3", at: 5000)
    _ = try store.apply(makeBatch([old, fresh, ongoing], asOf: 20_020))
    var delivered = makeBatch([], asOf: 20_021)
    delivered.changes = [ChangeEvent(time: minute(19_000), service: "api", kind: "vercel")]
    _ = try store.apply(delivered)
  }

  @Test func `a rehearsal removes nothing`() throws {
    let pruning = try file.prune(before: minute(10_000), isRehearsal: true)
    #expect(pruning.incidents == 1)
    #expect(try store.incidents().count == 3)
  }

  @Test func `what is over and old goes, with all that hangs on it`() throws {
    let pruning = try file.prune(before: minute(10_000))
    #expect(pruning.incidents == 1 && pruning.keptForActionItems == 0)
    // The oldest incident that stays may still want the changes of the day before it.
    #expect(pruning.changes == 1)
    #expect(try store.incidents().map(\.id) == ["00000000000000b2", "00000000000000c3"])
    let rows = try store.verify().rowCounts
    #expect(rows["events"] == 2 && rows["evidence"] == 2 && rows["changes"] == 1)
    #expect(try store.verify().isSound)
    #expect(try file.prune(before: minute(10_000)) == Pruning())
  }

  @Test func `an incident with work to do stays until the work is done`() throws {
    try store.addActionItem(to: "00000000000000a1", text: "raise the limit")
    #expect(try file.prune(before: minute(10_000)).keptForActionItems == 1)
    let item = try #require(
      try store.actionItems(of: "00000000000000a1").first { $0.item.text == "raise the limit" })
    try store.updateActionItem(item.item.id) { $0.state = .done }
    #expect(try file.prune(before: minute(10_000)).incidents == 1)
  }

  @Test func `messages that wait stay`() throws {
    #expect(try file.prune(before: minute(30_000)).messages == 0)
    #expect(try store.verify().rowCounts["outbox"] == 1)
  }

  @Test func `room is given back while another connection is open`() throws {
    var large = makeIncident("00000000000000d4", at: 1)
    (large.state, large.end) = (.resolved, minute(2))
    large.title = String(repeating: "x", count: 400_000)
    _ = try store.apply(makeBatch([large], asOf: 20_030))
    try file.prune(before: minute(10_000))
    let sizes = try file.vacuum()
    #expect(sizes.after < sizes.before - 300_000)
    #expect(try store.incidents().count == 2)
  }
}
