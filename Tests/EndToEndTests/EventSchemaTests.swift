import Foundation
import Testing

@Suite struct EventSchemaTests {
  private func schema(_ name: String = "events") throws -> JSONSchema {
    let path = repository + "/Documentation/\(name).schema.json"
    return JSONSchema(root: try JSON(parsing: String(contentsOfFile: path, encoding: .utf8)))
  }

  @Test(arguments: ["cascade", "silent-agent", "flapping"])
  func everyEventOfAReplayIsValid(_ name: String) throws {
    let schema = try schema()
    let outcome = try Fixture.replay(name)
    let events = try outcome.events
    #expect(events.count > 5, "\(outcome)")
    for event in events {
      let faults = schema.faults(in: event)
      #expect(faults.isEmpty, "\(event["event"]): \(faults.prefix(5))")
    }
    let kinds = Set(events.compactMap { $0["event"].string })
    #expect(kinds.isSuperset(of: ["alert.firing", "incident.opened", "summary"]))
  }

  @Test(arguments: [
    ["diff", "recording/rules/old.yml", "recording/rules/new.yml", "recording/metrics.prom.gz"],
    ["replay", "recording/metrics.prom.gz", "--rules", "recording/rules/old.yml", "--drop", "20%"],
    [
      "backtest", "recording/metrics.prom.gz", "--rules", "recording/rules/old.yml", "--labels",
      "recording/trouble.csv",
    ],
    [
      "gate", "recording/metrics.prom.gz", "--service", "mail", "--changed-at",
      "2026-03-02T09:00:00Z", "--rules", "recording/rules/old.yml",
    ],
    [
      "explain", "--why-not", "DeepAndStaffed@2026-03-02T10:40:00Z", "recording/metrics.prom.gz",
      "--rules", "recording/rules/old.yml",
    ],
    [
      "explain", "DeepAndStaffed", "recording/metrics.prom.gz", "--at", "2026-03-02T10:40:00Z",
      "--rules", "recording/rules/old.yml",
    ],
    ["check", "recording/rules/old.yml", "recording/rules/none.yml"],
    ["compare", "load-test/results.jtl.gz", "load-test/k6.csv.gz"],
    ["capacity", "black-friday/metrics.prom.gz", "--rules", "black-friday/rules"],
  ])
  func everyVerdictIsValid(_ arguments: [String]) throws {
    let schema = try schema("verdicts")
    let folder = try Fixture.folder("staircase")
    try folder.link("load-test", to: "fixtures/load-test")
    try folder.link("black-friday", to: "fixtures/black-friday")
    let outcome = try Running(arguments + ["--output", "json"], in: folder).outcome(seconds: 240)
    let events = try outcome.events
    #expect(!events.isEmpty, "\(outcome)")
    for event in events {
      let faults = schema.faults(in: event)
      #expect(faults.isEmpty, "\(event["event"]): \(faults.prefix(5))")
    }
  }

  @Test(arguments: [
    #"{"v":1,"event":"incident.exploded","at":"2026-01-15T14:30:00Z"}"#,
    #"{"v":2,"event":"change","at":"2026-01-15T14:30:00Z","id":"c","service":"s","kind":"k"}"#,
    #"{"v":1,"event":"change","at":"yesterday","id":"c","service":"s","kind":"k"}"#,
    #"{"v":1,"event":"change","at":"2026-01-15T14:30:00Z","id":"c","kind":"k"}"#,
    #"{"v":1,"event":"change","at":"2026-01-15T14:30:00Z","id":"c","service":"s","kind":"k","x":1}"#,
    #"{"event":"change","at":"2026-01-15T14:30:00Z","id":"c","service":"s","kind":"k"}"#,
  ])
  func theSchemaRefusesWhatIsNoEvent(_ line: String) throws {
    #expect(try !schema().faults(in: JSON(parsing: line)).isEmpty)
  }
}
