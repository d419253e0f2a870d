public import Incidents
public import Model

extension StatusPage {
  /// Announced work as it was configured.
  public struct Work: Hashable, Sendable {
    /// What is done, in a few words.
    public var title: String
    /// When it begins.
    public var start: Timestamp
    /// When it is over.
    public var end: Timestamp
    /// The services it is about, by their names within.
    public var services: [String]
    /// More for people; nil without.
    public var text: String?

    /// Announced work.
    public init(
      title: String, start: Timestamp, end: Timestamp, services: [String], text: String? = nil
    ) {
      self.title = title
      self.start = start
      self.end = end
      self.services = services
      self.text = text
    }
  }

  private static let day: Milliseconds = 86_400_000
  /// Incidents in the history at most.
  static let pastMax = 100

  /// The page at `now`: incidents of chosen services that reached `publish`, over `days` days.
  public init(
    title: String, url: String? = nil, choices: [Choice], incidents: [Incident], work: [Work] = [],
    publish: Severity, days: Int, now: Timestamp
  ) {
    self.title = title
    self.url = url
    madeAt = now
    let names = Dictionary(choices.map { ($0.service, $0.title) }) { first, _ in first }
    let first = Self.midnight(now) - Milliseconds(max(1, days) - 1) * Self.day
    let shown = incidents.filter { incident in
      incident.mergedInto == nil && incident.peakSeverity >= publish
        && incident.services.contains { names[$0] != nil }
        && incident.end.map { $0 >= first } ?? true && incident.openedAt <= now
    }.sorted { ($1.openedAt, $0.id) < ($0.openedAt, $1.id) }
    let current = work.filter { $0.end > now }
    lines = choices.map { choice in
      Self.line(
        choice, shown.filter { $0.services.contains(choice.service) },
        current.filter { $0.services.contains(choice.service) && $0.start <= now }, from: first,
        to: now)
    }
    let notices = shown.map { incident in
      (incident.state == .resolved, Self.notice(incident, names))
    }
    ongoing = notices.filter { !$0.0 }.map(\.1)
    past = Array(notices.filter(\.0).map(\.1).prefix(Self.pastMax))
    maintenance = current.sorted { ($0.start, $0.title) < ($1.start, $1.title) }.map {
      Self.notice($0, names)
    }
  }

  private static func midnight(_ time: Timestamp) -> Timestamp {
    let rest = time.milliseconds % day
    return time - (rest < 0 ? rest + day : rest)
  }

  private static func line(
    _ choice: Choice, _ incidents: [Incident], _ work: [Work], from first: Timestamp,
    to now: Timestamp
  ) -> Line {
    var days: [Health] = []
    var start = first
    while start <= now {
      let end = start + day
      let touching = incidents.filter { $0.start < end && ($0.end ?? now) >= start }
      days.append(touching.map { Health($0.peakSeverity) }.max() ?? .operational)
      start = end
    }
    let health = incidents.filter { $0.state != .resolved }.map { Health($0.severity) }.max()
    return Line(
      title: choice.title, description: choice.description,
      health: max(health ?? .operational, work.isEmpty ? .operational : .maintenance), days: days,
      availability: availability(incidents, from: first, to: now))
  }

  /// Outages that overlap count once.
  private static func availability(
    _ incidents: [Incident], from start: Timestamp, to now: Timestamp
  ) -> Double {
    let outages = incidents.filter { Health($0.peakSeverity) >= .partial }
      .map { (max($0.start, start), min($0.end ?? now, now)) }.filter { $0.0 < $0.1 }
      .sorted { $0.0 < $1.0 }
    var down: Milliseconds = 0
    var reached = start
    for (from, to) in outages where to > reached {
      down += to - max(from, reached)
      reached = to
    }
    let whole = now - start
    return whole > 0 ? 1 - Double(down) / Double(whole) : 1
  }

  // MARK: Notices

  private static func notice(_ incident: Incident, _ names: [String: String]) -> Notice {
    let services = incident.services.compactMap { names[$0] }
    let health = Health(incident.peakSeverity)
    return Notice(
      id: publicID(incident.id), title: "\(joined(services)): \(health.words.lowercased())",
      health: health, services: services, start: incident.start, end: incident.end,
      updates: updates(incident, joined(services)))
  }

  private static func notice(_ work: Work, _ names: [String: String]) -> Notice {
    let update = Update(time: work.start, state: "Scheduled", text: work.text ?? "")
    return Notice(
      id: publicID("\(work.start) \(work.title)"), title: work.title, health: .maintenance,
      services: work.services.compactMap { names[$0] }, start: work.start, end: work.end,
      updates: work.text == nil ? [] : [update])
  }

  private static func publicID(_ text: String) -> String {
    var hash = StableHash()
    hash.combine("status page")
    hash.combine(text)
    return hash.hexadecimal
  }

  private static func joined(_ names: [String]) -> String {
    guard let last = names.last, names.count > 1 else { return names.first ?? "" }
    return names.dropLast().joined(separator: ", ") + " and " + last
  }

  /// What its history says in public words, newest first.
  private static func updates(_ incident: Incident, _ services: String) -> [Update] {
    var updates: [Update] = []
    var worst: Health?
    for event in incident.events {
      let health = event.severity.map(Health.init)
      switch event.kind {
      case .opened:
        worst = health
        updates.append(
          Update(
            time: event.time, state: "Investigating",
            text: "We see trouble with \(services) and are looking into it."))
      case .severity:
        guard let health, health > worst ?? .operational else { continue }
        worst = health
        updates.append(
          Update(
            time: event.time, state: "Update",
            text: "It has become graver: \(health.words.lowercased())."))
      case .acknowledged:
        updates.append(
          Update(time: event.time, state: "Update", text: "Our engineers are working on it."))
      case .monitoring:
        updates.append(
          Update(
            time: event.time, state: "Monitoring",
            text: "As usual again: \(services). We watch whether it stays so."))
      case .troubled, .reopened:
        updates.append(
          Update(
            time: event.time, state: "Investigating", text: "The trouble came back."))
      case .resolved:
        let length = Moment.duration(max(0, (incident.end ?? event.time) - incident.start))
        let isKnown = event.ending != .vanished
        updates.append(
          Update(
            time: event.time, state: isKnown ? "Resolved" : "Closed",
            text: isKnown
              ? "It is over, after \(length)."
              : "We have no more measurements of it and cannot confirm that it is over."))
      default: continue
      }
    }
    return updates.reversed()
  }
}
