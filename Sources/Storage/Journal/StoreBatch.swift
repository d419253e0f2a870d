public import Incidents
public import Model

/// Everything that one step of the engine leaves behind; stored in one transaction.
public struct StoreBatch: Sendable {
  /// The event time up to which the batch is the truth.
  ///
  /// An older batch never overwrites a newer view.
  public var asOf: Timestamp
  /// The newest view of the incidents that changed.
  ///
  /// Their events and action items are stored too.
  public var incidents: [Incident] = []
  /// Series that belong to incidents.
  public var evidence: [Evidence] = []
  /// Deploys and the like that came with the stream.
  public var changes: [ChangeEvent] = []
  /// Messages to send; each key is sent once.
  public var outbox: [OutboxMessage] = []
  /// Values to keep under a key, as `Store.setMeta` does.
  public var meta: [String: String] = [:]
  /// How far each input has been read.
  public var positions: [InputPosition] = []
  /// Alerts up to this moment are told with this batch; nil when none is.
  public var alertsToldThrough: Timestamp?
  /// The key of `Store.meta` under which the newest of these moments lies, in ms.
  public static let alertsToldKey = "alerts_told_through"
  /// Ids of responses that are part of the incidents from here on.
  public var takenUp: [String] = []

  /// A series and the incident it was kept for.
  public struct Evidence: Hashable, Sendable {
    /// The incident's id.
    public var incident: String
    /// Place among the incident's windows, from 0.
    public var position: Int
    /// The series.
    public var window: EvidenceWindow

    /// A series of an incident.
    public init(incident: String, position: Int, window: EvidenceWindow) {
      self.incident = incident
      self.position = position
      self.window = window
    }
  }

  /// An empty batch as of a moment.
  public init(asOf: Timestamp) {
    self.asOf = asOf
  }
}

/// How far an input has been read, so that a restart goes on from there.
public struct InputPosition: Hashable, Sendable {
  /// The input's name: a path, a URL.
  public var source: String
  /// What tells the input from another of that name (device and inode of a file); nil when unknown.
  public var identity: String?
  /// Bytes read, from 0.
  public var offset: Int64

  /// A position in an input.
  public init(source: String, identity: String? = nil, offset: Int64) {
    self.source = source
    self.identity = identity
    self.offset = offset
  }
}

/// What of a batch the store did not have yet.
///
/// Only this is to be printed, sent and published.
public struct Applied: Hashable, Sendable {
  /// Ids of incidents that were new.
  public var newIncidents: [String] = []
  /// Ids of incidents of which a newer view was stored, new ones included.
  public var updatedIncidents: [String] = []
  /// How far in event time the store knew those of them that were not new.
  public var reachedBefore: [String: Timestamp] = [:]
  /// Ids of events that were new, in the order of the batch.
  public var newEvents: [String] = []
  /// Ids of changes that were new.
  public var newChanges: [String] = []
  /// Keys of messages that were new.
  public var newMessages: [String] = []
  /// Ids of events that the store has with other content.
  ///
  /// The stored one stays: it may be acted on.
  public var conflictingEvents: [String] = []

  /// Nothing was new.
  public init() {}

  /// True when the store had everything already, evidence and positions aside.
  public var isEmpty: Bool { self == Applied() }
}
