public import Incidents
public import Model

/// Action items as lines for a terminal, each with the id that ticks it.
public struct ActionItemText: Sendable {
  /// How text is marked.
  public var style: TerminalStyle

  /// Texts in a style.
  public init(style: TerminalStyle) {
    self.style = style
  }

  /// One line for each item; late ones are named, drafts are marked.
  ///
  /// A line when there is none.
  public func list(
    _ items: [(incident: String, item: ActionItem)], at now: Timestamp
  ) -> String {
    guard !items.isEmpty else { return "no action items\n" }
    return items.map { incident, item in
      let isLate = item.state == .open && item.due.map { $0 < now } ?? false
      let box =
        switch item.state {
        case .open: "[ ]"
        case .done: "[x]"
        case .dropped: "[-]"
        }
      let rest = [
        item.owner.map { style.foreign($0) },
        item.due.map { (isLate ? "LATE, was due " : "due ") + Moment.date($0) },
        item.isDraft ? "draft" : nil,
      ].compactMap(\.self).joined(separator: ", ")
      let ids = "\(item.id.prefix(8))  \(style.foreign(incident))"
      return "\(style.paint(ids, .soft))  \(isLate ? style.paint(box, .level(.high)) : box) "
        + style.foreign(item.text) + (rest.isEmpty ? "" : "  " + style.paint(rest, .soft)) + "\n"
    }.joined()
  }
}
