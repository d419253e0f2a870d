public import Model

extension Report {
  /// Who was in trouble when, how grave it was, and what was changed meanwhile.
  public struct Overview: Hashable, Sendable, Codable {
    /// The first moment of the drawing.
    public var from: Timestamp
    /// The last moment of the drawing.
    public var to: Timestamp
    /// When the trouble was over; nil while it goes on.
    public var end: Timestamp?
    /// The services in trouble, the presumed cause first.
    public var lanes: [Lane] = []
    /// How grave it was, from when on, oldest first.
    public var grades: [Grade] = []
    /// Changes within the drawing.
    public var changes: [Mark] = []

    /// An empty drawing of a stretch of time.
    public init(from: Timestamp, to: Timestamp) {
      self.from = from
      self.to = to
    }
  }

  /// One service of an overview, with its alerts.
  public struct Lane: Hashable, Sendable, Codable {
    /// The service's name.
    public var service: String
    /// When its alerts were true.
    public var spans: [Span]

    /// A lane.
    public init(service: String, spans: [Span]) {
      self.service = service
      self.spans = spans
    }
  }

  /// A severity and the moment from which it held.
  public struct Grade: Hashable, Sendable, Codable {
    /// How grave.
    public var severity: Severity
    /// From when on.
    public var from: Timestamp

    /// A grade.
    public init(severity: Severity, from: Timestamp) {
      self.severity = severity
      self.from = from
    }
  }
}
