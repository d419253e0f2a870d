import Foundation
import Testing

/// What judges recordings and rules, on recordings whose answers were worked out by hand.
@Suite struct LabTests {
  /// The staircase, with its two rule files.
  private func staircase() throws -> ScratchFolder {
    let folder = try Fixture.folder("staircase")
    return folder
  }

  private let recording = "recording/metrics.prom.gz"

  // MARK: diff

  @Test func `diff tells what another rule set makes of a recording`() throws {
    let arguments = ["diff", "recording/rules/old.yml", "recording/rules/new.yml", recording]
    let outcome = try Running(arguments + ["--output", "json"], in: staircase()).outcome()
    #expect(outcome.status == 2, "\(outcome)")
    let alerts = try outcome.events.filter { $0["event"].string == "diff.alert" }
    let told = alerts.map { event in
      let kinds = event["differs"].items.compactMap(\.string).joined(separator: "+")
      let clock = (event["new"].string ?? event["old"].string ?? "").dropFirst(11).prefix(5)
      return "\(clock) \(event["alert"].string ?? "") \(kinds)"
    }
    #expect(
      told == [
        "08:35 QueueDeep later", "08:35 QueueHump gained", "09:31 QueueDeep lost",
        "10:31 NoWorkers lost", "10:35 QueueDeep later", "10:35 QueueHump gained",
        "11:35 QueueHump gained",
      ])
    let shifts = alerts.compactMap { $0["starts_later_seconds"] }.filter { $0 != .null }
    #expect(shifts == [.number(240), .number(240)])
    let incident = try #require(outcome.events.first { $0["event"].string == "diff.incident" })
    #expect(incident["grade_before"].string == "medium" && incident["grade_after"].string == "high")
    #expect(try outcome.summary["alerts"]["same"] == .number(2))
  }

  @Test func `diff of a rule set with itself is silent and ends with 0`() throws {
    let same = try Running(
      ["diff", "recording/rules/old.yml", "recording/rules/old.yml", recording], in: staircase()
    ).outcome()
    #expect(same.status == 0 && same.output.hasPrefix("no difference"), "\(same)")
    let unusable = try Running(
      ["diff", "recording/rules/old.yml", "nowhere.yml", recording], in: staircase()
    ).outcome()
    #expect(unusable.status == 65, "\(unusable)")
  }

  @Test func `diff of the cascade without the database's rules`() throws {
    let folder = try Fixture.folder("cascade")
    let outcome = try tocsin(
      "diff", "shipped", "shipped/service.yml", "recording/metrics.prom.gz",
      "recording/changes.jsonl", "--with", "recording/rules", "--output", "json", in: folder)
    #expect(outcome.status == 2, "\(outcome)")
    let alerts = try outcome.events.filter { $0["event"].string == "diff.alert" }
    #expect(!alerts.isEmpty && alerts.allSatisfy { $0["service"].string == "orders-db" })
    #expect(alerts.allSatisfy { $0["differs"].items == [.string("lost")] })
    let incidents = try outcome.events.filter { $0["event"].string == "diff.incident" }
    #expect(incidents.count == 1 && incidents[0]["differs"].items.contains(.string("later")))
  }

  // MARK: explain --why-not

  /// The first blocker at a time of day.
  private func blocker(_ alert: String, _ clock: String) throws -> (JSON, state: String?) {
    let outcome = try tocsin(
      "explain", "--why-not", "\(alert)@2026-03-02T\(clock)Z", recording, "--rules",
      "recording/rules/old.yml", "--output", "json", in: staircase())
    #expect(outcome.status == 0, "\(outcome)")
    let answer = try outcome.summary
    return (answer["blockers"].items.first ?? .null, answer["state"].string)
  }

  @Test func `why not names the clause that blocks and what is missing`() throws {
    let depth = try blocker("QueueDeep", "11:35:00")
    #expect(depth.state == "inactive" && depth.0["clause"].string == "mail_queue_depth")
    #expect(depth.0["bound"] == .number(50) && depth.0["missing"] == .number(5), "\(depth)")
    let workers = try blocker("DeepAndStaffed", "10:40:00")
    #expect(workers.0["clause"].string == "mail_workers > 0", "\(workers)")
    #expect(workers.0["value"] == .number(0))
    let hold = try blocker("QueueDeep", "09:30:30")
    #expect(hold.state == "pending" && hold.0["missing_seconds"] == .number(30), "\(hold)")
    let firing = try blocker("QueueDeep", "10:40:00")
    #expect(firing.state == "firing" && firing.0 == .null)
  }

  @Test func `why not counts samples, gaps and the time the condition held`() throws {
    let text = try tocsin(
      "explain", "--why-not", "QueueDeep@2026-03-02T11:06:00Z", recording, "--rules",
      "recording/rules/old.yml", in: staircase())
    #expect(text.status == 0 && text.output.contains("it is silent"), "\(text)")
    // 11:05:00 to 11:06:00 is in reach, and nothing between 11:01 and 11:05.
    #expect(text.output.contains("5 samples each in 5m, one every 15s, longest gap 4m"), "\(text)")
    // 10:06 to 11:06 every 15 s; above 50 from 10:30:00 to 10:49:45.
    #expect(text.output.contains("held at 80 of 241 ticks, at most 19m45s on end; for asks 1m"))
    let wrong = try tocsin(
      "explain", "--why-not", "QueueDep@2026-03-02T11:06:00Z", recording, "--rules",
      "recording/rules/old.yml", in: staircase())
    #expect(wrong.status == 65 && wrong.errors.contains("did you mean \"QueueDeep\"?"), "\(wrong)")
    #expect(try tocsin("explain", "QueueDeep", recording, in: staircase()).status == 64)
  }

  @Test func `why not on the cascade says how far the error ratio was`() throws {
    let outcome = try tocsin(
      "explain", "--why-not", "ErrorRatioHigh@2026-02-03T08:30:00Z", "recording/metrics.prom.gz",
      "--rules", "shipped", "--rules", "recording/rules", "--output", "json",
      in: Fixture.folder("cascade"))
    #expect(outcome.status == 0, "\(outcome)")
    let answer = try outcome.summary
    #expect(answer["state"].string == "inactive", "\(answer)")
    #expect(answer["history"]["true_ticks"] == .number(0))
    let blocker = try #require(answer["blockers"].items.first)
    #expect(blocker["reason"].string?.contains("missing") == true, "\(blocker)")
  }

  // MARK: replay, disturbed

  /// A rule that looks at a single sample, which one lost sample blinds.
  private let narrow = """
    groups:
      - name: narrow
        interval: 15s
        rules:
          - alert: QueueDeepNow
            expr: max_over_time(mail_queue_depth[20s]) > 50
            for: 1m

    """

  private func verdicts(_ arguments: [String], in folder: ScratchFolder) throws -> [String: String]
  {
    let outcome = try Running(arguments + ["--output", "json"], in: folder).outcome(seconds: 240)
    #expect(outcome.status == 0, "\(outcome)")
    var verdicts: [String: String] = [:]
    for event in try outcome.events where event["event"].string == "stability.rule" {
      verdicts[event["alert"].string ?? ""] = event["verdict"].string
    }
    return verdicts
  }

  @Test func `a disturbed replay names the rule that looks at too little`() throws {
    let folder = try staircase()
    try folder.write("narrow.yml", narrow)
    let arguments = [
      "replay", recording, "--rules", "recording/rules/old.yml", "--rules", "narrow.yml", "--drop",
      "5%", "--delay", "30s", "--seed", "1",
    ]
    let steady = [
      "QueueDeep": "steady", "NoWorkers": "steady", "DeepAndStaffed": "steady",
    ]
    let found = try verdicts(arguments, in: folder)
    #expect(found == steady.merging(["QueueDeepNow": "flaky"]) { $1 })
    #expect(try verdicts(arguments, in: folder) == found)
    let harmless = try verdicts(
      Array(arguments.prefix(6)) + ["--duplicate", "50%", "--skew", "1s"], in: folder)
    #expect(harmless == steady.merging(["QueueDeepNow": "steady"]) { $1 })
    let wrong = try tocsin("replay", recording, "--drop", "120%", in: folder)
    #expect(wrong.status == 64, "\(wrong)")
  }

  @Test func `a disturbed cascade keeps its database alerts`() throws {
    let arguments = Fixture.arguments("cascade").filter { $0 != "--output" && $0 != "json" }
    let found = try verdicts(
      arguments + ["--drop", "5%", "--delay", "30s"], in: Fixture.folder("cascade"))
    #expect(found["DatabaseCPUHigh"] == "steady", "\(found)")
    #expect(found.values.contains { $0 != "steady" }, "\(found)")
  }

  // MARK: backtest

  @Test func `backtest proposes to wait longer on the staircase`() throws {
    let folder = try staircase()
    let arguments = [
      "backtest", recording, "--labels", "recording/trouble.csv", "--rules",
      "recording/rules/old.yml",
    ]
    let outcome = try Running(
      arguments + ["--output", "json", "--report", "b.html", "--report", "b.svg"], in: folder
    ).outcome(seconds: 240)
    #expect(outcome.status == 0, "\(outcome)")
    let rules = try outcome.events.filter { $0["event"].string == "backtest.rule" }
    let deep = try #require(rules.first { $0["alert"].string == "QueueDeep" })
    #expect(deep["score"]["firings"] == .number(3) && deep["score"]["right"] == .number(2))
    #expect(deep["score"]["found"] == .number(2) && deep["score"]["delay_seconds"] == .number(60))
    // The blip lasts two minutes, so the shortest wait that passes it over is two minutes.
    #expect(deep["proposed"]["bound"] == .number(50), "\(deep)")
    #expect(deep["proposed"]["for_seconds"] == .number(120))
    #expect(deep["proposed_score"]["f1"] == .number(1))
    #expect(folder.text("b.html").contains("QueueDeep") && folder.text("b.svg").hasPrefix("<svg"))
    let wrong = try tocsin(
      "backtest", recording, "--labels", "recording/README.md", "--rules",
      "recording/rules/old.yml", in: folder)
    #expect(wrong.status == 65 && wrong.errors.contains("expected a header"), "\(wrong)")
  }

  @Test func `backtest of the cascade finds the labelled half hour`() throws {
    let folder = try Fixture.folder("cascade")
    try folder.write(
      "trouble.jsonl", "{\"start\":\"2026-02-03T09:10:00Z\",\"end\":\"2026-02-03T09:31:30Z\"}\n")
    let outcome = try tocsin(
      "backtest", "recording/metrics.prom.gz", "--labels", "trouble.jsonl", "--rules", "shipped",
      "--rules", "recording/rules", "--output", "json", in: folder)
    #expect(outcome.status == 0, "\(outcome)")
    let rules = try outcome.events.filter { $0["event"].string == "backtest.rule" }
    let fired = rules.filter { $0["score"]["firings"] != .number(0) }
    #expect(!fired.isEmpty && fired.allSatisfy { $0["score"]["precision"] == .number(1) })
    #expect(fired.allSatisfy { $0["score"]["recall"] == .number(1) })
  }
}
