import API
import Model
import Sources
import Notifications

/// What a live run does: the configuration file, the environment and the flags, in rising precedence.
struct LiveConfiguration: Sendable {
  /// The file it was read from; nil where there is none.
  var file: String?
  /// Where the server listens; nil for no server.
  var listen: ServerConfiguration.Address?
  /// Rule files, catalogues and folders of them.
  var rules: [String] = []
  /// The SQLite file of the incidents.
  var store = "tocsin.sqlite"
  /// What is scraped.
  var scrape: [ScrapeConfiguration] = []
  /// Logs that are followed.
  var logs: [LogInput] = []
  /// The time zones of logs that name one, as they were written, by path.
  var logZones: [String: String] = [:]
  /// Who may use the server.
  var tokens: [TokenSettings] = []
  /// Lets everybody use a server that others can reach.
  var allowsUnauthenticated = false
  /// Certificate and key of the server.
  var tls: TLSSettings?
  /// Ticks of rule groups that name no interval, in ms.
  var interval: Milliseconds = 15_000
  /// How long a tick waits for late samples, in ms of event time.
  var lateness: Milliseconds = 0
  /// How long series that no rule selects are kept for queries, in ms; nil: 6 h with a server, else 0.
  var retention: Milliseconds?
  /// How often the engine's state is saved beside the store, in ms of the wall clock.
  var checkpointInterval: Milliseconds = 5000
  /// Most series held.
  var seriesMax: Int?
  /// Labels of this system as others see it.
  var externalLabels = Labels.empty
  /// Where this system is reached from outside.
  var externalURL = ""
  /// Which names queries and rules may give to labels.
  var labelNames = NameScheme.utf8
  /// Experimental parts of PromQL that are on, for queries and rules.
  var features: [Feature] = []
  /// Who is told of incidents and alerts.
  var notifications = NotificationSettings()
  /// What the server's clients may ask for.
  var limits = ServerLimits()

  /// A token: its value may stand in a file that is rotated.
  struct TokenSettings: Sendable {
    var name: String
    var role: Role
    var token: Secret
    /// How long the value before a rotation is still accepted, in ms.
    var grace: Milliseconds = 3_600_000
  }

  /// Files of a certificate chain, its key and, for mutual TLS, the clients' authority.
  struct TLSSettings: Sendable, Equatable {
    var certificate: String
    var key: String
    var clientAuthority: String?
  }

  /// The limits of the server by their names in the file.
  static var limitNames: [(String, WritableKeyPath<ServerLimits, Int>)] {
    [
      ("body_bytes", \.bodyBytes), ("decoded_bytes", \.decodedBytes),
      ("waiting_pushes", \.waitingPushes), ("connections", \.connections),
      ("listeners", \.listeners), ("query_seconds", \.querySeconds),
      ("query_samples", \.querySamples),
    ]
  }

  /// How long queries can look back when nothing else is said, in ms: 6 hours.
  static let serverRetention: Milliseconds = 6 * 3_600_000

  /// The retention in force; nil keeps only what rules look at.
  var retentionInForce: Milliseconds? {
    let wanted = retention ?? (listen == nil ? 0 : Self.serverRetention)
    return wanted > 0 ? wanted : nil
  }
}
