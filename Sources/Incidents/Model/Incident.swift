public import Model

/// One trouble of a system, from its first firing alert to its verified end.
///
/// The order of every list is defined, so equal input gives an equal value. `state` follows from
/// `events` (`IncidentState.init(after:)`); the other fields are the newest view of the evidence.
public struct Incident: Hashable, Sendable, Codable, Identifiable {
  /// Hash of the opening alert and its start, 16 hexadecimal digits: equal in every replay.
  public var id: String
  /// One line for people: "checkout: error rate too high, probable cause db".
  public var title: String
  /// Names of the services in trouble: the presumed cause first, then by onset.
  public var services: [String]
  /// How bad it is now.
  public var severity: Severity
  /// The worst it has been.
  public var peakSeverity: Severity
  /// Where in its life it is.
  public var state: IncidentState
  /// How its last episode ended; nil while it goes on.
  public var ending: IncidentEnding?
  /// When the trouble began: the earliest `activeSince` of its alerts.
  public var start: Timestamp
  /// When it was opened: the first alert fired.
  public var openedAt: Timestamp
  /// When it was over; nil while it goes on.
  public var end: Timestamp?
  /// When somebody took it; nil while nobody has.
  public var acknowledgedAt: Timestamp?
  /// Who took it.
  public var acknowledgedBy: String?
  /// By when somebody must have taken it, from its severity and the calendar.
  public var respondBy: Timestamp?
  /// The stretches of trouble: one, or more when it was reopened.
  public var episodes: [Episode]
  /// Its alerts, by `firedAt`, then by id.
  public var alerts: SharedList<AlertRecord>
  /// What the severity rests on, in the order of the factors.
  public var factors: [SeverityFactor]
  /// The worst that each kind of evidence showed so far, in the order of the factors.
  public var worstFactors: [SeverityFactor]
  /// What happened to it, oldest first; only ever appended to.
  public var events: SharedList<IncidentEvent>
  /// What a reader should know, oldest first.
  public var timeline: SharedList<TimelineEntry>
  /// Changes and metrics that may be the cause, most probable first.
  public var suspects: [Suspect]
  /// Metrics that left their normal range, by onset.
  public var deviations: [Deviation]
  /// What was looked at and stayed normal, one sentence for each service; nil before the first look.
  public var stayedNormal: [String]?
  /// What the logs of its services began to say, in the order of telling; nil where none was heard.
  public var logFindings: [LogFinding]?
  /// What to do next, most promising first.
  public var nextSteps: [NextStep]
  /// Work that remains after the incident, in the order it was added.
  public var actionItems: [ActionItem]
  /// The incident of the same trouble before this one, when there was one not long ago.
  public var predecessor: String?
  /// The incident that this one was found to be a part of and was merged into.
  public var mergedInto: String?
  /// True while its alerts come and go so often that single changes are not told.
  public var isFlapping: Bool

  /// One stretch of trouble.
  public struct Episode: Hashable, Sendable, Codable {
    /// When its first alert fired.
    public var start: Timestamp
    /// When it was over; nil while it goes on.
    public var end: Timestamp?
    /// How it ended; `relapsed` once the trouble came back within the watch window.
    public var ending: IncidentEnding?

    /// A stretch with what is known of it.
    public init(start: Timestamp, end: Timestamp? = nil, ending: IncidentEnding? = nil) {
      self.start = start
      self.end = end
      self.ending = ending
    }
  }

  /// An incident that has just been opened, with nothing known but its name, severity and start.
  public init(
    id: String, title: String, services: [String], severity: Severity, start: Timestamp,
    openedAt: Timestamp
  ) {
    self.id = id
    self.title = title
    self.services = services
    self.severity = severity
    peakSeverity = severity
    state = .open
    self.start = start
    self.openedAt = openedAt
    episodes = [Episode(start: openedAt)]
    alerts = []
    factors = []
    worstFactors = []
    events = []
    timeline = []
    suspects = []
    deviations = []
    nextSteps = []
    actionItems = []
    isFlapping = false
  }

  /// What a reader wants to see: the present evidence, or the worst once it is over.
  public var tellingFactors: [SeverityFactor] {
    state == .resolved && !worstFactors.isEmpty ? worstFactors : factors
  }

  /// Keeps of each kind of evidence the graver one, by level, then by value.
  mutating func noteWorst(of factors: [SeverityFactor]) {
    let count = worstFactors.count
    for factor in factors {
      guard let index = worstFactors.firstIndex(where: { $0.factor == factor.factor }) else {
        worstFactors.append(factor)
        continue
      }
      let known = worstFactors[index]
      if (known.level, known.value ?? 0) < (factor.level, factor.value ?? 0) {
        worstFactors[index] = factor
      }
    }
    guard worstFactors.count > count else { return }
    let order = SeverityFactor.Kind.allCases
    worstFactors.sort {
      (order.firstIndex(of: $0.factor) ?? 0) < (order.firstIndex(of: $1.factor) ?? 0)
    }
  }

  /// From start to end, or to `now` while it goes on; never negative.
  public func duration(at now: Timestamp) -> Milliseconds {
    max(0, (end ?? now) - start)
  }
}

/// Where in its life an incident is.
public enum IncidentState: String, Sendable, Codable, CaseIterable {
  /// Alerts fire and nobody has taken it. Next: `acknowledged`, `monitoring`.
  case open
  /// Somebody works on it. Next: `monitoring`.
  case acknowledged
  /// No alert fires; recovery is being verified. Next: `resolved`, or back when an alert fires.
  case monitoring
  /// Over. Next: `open` again, when the same trouble returns within the watch window.
  case resolved
}

/// How an incident, or one stretch of it, ended.
public enum IncidentEnding: String, Sendable, Codable, CaseIterable {
  /// The conditions are false, but nothing more could be or was verified.
  case cleared
  /// The data stopped: nobody knows whether it is over. That is not recovery.
  case vanished
  /// The conditions are false and the metrics stayed in their band for the verification period.
  case verified
  /// It came back within the watch window.
  case relapsed
}
