import Incidents
import Foundation
import GRDB

extension Store {
  /// Items of one incident, or of all, those with a date first, by date.
  ///
  /// - Throws: `unknownID` when there is no such incident.
  public func actionItems(
    of incident: String? = nil, onlyOpen: Bool = true
  ) throws(StorageError) -> [OwnedActionItem] {
    try read { db in
      let id = try incident.map { try resolve($0, db) }
      return try Row.fetchAll(
        db,
        sql: """
          SELECT * FROM action_items
          WHERE (?1 IS NULL OR incident = ?1) AND (NOT ?2 OR state = 'open')
          ORDER BY state <> 'open', due IS NULL, due, incident, position, id LIMIT ?3
          """, arguments: [id, onlyOpen, limits.listedRowsMax]
      ).map { OwnedActionItem(incident: $0["incident"], item: try actionItem($0)) }
    }
  }

  /// Items of all incidents in state `open`, those with a date first, by date.
  public func openActionItems() throws(StorageError) -> [OwnedActionItem] { try actionItems() }
}
