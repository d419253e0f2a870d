import Foundation
import Testing

/// The report of a whole incident, playbooks and the status page, over the real binary.
@Suite struct PracticeTests {
  @Test func theReportHasEverySectionAndItsRulesLoad() throws {
    let folder = try Fixture.folder("black-friday")
    let run = try Running(
      Fixture.arguments("black-friday") + [
        "--store", "s.sqlite", "--report", "r.json", "--report", "r.md", "--report", "r.html",
      ], in: folder
    ).outcome()
    #expect(run.status == 0, "\(run)")
    let report = try JSON(parsing: folder.text("r.json"))
    for section in [
      "summary", "factors", "timeline", "resolution", "prevention", "action_items", "charts",
    ] {
      #expect(!report[section].items.isEmpty, "\(section)")
    }
    let cause = report["root_cause"]
    #expect(cause["suspects"].items.first?["service"].string == "orders-db")
    #expect(cause["passages"].items.allSatisfy { $0["draft"] == .bool(true) })
    #expect(!cause["stayed_normal"].items.isEmpty)
    #expect(report["action_items"].items.allSatisfy { $0["due"].string != nil })
    let rules = report["prevention"].items.compactMap { $0["rule"].string }
    for (index, rule) in rules.enumerated() {
      try folder.write("proposed-\(index).yml", rule)
      let check = try tocsin("check", "proposed-\(index).yml", in: folder)
      #expect(check.status == 0 && check.output.contains("0 errors"), "\(check)\n\(rule)")
    }
    for name in ["r.md", "r.html"] {
      let text = folder.text(name)
      for title in [
        "Severity", "Impact", "Timeline", "Root cause", "Resolution", "Prevention", "Action items",
      ] {
        #expect(text.contains(title), "\(title) in \(name)")
      }
      #expect(!text.contains("Nothing proposed"))
    }
    // Ticked in the store, the item is done in the next report.
    let item = try #require(report["action_items"].items.first?["id"].string)
    let done = try tocsin("incident", "action", "done", item, "--store", "s.sqlite", in: folder)
    #expect(done.status == 0, "\(done)")
    let id = try #require(report["incident"].string)
    let again = try tocsin(
      "incident", "report", id, "--store", "s.sqlite", "--rules", "recording/rules", in: folder)
    #expect(again.status == 0 && again.output.contains("- [x]"), "\(again.errors)")
  }

  static let playbooks = """
    playbooks:
      - name: shop
        match: {service: shop, signal: saturation}
        steps:
          - kind: rollback
            text: Put {previous} of {service} back
            run: [/bin/sh, -c, 'echo "$0 $1; password=hunter22"; exit 3', "{service}", "{previous}"]
          - kind: scale
            text: Wait
            run: [/bin/sleep, "60"]
            time_limit: 200ms
          - kind: hotfix
            text: Look at the log
            commands: ["less /var/log/{service}"]

    """

  private func folder() throws -> (folder: ScratchFolder, id: String) {
    let folder = try BusyHost.folder()
    try folder.write("playbooks.yml", Self.playbooks)
    let replay = try tocsin(
      "replay", "cpu.prom", "--rules", "rules.yml", "--rules", "playbooks.yml", "--output", "json",
      "--store", "tocsin.sqlite", in: folder)
    #expect(replay.status == 0, "\(replay)")
    let steps = try replay.events.flatMap { $0["next_steps"].items }
    let commands = steps.flatMap { $0["commands"].items }.compactMap(\.string)
    #expect(commands.contains("less /var/log/shop"), "\(commands)")
    return (folder, try #require(try replay.events.compactMap { $0["incident"].string }.first))
  }

  private func run(_ folder: ScratchFolder, _ words: String...) throws -> Outcome {
    let rules = ["--rules", "rules.yml", "--rules", "playbooks.yml"]
    return try Running(["incident", "run"] + words + rules, in: folder).outcome()
  }

  @Test func aStepRunsOnRequestAndItsOutcomeEntersTheTimeline() throws {
    let (folder, id) = try folder()
    let list = try run(folder, id)
    #expect(list.status == 0 && list.output.contains("1  rollback shop: Put"), "\(list)")
    let first = try run(folder, id, "1", "--by", "ann")
    // No shell looked at the arguments: the unknown version stays one word in angle brackets.
    #expect(first.output.contains("shop <previous>; password=***"), "\(first)")
    #expect(first.status == 2 && first.output.contains("exited with 3"), "\(first)")
    let slow = try run(folder, id, "2")
    #expect(slow.status == 2 && slow.output.contains("stopped at its time limit"), "\(slow)")
    let after = try tocsin("incident", "show", id, in: folder).output
    #expect(after.contains("exited with 3") && after.contains("ann"), "\(after)")
    #expect(!after.contains("hunter22"))
    let none = try run(folder, id, "9")
    #expect(none.status == 65, "\(none)")
    let report = try tocsin("incident", "report", id, "--rules", "rules.yml", in: folder).output
    #expect(report.contains("exited with 3"), "\(report)")
  }

  @Test func aStatusPageShowsWhatWasChosen() throws {
    let (folder, id) = try folder()
    try folder.write(
      "status-page.yaml",
      "title: Example shop\nservices: [{service: shop, title: The shop}]\nhistory: 7\n")
    let made = try tocsin(
      "status-page", "--out", "public", "--at", "2026-01-15T18:00:00Z", in: folder)
    #expect(made.status == 0 && made.output.contains("operational"), "\(made)")
    let data = try JSON(parsing: folder.text("public/status.json"))
    #expect(data["past"].items.first?["title"].string == "The shop: major outage")
    for name in ["index.html", "status.json", "feed.atom"] {
      let text = folder.text("public/\(name)")
      #expect(text.contains("The shop") && !text.contains(id) && !text.contains("CPU"), "\(name)")
    }
    try folder.write("status-page.yaml", "services: [{sevice: shop}]\n")
    let wrong = try tocsin("status-page", "--out", "public", in: folder)
    #expect(wrong.status == 65 && wrong.errors.contains("status-page.yaml:1:"), "\(wrong)")
  }
}
