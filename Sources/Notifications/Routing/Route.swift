public import Model

/// Who is told of which incidents, and when: a node of a tree, as in Alertmanager.
///
/// The children are asked in order; the first that fits takes the incident, and the next ones are
/// asked as well where it `continues`. Where no child fits the node itself tells its receiver. What
/// a node leaves out it has from its parent.
public struct Route: Hashable, Sendable {
  /// Which incidents it is for.
  public var match: RouteMatch
  /// The receiver's name; nil for the parent's.
  public var receiver: String?
  /// Whether the routes after this one are asked as well.
  public var continues: Bool
  /// Names of calendars: outside of all of them it is silent; empty for always.
  public var active: [String]?
  /// Names of calendars: inside any of them it is silent.
  public var mute: [String]?
  /// How long the first message waits for more to be known, in ms.
  public var groupWait: Milliseconds?
  /// Least time between two messages of no urgency about one incident, in ms.
  public var groupInterval: Milliseconds?
  /// How long after the last message one is reminded of an incident that nobody took, in ms; 0 for
  /// never.
  public var repeatInterval: Milliseconds?
  /// How often one is briefed while an incident goes on, in ms; 0 for never.
  public var briefingInterval: Milliseconds?
  /// What is told; nil for the parent's, in the end `Stage.standard`.
  public var stages: Set<Stage>?
  /// Receivers that are told too when nobody took an incident in time, one more each time.
  ///
  /// Without any, the next route of the file that fits is.
  public var escalateTo: [String]
  /// The children.
  public var routes: [Route]

  /// A route.
  public init(
    match: RouteMatch = RouteMatch(), receiver: String? = nil, continues: Bool = false,
    active: [String]? = nil, mute: [String]? = nil, groupWait: Milliseconds? = nil,
    groupInterval: Milliseconds? = nil, repeatInterval: Milliseconds? = nil,
    briefingInterval: Milliseconds? = nil, stages: Set<Stage>? = nil, escalateTo: [String] = [],
    routes: [Route] = []
  ) {
    self.match = match
    self.receiver = receiver
    self.continues = continues
    self.active = active
    self.mute = mute
    self.groupWait = groupWait
    self.groupInterval = groupInterval
    self.repeatInterval = repeatInterval
    self.briefingInterval = briefingInterval
    self.stages = stages
    self.escalateTo = escalateTo
    self.routes = routes
  }
}
