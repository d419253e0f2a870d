import Exposition
import Incidents
import Model

/// What a person wants of action items, from the fields of a form or of JSON.
enum ActionItemForm {
  /// A new item.
  ///
  /// - Throws: `APIError` when there is no text, or the day is none.
  static func adding(
    text: String?, owner: String?, due: String?
  ) throws -> IncidentCommand.Action {
    guard let text, !text.isEmpty else {
      throw APIError.badParameter("text", "expected what is to be done")
    }
    var day: Timestamp?
    if let due, !due.isEmpty {
      guard let time = Timestamp(reading: due) else {
        throw APIError.badParameter(
          "due", "expected a day such as 2026-02-01, found \(quoted(due))")
      }
      // A bare day lasts to its end.
      day = due.utf8.count == 10 ? time + 86_399_999 : time
    }
    return .addAction(text: text, owner: owner.flatMap { $0.isEmpty ? nil : $0 }, due: day)
  }

  /// An item that is done, dropped, or open again.
  ///
  /// - Throws: `APIError` when the state is none of them.
  static func setting(_ item: String, state: String?) throws -> IncidentCommand.Action {
    guard let state = ActionItem.State(rawValue: state ?? "done") else {
      throw APIError.badParameter(
        "state", "expected open, done or dropped, found \(quoted(state ?? ""))")
    }
    return .setAction(id: item, state: state)
  }
}
