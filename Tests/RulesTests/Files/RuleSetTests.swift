import Model
import Testing

@testable import Rules

/// Files in memory; a path that ends in a slash is a folder.
private func files(_ entries: [String: String]) -> RuleSet.Files {
  struct Missing: Error, CustomStringConvertible { var description = "no such file" }
  return RuleSet.Files(
    list: { path in
      let folder = path + "/"
      let below = entries.keys.filter { $0.hasPrefix(folder) }
      guard !below.isEmpty else { return nil }
      let names = below.map { $0.dropFirst(folder.count).prefix { $0 != "/" } }
      // In no order, as a disk lists them.
      return Set(names.map(String.init)).sorted(by: >).map { folder + $0 }
    },
    read: { path in
      guard let text = entries[path] else { throw Missing() }
      return Array(text.utf8)
    })
}

private func group(_ name: String) -> String { "groups: [{name: \(name), rules: []}]" }

struct `A rule set` {
  @Test func `reads folders in order, with the catalogue and without tests`() throws {
    let loaded = RuleSet.load(
      ["rules"],
      from: files([
        "rules/b.yml": group("b"), "rules/a.yaml": group("a"), "rules/.hidden.yml": "[",
        "rules/sub/c.yml": group("c"), "rules/notes.md": "hello",
        "rules/x_test.yml": "rule_files: [a.yaml]\ntests: []",
        "rules/services.yaml": "services: {db: {tier: core}}\nincidents: {verification: 7m}",
      ]))
    #expect(loaded.diagnostics == [])
    let set = try #require(loaded.ruleSet)
    #expect(set.groups.map(\.name) == ["a", "b", "c"])
    #expect(set.catalogue.service(named: "db")?.tier == .core)
    #expect(set.incidents.verification == 420_000)
  }

  @Test func `is all or nothing`() {
    let loaded = RuleSet.load(
      ["a.yml", "b.yml", "missing.yml"],
      from: files(["a.yml": group("a"), "b.yml": "groups: [{nam: b}]"]))
    #expect(loaded.ruleSet == nil)
    #expect(loaded.diagnostics.map(\.code) == ["unreadable-file", "no-group-name", "unknown-key"])
    #expect(loaded.diagnostics.map { $0.location?.file } == ["missing.yml", "b.yml", "b.yml"])
  }

  @Test func `names a file once and a service once`() {
    let twice = RuleSet.load(["a.yml", "a.yml"], from: files(["a.yml": group("a")]))
    #expect(twice.ruleSet?.files.count == 1)
    let clash = RuleSet.load(
      ["a.yml", "b.yml"], from: files(["a.yml": "services: {db: }", "b.yml": "services: {db: }"]))
    #expect(clash.diagnostics.map(\.code) == ["duplicate-service"])
  }

  @Test func `refuses bytes that are no text`() {
    let loaded = RuleSet.load(
      ["a.yml"], from: RuleSet.Files(list: { _ in nil }, read: { _ in [0xff, 0xfe, 0x00] }))
    #expect(loaded.diagnostics.map(\.code) == ["unreadable-file"])
  }
}

struct `A service catalogue` {
  private static let text = """
    services:
      checkout:
        tier: core
        owner: payments-team
        match: {service: checkout, env: "=~prod|live", zone: "!=eu"}
        depends_on: [orders-db, auth]
        users:
          total: sum(active_sessions)
          affected: sum(active_sessions{state="failing"})
        change_kind: docker-compose
        links: {runbook: "https://example.com/r"}
      orders-db: {depends_on: [checkout]}
      auth:
    """

  @Test func `is read`() throws {
    let (services, settings, _, diagnostics) = Catalogue.read(Self.text)
    #expect(diagnostics == [] && settings == nil)
    let catalogue = Catalogue(services: services)
    let checkout = try #require(catalogue.service(named: "checkout"))
    #expect(checkout.tier == .core && checkout.owner == "payments-team")
    #expect(checkout.dependsOn == ["orders-db", "auth"] && checkout.changeKind == "docker-compose")
    #expect(
      checkout.matchers.map(\.description) == [
        "service=\"checkout\"", "env=~\"prod|live\"", "zone!=\"eu\"",
      ])
    #expect(checkout.totalUsers.map { "\($0)" } == "sum(active_sessions)")
    #expect(checkout.links == ["runbook": "https://example.com/r"])
    #expect(catalogue.service(of: ["service": "auth"])?.name == "auth")
  }

  @Test(arguments: [
    ("services: [a]", "1:11 bad-value"), ("service: {}", "1:1 unknown-key"),
    ("services: {a: {teir: core}}", "1:16 unknown-key"),
    ("services: {a: {tier: gold}}", "1:22 bad-value"),
    ("services: {a: {depends_on: [b]}}", "1:29 unknown-service"),
    ("services: {a: {depends_on: [a]}}", "1:29 self-dependency"),
    ("services: {a: {match: {}}}", "1:23 no-match"),
    ("services: {a: {match: {x: \"=~(\"}}}", "1:30 bad-pattern"),
    ("services: {a: {users: {total: \"sum(\"}}}", "1:35 syntax"),
    ("services: {a: {users: {total: \"x[5m]\"}}}", "1:31 bad-type"),
    ("services: {a: , a: }", "1:12 duplicate-key"),
    ("incidents: {verification: 5}", "1:27 bad-duration"),
    (
      "incidents: {severity: {users_affected: {critical: 0.1, high: 0.5}}}",
      "1:40 levels-out-of-order"
    ),
    ("incidents: {severity: {success_collapse: 5}}", "1:42 out-of-range"),
    ("incidents: {calendar: {timezone: Mars}}", "1:34 bad-timezone"),
    ("incidents: {calendar: {workdays: [someday]}}", "1:34 no-workday"),
    ("incidents: {calendar: {from: \"18:00\"}}", "1:30 bad-clock"),
    ("incidents: {calendar: {holidays: [2026-02-30]}}", "1:35 bad-date"),
    ("incidents: {flapping: {count: 1}}", "1:31 out-of-range"),
  ])
  func `is refused`(text: String, want: String) {
    let (services, settings, _, diagnostics) = Catalogue.read(text)
    #expect(services.isEmpty && settings == nil)
    let found = diagnostics.map { diagnostic in
      let place = diagnostic.location.map { "\($0.line):\($0.column)" } ?? "-"
      return "\(place) \(diagnostic.code)"
    }
    #expect(found.contains(want), "\(found)")
  }
}

struct `Settings of the incident practice` {
  @Test func `are read`() throws {
    let text = """
      incidents:
        correlation_window: 3m
        group_by: [region]
        flapping: {count: 5, within: 10m}
        severity: {users_affected: {critical: 0.6}, many_services: 9}
        calendar: {timezone: "-05:30", workdays: [Monday, sat], from: "08:30", to: "24:00", holidays: [2026-01-03]}
        response: {high: 30m, medium: next-business-day}
      """
    let settings = try #require(Catalogue.read(text).settings)
    #expect(settings.correlationWindow == 180_000 && settings.groupBy == ["region"])
    #expect(settings.flapCount == 5 && settings.flapWindow == 600_000)
    #expect(settings.severity.usersAffected == .init(critical: 0.6, high: 0.1, medium: 0))
    #expect(settings.calendar.zone.standard == -19_800_000 && settings.calendar.workdays == [1, 6])
    #expect(settings.calendar.start == 30_600_000 && settings.calendar.end == 86_400_000)
    #expect(settings.response.high == 1_800_000 && settings.response.medium == nil)
  }

  @Test(arguments: [
    (0.0, Severity.low), (0.01, .medium), (0.1, .high), (0.5, .high), (0.51, .critical),
    (.nan, .low),
  ])
  func `grade the share of users as the practice does`(share: Double, want: Severity) {
    #expect(IncidentSettings().severity.usersAffected.level(of: share) == want)
  }

  @Test(arguments: [
    ("2026-01-15T14:30:00Z", "2026-01-16T09:00:00Z"),
    ("2026-01-16T23:59:59Z", "2026-01-19T09:00:00Z"),
    ("2026-01-18T00:00:00Z", "2026-01-19T09:00:00Z"),
  ])
  func `know the next business day`(from: String, want: String) {
    let days = CalendarTime.daysSinceEpoch(
      year: 2026, month: 1, day: Int(from.prefix(10).suffix(2)) ?? 0)
    let clock = from.dropFirst(11).prefix(8).split(separator: ":").compactMap { Int($0) }
    let seconds = days * 86_400 + clock[0] * 3600 + clock[1] * 60 + clock[2]
    let next = WorkCalendar().nextBusinessDay(after: Timestamp(milliseconds: Int64(seconds) * 1000))
    #expect(next.description == want)
  }
}
