import Incidents
import Foundation
import GRDB
import Model
import Synchronization

extension Store {
  /// Stores a batch in one transaction; all of it or, when it throws, nothing.
  ///
  /// Idempotent: a batch that was stored before, or one older than what is stored, changes nothing.
  ///
  /// - Throws: `full`, `readOnly`, `locked`, `tooLarge`, `corrupted`, `inputOutput`.
  public func apply(_ batch: StoreBatch) throws(StorageError) -> Applied {
    for item in batch.evidence where item.window.times.count > limits.windowPointsMax {
      throw StorageError(
        .tooLarge, path: path,
        "\(item.window.times.count) points of \(quoted(item.window.title)), "
          + "at most \(limits.windowPointsMax)")
    }
    var compared: [String: Int] = [:]
    comparedEvents.withLock { all in
      for incident in batch.incidents { compared[incident.id] = all[incident.id] }
    }
    let applied = try write { db in
      var applied = Applied()
      for incident in batch.incidents { try put(incident, batch, db, &applied, &compared) }
      for item in batch.evidence { try put(item, asOf: batch.asOf, db) }
      for change in batch.changes where try insert(change, db) {
        applied.newChanges.append(change.id)
      }
      for message in batch.outbox where try insert(message, db) {
        applied.newMessages.append(message.key)
      }
      for (key, value) in batch.meta.sorted(by: { $0.key < $1.key }) {
        try setMeta(key, value, db)
      }
      for position in batch.positions { try put(position, asOf: batch.asOf, db) }
      if let told = batch.alertsToldThrough {
        try setMeta(StoreBatch.alertsToldKey, "\(told.milliseconds)", db)
      }
      for id in batch.takenUp {
        try db.execute(sql: "UPDATE responses SET taken_up = 1 WHERE id = ?", arguments: [id])
      }
      return applied
    }
    // Only what was committed is known to be there.
    comparedEvents.withLock { all in
      if all.count > limits.listedRowsMax { all = [:] }
      all.merge(compared) { $1 }
    }
    return applied
  }

  private func put(
    _ incident: Incident, _ batch: StoreBatch, _ db: Database, _ applied: inout Applied,
    _ compared: inout [String: Int]
  ) throws {
    let stored = try Row.fetchOne(
      db, sql: "SELECT as_of, revision FROM incidents WHERE id = ?", arguments: [incident.id])
    let reached: Int64? = stored?["as_of"]
    try db.execute(
      sql: """
        INSERT INTO incidents (id, opened_at, severity, state, title, as_of, revision, body)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (id) DO UPDATE SET
          opened_at = excluded.opened_at, severity = excluded.severity, state = excluded.state,
          title = excluded.title, as_of = excluded.as_of, revision = excluded.revision,
          body = excluded.body
        WHERE (excluded.as_of, excluded.revision) > (as_of, revision)
          OR ((excluded.as_of, excluded.revision) = (as_of, revision) AND excluded.body <> body)
        """,
      arguments: [
        incident.id, incident.openedAt.milliseconds, incident.severity.rawValue,
        incident.state.rawValue, incident.title, batch.asOf.milliseconds, incident.events.count,
        try Journal.json(body: incident),
      ])
    if db.changesCount > 0 {
      applied.updatedIncidents.append(incident.id)
      applied.reachedBefore[incident.id] = reached.map(Timestamp.init(milliseconds:))
    }
    if reached == nil { applied.newIncidents.append(incident.id) }
    // A history only grows: what this store wrote or compared before is not looked at again, unless
    // somebody put an older file in its place.
    let known = min(compared[incident.id] ?? 0, stored?["revision"] ?? 0)
    for event in incident.events.dropFirst(known) {
      try insert(event, of: incident.id, db, &applied)
    }
    compared[incident.id] = max(known, incident.events.count)
    for (position, item) in incident.actionItems.enumerated() {
      try insert(item, of: incident.id, position: position, db)
    }
  }

  private func insert(
    _ event: IncidentEvent, of incident: String, _ db: Database, _ applied: inout Applied
  ) throws {
    let body = try Journal.json(event)
    // Any conflict, of id or of place in the history, leaves the stored event alone.
    try db.execute(
      sql: """
        INSERT INTO events (id, incident, sequence, time, kind, body) VALUES (?, ?, ?, ?, ?, ?)
        ON CONFLICT DO NOTHING
        """,
      arguments: [
        event.id, incident, event.sequence, event.time.milliseconds, event.kind.rawValue, body,
      ])
    if db.changesCount > 0 {
      applied.newEvents.append(event.id)
    } else if try String.fetchOne(
      db, sql: "SELECT body FROM events WHERE id = ?", arguments: [event.id]) != body
    {
      applied.conflictingEvents.append(event.id)
    }
  }

  private func put(_ item: StoreBatch.Evidence, asOf: Timestamp, _ db: Database) throws {
    let (head, columns) = try Journal.row(of: item.window)
    try db.execute(
      sql: """
        INSERT INTO evidence (incident, id, position, as_of, head, columns) VALUES (?, ?, ?, ?, ?, ?)
        ON CONFLICT (incident, id) DO UPDATE SET
          position = excluded.position, as_of = excluded.as_of, head = excluded.head,
          columns = excluded.columns
        WHERE excluded.as_of >= as_of
        """,
      arguments: [
        item.incident, item.window.id, item.position, asOf.milliseconds, head, columns,
      ])
  }

  private func put(_ position: InputPosition, asOf: Timestamp, _ db: Database) throws {
    try db.execute(
      sql: """
        INSERT INTO positions (source, identity, offset, as_of) VALUES (?, ?, ?, ?)
        ON CONFLICT (source) DO UPDATE SET
          identity = excluded.identity, offset = excluded.offset, as_of = excluded.as_of
        WHERE excluded.as_of >= as_of
        """,
      arguments: [position.source, position.identity, position.offset, asOf.milliseconds])
  }

  func exists(_ id: String, in table: String, _ db: Database) throws -> Bool {
    try Bool.fetchOne(
      db, sql: "SELECT EXISTS (SELECT 1 FROM \(table) WHERE id = ?)", arguments: [id]) ?? false
  }
}
