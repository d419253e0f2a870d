public import Model

/// The complete content of an incident report, from which Markdown and HTML are rendered.
///
/// Renderers add nothing but form: every sentence, number and order is decided here.
public struct Report: Hashable, Sendable, Codable {
  /// The incident's id.
  public var incident: String
  /// One line for people.
  public var title: String
  /// The worst it has been: the report's severity.
  public var severity: Severity
  /// How bad it is at the report's time.
  public var currentSeverity: Severity
  /// What the severity rests on, in the order of the factors.
  public var factors: [SeverityFactor]
  /// Where in its life the incident is.
  public var state: IncidentState
  /// How it ended; nil while it goes on.
  public var ending: IncidentEnding?
  /// When the trouble began.
  public var start: Timestamp
  /// When it was over; nil while it goes on.
  public var end: Timestamp?
  /// From start to end, or to the report's time.
  public var duration: Milliseconds
  /// From start to the first firing alert.
  public var timeToDetect: Milliseconds
  /// From the first firing alert to its acknowledgement; nil when nobody took it.
  public var timeToAcknowledge: Milliseconds?
  /// The event time the report speaks of.
  public var madeAt: Timestamp
  /// Two or three sentences for a reader in a hurry.
  public var summary: [Passage]
  /// Who and what suffered.
  public var impact: Impact
  /// What happened, oldest first.
  public var timeline: [TimelineEntry]
  /// Why it happened, as far as the evidence says.
  public var rootCause: RootCause
  /// How it ended.
  public var resolution: [Passage]
  /// What to do now; empty once it is resolved.
  public var nextSteps: [NextStep]
  /// What would have caught or prevented it.
  public var prevention: [Prevention]
  /// Work that remains.
  public var actionItems: [ActionItem]
  /// The series behind it all, most telling first.
  public var charts: [Chart]
  /// Who was in trouble when; nil when it is not drawn.
  public var overview: Overview?
  /// The incident of the same trouble before this one.
  public var predecessor: String?

  /// A report of which the head is known; sections are filled in after.
  public init(of incident: Incident, at now: Timestamp) {
    self.incident = incident.id
    title = incident.title
    severity = incident.peakSeverity
    currentSeverity = incident.severity
    factors = incident.tellingFactors
    state = incident.state
    ending = incident.ending
    start = incident.start
    end = incident.end
    duration = incident.duration(at: now)
    timeToDetect = max(0, incident.openedAt - incident.start)
    timeToAcknowledge = incident.acknowledgedAt.map { max(0, $0 - incident.openedAt) }
    madeAt = now
    summary = []
    impact = Impact()
    timeline = Array(incident.timeline)
    rootCause = RootCause()
    resolution = []
    nextSteps = []
    prevention = []
    actionItems = incident.actionItems
    charts = []
    predecessor = incident.predecessor
  }

  /// A paragraph, and whether a person has yet to confirm it.
  public struct Passage: Hashable, Sendable, Codable {
    /// Whole sentences.
    public var text: String
    /// True when it was drafted from evidence and only a person can confirm it.
    public var isDraft: Bool

    /// A paragraph.
    public init(_ text: String, isDraft: Bool = false) {
      self.text = text
      self.isDraft = isDraft
    }
  }

  /// Who and what suffered.
  public struct Impact: Hashable, Sendable, Codable {
    /// "38 % of users (estimated from failed requests)"; nil when nothing is known.
    public var usersAffected: Passage?
    /// The services in trouble, the presumed cause first.
    public var services: [ServiceImpact]
    /// Whether data was lost or exposed.
    public var dataImpact: Passage?

    /// An impact of which nothing is known.
    public init() {
      services = []
    }
  }

  /// What one service suffered.
  public struct ServiceImpact: Hashable, Sendable, Codable {
    /// Its name.
    public var service: String
    /// `core`, `minor` or `cosmetic`; nil when the catalogue does not know it.
    public var tier: String?
    /// One sentence: "2 alerts, error rate up to 38 %".
    public var text: String

    /// The impact on a service.
    public init(service: String, tier: String?, text: String) {
      self.service = service
      self.tier = tier
      self.text = text
    }
  }

  /// Why it happened.
  public struct RootCause: Hashable, Sendable, Codable {
    /// What the evidence says, in sentences; drafts until a person confirms them.
    public var passages: [Passage]
    /// Changes and metrics, most probable first.
    public var suspects: [Suspect]
    /// Metrics that left their range, by onset.
    public var deviations: [Deviation]
    /// What stayed normal, which rules out causes; one sentence each.
    public var stayedNormal: [String]

    /// A root cause of which nothing is known.
    public init() {
      passages = []
      suspects = []
      deviations = []
      stayedNormal = []
    }
  }

  /// A proposal that would have caught or prevented the incident.
  public struct Prevention: Hashable, Sendable, Codable {
    /// Why: "the connection pool peaked at 100 % and no rule watched it".
    public var because: String
    /// What to do: "alert when the pool is above 70 %".
    public var proposal: String
    /// A rule file with the proposed rule, ready to be saved; nil when no rule would help.
    public var rule: String?
    /// The service that it is about, whose owner is to do it; nil when it is about none.
    public var service: String?

    /// A proposal.
    public init(
      because: String, proposal: String, rule: String? = nil, service: String? = nil
    ) {
      self.service = service
      self.because = because
      self.proposal = proposal
      self.rule = rule
    }
  }

  /// A series with what to draw over it.
  public struct Chart: Hashable, Sendable, Codable {
    /// The series, its band and its threshold.
    public var window: EvidenceWindow
    /// When alerts on it fired.
    public var alerts: [Span]
    /// Changes within the window.
    public var changes: [Mark]

    /// A chart.
    public init(window: EvidenceWindow, alerts: [Span] = [], changes: [Mark] = []) {
      self.window = window
      self.alerts = alerts
      self.changes = changes
    }
  }

  /// A stretch of time under a name.
  public struct Span: Hashable, Sendable, Codable {
    /// The alert's name.
    public var name: String
    /// When it fired.
    public var start: Timestamp
    /// When it ended; nil while it fires.
    public var end: Timestamp?

    /// A stretch of time.
    public init(name: String, start: Timestamp, end: Timestamp?) {
      self.name = name
      self.start = start
      self.end = end
    }
  }

  /// A moment under a name.
  public struct Mark: Hashable, Sendable, Codable {
    /// What happened: "kubernetes v1.4.2".
    public var name: String
    /// When.
    public var time: Timestamp

    /// A moment.
    public init(name: String, time: Timestamp) {
      self.name = name
      self.time = time
    }
  }
}
