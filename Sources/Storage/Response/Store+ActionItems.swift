public import Incidents
public import Model
import Foundation
import GRDB

/// An action item and the incident that left it behind.
public struct OwnedActionItem: Hashable, Sendable {
  /// The incident's id.
  public var incident: String
  /// The item.
  public var item: ActionItem
}

extension Store {
  /// Adds an item to an incident.
  ///
  /// False when the incident has an item of that text already.
  ///
  /// - Throws: `unknownID` when there is no such incident, `tooLarge`.
  @discardableResult
  public func addActionItem(
    to incident: String, text: String, owner: String? = nil, due: Timestamp? = nil
  ) throws(StorageError) -> Bool {
    try checkLength(of: text)
    return try write { db in
      let id = try resolve(incident, db)
      let next = try Int.fetchOne(
        db, sql: "SELECT coalesce(max(position) + 1, 0) FROM action_items WHERE incident = ?",
        arguments: [id])
      let item = ActionItem(incident: id, text: text, owner: owner, due: due)
      return try insert(item, of: id, position: next ?? 0, db)
    }
  }

  /// Keeps the items that a report drafted, so that they can be ticked; those known stay as they are.
  ///
  /// - Throws: `unknownID` when there is no such incident.
  public func keep(_ drafts: [ActionItem], of incident: String) throws(StorageError) {
    try write { db in
      let id = try resolve(incident, db)
      for (position, item) in drafts.enumerated() {
        try insert(item, of: id, position: position, db)
      }
    }
  }

  /// Changes an item: ticks it, drops it, gives it an owner or a date.
  ///
  /// It is no draft any more.
  ///
  /// - Throws: `unknownID` when no item has that id, or is alone in beginning with it.
  /// - Returns: the item as it is now.
  @discardableResult
  public func updateActionItem(
    _ id: String, _ change: (inout ActionItem) -> Void
  ) throws(StorageError) -> ActionItem {
    try write { db in
      let sql = """
        SELECT * FROM action_items WHERE substr(id, 1, length(?1)) = ?1 ORDER BY id LIMIT 2
        """
      let rows = id.isEmpty ? [] : try Row.fetchAll(db, sql: sql, arguments: [id])
      guard let row = rows.first, rows.count == 1 || row["id"] == id else {
        throw StorageError(
          .unknownID, path: path, quoted(id) + (rows.isEmpty ? "" : " fits more than one item"))
      }
      var item = try actionItem(row)
      item.isDraft = false
      change(&item)
      try db.execute(
        sql: """
          UPDATE action_items SET text = ?, owner = ?, due = ?, state = ?, is_draft = ? WHERE id = ?
          """,
        arguments: [
          item.text, item.owner, item.due?.milliseconds, item.state.rawValue, item.isDraft,
          row["id"] as String,
        ])
      return item
    }
  }

  func actionItems(of incident: String, _ db: Database) throws -> [ActionItem] {
    try Row.fetchAll(
      db, sql: "SELECT * FROM action_items WHERE incident = ? ORDER BY position, id",
      arguments: [incident]
    ).map(actionItem)
  }

  /// Inserts an item unless it is there: what a person made of a draft outlives the next draft.
  ///
  /// A stored draft gives way to the same item when that is no draft any more.
  @discardableResult
  func insert(
    _ item: ActionItem, of incident: String, position: Int, _ db: Database
  ) throws -> Bool {
    try db.execute(
      sql: """
        INSERT INTO action_items (id, incident, position, text, owner, due, state, is_draft)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (id) DO UPDATE SET
          owner = excluded.owner, due = excluded.due, state = excluded.state,
          is_draft = excluded.is_draft
        WHERE excluded.is_draft < is_draft
        """,
      arguments: [
        item.id, incident, position, item.text, item.owner, item.due?.milliseconds,
        item.state.rawValue, item.isDraft,
      ])
    return db.changesCount > 0
  }

  func actionItem(_ row: Row) throws -> ActionItem {
    let word: String = row["state"]
    guard let state = ActionItem.State(rawValue: word) else {
      throw StorageError(.corrupted, path: path, "action item of state \(quoted(word))")
    }
    let due: Int64? = row["due"]
    var item = ActionItem(
      incident: row["incident"], text: row["text"], owner: row["owner"],
      due: due.map { Timestamp(milliseconds: $0) }, state: state, isDraft: row["is_draft"])
    // The id names the first text; an edited text does not make another item of it.
    item.id = row["id"]
    return item
  }
}
