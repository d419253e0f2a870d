public import Incidents
public import Model

/// A receiver that must be told of an incident, with the timing of its route.
public struct RouteTarget: Hashable, Sendable, Codable {
  /// The receiver's name.
  public var receiver: String
  /// Names of calendars outside of all of which it is silent.
  public var active: [String]
  /// Names of calendars inside any of which it is silent.
  public var mute: [String]
  /// How long the first message waits, in ms.
  public var groupWait: Milliseconds
  /// Least time between two messages of no urgency, in ms.
  public var groupInterval: Milliseconds
  /// When a reminder is due after the last message, in ms; 0 for never.
  public var repeatInterval: Milliseconds
  /// How often a briefing is due, in ms; 0 for never.
  public var briefingInterval: Milliseconds
  /// What is told, in the order of the stages.
  public var stages: [Stage]
}

/// The routes of a configuration.
public struct RouteTree: Hashable, Sendable {
  /// The routes in the order of the file.
  public var routes: [Route]

  /// The tree of `routes`.
  public init(_ routes: [Route] = []) {
    self.routes = routes
  }

  /// Whom to tell of an incident: each receiver once, in the order of the routes.
  public func targets(of incident: Incident, escalations: Int = 0) -> [RouteTarget] {
    var found: [RouteTarget] = []
    var position = 0
    var last = -1
    while position < routes.count {
      defer { position += 1 }
      let route = routes[position]
      guard route.match.accepts(incident) else { continue }
      found += Self.walk(route, incident, Inherited(), escalations)
      last = position
      if !route.continues { break }
    }
    // Nobody answered: the routes behind the last one come into their own, one for each time.
    var missing = escalations
    let names = routes.prefix(last + 1).contains {
      $0.namesSuccessors && $0.match.accepts(incident)
    }
    for route in routes.dropFirst(last + 1) where missing > 0 && !names {
      guard route.match.accepts(incident) else { continue }
      let more = Self.walk(route, incident, Inherited(), 0)
      if more.contains(where: { new in !found.contains { $0.receiver == new.receiver } }) {
        missing -= 1
      }
      found += more
    }
    var seen: Set<String> = []
    return found.filter { seen.insert($0.receiver).inserted }
  }

  /// Whom any of the routes tells, sorted.
  public var receivers: [String] { Set(routes.flatMap(Self.receivers)).sorted() }

  private static func receivers(of route: Route) -> [String] {
    [route.receiver].compactMap(\.self) + route.escalateTo + route.routes.flatMap(receivers)
  }

  /// What a route has from those above it.
  private struct Inherited {
    var receiver: String?
    var active: [String] = []
    var mute: [String] = []
    var groupWait: Milliseconds = 0
    var groupInterval: Milliseconds = 60_000
    var repeatInterval: Milliseconds = 4 * 3_600_000
    var briefingInterval: Milliseconds = 0
    var stages = Stage.standard

    mutating func overlay(_ route: Route) {
      receiver = route.receiver ?? receiver
      active = route.active ?? active
      mute = route.mute ?? mute
      groupWait = route.groupWait ?? groupWait
      groupInterval = route.groupInterval ?? groupInterval
      repeatInterval = route.repeatInterval ?? repeatInterval
      briefingInterval = route.briefingInterval ?? briefingInterval
      stages = route.stages ?? stages
    }

    func target(_ receiver: String) -> RouteTarget {
      RouteTarget(
        receiver: receiver, active: active, mute: mute, groupWait: groupWait,
        groupInterval: groupInterval, repeatInterval: repeatInterval,
        briefingInterval: briefingInterval,
        stages: Stage.allCases.filter(stages.contains))
    }
  }

  /// The targets below a route that fits.
  private static func walk(
    _ route: Route, _ incident: Incident, _ above: Inherited, _ escalations: Int
  ) -> [RouteTarget] {
    var inherited = above
    inherited.overlay(route)
    var found: [RouteTarget] = []
    var isTaken = false
    for child in route.routes where child.match.accepts(incident) {
      isTaken = true
      found += walk(child, incident, inherited, escalations)
      if !child.continues { break }
    }
    if !isTaken, let receiver = inherited.receiver { found.append(inherited.target(receiver)) }
    return found + route.escalateTo.prefix(escalations).map(inherited.target)
  }
}

extension Route {
  /// True when it or a route below it says who comes next.
  fileprivate var namesSuccessors: Bool {
    !escalateTo.isEmpty || routes.contains { $0.namesSuccessors }
  }

  /// The names of receivers and of calendars that it and the routes below it use.
  var names: (receivers: Set<String>, calendars: Set<String>) {
    var receivers = Set(escalateTo + [receiver].compactMap(\.self))
    var calendars = Set((active ?? []) + (mute ?? []))
    for route in routes {
      receivers.formUnion(route.names.receivers)
      calendars.formUnion(route.names.calendars)
    }
    return (receivers, calendars)
  }
}
