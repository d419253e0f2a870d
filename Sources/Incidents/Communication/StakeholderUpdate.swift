public import Model

/// A draft of what people who are not on call are told: in plain words, for a person to finish.
///
/// Nothing is sent by itself. Numbers are the incident's own; causes are named as not confirmed.
public struct StakeholderUpdate: Hashable, Sendable {
  /// One line: "CRITICAL: checkout and api in trouble since 14:28 UTC".
  public var subject: String
  /// Paragraphs: what is felt, what is known, what is done, when the next update comes.
  public var paragraphs: [String]

  /// How long until the next update, by severity.
  private static func interval(_ severity: Severity) -> Milliseconds {
    switch severity {
    case .critical: 30 * 60_000
    case .high: 60 * 60_000
    case .medium: 4 * 3_600_000
    case .low: 24 * 3_600_000
    }
  }

  /// The draft for an incident as it stands at `now`.
  public init(on incident: Incident, at now: Timestamp) {
    let services = incident.services.isEmpty ? "the system" : list(incident.services)
    let isOver = incident.state == .resolved
    let ended = incident.ending == .vanished ? "not confirmed" : "resolved"
    let level = isOver ? ended : incident.severity.rawValue
    let clock = incident.start.clock.dropLast(3)
    subject = "\(level.uppercased()): trouble with \(services) since \(clock) UTC"
    paragraphs = [
      Self.felt(incident, services), Self.known(incident), Self.done(incident, at: now),
    ].compactMap(\.self)
    if !isOver {
      let next = now + Self.interval(incident.severity)
      paragraphs.append(
        "The next update comes by \(next.clock.dropLast(3)) UTC, or when it changes.")
    }
  }

  private static func felt(_ incident: Incident, _ services: String) -> String {
    let users = incident.tellingFactors.first { $0.factor == .usersAffected && $0.level > .low }
    guard let users else {
      return "There is trouble with \(services). How many users notice it has not been measured."
    }
    // The factor names whose users they are, or whose requests: no more than that is known.
    var sentence = users.because
    let level = " → \(users.level.rawValue)"
    if sentence.hasSuffix(level) { sentence.removeLast(level.count) }
    if incident.state == .resolved {
      sentence = "At the worst, " + sentence.replacing(" are affected", with: " were affected")
    }
    return users.isEstimate
      ? "\(sentence). How many users noticed it has not been measured." : "\(sentence)."
  }

  private static func known(_ incident: Incident) -> String? {
    guard let top = incident.suspects.first else {
      return incident.state == .resolved ? nil : "The cause is not known yet."
    }
    return switch top.cause {
    case .change(let change):
      "The cause is not confirmed; a change of \(change.service) is under suspicion."
    case .metric(let service, _): "The cause is not confirmed; it probably lies in \(service)."
    }
  }

  private static func done(_ incident: Incident, at now: Timestamp) -> String {
    let length = spoken(duration: incident.duration(at: now))
    if incident.state == .resolved {
      return incident.ending == .vanished
        ? "Its measurements stopped; whether it is over has to be confirmed."
        : "It was over after \(length)."
    }
    if incident.state == .monitoring {
      return "All alarms have cleared; it is being watched whether that lasts."
    }
    let who = incident.acknowledgedBy.map { " \($0) leads the response." }
    return incident.acknowledgedAt == nil
      ? "Nobody has taken it yet; it has gone on for \(length)."
      : "It is being worked on, for \(length) so far.\(who ?? "")"
  }

  /// The draft as plain text, marked as one.
  public var text: String {
    "DRAFT, not sent to anybody\n\nSubject: \(subject)\n\n"
      + paragraphs.joined(separator: "\n\n") + "\n"
  }
}
