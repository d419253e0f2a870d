import Testing

/// Each command once, on what a replay left behind.
@Suite struct CommandTests {
  @Test func queries() throws {
    let folder = try BusyHost.folder()
    let at = ["query", "max(cpu)", "cpu.prom", "--at", "2026-01-15T14:12:00Z"]
    let table = try Running(at, in: folder).outcome()
    #expect(table.status == 0 && table.output == "{}  0.95\n", "\(table)")
    let json = try Running(at + ["--output", "json"], in: folder).outcome().summary
    #expect(json["status"] == .string("success"))
    #expect(json["data"]["resultType"] == .string("vector"))
    let value = json["data"]["result"].items.first?["value"]
    #expect(value == .array([.number(1_768_486_320), .string("0.95")]))
    let range = try tocsin(
      "query", "max(cpu)", "cpu.prom", "--start", "2026-01-15T14:00:00Z", "--end",
      "2026-01-15T14:20:00Z", "--step", "5m", "--output", "json", in: folder
    ).summary
    let points = range["data"]["result"].items.first?["values"].items ?? []
    #expect(points.compactMap { $0.items.last?.string } == ["0.2", "0.2", "0.95", "0.95", "0.2"])
    let wrong = try tocsin("query", "max(cpu", "cpu.prom", in: folder)
    #expect(wrong.status == 65, "\(wrong)")
    #expect(wrong.errors.contains("1:4: error: unclosed left parenthesis"))
  }

  @Test func explains() throws {
    let folder = try BusyHost.folder()
    let arguments = ["cpu.prom", "--at", "2026-01-15T14:12:00Z", "--rules", "rules.yml"]
    let found = try Running(["explain", "CPUHigh"] + arguments, in: folder).outcome()
    #expect(found.status == 0, "\(found)")
    #expect(found.output.contains("fires: true since 2026-01-15T14:10:00Z"))
    #expect(found.output.contains("cpu{host=\"a\"}  0.95"))
    #expect(found.output.contains("declared"))
    let unknown = try Running(["explain", "CPUHih"] + arguments, in: folder).outcome()
    #expect(unknown.status == 65, "\(unknown)")
    #expect(unknown.errors.contains("did you mean \"CPUHigh\"?"))
  }

  @Test func checks() throws {
    let outcome = try tocsin("check", "rules.yml", in: BusyHost.folder())
    #expect(outcome.status == 0, "\(outcome)")
    #expect(outcome.output.contains("0 errors"))
    let folder = try Fixture.folder("cascade")
    let shipped = try tocsin("check", "shipped", "recording/rules", in: folder)
    #expect(shipped.status == 0, "\(shipped)")
  }

  @Test func experimentalRulesHavePrometheusSwitch() throws {
    let folder = try BusyHost.folder()
    let rule = "{alert: Odd, expr: 'first_over_time(cpu[1m]) + max_of(0, 1) > 1.5'}"
    try folder.write("odd.yml", "groups: [{name: g, rules: [\(rule)]}]")
    let feature = "--enable-feature=promql-duration-expr,promql-experimental-functions"
    let refused = try tocsin("check", "odd.yml", in: folder)
    #expect(refused.status == 65, "\(refused)")
    #expect(refused.errors.contains("experimental") || refused.output.contains("experimental"))
    let accepted = try tocsin("check", "odd.yml", feature, in: folder)
    #expect(accepted.status == 0, "\(accepted)")
    let arguments = ["replay", "cpu.prom", "--rules", "odd.yml", "--output", "json"]
    #expect(try Running(arguments, in: folder).outcome().status == 65)
    let events = try Running(arguments + [feature], in: folder).outcome().events
    #expect(events.contains { $0["event"] == .string("alert.firing") })
    let unknown = try tocsin("check", "odd.yml", "--enable-feature", "nope", in: folder)
    #expect(unknown.status == 64, "\(unknown)")
    let live = try tocsin(
      "run", "--print-config", "--rules", "odd.yml", "--enable-feature", "use-start-timestamps",
      in: folder)
    #expect(live.output.contains("enable_features: [use-start-timestamps]"), "\(live)")
  }

  @Test func metricsThatNoRuleReadsAreSaidToBe() throws {
    let folder = try BusyHost.folder()
    try folder.write("other.prom", "memory{host=\"a\"} 1 1768485600000\n")
    let unread = try BusyHost.replay("other.prom", in: folder)
    #expect(unread.status == 0 && unread.errors.contains("no rule looks at the 1 sample;"))
    #expect(try !BusyHost.replay("cpu.prom", in: folder).errors.contains("no rule looks"))
  }

  @Test func incidentsAndChanges() throws {
    let folder = try BusyHost.folder()
    let replay = try BusyHost.replay("cpu.prom", in: folder, "--store", "tocsin.sqlite")
    let events = try replay.events
    let id = try #require(events.compactMap { $0["incident"].string }.first)
    let list = try tocsin("incident", "list", in: folder)
    #expect(list.status == 0 && list.output.contains("\(id)  CRITICAL  resolved"), "\(list)")
    let none = try tocsin("incident", "list", "--open", "--output", "json", in: folder)
    #expect(none.status == 0 && none.output.isEmpty, "\(none)")
    let show = try tocsin("incident", "show", String(id.prefix(6)), in: folder)
    #expect(show.status == 0 && show.output.contains("resolved and verified"), "\(show)")
    let report = try tocsin("incident", "report", id, "--report", "r.html", in: folder)
    #expect(report.status == 0, "\(report)")
    #expect(folder.text("r.html").contains("<svg"))
    let wrong = try tocsin("incident", "show", "zzzz", in: folder)
    #expect([1, 65].contains(wrong.status) && !wrong.errors.isEmpty, "\(wrong)")

    let add = ["change", "add", "--service", "shop", "--kind", "kubernetes", "--version", "2"]
    let at = ["--at", "2026-01-15T14:05:00Z"]
    let first = try Running(add + at, in: folder).outcome()
    let again = try Running(add + at, in: folder).outcome()
    #expect(first.status == 0 && again.output.contains("(known)"), "\(first) \(again)")
    let changes = try tocsin("change", "list", in: folder)
    #expect(changes.output.contains("2026-01-15T14:05:00Z  shop  kubernetes  2"), "\(changes)")
  }

  @Test func responsesReachTheIncident() throws {
    let folder = try BusyHost.folder()
    // It ends while the processor is still busy.
    try folder.write("cpu.prom", BusyHost.lines(0..<60))
    _ = try BusyHost.replay("cpu.prom", in: folder, "--store", "tocsin.sqlite")
    let list = try tocsin("incident", "list", "--output", "json", in: folder).summary
    let id = try #require(list["incident"].string)
    let ack = try tocsin("incident", "ack", id, "--by", "ann", in: folder)
    #expect(ack.status == 0, "\(ack)")
    let note = try tocsin("incident", "note", id, "the pool was full", "--by", "ann", in: folder)
    #expect(note.status == 0, "\(note)")
    let show = try tocsin("incident", "show", id, in: folder)
    #expect(show.output.contains("the pool was full"), "\(show)")
    #expect(show.output.contains("taken by"), "\(show)")
  }
}
