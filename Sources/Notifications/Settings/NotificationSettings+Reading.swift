import Model
public import Rules

extension NotificationSettings {
  /// Reads the section `notifications:` of a configuration.
  ///
  ///     notifications:
  ///       routes:
  ///         - {match: {severity: critical}, receiver: on-call, escalate: [boss]}
  ///         - {match: {at_least: medium, service: [checkout]}, receiver: chat, mute: [nights]}
  ///       receivers:
  ///         - {name: on-call, pagerduty: {routing_key: "${env:PAGERDUTY_KEY}"}}
  ///         - {name: chat, slack: {url: "${file:/run/secrets/slack}"}}
  ///         - {name: am, alertmanager: {url: "http://127.0.0.1:9093", resend: 1m}}
  ///       calendars:
  ///         nights: {zone: Europe/Berlin, times: "22:00-06:00"}
  ///
  /// Every mistake is reported to `settings` with its place, all at once; what is read is of use only
  /// when `settings` has no errors.
  public init(reading node: SettingsNode?, from settings: inout SettingsReader) {
    self.init()
    let fields = settings.fields(
      node, "notifications", known: ["routes", "receivers", "calendars"])
    var names = Names()
    for (name, value) in settings.pairs(fields["calendars"], "calendars") {
      calendars.append(CalendarReading.calendar(name, value, &settings))
      names.calendars.insert(name)
    }
    for node in settings.list(fields["receivers"], "receivers") {
      let (name, receiver) = ReceiverReading.receiver(node, &settings)
      if !name.isEmpty, !names.receivers.insert(name).inserted {
        settings.error("duplicate-name", "receiver \(quoted(name)) is there twice", at: node)
      }
      if let receiver { receivers.append(receiver) }
    }
    for node in settings.list(fields["routes"], "routes") {
      let route = RouteReading.route(node, &settings, names)
      if !route.tellsSomebody {
        settings.error("no-receiver", "a route needs a receiver, or routes that have one", at: node)
      }
      routes.append(route)
    }
  }

  /// The names that routes may use.
  struct Names {
    var receivers: Set<String> = []
    var calendars: Set<String> = []
  }
}

extension Route {
  /// True when it or each route below it has a receiver.
  fileprivate var tellsSomebody: Bool {
    receiver != nil || (!routes.isEmpty && routes.allSatisfy(\.tellsSomebody))
  }
}

/// Reads routes.
enum RouteReading {
  static func route(
    _ node: SettingsNode, _ settings: inout SettingsReader, _ names: NotificationSettings.Names
  ) -> Route {
    let fields = settings.fields(
      node, "a route",
      known: [
        "match", "receiver", "continue", "active", "mute", "group_wait", "group_interval",
        "repeat_interval", "briefing_interval", "stages", "escalate", "routes",
      ])
    func name(_ node: SettingsNode?, _ what: String, among known: Set<String>) -> String? {
      guard let node, let text = settings.text(node, what) else { return nil }
      if !known.contains(text) {
        let near = suggestion(for: text, among: known.sorted())
        settings.error(
          "unknown-name",
          "\(what) \(quoted(text)) is not there"
            + (near.map { "; did you mean \(quoted($0))?" } ?? ""),
          at: node)
      }
      return text
    }
    func list(_ key: String, _ what: String, among known: Set<String>) -> [String]? {
      guard let node = fields[key] else { return nil }
      return settings.list(node, key).compactMap { name($0, what, among: known) }
    }
    var route = Route(match: match(fields["match"], &settings))
    route.receiver = name(fields["receiver"], "receiver", among: names.receivers)
    route.continues = settings.flag(fields["continue"], "continue") ?? false
    route.active = list("active", "calendar", among: names.calendars)
    route.mute = list("mute", "calendar", among: names.calendars)
    route.groupWait = settings.duration(fields["group_wait"], "group_wait")
    route.groupInterval = settings.duration(fields["group_interval"], "group_interval")
    route.repeatInterval = settings.duration(fields["repeat_interval"], "repeat_interval")
    route.briefingInterval = settings.duration(fields["briefing_interval"], "briefing_interval")
    route.stages = stages(fields["stages"], &settings)
    route.escalateTo = list("escalate", "receiver", among: names.receivers) ?? []
    for child in settings.list(fields["routes"], "routes") {
      route.routes.append(self.route(child, &settings, names))
    }
    return route
  }

  static func stages(_ node: SettingsNode?, _ settings: inout SettingsReader) -> Set<Stage>? {
    guard let node else { return nil }
    var found: Set<Stage> = []
    for word in settings.list(node, "stages") {
      let stage = settings.choice(word, "a stage", among: Stage.allCases.map { ($0.rawValue, $0) })
      if let stage { found.insert(stage) }
    }
    return found
  }

  private static func match(
    _ node: SettingsNode?, _ settings: inout SettingsReader
  ) -> RouteMatch {
    let fields = settings.fields(
      node, "match", known: ["severity", "at_least", "service", "labels"])
    let levels = Severity.allCases.map { ($0.rawValue, $0) }
    var match = RouteMatch()
    if let node = fields["severity"] {
      let named = settings.list(node, "severity").compactMap {
        settings.choice($0, "severity", among: levels)
      }
      match.severity = .exactly(Set(named))
      if let other = fields["at_least"] {
        settings.error("two-conditions", "give either severity or at_least", at: other)
      }
    } else if let level = settings.choice(fields["at_least"], "at_least", among: levels) {
      match.severity = .atLeast(level)
    }
    match.services = settings.list(fields["service"], "service").compactMap {
      settings.text($0, "service")
    }
    match.matchers = matchers(fields["labels"], &settings)
    return match
  }

  /// A mapping of labels and values, or a list of matchers such as `team=~"db|web"`.
  private static func matchers(
    _ node: SettingsNode?, _ settings: inout SettingsReader
  ) -> [LabelMatcher] {
    guard let node else { return [] }
    if node.isMapping {
      return settings.labels(node, "labels").pairs.map { LabelMatcher($0.name, equals: $0.value) }
    }
    return settings.list(node, "labels").compactMap { item in
      guard let text = settings.text(item, "a matcher") else { return nil }
      do throws(MatcherTextError) {
        return try MatcherText.parse(text)
      } catch {
        settings.error("bad-matcher", error.description, at: item)
        return nil
      }
    }
  }
}
