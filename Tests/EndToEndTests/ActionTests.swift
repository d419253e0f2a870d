import Testing

/// Work after an incident, over the real binary.
@Suite struct ActionTests {
  private func folder() throws -> (folder: ScratchFolder, id: String) {
    let folder = try BusyHost.folder()
    _ = try BusyHost.replay("cpu.prom", in: folder, "--store", "tocsin.sqlite")
    let list = try tocsin("incident", "list", "--output", "json", in: folder).summary
    return (folder, try #require(list["incident"].string))
  }

  @Test func anItemRecursUntilItIsDone() throws {
    let (folder, id) = try folder()
    let add = try tocsin(
      "incident", "action", "add", id, "raise the limit", "--owner", "ann", "--due", "2026-02-01",
      in: folder)
    #expect(add.status == 0 && add.output.contains("LATE, was due 2026-02-01"), "\(add)")
    let reminded = try tocsin("incident", "list", in: folder).output
    #expect(reminded.contains("Open action items") && reminded.contains("raise the limit"))
    let json = try tocsin("incident", "action", "list", id, "--output", "json", in: folder)
    let item = try #require(
      try json.events.first { $0["text"].string == "raise the limit" })
    #expect(item["owner"].string == "ann" && item["due"].string == "2026-02-01T23:59:59.999Z")
    #expect(item["incident"].string == id)
    let name = try #require(item["id"].string)
    let done = try tocsin("incident", "action", "done", String(name.prefix(8)), in: folder)
    #expect(done.status == 0 && done.output.contains("[x] raise the limit"), "\(done)")
    #expect(try !tocsin("incident", "list", in: folder).output.contains("raise the limit"))
    // A report made again, and the same replay again, leave what a person did alone.
    #expect(try tocsin("incident", "report", id, "--rules", "rules.yml", in: folder).status == 0)
    _ = try BusyHost.replay("cpu.prom", in: folder, "--store", "tocsin.sqlite")
    let all = try tocsin("incident", "action", "list", "--all", in: folder).output
    #expect(all.contains("[x] raise the limit"), "\(all)")
  }

  static let mistakes: [(arguments: String, status: Int32)] = [
    ("add zzzz x", 65), ("done zzzz", 65), ("add ID x --due soon", 64),
    ("add ID x --due 2026-02-30", 64), ("list zzzz", 65),
  ]

  @Test(arguments: mistakes)
  func whatIsNotThereIsAnError(_ mistake: (arguments: String, status: Int32)) throws {
    let (folder, id) = try folder()
    let words = mistake.arguments.split(separator: " ").map { $0 == "ID" ? id : String($0) }
    let real = ["incident", "action"] + words
    let outcome = try Running(real, in: folder).outcome()
    #expect([1, mistake.status].contains(outcome.status) && !outcome.errors.isEmpty, "\(outcome)")
  }

  @Test func statisticsAndExport() throws {
    let (folder, id) = try folder()
    let text = try tocsin("incident", "stats", in: folder)
    #expect(text.status == 0 && text.output.contains("critical"), "\(text)")
    let json = try tocsin("incident", "stats", "--output", "json", in: folder).summary
    #expect(json["all"]["time_to_detect"]["mean_seconds"] == .number(30), "\(json)")
    #expect(json["all"]["time_to_resolve"]["mean_seconds"] == .number(570), "\(json)")
    let before = try tocsin("incident", "stats", "--until", "2026-01-01T00:00:00Z", in: folder)
    #expect(before.output.contains("no incidents"), "\(before)")
    let both = try tocsin("incident", "stats", "--since", "0", "--last", "1d", in: folder)
    #expect(both.status == 64, "\(both)")
    let report = try tocsin(
      "incident", "report", id, "--report", "r.json", "--rules", "rules.yml", in: folder)
    #expect(report.status == 0, "\(report)")
    let document = try JSON(parsing: folder.text("r.json"))
    #expect(document["incident"].string == id && document["ending"].string == "verified")
    let chart = try #require(document["charts"].items.first)
    #expect(chart["times"].items.count == chart["values"].items.count)
    #expect(chart["values"].items.contains(.number(0.95)))
  }
}
