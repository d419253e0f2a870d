import Foundation
import Testing

/// What somebody meets who has read nothing but the README: words, refusals, exit codes.
@Suite struct FirstUseTests {
  /// Two instances that go down together, and a flag that comes and goes.
  private func hosts() throws -> ScratchFolder {
    let folder = try ScratchFolder()
    var lines = ""
    for index in 0..<80 {
      let time = (BusyHost.start + index * 15) * 1000
      for instance in ["x0", "x1"] {
        lines += "up{service=\"a\",instance=\"\(instance)\"} "
        lines += "\((20..<40).contains(index) ? 0 : 1) \(time)\n"
      }
    }
    try folder.write("up.prom", lines)
    try folder.write(
      "rules.yml",
      """
      groups:
        - name: g
          interval: 15s
          rules:
            - {alert: InstanceDown, expr: up == 0, labels: {severity: critical}}

      """)
    return folder
  }

  @Test func whatEqualsEndsInItsOwnWordsAndInstancesAreTold() throws {
    let found = try tocsin("replay", "up.prom", "--rules", "rules.yml", in: hosts())
    #expect(found.status == 0, "\(found)")
    for instance in ["x0", "x1"] {
      #expect(found.output.contains("instance down of a (instance \(instance)) at 0"), "\(found)")
      #expect(found.output.contains("instance down of a (instance \(instance)) no longer at 0"))
    }
    #expect(!found.output.contains("below 0"))
  }

  @Test(arguments: [
    "a 1\nm{a=\"x\ny\"} 1 1768485600000\nm{a=\"z\"} 2 1768485600000\n",
    "m,a=b v=1 1768485600000000000\nm t=\"one\ntwo\",v=2 1768485615000000000\nm v=3\n",
  ])
  func aLineEndInsideOfAValueIsCountedWithItsPlace(_ text: String) throws {
    let folder = try BusyHost.folder()
    try folder.write("odd.txt", text)
    let found = try BusyHost.replay("odd.txt", in: folder)
    #expect(found.status == 0, "\(found)")
    #expect(try found.summary["bad_lines"] == .number(2), "\(found)")
    #expect(try found.summary["samples"] == .number(2))
    #expect(found.errors.contains("odd.txt:2:") && found.errors.contains("odd.txt:3:"))
    #expect(found.errors.contains("left out: 2 lines could not be read"))
  }

  @Test func oneLongLineOfGarbageIsUnusable() throws {
    let folder = try BusyHost.folder()
    try folder.write("long", String(repeating: "garbage", count: 400_000))
    let found = try BusyHost.replay("long", in: folder)
    #expect(found.status == 65, "\(found)")
    #expect(found.errors.contains("known from its first line"), "\(found)")
  }

  @Test func anOpenMetricsInputWithoutItsEndIsDoubted() throws {
    let folder = try BusyHost.folder()
    let text = "# TYPE m gauge\nm 1 \(BusyHost.start)\nm 2 \(BusyHost.start + 15)\n"
    try folder.write("cut.om", text)
    try folder.write("whole.om", text + "# EOF\n\n")
    let cut = try BusyHost.replay("cut.om", in: folder)
    #expect(cut.status == 0 && cut.errors.contains("cut.om:3:1: warning: expected # EOF"), "\(cut)")
    #expect(!(try BusyHost.replay("whole.om", in: folder)).errors.contains("EOF"))
  }

  @Test func whatContradictsOrComesLateIsToldAtTheEnd() throws {
    let folder = try BusyHost.folder()
    let first = BusyHost.line(0)
    try folder.write("twice.prom", BusyHost.lines() + first.replacing(" 0.2 ", with: " 0.9 "))
    let found = try BusyHost.replay("twice.prom", in: folder)
    let summary = try found.summary
    let lost = [summary["late_samples"].number, summary["conflicting_samples"].number]
    #expect(lost.compactMap(\.self).reduce(0, +) == 1, "\(found)")
    #expect(found.errors.contains("warning: left out: 1 sample "), "\(found)")
  }

  @Test func whatEndedIsNotTakenNorEndedAgain() throws {
    let folder = try BusyHost.folder()
    _ = try BusyHost.replay("cpu.prom", in: folder, "--store", "s.sqlite")
    let list = try tocsin("incident", "list", "--store", "s.sqlite", "--output", "json", in: folder)
    let id = try #require(try list.events.first?["incident"].string)
    for verb in ["ack", "resolve"] {
      let found = try tocsin("incident", verb, id, "--store", "s.sqlite", in: folder)
      #expect(found.status == 65 && found.errors.contains("ended at 2026-01-15"), "\(found)")
    }
    let empty = try tocsin("incident", "note", id, " ", "--store", "s.sqlite", in: folder)
    #expect(empty.status == 64, "\(empty)")
    for id in ["", "nosuch"] {
      let found = try tocsin("incident", "show", id, "--store", "s.sqlite", in: folder)
      #expect(found.status == 65, "\(found)")
    }
    let done = try tocsin("incident", "action", "done", "no", "--store", "s.sqlite", in: folder)
    #expect(done.status == 65, "\(done)")
  }

  @Test func aDamagedStoreIs65Everywhere() throws {
    let folder = try BusyHost.folder()
    _ = try BusyHost.replay("cpu.prom", in: folder, "--store", "s.sqlite")
    var bytes = Array(FileManager.default.contents(atPath: folder["s.sqlite"]) ?? Data())
    for index in 4096..<bytes.count { bytes[index] = UInt8(truncatingIfNeeded: index &* 31) }
    try folder.write("s.sqlite", bytes)
    for arguments in [
      ["incident", "list", "--store", "s.sqlite"], ["db", "verify", "--store", "s.sqlite"],
      ["replay", "cpu.prom", "--rules", "rules.yml", "--store", "s.sqlite"],
    ] {
      let found = try Running(arguments, in: folder).outcome()
      #expect(found.status == 65 && found.errors.contains("damaged"), "\(arguments) \(found)")
    }
  }

  @Test(arguments: [
    ["replay", "cpu.prom", "--rules", "rules.yml", "--interval", "0s"],
    ["replay", "cpu.prom", "--rules", "rules.yml", "--report", "report.xyz"],
    ["run", "--rules", "rules.yml", "--listen", "nonsense"],
    ["change", "add", "--service", "", "--kind", "deploy"],
    ["gate", "cpu.prom", "--service", ""],
  ])
  func wrongUsageIsSaidAtOnce(_ arguments: [String]) throws {
    let found = try Running(arguments, in: BusyHost.folder()).outcome()
    #expect(found.status == 64 && found.output.isEmpty, "\(found)")
  }

  @Test func aReportThatCannotBeWrittenStopsTheWorkBeforeItBegins() throws {
    let found = try BusyHost.replay(
      "cpu.prom", in: BusyHost.folder(), "--report", "nosuch/report.md")
    #expect(found.status == 1 && found.output.isEmpty, "\(found)")
    #expect(
      found.errors == "error: cannot write \"nosuch/report.md\": No such file or directory\n")
  }

  @Test func flagsLieOverTheEnvironmentAndThatOverTheFile() throws {
    let folder = try BusyHost.folder()
    try folder.write("tocsin.yaml", "rules: [rules.yml]\ninterval: 30s\n")
    func replay(_ settings: [String], _ more: String...) throws -> Outcome {
      try Running(
        settings + [program, "replay", "cpu.prom", "--config", "tocsin.yaml"] + more, in: folder,
        executable: "/usr/bin/env"
      ).outcome()
    }
    let plain = try replay([])
    #expect(plain.status == 0 && plain.output.contains("incident opened"), "\(plain)")
    let failing = try replay(["TOCSIN_OUTPUT=json", "TOCSIN_FAIL_ON=critical"])
    #expect(failing.status == 2, "\(failing)")
    #expect(try failing.summary["event"] == .string("summary"))
    #expect(try replay(["TOCSIN_OUTPUT=json"], "--output", "human").output.contains("CRITICAL"))
    let wrong = try replay(["TOCSIN_FAIL_ON=dreadful"])
    #expect(wrong.status == 65 && wrong.errors.contains("TOCSIN_FAIL_ON"), "\(wrong)")
    let other = try replay(["TOCSIN_RULES=none.yml"])
    #expect(other.status == 65, "\(other)")
  }

  @Test func warningsAreSilencedAndErrorsAreNot() throws {
    let folder = try BusyHost.folder()
    try folder.write("odd.prom", BusyHost.lines() + "cpu x\n")
    let told = try BusyHost.replay("odd.prom", in: folder)
    #expect(told.errors.contains("warning:"), "\(told)")
    let quiet = try BusyHost.replay("odd.prom", in: folder, "--log-level", "error")
    #expect(quiet.status == 0 && quiet.errors.isEmpty, "\(quiet)")
    let missing = try BusyHost.replay("none.prom", in: folder, "--log-level", "error")
    #expect(missing.errors.contains("no such file"), "\(missing)")
  }

  @Test func theConfigurationFileIsCheckedToo() throws {
    let folder = try BusyHost.folder()
    try folder.write("tocsin.yaml", "rules: [rules.yml]\nlisten: nowhere\nretention: soon\n")
    let found = try tocsin("check", "--config", "tocsin.yaml", in: folder)
    #expect(found.status == 65, "\(found)")
    #expect(found.output.contains("tocsin.yaml:2:9: error:"), "\(found)")
    #expect(found.output.contains("tocsin.yaml:3:"), "\(found)")
    try folder.write("tocsin.yaml", "rules: [rules.yml]\n")
    let fine = try tocsin("check", "--config", "tocsin.yaml", in: folder)
    #expect(fine.status == 0 && fine.output.contains("1 rule in 1 file"), "\(fine)")
  }
}
