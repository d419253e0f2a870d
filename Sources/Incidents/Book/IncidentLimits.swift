/// The bounds of what the book keeps; beyond each, the oldest goes first.
///
/// What fires is never dropped: it is bounded by the alerts that the rules can have.
public struct IncidentLimits: Hashable, Sendable {
  /// Resolved incidents that are kept to be reopened.
  public var watchedIncidents = 1000
  /// Troubles remembered after the watch, for the link to a predecessor.
  public var pastTroubles = 1000
  /// Changes remembered as suspects.
  public var recentChanges = 1000
  /// Findings in logs remembered as evidence.
  public var recentLogFindings = 500
  /// Findings in logs told in one incident.
  public var logFindings = 20
  /// Ended alerts kept in one incident.
  public var endedAlerts = 200
  /// Events kept in one incident; later ones are counted in the sequence but not kept, save those
  /// that change the state.
  public var events = 1000
  /// Lines of one timeline.
  public var timeline = 500
  /// Deviations kept in one incident.
  public var deviations = 50
  /// Suspects kept in one incident.
  public var suspects = 5
  /// Services whose metrics are looked at in one investigation.
  public var investigatedServices = 50

  /// The defaults.
  public init() {}
}
