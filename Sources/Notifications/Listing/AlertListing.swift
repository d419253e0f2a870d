public import Incidents
public import Model

/// The alerts that fire, in the JSON of Alertmanager's API v2, so that `amtool`, Grafana and dashboards
/// of alerts can list them.
///
/// Source: the OpenAPI description of Alertmanager's API v2, `gettableAlert` and `alertGroup`.
public struct AlertListing: Sendable {
  /// An alert with what is known of it.
  fileprivate struct Entry: Sendable {
    var alert: AlertRecord
    var incident: Incident
    var receivers: [String]
    var silencedBy: [String]
    /// The alerts of the incident that explains this one's.
    var inhibitedBy: [String]

    var isSuppressed: Bool { !silencedBy.isEmpty || !inhibitedBy.isEmpty }
  }

  /// Who "is told" where no route fits: groups need a name.
  private static let nobody = "none"
  /// How long an alert counts as firing after it was last heard of, in ms: as Alertmanager does.
  private static let vouchedFor: Milliseconds = 300_000

  private let entries: [Entry]
  private let policy: NotificationPolicy
  private let now: Timestamp

  /// The firing alerts of incidents.
  ///
  /// - Parameters:
  ///   - incidents: Those that are open; others are left out.
  ///   - filter: Which alerts are wanted.
  ///   - policy: Who is told of what.
  ///   - silences: All there are.
  ///   - now: The moment.
  public init(
    _ incidents: [Incident], _ filter: AlertFilter, policy: NotificationPolicy,
    silences: SilenceBook, at now: Timestamp
  ) {
    self.policy = policy
    self.now = now
    let active = silences.active(at: now)
    let open = incidents.filter { $0.state != .resolved }
    entries = open.flatMap { incident in
      let receivers = policy.routes.targets(of: incident).map(\.receiver)
      let explanation = policy.explanation(of: incident, among: open)
      let inhibitedBy = explanation?.alerts.filter(\.isFiring).map(\.id) ?? []
      return incident.alerts.filter(\.isFiring).compactMap { alert in
        let labels = alert.labels(in: incident)
        let entry = Entry(
          alert: alert, incident: incident, receivers: receivers,
          silencedBy: active.filter { $0.covers(labels) }.map(\.id), inhibitedBy: inhibitedBy)
        return filter.accepts(entry, labels) ? entry : nil
      }
    }
    .sorted { ($0.alert.firedAt, $0.alert.id) < ($1.alert.firedAt, $1.alert.id) }
  }

  /// One after the other, by when they fired.
  public var list: String {
    var json = JSONWriter()
    json.array { json in for entry in entries { write(entry, to: &json) } }
    return json.text
  }

  /// By receiver, then by incident.
  public var groups: String {
    var json = JSONWriter()
    let names = Set(entries.flatMap { $0.receivers.isEmpty ? [Self.nobody] : $0.receivers })
    json.array { json in
      for name in names.sorted() {
        let told = entries.filter {
          $0.receivers.contains(name) || ($0.receivers.isEmpty && name == Self.nobody)
        }
        for incident in Set(told.map(\.incident.id)).sorted() {
          write(told.filter { $0.incident.id == incident }, for: name, to: &json)
        }
      }
    }
    return json.text
  }

  private func write(_ group: [Entry], for receiver: String, to json: inout JSONWriter) {
    guard let incident = group.first?.incident else { return }
    json.object { json in
      json.key("labels")
      json.object { json in
        json.field("incident", incident.id)
        json.field("severity", incident.severity.rawValue)
      }
      json.key("receiver")
      json.object { $0.field("name", receiver) }
      json.key("alerts")
      json.array { json in for entry in group { write(entry, to: &json) } }
    }
  }

  private func write(_ entry: Entry, to json: inout JSONWriter) {
    json.object { json in
      json.field("fingerprint", entry.alert.id)
      json.field("labels", entry.alert.labels)
      json.field("annotations", entry.alert.annotations)
      json.field("startsAt", entry.alert.firedAt)
      json.field("endsAt", now + Self.vouchedFor)
      json.field("updatedAt", now)
      json.field("generatorURL", policy.page(of: entry.incident) ?? "")
      json.key("receivers")
      json.array { json in
        for name in entry.receivers { json.object { $0.field("name", name) } }
      }
      json.key("status")
      json.object { json in
        json.field("state", entry.isSuppressed ? "suppressed" : "active")
        json.field("silencedBy", entry.silencedBy)
        json.field("inhibitedBy", entry.inhibitedBy)
      }
    }
  }
}

/// Which alerts are wanted of a listing.
public struct AlertFilter: Sendable {
  private let matchers: [LabelMatcher]
  private let receiver: LabelMatcher?
  /// With those that somebody is told of.
  public var showsActive = true
  /// With those that a silence covers.
  public var showsSilenced = true
  /// With those that a graver incident explains.
  public var showsInhibited = true

  /// Those that satisfy all of `matchers`, each such as `team="db"`, and of whom a receiver is told whose
  /// name the regular expression `receiver` fits.
  ///
  /// - Throws: `badMatcher` when a text is none.
  public init(matchers: [String] = [], receiver: String? = nil) throws(SilenceError) {
    self.matchers = try LabelMatcher.all(of: matchers)
    guard let receiver else {
      self.receiver = nil
      return
    }
    do throws(PatternError) {
      self.receiver = try LabelMatcher("receiver", .matches, receiver)
    } catch {
      throw .badMatcher("\(quoted(receiver)) is no regular expression")
    }
  }
}

extension AlertFilter {
  fileprivate func accepts(_ entry: AlertListing.Entry, _ labels: Labels) -> Bool {
    if !showsActive, !entry.isSuppressed { return false }
    if !showsSilenced, !entry.silencedBy.isEmpty { return false }
    if !showsInhibited, !entry.inhibitedBy.isEmpty { return false }
    if let receiver, !entry.receivers.contains(where: { receiver.matches($0) }) { return false }
    return matchers.allSatisfy { $0.matches(labels) }
  }
}
