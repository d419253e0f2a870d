import Model
import Foundation
import GRDB

extension Store {
  /// Stores a response.
  ///
  /// False when it is there already.
  ///
  /// `response.incident` may be the beginning of an id, as long as it fits one incident only.
  ///
  /// - Throws: `unknownID` when there is no such incident, `tooLarge`.
  @discardableResult
  public func add(_ response: Response) throws(StorageError) -> Bool {
    try checkLength(of: response.text)
    return try write { db in
      let full = Response(
        incident: try resolve(response.incident, db), time: response.time, kind: response.kind,
        author: response.author, text: response.text)
      try db.execute(
        sql: """
          INSERT INTO responses (id, incident, time, kind, author, text) VALUES (?, ?, ?, ?, ?, ?)
          ON CONFLICT (id) DO NOTHING
          """,
        arguments: [
          full.id, full.incident, full.time.milliseconds, full.kind.rawValue, full.author,
          full.text,
        ])
      return db.changesCount > 0
    }
  }

  /// Responses that the engine has yet to take up, oldest first.
  public func pendingResponses() throws(StorageError) -> [Response] {
    try read { try fetchResponses("taken_up = 0", [], $0) }
  }

  func responses(to incident: String, _ db: Database) throws -> [Response] {
    try fetchResponses("incident = ?", [incident], db)
  }

  private func fetchResponses(
    _ condition: String, _ arguments: StatementArguments, _ db: Database
  ) throws -> [Response] {
    let sql = "SELECT * FROM responses WHERE \(condition) ORDER BY time, id"
    return try Row.fetchAll(db, sql: sql, arguments: arguments).map { row in
      let word: String = row["kind"]
      guard let kind = Response.Kind(rawValue: word) else {
        throw StorageError(.corrupted, path: path, "response of kind \(quoted(word))")
      }
      var response = Response(
        incident: row["incident"], time: Timestamp(milliseconds: row["time"]), kind: kind,
        author: row["author"], text: row["text"])
      response.isTakenUp = row["taken_up"]
      return response
    }
  }

  /// - Throws: `tooLarge`.
  func checkLength(of text: String) throws(StorageError) {
    guard text.utf8.count > limits.textBytesMax else { return }
    throw StorageError(
      .tooLarge, path: path, "\(text.utf8.count) bytes of text, at most \(limits.textBytesMax)")
  }
}
