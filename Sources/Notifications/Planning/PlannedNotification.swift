import Incidents
public import Model

/// A message to store in the outbox, in the transaction of the effect that it comes from.
public struct PlannedNotification: Hashable, Sendable {
  /// Hash of incident, stage, event time, last event and receiver: a repeat has the same.
  public var key: String
  /// The incident's id.
  public var incident: String
  /// The receiver's configured name.
  public var receiver: String
  /// When it happened, in event time.
  public var time: Timestamp
  /// What it tells.
  public var stage: Stage
  /// The `Notice` as JSON.
  public var body: String

  init(_ notice: Notice, to receiver: String) {
    var hash = StableHash()
    hash.combine(notice.incident.id)
    hash.combine(notice.stage.rawValue)
    hash.combine(notice.time.milliseconds)
    hash.combine(notice.news.last?.id ?? "")
    hash.combine(receiver)
    key = hash.hexadecimal
    incident = notice.incident.id
    self.receiver = receiver
    time = notice.time
    stage = notice.stage
    body = notice.json
  }
}

/// What became of the messages that might have been sent.
public struct PlanCounts: Hashable, Sendable, Codable {
  /// Messages planned.
  public var planned = 0
  /// Messages held back by a silence, counted once each time one begins to hold.
  public var silenced = 0
  /// Messages held back by a calendar.
  public var muted = 0
  /// Messages held back because a graver incident explains this one.
  public var inhibited = 0
  /// Incidents that no route fits.
  public var unrouted = 0
  /// Incidents that were let go of because there were too many.
  public var dropped = 0
}
