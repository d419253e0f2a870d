import Foundation
import Testing

/// What the recordings must come to.
@Suite struct ReplayTests {
  @Test func howTheInputArrivesDoesNotShow() throws {
    let folder = try Fixture.folder("cascade")
    func run(_ label: String, _ input: [String], _ standardInput: Input) throws -> [String] {
      let arguments =
        Fixture.arguments("cascade", input: input)
        + ["--report", "\(label).md", "--report", "\(label).html"]
      let outcome = try Running(arguments, in: folder, input: standardInput).outcome()
      #expect(outcome.status == 0, "\(outcome)")
      return [outcome.output, folder.text("\(label).md"), folder.text("\(label).html")]
    }
    let packed = folder["recording/metrics.prom.gz"]
    let plain = folder["metrics.prom"]
    let unpack = try Running(
      ["-c", packed], in: folder, executable: "/usr/bin/gunzip")
    let text = unpack.outcome().output
    try folder.write("metrics.prom", text)
    let bytes = Array(text.utf8)
    let first = try run("first", ["recording/metrics.prom.gz"], .nothing)
    #expect(first.allSatisfy { !$0.isEmpty })
    #expect(first.allSatisfy { !$0.contains("metrics.prom") })
    #expect(try run("second", ["recording/metrics.prom.gz"], .nothing) == first)
    #expect(try run("piped", ["-"], .file(plain)) == first)
    let cut = try run(
      "cut", ["-"],
      .pipe { end in
        var position = 0
        var size = 1
        while position < bytes.count {
          let piece = bytes[position..<min(bytes.count, position + size)]
          guard end.write(piece) else { return }
          position += piece.count
          size = size >= 65_536 ? 1 : size * 3 + 1
        }
      })
    #expect(cut == first)
  }

  @Test func aCascadeIsOneIncidentWithTheDatabaseFirst() throws {
    let outcome = try Fixture.replay("cascade")
    let incidents = try outcome.summary["incidents"]
    #expect(incidents["total"] == .number(1), "\(outcome)")
    let last = try outcome.events.last { $0["event"].string?.hasPrefix("incident.") ?? false }
    #expect(last?["services"].items.first == .string("orders-db"))
    #expect(last?["suspects"].items.first?["service"] == .string("orders-db"))
    #expect(last?["state"] == .string("resolved"))
    #expect(last?["ending"] == .string("verified"))
  }

  @Test func aSilentAgentVanishes() throws {
    let events = try Fixture.replay("silent-agent").events
    let last = events.last { $0["event"].string?.hasPrefix("incident.") ?? false }
    #expect(events.last?["incidents"]["total"] == .number(1))
    #expect(last?["ending"] == .string("vanished"))
    #expect(last?["services"] == .array([.string("orders-db")]))
  }

  @Test func flappingIsNamed() throws {
    let events = try Fixture.replay("flapping").events
    let ofCatalog = events.filter { $0["services"].items.contains(.string("catalog")) }
    #expect(Set(ofCatalog.compactMap { $0["incident"].string }).count == 1)
    #expect(ofCatalog.contains { $0["flapping"] == .bool(true) })
    #expect(ofCatalog.last?["state"] == .string("resolved"))
    #expect(events.last?["incidents"]["total"] == .number(1))
  }

  @Test func aQuietWeekIsQuiet() throws {
    let outcome = try Fixture.replay("quiet-week", seconds: 600)
    #expect(!outcome.timedOut)
    #expect(try outcome.summary["incidents"]["total"] == .number(0))
    #expect(try outcome.events.allSatisfy { $0["event"] != .string("alert.firing") })
  }

  @Test func garbageLosesNoGoodLine() throws {
    let folder = try Fixture.folder("mixed-garbage")
    try folder.write("rules.yml", BusyHost.rules)
    let rows = folder.text("recording/expected.csv").split(separator: "\n").dropFirst()
    #expect(rows.count == 7)
    for row in rows {
      let cells = row.split(separator: ",").map(String.init)
      let outcome = try BusyHost.replay("recording/" + cells[0], in: folder)
      #expect(outcome.status == 0, "\(outcome)")
      #expect(try outcome.summary["samples"] == .number(Double(cells[1]) ?? -1), "\(cells[0])")
      #expect(try outcome.summary["bad_lines"] == .number(Double(cells[2]) ?? -1), "\(cells[0])")
      #expect(outcome.errors.contains("recording/\(cells[0]):"))
    }
  }
}
