public import Incidents
public import Model
import Foundation
import GRDB

/// Which incidents to list.
public struct IncidentFilter: Hashable, Sendable {
  /// Only those not resolved.
  public var isOngoing = false
  /// Only those whose peak is at least this bad.
  public var atLeast: Severity?
  /// Only those that involve this service.
  public var service: String?
  /// Only those opened at or after this moment.
  public var since: Timestamp?
  /// Only those opened before this moment.
  public var until: Timestamp?
  /// At most so many, the newest; nil for all (bounded by `StoreLimits.listedRowsMax`).
  public var limit: Int?

  /// Every incident.
  public init() {}

  func accepts(_ incident: Incident) -> Bool {
    !(isOngoing && incident.state == .resolved)
      && atLeast.map { incident.peakSeverity >= $0 } ?? true
      && service.map { incident.services.contains($0) } ?? true
  }
}

extension Store {
  /// The incidents that `filter` accepts, newest first, with what people did to them since.
  public func incidents(
    _ filter: IncidentFilter = IncidentFilter()
  ) throws(StorageError) -> [Incident] {
    try read { db in
      let bodies = try String.fetchCursor(
        db,
        sql: """
          SELECT body FROM incidents WHERE opened_at >= ? AND opened_at < ?
          ORDER BY opened_at DESC, id
          """,
        arguments: [
          filter.since?.milliseconds ?? .min, filter.until?.milliseconds ?? .max,
        ])
      let limit = min(filter.limit ?? .max, limits.listedRowsMax)
      var found: [Incident] = []
      while found.count < limit, let body = try bodies.next() {
        let incident = try complete(Journal.incident(fromJSON: body), db)
        if filter.accepts(incident) { found.append(incident) }
      }
      return found
    }
  }

  /// The incident whose id is, or alone begins with, `id`; with what people did to it since.
  ///
  /// - Throws: `unknownID` when there is none, or more than one.
  public func incident(_ id: String) throws(StorageError) -> Incident {
    try read { db in
      let full = try resolve(id, db)
      let sql = "SELECT body FROM incidents WHERE id = ?"
      guard let body = try String.fetchOne(db, sql: sql, arguments: [full]) else {
        throw StorageError(.unknownID, path: path, quoted(id))
      }
      return try complete(Journal.incident(fromJSON: body), db)
    }
  }

  /// The series kept with an incident, in their order.
  ///
  /// - Throws: `unknownID`; `corrupted` when one is damaged.
  public func evidence(of incident: String) throws(StorageError) -> [EvidenceWindow] {
    try read { db in
      let rows = try Row.fetchCursor(
        db, sql: "SELECT head, columns FROM evidence WHERE incident = ? ORDER BY position, id",
        arguments: [try resolve(incident, db)])
      var windows: [EvidenceWindow] = []
      while let row = try rows.next() {
        windows.append(try Journal.window(head: row["head"], columns: row["columns"]))
      }
      return windows
    }
  }

  /// Adds the rows of other tables to an incident's body.
  private func complete(_ body: Incident, _ db: Database) throws -> Incident {
    var incident = body
    incident.events = SharedList(
      try String.fetchAll(
        db, sql: "SELECT body FROM events WHERE incident = ? ORDER BY sequence",
        arguments: [body.id]
      ).map(Journal.event(fromJSON:)))
    incident.actionItems = try actionItems(of: body.id, db)
    for response in try responses(to: body.id, db) where !response.isTakenUp {
      incident.overlay(response)
    }
    return incident
  }

  /// The full id of an incident that a person named by its beginning.
  func resolve(_ id: String, _ db: Database) throws -> String {
    let sql = "SELECT id FROM incidents WHERE substr(id, 1, length(?1)) = ?1 ORDER BY id LIMIT 2"
    let found = id.isEmpty ? [] : try String.fetchAll(db, sql: sql, arguments: [id])
    if let exact = found.first, exact == id || found.count == 1 { return exact }
    throw StorageError(
      .unknownID, path: path, quoted(id) + (found.isEmpty ? "" : " fits more than one incident"))
  }
}
