public import Engine
public import Incidents
public import Model

/// What the server stands in front of; the program implements it.
///
/// Calls may come from any task at the same time. Whoever implements it puts them in an order.
public protocol Backend: Sendable {
  /// Takes over pushed samples and changes.
  ///
  /// Returns when the engine has them.
  func take(_ batch: sending SampleBatch) async throws

  /// Runs `body` while the engine stands still.
  ///
  /// It holds everything else up, so it must be bounded.
  func read<Answer: Sendable>(
    _ body: @Sendable (borrowing Tocsin) throws -> Answer
  ) async throws -> Answer

  /// The incidents known, newest first, merged ones left out.
  func incidents() async throws -> [Incident]

  /// The incident whose id is, or alone begins with, `id`; nil when there is none.
  func incident(_ id: String) async throws -> Incident?

  /// Does what a person asked for, and gives the incident after it.
  ///
  /// - Throws: `CommandError` when the command does not fit the incident's state.
  func apply(_ command: IncidentCommand) async throws -> Incident?

  /// A report on an incident; nil when there is none.
  func report(_ id: String, as form: ReportForm) async throws -> String?

  /// A page as HTML; nil when it is about an incident that nobody knows.
  func page(_ request: PageRequest) async throws -> String?

  /// Changes of the last `reach` ms, newest first.
  func changes(within reach: Milliseconds) async throws -> [ChangeEvent]

  /// Alerts that another system (Prometheus) evaluated.
  func take(foreign alerts: [ForeignAlert]) async throws

  /// The alerts that fire, in Alertmanager's JSON.
  ///
  /// - Throws: `SilenceRefusal` when a matcher is none.
  func alerts(_ query: AlertQuery) async throws -> String

  /// The names of those who may be told of incidents, sorted.
  func receivers() async throws -> [String]

  /// Answers about silences in Alertmanager's JSON.
  ///
  /// - Throws: `SilenceRefusal` when the request makes no sense.
  func silences(_ request: SilenceRequest) async throws -> String

  /// What happens from now on; ends when the program does.
  func events() -> AsyncStream<LiveEvent>

  /// Targets that are scraped, by job and instance.
  func targets() async -> [TargetStatus]

  /// Reads rules and configuration again; a bad file changes nothing.
  ///
  /// - Returns: what is wrong, empty when all of it is in force.
  func reload() async -> [Diagnostic]

  /// Whether the last reload, or the start, put in force what the files say.
  var reloadSucceeded: Bool { get async }

  /// Metrics of the program about itself, in the Prometheus text format.
  func selfMetrics() async -> String
}

/// The forms of a report.
public enum ReportForm: String, Sendable, CaseIterable {
  /// Markdown.
  case markdown
  /// One HTML file.
  case html
}

/// Something that happened, for those who listen.
public struct LiveEvent: Sendable, Hashable {
  /// The kind of the JSON event: `incident.opened`, `alert.firing`, ….
  public var kind: String
  /// The JSON event, one line.
  public var json: String

  /// An event of a kind with its JSON.
  public init(kind: String, json: String) {
    self.kind = kind
    self.json = json
  }
}

/// How scraping a target goes.
public struct TargetStatus: Sendable, Hashable {
  /// The URL that is scraped.
  public var url: String
  /// Labels that its samples get, `job` and `instance` among them.
  public var labels: Labels
  /// Distance of scrapes, in ms.
  public var interval: Milliseconds
  /// Longest that one may take, in ms.
  public var timeout: Milliseconds
  /// Time of the last scrape; nil before the first.
  public var lastScrape: Timestamp?
  /// What the last scrape took, in ms.
  public var lastDuration: Milliseconds
  /// Why the last scrape failed; nil when it went well.
  public var lastError: String?

  /// A target that was not scraped yet.
  public init(url: String, labels: Labels, interval: Milliseconds, timeout: Milliseconds) {
    self.url = url
    self.labels = labels
    self.interval = interval
    self.timeout = timeout
    lastDuration = 0
  }
}
