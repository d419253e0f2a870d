public import Model
import Rules

/// What people tell the book.
extension IncidentBook {
  /// Carries out a command at `tick`.
  ///
  /// - Throws: `CommandError` when the incident is unknown or the command makes no sense for it;
  ///   the book is then unchanged.
  public mutating func apply(
    command: IncidentCommand, at tick: Timestamp, context: IncidentContext
  ) throws(CommandError) -> [IncidentChange] {
    now = max(now, tick)
    let id = command.incident
    if let index = active.firstIndex(where: { $0.incident.id == id }) {
      try active[index].apply(command, at: tick, context: context, limits: limits)
    } else if let index = watched.firstIndex(where: { $0.incident.id == id }) {
      try watched[index].apply(command, at: tick, context: context, limits: limits)
    } else {
      throw CommandError(.unknownIncident, incident: id)
    }
    return takeChanges(at: tick)
  }
}

extension IncidentCase {
  fileprivate mutating func apply(
    _ command: IncidentCommand, at tick: Timestamp, context: IncidentContext,
    limits: IncidentLimits
  ) throws(CommandError) {
    let id = incident.id
    let author = command.author
    switch command.action {
    case .acknowledge:
      guard incident.acknowledgedAt == nil, incident.state != .resolved else {
        let state = incident.state == .resolved ? "resolved" : "acknowledged"
        throw CommandError(.alreadySo, incident: id, detail: state)
      }
      incident.acknowledgedAt = tick
      incident.acknowledgedBy = author
      let text = "acknowledged" + (author.map { " by \($0)" } ?? "")
      append(.acknowledged, at: tick, text, author: author, limits: limits)
      tell(TimelineEntry(time: tick, kind: .state, text: text), limits: limits)
    case .note(let text): try write(text, .note, at: tick, author: author, limits: limits)
    case .mitigation(let text):
      try write(text, .mitigation, at: tick, author: author, limits: limits)
    case .resolve:
      guard incident.state != .resolved else {
        throw CommandError(.alreadySo, incident: id, detail: "resolved")
      }
      guard firing.isEmpty else {
        throw CommandError(.stillFiring, incident: id, detail: list(firing.map(\.alert)))
      }
      let isVanished = incident.alerts.contains { $0.ending == .vanished }
      resolve(
        isVanished ? .vanished : .cleared, since: quietSince ?? tick, at: tick,
        author: author ?? "hand", settings: context.settings, limits: limits)
    case .addAction(let text, let owner, let due):
      guard !text.isEmpty else { throw CommandError(.emptyText, incident: id) }
      let item = ActionItem(incident: id, text: text, owner: owner, due: due)
      guard !incident.actionItems.contains(where: { $0.id == item.id }) else {
        throw CommandError(.alreadySo, incident: id, detail: "an incident with this action item")
      }
      incident.actionItems.append(item)
      isTouched = true
    case .setAction(let item, let state):
      guard let index = incident.actionItems.firstIndex(where: { $0.id == item }) else {
        throw CommandError(.unknownAction, incident: id, detail: item)
      }
      incident.actionItems[index].state = state
      incident.actionItems[index].isDraft = false
      isTouched = true
    }
  }

  private mutating func write(
    _ text: String, _ kind: IncidentEvent.Kind, at tick: Timestamp, author: String?,
    limits: IncidentLimits
  ) throws(CommandError) {
    guard !text.isEmpty else { throw CommandError(.emptyText, incident: incident.id) }
    append(kind, at: tick, text, author: author, limits: limits)
    let signed = author.map { "\(text) (\($0))" } ?? text
    tell(TimelineEntry(time: tick, kind: .note, text: signed), limits: limits)
  }
}
