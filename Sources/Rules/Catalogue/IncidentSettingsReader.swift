import Model
import Yams

/// Reads the `incidents:` section of `services.yaml`.
///
///     incidents:
///       correlation_window: 10m
///       verification: 5m
///       fall_hold: 5m
///       watch_window: 1h
///       group_by: [service, job]
///       flapping: {count: 3, within: 30m}
///       change_window: 1h
///       evidence_margin: 30m
///       severity:
///         users_affected: {critical: 0.5, high: 0.1, medium: 0}
///         degradation: {high: 5, medium: 2}
///         success_collapse: 0.05
///         traffic_collapse: 0.05
///         exhaustion_medium: 30m
///         many_services: 5
///       calendar: {timezone: Europe/Berlin, workdays: [mon, tue, wed, thu, fri], from: "09:00", to: "17:00",
///         holidays: [2026-12-25]}
///       response: {critical: 0s, high: 1h, medium: 4h, low: next-business-day}
struct IncidentSettingsReader {
  var yaml: YAMLReader

  private static let days = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]

  /// The settings of `node`; defaults stand for what is left out.
  mutating func read(_ node: Node?) -> IncidentSettings {
    var settings = IncidentSettings()
    let fields = yaml.fields(
      node, "incidents",
      known: [
        "correlation_window", "verification", "fall_hold", "watch_window", "group_by", "flapping",
        "change_window", "evidence_margin", "severity", "calendar", "response",
      ])
    read(fields["correlation_window"], "correlation_window", into: &settings.correlationWindow)
    read(fields["verification"], "verification", into: &settings.verification)
    read(fields["fall_hold"], "fall_hold", into: &settings.fallHold)
    read(fields["watch_window"], "watch_window", into: &settings.watchWindow)
    read(fields["change_window"], "change_window", into: &settings.changeWindow)
    read(fields["evidence_margin"], "evidence_margin", into: &settings.evidenceMargin)
    if let groupBy = fields["group_by"] {
      settings.groupBy = yaml.list(groupBy, "group_by").compactMap { yaml.text($0, "group_by") }
    }
    let flapping = yaml.fields(fields["flapping"], "flapping", known: ["count", "within"])
    read(flapping["within"], "within", into: &settings.flapWindow)
    if let node = flapping["count"], let count = yaml.integer(node, "count") {
      if count < 2 {
        yaml.error("out-of-range", "count must be at least 2, found \(count)", at: node)
      }
      settings.flapCount = count
    }
    severity(fields["severity"], into: &settings.severity)
    calendar(fields["calendar"], into: &settings.calendar)
    response(fields["response"], into: &settings.response)
    return settings
  }

  private mutating func read(_ node: Node?, _ what: String, into value: inout Milliseconds) {
    if let length = yaml.duration(node, what) { value = length }
  }

  /// A share of 0...1.
  private mutating func readShare(_ node: Node?, _ what: String, into value: inout Double) {
    guard let node, let share = yaml.number(node, what) else { return }
    if !(0...1).contains(share) {
      yaml.error("out-of-range", "\(what) must be 0...1, found \(share)", at: node)
    }
    value = share
  }

  private mutating func severity(_ node: Node?, into cutOffs: inout SeverityCutOffs) {
    let fields = yaml.fields(
      node, "severity",
      known: [
        "users_affected", "degradation", "success_collapse", "traffic_collapse",
        "exhaustion_medium", "many_services",
      ])
    ladder(fields["users_affected"], "users_affected", into: &cutOffs.usersAffected)
    ladder(fields["degradation"], "degradation", into: &cutOffs.degradation)
    readShare(fields["success_collapse"], "success_collapse", into: &cutOffs.successCollapse)
    readShare(fields["traffic_collapse"], "traffic_collapse", into: &cutOffs.trafficCollapse)
    read(fields["exhaustion_medium"], "exhaustion_medium", into: &cutOffs.exhaustionMedium)
    if let node = fields["many_services"], let count = yaml.integer(node, "many_services") {
      if count < 1 {
        yaml.error("out-of-range", "many_services must be at least 1, found \(count)", at: node)
      }
      cutOffs.manyServices = count
    }
  }

  private mutating func ladder(
    _ node: Node?, _ what: String, into ladder: inout SeverityCutOffs.Ladder
  ) {
    guard let node else { return }
    let fields = yaml.fields(node, what, known: ["critical", "high", "medium"])
    let critical = yaml.number(fields["critical"], "critical") ?? ladder.critical
    let high = yaml.number(fields["high"], "high") ?? ladder.high
    let medium = yaml.number(fields["medium"], "medium") ?? ladder.medium
    let steps = [critical, high, medium].compactMap(\.self)
    if zip(steps, steps.dropFirst()).contains(where: { $0 < $1 }) {
      yaml.error("levels-out-of-order", "\(what) must fall from critical to medium", at: node)
    }
    ladder = SeverityCutOffs.Ladder(critical: critical, high: high, medium: medium)
  }

  private mutating func calendar(_ node: Node?, into calendar: inout WorkCalendar) {
    let fields = yaml.fields(
      node, "calendar", known: ["timezone", "workdays", "from", "to", "holidays"])
    if let node = fields["timezone"], let text = yaml.text(node, "timezone") {
      if let offset = Self.offset(text) {
        calendar.zone = TimeZoneRule(offset: offset)
      } else if let zone = TimeZoneRule.named(text) {
        calendar.zone = zone
      } else {
        let near = suggestion(for: text, among: TimeZoneRule.names.sorted())
        yaml.error(
          "bad-timezone",
          "expected a time zone like Europe/Berlin or an offset like \"+01:00\", found "
            + quoted(text) + (near.map { "; did you mean \(quoted($0))?" } ?? ""), at: node)
      }
    }
    if let node = fields["workdays"] {
      calendar.workdays = workdays(node)
      if calendar.workdays.isEmpty {
        yaml.error("no-workday", "workdays must name at least one day", at: node)
      }
    }
    clock(fields["from"], "from", into: &calendar.start)
    clock(fields["to"], "to", into: &calendar.end)
    if calendar.end <= calendar.start, let node = fields["to"] ?? fields["from"] {
      yaml.error("bad-clock", "to must be later than from", at: node)
    }
    for node in yaml.list(fields["holidays"], "holidays") {
      guard let text = yaml.text(node, "holidays") else { continue }
      if let day = Self.day(text) {
        calendar.holidays.append(day)
      } else {
        yaml.error(
          "bad-date", "expected a date like 2026-12-25, found \(quoted(text))", at: node)
      }
    }
    calendar.holidays.sort()
  }

  private mutating func workdays(_ node: Node) -> [Int] {
    var found: Set<Int> = []
    for element in yaml.list(node, "workdays") {
      guard let text = yaml.text(element, "workdays") else { continue }
      if let day = Self.days.firstIndex(of: String(text.lowercased().prefix(3))) {
        found.insert(day)
      } else {
        yaml.error("bad-day", "expected a day like mon, found \(quoted(text))", at: element)
      }
    }
    return found.sorted()
  }

  private mutating func clock(_ node: Node?, _ what: String, into value: inout Milliseconds) {
    guard let node, let text = yaml.text(node, what) else { return }
    guard let clock = Self.clock(text) else {
      yaml.error("bad-clock", "expected a time like \"09:00\", found \(quoted(text))", at: node)
      return
    }
    value = clock
  }

  private mutating func response(_ node: Node?, into targets: inout ResponseTargets) {
    let fields = yaml.fields(node, "response", known: Severity.allCases.map(\.rawValue))
    for level in Severity.allCases {
      guard let node = fields[level.rawValue], let text = yaml.text(node, level.rawValue) else {
        continue
      }
      let target = text == "next-business-day" ? nil : yaml.duration(node, level.rawValue)
      switch level {
      case .critical: targets.critical = target
      case .high: targets.high = target
      case .medium: targets.medium = target
      case .low: targets.low = target
      }
    }
  }

  // MARK: Notations

  /// `UTC`, `Z`, `+01:00`, `-0530`: what is added to UTC, at most 14 hours.
  private static func offset(_ text: String) -> Milliseconds? {
    if ["UTC", "Z", "utc"].contains(text) { return 0 }
    guard let sign = text.first, sign == "+" || sign == "-" else { return nil }
    let digits = text.dropFirst().filter { $0 != ":" }
    guard digits.utf8.count == 4, let hours = Int64(digits.prefix(2)),
      let minutes = Int64(digits.suffix(2)), hours <= 14, minutes < 60
    else { return nil }
    return (hours * 60 + minutes) * 60_000 * (sign == "-" ? -1 : 1)
  }

  /// From `00:00` to `24:00`, after midnight.
  private static func clock(_ text: String) -> Milliseconds? {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, let hours = Int64(parts[0]), let minutes = Int64(parts[1]),
      (0...24).contains(hours), (0..<60).contains(minutes), hours < 24 || minutes == 0
    else { return nil }
    return (hours * 60 + minutes) * 60_000
  }

  /// `2026-12-25` as days since 1970-01-01.
  private static func day(_ text: String) -> Int? {
    let parts = text.split(separator: "-").map { Int($0) }
    guard parts.count == 3, let year = parts[0], let month = parts[1], let day = parts[2],
      (1...9999).contains(year), (1...12).contains(month),
      (1...CalendarTime.days(inMonth: month, of: year)).contains(day)
    else { return nil }
    return CalendarTime.daysSinceEpoch(year: year, month: month, day: day)
  }
}
