/// The bounds of what is kept and sent; on by default.
public struct NotificationLimits: Hashable, Sendable {
  /// Incidents whose notifications are followed at a time; the oldest are let go of.
  public var incidentsMax = 10_000
  /// Alerts of an incident that one message holds.
  public var alertsPerNoticeMax = 20
  /// Events that one message holds, the newest.
  public var eventsPerNoticeMax = 20
  /// Bytes of a text or a title after its template.
  public var messageBytesMax = 16_384
  /// Bytes of an answer that are looked at; the rest is not read.
  public var replyBytesMax = 4096
  /// Deliveries to one receiver at a time.
  public var deliveriesPerReceiverMax = 4
  /// Tries of one message before it is given up; about a day at the longest pause.
  public var triesMax = 400
  /// First pause between two tries, in ms; it doubles from try to try.
  public var firstPause: Int64 = 1000
  /// Longest pause between two tries that is chosen here, in ms.
  public var longestPause: Int64 = 300_000
  /// Longest pause that a receiver may ask for, in ms.
  public var askedPauseMax: Int64 = 3_600_000
  /// Alerts that wait for an Alertmanager; the oldest are dropped.
  public var forwardedAlertsMax = 10_000
  /// Alerts in one request to an Alertmanager.
  public var alertsPerPostMax = 64
  /// Silences that are kept, expired ones included.
  public var silencesMax = 1000
  /// Bytes that a command may write before the rest is thrown away.
  public var commandOutputBytesMax = 4096

  /// The defaults.
  public init() {}
}
