import Foundation
import GRDB
import Incidents
import Model
import Testing

@testable import Storage

@Suite struct JournalTests {
  let folder: Folder
  let store: Store

  init() throws {
    folder = try Folder()
    store = try Store.open(path: folder("s.sqlite"), mode: .create)
  }

  private func dump() throws -> String {
    try store.queue.read { db in
      try rowCounts(db).keys.sorted().map { table in
        let rows = try Row.fetchAll(db, sql: "SELECT * FROM \(table) ORDER BY 1, 2")
        return "\(table): \(rows.map(\.description))"
      }.joined(separator: "\n")
    }
  }

  @Test func `what goes in comes out`() throws {
    let applied = try store.apply(makeBatch())
    #expect(applied.newIncidents == ["00000000000000a1"])
    #expect(applied.newMessages == ["k1"])
    #expect(applied.newEvents.count == 1)
    #expect(try store.incident("00000000000000a1") == makeIncident())
    #expect(try store.incidents() == [makeIncident()])
    #expect(try store.changes() == makeBatch().changes)
    #expect(try store.positions() == makeBatch().positions)
    let windows = try store.evidence(of: "00000000000000a1")
    #expect(
      windows.map { $0.values.map(\.bitPattern) }
        == [makeWindow().values.map(\.bitPattern)])
    #expect(windows.first?.upper == makeWindow().upper)
    #expect(windows.first?.lower == nil)
    #expect(windows.first?.threshold == 0.05)
  }

  @Test func `the same batch twice changes nothing`() throws {
    _ = try store.apply(makeBatch())
    let before = try dump()
    #expect(try store.apply(makeBatch()).isEmpty)
    #expect(try dump() == before)
  }

  @Test func `a tail that is read again changes nothing`() throws {
    let first = makeBatch()
    var later = makeIncident()
    later.severity = .critical
    later.peakSeverity = .critical
    later.events.append(
      IncidentEvent(
        incident: later.id, sequence: 1, time: minute(2), kind: .severity, text: "critical",
        severity: .critical))
    let second = makeBatch([later], asOf: 2)
    #expect(try store.apply(first).newEvents.count == 1)
    let applied = try store.apply(second)
    #expect(applied.newEvents == [later.events[1].id])
    #expect(applied.updatedIncidents == [later.id] && applied.newIncidents.isEmpty)
    let before = try dump()
    #expect(try store.apply(first).isEmpty)
    #expect(try store.apply(second).isEmpty)
    #expect(try dump() == before)
    #expect(try store.incident(later.id).severity == .critical)
  }

  @Test func `history is append-only`() throws {
    _ = try store.apply(makeBatch())
    var other = makeIncident()
    other.events[0].text = "told otherwise"
    // A program that was started again, on other input.
    let again = try Store.open(path: store.path, mode: .readWrite)
    #expect(try again.apply(makeBatch([other], asOf: 2)).conflictingEvents == [other.events[0].id])
    #expect(try store.incident(other.id).events[0].text == "opened")
    #expect(throws: StorageError.self) {
      try store.write { try $0.execute(sql: "UPDATE events SET kind = 'note'") }
    }
  }

  @Test func `an update stores what is new of a long history, whatever became of the file`() throws
  {
    var incident = makeIncident()
    func grow(to count: Int) throws -> Applied {
      for sequence in incident.events.count..<count {
        incident.events.append(
          IncidentEvent(
            incident: incident.id, sequence: sequence, time: minute(sequence), kind: .note,
            text: "note \(sequence)", severity: .high))
      }
      return try store.apply(makeBatch([incident], asOf: count))
    }
    #expect(try grow(to: 100).newEvents.count == 100)
    let backup = store.path + ".early"
    try store.backup(to: backup)
    #expect(try grow(to: 103).newEvents == incident.events.suffix(3).map(\.id))
    #expect(try grow(to: 103).newEvents.isEmpty)
    #expect(try store.incident(incident.id).events == incident.events)
    // A write that fails leaves nothing that the next one would take for stored.
    var broken = makeBatch([incident], asOf: 104)
    broken.incidents[0].events.append(
      IncidentEvent(
        incident: incident.id, sequence: 103, time: minute(103), kind: .note, text: "lost",
        severity: .high))
    broken.evidence.append(
      StoreBatch.Evidence(incident: "no such incident", position: 0, window: makeWindow()))
    #expect(throws: StorageError.self) { try store.apply(broken) }
    #expect(try grow(to: 105).newEvents.count == 2)
    // Somebody puts an older file in its place, or removes the incident.
    try StoreFile(store.path).restore(from: backup)
    #expect(try grow(to: 106).newEvents.count == 6)
    #expect(try store.incident(incident.id).events == incident.events)
    try store.write { try $0.execute(sql: "DELETE FROM incidents") }
    #expect(try grow(to: 107).newEvents.count == 107)
  }

  @Test func `a batch is stored as a whole or not at all`() throws {
    var batch = makeBatch()
    batch.evidence.append(
      StoreBatch.Evidence(incident: "no such incident", position: 0, window: makeWindow()))
    #expect(throws: StorageError.self) { try store.apply(batch) }
    #expect(try store.incidents().isEmpty)
    #expect(try store.changes().isEmpty)
  }

  @Test func `filters and beginnings of ids`() throws {
    _ = try store.apply(
      makeBatch(
        [
          makeIncident("aa00", at: 0, severity: .low, services: ["auth"]),
          makeIncident("ab00", at: 10, severity: .critical), makeIncident("b000", at: 20),
        ], asOf: 30))
    func ids(_ change: (inout IncidentFilter) -> Void) throws -> [String] {
      var filter = IncidentFilter()
      change(&filter)
      return try store.incidents(filter).map(\.id)
    }
    #expect(try ids { _ in } == ["b000", "ab00", "aa00"])
    #expect(try ids { $0.limit = 1 } == ["b000"])
    #expect(try ids { $0.atLeast = .critical } == ["ab00"])
    #expect(try ids { $0.service = "auth" } == ["aa00"])
    #expect(try ids { $0.since = minute(10) } == ["b000", "ab00"])
    #expect(try ids { $0.until = minute(10) } == ["aa00"])
    #expect(try store.incident("b").id == "b000")
    for id in ["a", "", "zz", "%"] {
      #expect(throws: StorageError.self) { try store.incident(id) }
    }
  }

  @Test func `responses lie over the incident until they are taken up`() throws {
    _ = try store.apply(makeBatch())
    let taken = Response(
      incident: "0000", time: minute(3), kind: .acknowledge, author: "ada", text: "on it")
    #expect(try store.add(taken))
    #expect(try !store.add(taken))
    try store.add(Response(incident: "0000", time: minute(4), kind: .note, text: "pool is full"))
    var seen = try store.incident("0000")
    #expect(seen.state == .acknowledged && seen.acknowledgedBy == "ada")
    #expect(
      seen.timeline.map(\.text).suffix(2) == ["ada took the incident: on it", "pool is full"])
    #expect(seen.state == IncidentState(after: seen.events))
    var batch = StoreBatch(asOf: minute(5))
    batch.takenUp = try store.pendingResponses().map(\.id)
    #expect(batch.takenUp.count == 2)
    _ = try store.apply(batch)
    #expect(try store.pendingResponses().isEmpty)
    #expect(try store.incident("0000") == makeIncident())
    try store.add(Response(incident: "0000", time: minute(9), kind: .resolve, author: "ada"))
    seen = try store.incident("0000")
    #expect(seen.state == .resolved && seen.end == minute(9))
    #expect(batch.takenUp.count == 2 && taken.command.action == .acknowledge)
    #expect(throws: StorageError.self) {
      try store.add(Response(incident: "ffff", time: minute(3), kind: .note, text: "x"))
    }
  }

  @Test func `a ticked action item outlives the next draft of it`() throws {
    _ = try store.apply(makeBatch())
    let draft = try store.incident("0000").actionItems[0]
    #expect(try store.addActionItem(to: "0000", text: "buy a pool", owner: "ada", due: minute(99)))
    #expect(try !store.addActionItem(to: "0000", text: "buy a pool"))
    #expect(try store.openActionItems().map(\.item.text) == ["buy a pool", "alert on the pool"])
    let done = try store.updateActionItem(draft.id) { $0.state = .done }
    #expect(done.state == .done && !done.isDraft)
    _ = try store.apply(makeBatch(asOf: 2))
    #expect(try store.openActionItems().map(\.item.text) == ["buy a pool"])
    #expect(try store.incident("0000").actionItems.map(\.state) == [.done, .open])
    #expect(throws: StorageError.self) { try store.updateActionItem("nope") { _ in } }
  }

  @Test func `nobody resolves over a firing alert`() throws {
    var incident = makeIncident()
    let alert = """
      {"id": "a", "group": "g", "alert": "a", "labels": {}, "annotations": {}, "activeSince": 0,
      "firedAt": 0, "firstValue": 1, "lastValue": 1, "measure": {}, "firings": 1}
      """
    incident.alerts = [try JSONDecoder().decode(AlertRecord.self, from: Data(alert.utf8))]
    _ = try store.apply(makeBatch([incident]))
    try store.add(Response(incident: "0000", time: minute(9), kind: .resolve, author: "ada"))
    let seen = try store.incident("0000")
    #expect(seen.state == .open && seen.end == nil)
    #expect(seen.timeline.last?.text == "ada declared the incident resolved")
  }

  @Test func `drafts of a report can be kept and ticked`() throws {
    _ = try store.apply(makeBatch())
    let id = makeIncident().id
    let draft = ActionItem(incident: id, text: "watch the pool", isDraft: true)
    try store.keep([draft], of: id)
    try store.updateActionItem(draft.id) { $0.state = .done }
    try store.keep([draft], of: id)
    #expect(try store.incident(id).actionItems.first { $0.id == draft.id }?.state == .done)
  }

  @Test func `a message is sent once, and tried again when it failed`() throws {
    _ = try store.apply(makeBatch())
    #expect(try store.dueMessages(at: minute(0)).isEmpty)
    #expect(try store.dueMessages(at: minute(1)).map(\.key) == ["k1"])
    let waiting = try store.waitingMessages()
    #expect(waiting.count == 1 && waiting.values.allSatisfy { $0 == (1, minute(1)) })
    try store.finish("k1", .waiting, error: "timeout", retryAt: minute(3))
    #expect(try store.dueMessages(at: minute(2)).isEmpty)
    #expect(try store.dueMessages(at: minute(3)).map(\.attempts) == [1])
    try store.finish("k1", .delivered)
    _ = try store.apply(makeBatch(asOf: 5))
    #expect(try store.dueMessages(at: minute(99)).isEmpty)
  }

  @Test func `bounds hold`() throws {
    var limits = StoreLimits()
    (limits.windowPointsMax, limits.textBytesMax, limits.listedRowsMax) = (599, 10, 1)
    let store = try Store.open(path: folder("l.sqlite"), mode: .create, limits: limits)
    #expect(throws: StorageError.self) { try store.apply(makeBatch()) }
    var batch = makeBatch([makeIncident("a1"), makeIncident("a2")])
    batch.evidence = []
    _ = try store.apply(batch)
    #expect(try store.incidents().count == 1)
    #expect(throws: StorageError.self) {
      try store.addActionItem(to: "a1", text: "longer than ten bytes")
    }
  }

  @Test func `meta`() throws {
    try store.setMeta("cursor", "1")
    try store.setMeta("cursor", "2")
    #expect(try store.meta("cursor") == "2")
    try store.setMeta("cursor", nil)
    #expect(try store.meta("cursor") == nil)
  }

  @Test func `a copy taken in the middle of a transaction opens as before it`() throws {
    _ = try store.apply(makeBatch())
    try store.queue.writeWithoutTransaction { db in
      try db.execute(sql: "BEGIN IMMEDIATE; DELETE FROM incidents")
      for suffix in ["", "-wal"] {
        try FileManager.default.copyItem(
          atPath: store.path + suffix, toPath: folder("killed.sqlite") + suffix)
      }
      try db.execute(sql: "ROLLBACK")
    }
    let copy = try Store.open(path: folder("killed.sqlite"), mode: .readWrite)
    #expect(try copy.verify().isSound)
    #expect(try copy.incidents() == [makeIncident()])
  }

  @Test func `a write-ahead log that was cut off loses the last write only`() throws {
    _ = try store.apply(makeBatch())
    try store.queue.writeWithoutTransaction { db in
      _ = try db.checkpoint(.truncate)
    }
    _ = try store.apply(makeBatch([makeIncident("00000000000000b2", at: 9)], asOf: 10))
    try FileManager.default.copyItem(atPath: store.path, toPath: folder("cut.sqlite"))
    let log = try Data(contentsOf: URL(fileURLWithPath: store.path + "-wal"))
    try log.dropLast(100).write(to: URL(fileURLWithPath: folder("cut.sqlite-wal")))
    let copy = try Store.open(path: folder("cut.sqlite"), mode: .readWrite)
    #expect(try copy.verify().isSound)
    #expect(try copy.incidents() == [makeIncident()])
  }
}
