import Foundation
import Testing

@Suite struct ExitCodeTests {
  @Test(arguments: [("low", Int32(2)), ("high", 2), ("critical", 2)])
  func anIncidentAsGraveAsAskedForIsTwo(_ level: String, _ status: Int32) throws {
    let outcome = try BusyHost.replay("cpu.prom", in: BusyHost.folder(), "--fail-on", level)
    #expect(outcome.status == status, "\(outcome)")
  }

  @Test func aLesserIncidentIsFine() throws {
    let folder = try BusyHost.folder()
    let mild = BusyHost.rules.replacingOccurrences(of: "critical", with: "warning")
    try folder.write("rules.yml", mild)
    let outcome = try BusyHost.replay("cpu.prom", in: folder, "--fail-on", "critical")
    #expect(outcome.status == 0, "\(outcome)")
  }

  @Test(arguments: [
    ["replay"], ["nonsense"], ["replay", "cpu.prom", "--fail-on", "dreadful"],
    ["replay", "cpu.prom", "--format", "runes"], ["replay", "cpu.prom", "--interval", "soon"],
    ["query", "cpu", "cpu.prom", "--start", "2026-01-15T14:00:00Z"], ["incident", "show"],
    ["change", "add", "--service", "shop"],
    ["query", "cpu", "cpu.prom", "--start", "0", "--end", "11001", "--step", "1s"],
  ])
  func wrongUsageIs64(_ arguments: [String]) throws {
    let outcome = try Running(arguments, in: BusyHost.folder()).outcome()
    #expect(outcome.status == 64, "\(outcome)")
    #expect(outcome.output.isEmpty)
    #expect(outcome.errors.contains("Usage:"), "\(outcome)")
  }

  @Test func allThatIsWrongWithRulesIsSaidAtOnce() throws {
    let folder = try BusyHost.folder()
    try folder.write(
      "bad.yml",
      """
      groups:
        - name: g
          rules:
            - alert: A
              expr: rte(cpu[5m]) > 1
            - alert: B
              expr: cpu >
              fro: 5m

      """)
    let replay = try tocsin("replay", "cpu.prom", "--rules", "bad.yml", in: folder)
    let check = try tocsin("check", "bad.yml", in: folder)
    #expect(replay.status == 65, "\(replay)")
    #expect(check.status == 65, "\(check)")
    for place in ["bad.yml:5:15: error: ", "bad.yml:7:20: error: ", "bad.yml:8:9: error: "] {
      #expect(replay.errors.contains(place), "\(replay)")
      #expect(check.output.contains(place), "\(check)")
    }
    #expect(replay.output.isEmpty)
  }

  @Test func rulesThatAreNotThereAre65() throws {
    let outcome = try tocsin("replay", "cpu.prom", "--rules", "none.yml", in: BusyHost.folder())
    #expect(outcome.status == 65, "\(outcome)")
    #expect(outcome.errors.contains("no such file"))
  }
}
