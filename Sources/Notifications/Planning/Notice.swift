public import Incidents
public import Model
import Foundation

/// Everything a message says, as it waits in the outbox: facts, not words and not secrets.
///
/// The words are made when it is delivered, so that a mended template counts for what waits.
public struct Notice: Hashable, Sendable, Codable {
  /// What it tells.
  public var stage: Stage
  /// When it happened, in event time.
  public var time: Timestamp
  /// The incident at that time, with the newest alerts and events only.
  public var incident: Incident
  /// How many alerts the incident has in all.
  public var alertCount: Int
  /// What happened since the receiver last heard of it, oldest first.
  public var news: [IncidentEvent]
  /// The severity that the receiver knew; nil when it knew nothing.
  public var previousSeverity: Severity?
  /// How often nobody took it in time.
  public var escalations: Int
  /// Links for people: the page of the incident, runbooks, dashboards; by name.
  public var links: [Link]

  /// A named address.
  public struct Link: Hashable, Sendable, Codable {
    /// What is there: `incident`, `runbook`, `dashboard of checkout`.
    public var name: String
    /// Where it is.
    public var url: String

    /// A named address.
    public init(name: String, url: String) {
      self.name = name
      self.url = url
    }
  }

  /// The notice of a stage.
  public init(
    stage: Stage, time: Timestamp, incident: Incident, news: [IncidentEvent],
    previousSeverity: Severity? = nil, escalations: Int = 0, links: [Link] = [],
    limits: NotificationLimits = NotificationLimits()
  ) {
    self.stage = stage
    self.time = time
    alertCount = incident.alerts.count
    self.incident = incident
    self.news = news.suffix(limits.eventsPerNoticeMax)
    self.previousSeverity = previousSeverity
    self.escalations = escalations
    self.links = links
    trim(limits)
  }

  /// Firing alerts before those that ended; what only a report needs is left out.
  private mutating func trim(_ limits: NotificationLimits) {
    let firing = incident.alerts.filter(\.isFiring)
    let ended = incident.alerts.filter { !$0.isFiring }
    incident.alerts = SharedList((firing + ended).prefix(limits.alertsPerNoticeMax))
    incident.events = []
    incident.timeline = SharedList(
      incident.timeline.suffix(limits.eventsPerNoticeMax))
    incident.deviations = []
    incident.suspects = Array(incident.suspects.prefix(5))
    incident.actionItems = []
  }

  /// A notice as it was written by `json`; nil when the text is none.
  public init?(json: String) {
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "+Inf", negativeInfinity: "-Inf", nan: "NaN")
    guard let notice = try? decoder.decode(Notice.self, from: Data(json.utf8)) else { return nil }
    self = notice
  }

  /// The same text for the same notice.
  public var json: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "+Inf", negativeInfinity: "-Inf", nan: "NaN")
    // Cannot fail: every field is plain data, and numbers that JSON lacks have their words.
    guard let data = try? encoder.encode(self) else { return "" }
    return String(decoding: data, as: UTF8.self)
  }
}
