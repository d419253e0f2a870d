import Foundation
import Glibc
import Testing

/// `--logs`: lines become series that rules use, and evidence in timelines and reports.
@Suite struct LogTests {
  static let rules = """
    groups:
      - name: logs
        rules:
          - alert: LogErrors
            expr: sum by (service) (rate(log_lines_total{level=~"error|fatal"}[1m])) > 0.2
            for: 30s
            labels: {severity: critical}
          - alert: SlowRequests
            expr: |
              histogram_quantile(0.9,
                sum by (service, le) (rate(log_request_duration_seconds_bucket[1m]))) > 1
            labels: {severity: warning}

    """

  /// Lines of `seconds` after 2026-01-15T13:00:00Z: quiet, trouble from 3600 to 3800, quiet again.
  static func lines(_ seconds: Range<Int>) -> String {
    var out = ""
    let clock = { (second: Int) -> String in
      let minutes = second / 60
      return String(format: "%02d:%02d:%02d", 13 + minutes / 60, minutes % 60, second % 60)
    }
    for second in seconds where second % 2 == 0 {
      let isTrouble = (3600..<3800).contains(second)
      out += "2026-01-15 \(clock(second)) INFO order \(second) accepted\n"
      if second % 300 == 0 { out += "2026-01-15 \(clock(second)) ERROR card \(second) refused\n" }
      guard isTrouble else { continue }
      out += "2026-01-15 \(clock(second)) ERROR no connection from the pool after \(second) ms, "
      out += "password=hunter22 token: t0psecretvalue\n"
      out +=
        "java.sql.SQLTransientConnectionException: pool is empty\n    at Pool.take(Pool.java:7)\n"
      out += "2026-01-15 \(clock(second)) WARN card \(second) declined by bank-a\n"
    }
    return out
  }

  @Test(
    arguments: [
      (nil, "14:00:00Z"), ("America/New_York", "19:00:00Z"), ("+05:30", "08:30:00Z"),
    ] as [(String?, String)])
  func timesWithoutAZoneAreOfTheOneThatIsNamed(_ zone: String?, _ want: String) throws {
    let folder = try ScratchFolder()
    try folder.write("rules.yml", Self.rules)
    try folder.write("checkout.log", Self.lines(0..<5400))
    let outcome = try Running(
      ["replay", "--logs", "checkout=checkout.log", "--rules", "rules.yml", "--output", "json"]
        + (zone.map { ["--logs-zone", $0] } ?? []), in: folder
    ).outcome()
    #expect(outcome.status == 0, "\(outcome)")
    let found = try #require(try outcome.events.last { !$0["log_findings"].items.isEmpty })
    #expect(found["log_findings"].items.first?["at"].string == "2026-01-15T\(want)")
  }

  @Test func aZoneThatIsNoneIsRefused() throws {
    let folder = try ScratchFolder()
    let outcome = try tocsin(
      "replay", "--logs", "app.log", "--logs-zone", "Europe/Bärlin", in: folder)
    #expect(outcome.status == 64 && outcome.errors.contains("logs-zone"), "\(outcome)")
  }

  @Test func linesAreSeriesForRulesAndEvidenceInTheReport() throws {
    let folder = try ScratchFolder()
    try folder.write("rules.yml", Self.rules)
    try folder.write("checkout.log", Self.lines(0..<5400))
    let outcome = try tocsin(
      "replay", "--logs", "checkout=checkout.log", "--rules", "rules.yml", "--output", "json",
      "--store", "s.sqlite", "--report", "r.md", "--report", "r.html", "--report", "r.json",
      in: folder)
    #expect(outcome.status == 0, "\(outcome)")
    let events = try outcome.events
    let opened = try #require(events.first { $0["event"].string == "incident.opened" })
    #expect(opened["services"].items.first?.string == "checkout")
    let found = try #require(events.last { !$0["log_findings"].items.isEmpty })["log_findings"]
    let pattern = "no connection from the pool after <num> ms, password=*** token: ***"
    let first = try #require(found.items.first { $0["pattern"].string == pattern })
    #expect(first["kind"].string == "new")
    #expect(first["at"].string == "2026-01-15T14:00:00Z")
    #expect(
      first["sample"].string
        == "no connection from the pool after 3600 ms, password=*** token: ***")
    #expect(found.items.contains { $0["pattern"].string?.hasPrefix("java.sql.SQL") == true })
    #expect(events.contains { $0["event"].string == "incident.resolved" })
    let schemaFile = repository + "/Documentation/events.schema.json"
    let schema = JSONSchema(
      root: try JSON(parsing: String(contentsOfFile: schemaFile, encoding: .utf8)))
    for event in events { #expect(schema.faults(in: event).isEmpty, "\(event)") }
    for name in ["r.md", "r.html", "r.json"] {
      #expect(folder.text(name).contains("the log of checkout says something new"), "\(name)")
    }
    let id = try #require(opened["incident"].string)
    let stored = try tocsin(
      "incident", "report", id, "--store", "s.sqlite", "--rules", "rules.yml", in: folder)
    #expect(stored.output.contains("the log of checkout says something new"), "\(stored)")
    for text in [
      outcome.output, outcome.errors, stored.output, folder.text("r.md"), folder.text("r.html"),
      folder.text("s.sqlite"),
    ] {
      #expect(!text.contains("hunter22") && !text.contains("t0psecretvalue"))
    }
  }

  @Test func aLogBesideMetricsJoinsTheirIncident() throws {
    let folder = try BusyHost.folder()
    let stamp = { (minute: Int) in "2026-01-15T14:\(String(format: "%02d", minute)):00Z" }
    try folder.write("app.log", "\(stamp(0)) INFO up\n")
    let outcome = try tocsin(
      "query", "sum(log_lines_total)", "cpu.prom", "--logs", "app.log", "--at",
      "2026-01-15T14:00:00Z", in: folder)
    #expect(outcome.status == 0 && outcome.output.contains("1"), "\(outcome)")
    let none = try tocsin("query", "up", in: folder)
    #expect(none.status == 64 && none.errors.contains("--logs"), "\(none)")
    let missing = try tocsin("query", "up", "--logs", "no.log", in: folder)
    #expect(missing.status == 65 && missing.errors.contains("no.log"), "\(missing)")
  }

  @Test func aLogIsFollowedThroughRotation() throws {
    let folder = try ScratchFolder()
    try folder.write("rules.yml", Self.rules)
    try folder.write("live.log", Self.lines(0..<3700))
    let running = try Running(
      ["run", "--logs", "checkout=live.log", "--rules", "rules.yml", "--output", "json"],
      in: folder)
    #expect(running.wait { running.output.contains("incident.opened") }, "\(running.errors)")
    rename(folder["live.log"], folder["live.log.1"])
    try folder.write("live.log", Self.lines(3700..<4500))
    #expect(running.wait { running.output.contains("incident.resolved") }, "\(running.output)")
    running.send(SIGTERM)
    let outcome = running.outcome(seconds: 60)
    #expect(outcome.status == 0, "\(outcome)")
  }

  @Test func latenciesOfAnAccessLogAreAHistogram() throws {
    let folder = try ScratchFolder()
    try folder.write("rules.yml", Self.rules)
    var lines = ""
    for second in 0..<600 {
      let time = String(format: "%02d:%02d", second / 60, second % 60)
      let took = second < 300 ? "0.120" : "2.200"
      lines +=
        "10.0.0.1 - - [15/Jan/2026:14:\(time) +0000] \"GET /cart/\(second) HTTP/1.1\" 200 99 "
      lines += "\"-\" \"curl/8\" \(took)\n"
    }
    try folder.write("access.log", lines)
    let outcome = try tocsin(
      "replay", "--logs", "shop=access.log", "--rules", "rules.yml", "--output", "json", in: folder)
    let firing = try outcome.events.filter { $0["event"].string == "alert.firing" }
    #expect(firing.compactMap { $0["alert"].string } == ["SlowRequests"], "\(outcome)")
    #expect(firing.first?["labels"]["service"].string == "shop")
  }
}
