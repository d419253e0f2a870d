public import Model

/// What the public may know of a system's health: made of chosen names and plain words alone.
///
/// No sentence, label, metric or name of an incident is copied: titles and updates are written anew
/// from its severity, its states and the public titles of its services. What is not named by the
/// page's services does not exist here.
public struct StatusPage: Hashable, Sendable {
  /// How a service is, worst last.
  public enum Health: Int, Comparable, Sendable, CaseIterable {
    /// All is well.
    case operational
    /// Announced work is going on.
    case maintenance
    /// Low: hardly anybody notices.
    case minor
    /// Medium.
    case degraded
    /// High.
    case partial
    /// Critical.
    case major

    /// The better one is the smaller.
    public static func < (a: Health, b: Health) -> Bool { a.rawValue < b.rawValue }

    /// The health that an incident of `severity` leaves.
    public init(_ severity: Severity) {
      switch severity {
      case .low: self = .minor
      case .medium: self = .degraded
      case .high: self = .partial
      case .critical: self = .major
      }
    }

    /// What people read.
    public var words: String {
      switch self {
      case .operational: "Operational"
      case .maintenance: "Maintenance"
      case .minor: "Minor trouble"
      case .degraded: "Degraded performance"
      case .partial: "Partial outage"
      case .major: "Major outage"
      }
    }

    /// What programs read.
    public var name: String {
      switch self {
      case .operational: "operational"
      case .maintenance: "maintenance"
      case .minor: "minor"
      case .degraded: "degraded"
      case .partial: "partial_outage"
      case .major: "major_outage"
      }
    }
  }

  /// A service that may be shown: its name within, and its public face.
  public struct Choice: Hashable, Sendable {
    /// Its name in incidents; never shown.
    public var service: String
    /// What the page calls it.
    public var title: String
    /// One line for people; nil without.
    public var description: String?

    /// A service and its face.
    public init(service: String, title: String, description: String? = nil) {
      self.service = service
      self.title = title
      self.description = description
    }
  }

  /// A service of the page.
  public struct Line: Hashable, Sendable {
    /// Its public title.
    public var title: String
    /// One line for people; nil without.
    public var description: String?
    /// How it is now.
    public var health: Health
    /// The worst of each day in UTC, oldest first, today last.
    public var days: [Health]
    /// Share of the time without a partial or major outage, 0...1.
    public var availability: Double
  }

  /// An incident or announced work.
  public struct Notice: Hashable, Sendable {
    /// A hash that leads to nothing within.
    public var id: String
    /// One line for people.
    public var title: String
    /// How bad it was at worst, or `maintenance`.
    public var health: Health
    /// Public titles of the services.
    public var services: [String]
    /// When it began.
    public var start: Timestamp
    /// When it was over, or will be; nil while nobody knows.
    public var end: Timestamp?
    /// What was said of it, newest first.
    public var updates: [Update]
  }

  /// One thing that was said.
  public struct Update: Hashable, Sendable {
    /// When.
    public var time: Timestamp
    /// `Investigating`, `Monitoring`, `Resolved`, ….
    public var state: String
    /// One or two sentences.
    public var text: String
  }

  /// The page's heading.
  public var title: String
  /// Where it stands; nil when unknown.
  public var url: String?
  /// The moment it speaks of.
  public var madeAt: Timestamp
  /// The services, in the chosen order.
  public var lines: [Line]
  /// Incidents that go on, newest first.
  public var ongoing: [Notice]
  /// Incidents that are over, newest first.
  public var past: [Notice]
  /// Work that goes on or lies ahead, soonest first.
  public var maintenance: [Notice]

  /// How the whole is: the worst of its services.
  public var health: Health { lines.map(\.health).max() ?? .operational }
}
