import Foundation
import Glibc
import Testing

/// `tocsin run`: input as it comes.
@Suite struct RunTests {
  private let arguments = ["run", "--rules", "rules.yml", "--output", "json"]

  private func incidents(in folder: ScratchFolder) throws -> [JSON] {
    try tocsin("incident", "list", "--output", "json", in: folder).events
  }

  @Test func standardInputLive() throws {
    let folder = try BusyHost.folder()
    let running = try Running(
      arguments, in: folder,
      input: .pipe { end in
        end.write(BusyHost.lines(0..<60).utf8)
        usleep(400_000)
        end.write(BusyHost.lines(60..<120).utf8)
      })
    let outcome = running.outcome()
    #expect(outcome.status == 0, "\(outcome)")
    #expect(try outcome.summary["samples"] == .number(120))
    #expect(try outcome.summary["incidents"]["total"] == .number(1))
    #expect(try incidents(in: folder).map { $0["state"] } == [.string("resolved")])
  }

  @Test func aFollowedFileIsRotatedAndTruncated() throws {
    let folder = try BusyHost.folder()
    try folder.write("live.prom", BusyHost.lines(0..<30))
    let running = try Running(arguments + ["live.prom", "--follow"], in: folder)
    try append(BusyHost.lines(30..<50), to: folder["live.prom"])
    #expect(running.wait { running.output.contains("incident.opened") }, "\(running.errors)")
    rename(folder["live.prom"], folder["live.prom.1"])
    try folder.write("live.prom", BusyHost.lines(50..<90))
    #expect(running.wait { running.output.contains("alert.resolved") }, "\(running.output)")
    truncate(folder["live.prom"], 0)
    usleep(400_000)
    try append(BusyHost.lines(90..<120), to: folder["live.prom"])
    #expect(running.wait { running.output.contains("incident.resolved") }, "\(running.output)")
    running.send(SIGTERM)
    let outcome = running.outcome(seconds: 60)
    #expect(outcome.status == 0, "\(outcome)")
    #expect(try outcome.summary["samples"] == .number(120))
    #expect(try incidents(in: folder).count == 1)
  }

  @Test func aPipeWithANameEndsWithItsLastWriter() throws {
    let folder = try BusyHost.folder()
    #expect(mkfifo(folder["pipe"], 0o600) == 0)
    let running = try Running(arguments + ["pipe"], in: folder)
    try append(BusyHost.lines(0..<120), to: folder["pipe"])
    let outcome = running.outcome(seconds: 60)
    #expect(!outcome.timedOut && outcome.status == 0, "\(outcome)")
    #expect(try outcome.summary["samples"] == .number(120))
  }

  @Test func aPipeThatIsFollowedOutlivesItsWriters() throws {
    let folder = try BusyHost.folder()
    #expect(mkfifo(folder["pipe"], 0o600) == 0)
    let running = try Running(arguments + ["--follow", "pipe"], in: folder)
    for part in [0..<45, 45..<120] {
      try append(BusyHost.lines(part), to: folder["pipe"])
      usleep(300_000)
    }
    #expect(running.wait { running.output.contains("incident.resolved") }, "\(running.output)")
    running.send(SIGTERM)
    let outcome = running.outcome(seconds: 60)
    #expect(outcome.status == 0, "\(outcome)")
    #expect(try outcome.summary["samples"] == .number(120))
  }

  @Test func terminationLeavesAConsistentStore() throws {
    let folder = try BusyHost.folder()
    let running = try Running(
      arguments, in: folder,
      input: .pipe { end in
        end.write(BusyHost.lines(0..<60).utf8)
        usleep(5_000_000)
      })
    #expect(running.wait { running.output.contains("incident.opened") }, "\(running.errors)")
    let id = try #require(try incidents(in: folder).first?["incident"].string)
    let note = try tocsin("incident", "note", id, "looking into it", in: folder)
    #expect(note.status == 0, "\(note)")
    running.send(SIGTERM)
    let outcome = running.outcome(seconds: 60)
    #expect(!outcome.timedOut && outcome.status == 0, "\(outcome)")
    #expect(try outcome.summary["incidents"]["open"] == .number(1))
    let show = try tocsin("incident", "show", id, in: folder)
    #expect(show.status == 0 && show.output.contains("looking into it"), "\(show)")
  }

  private func append(_ text: String, to path: String) throws {
    let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
    if !path.hasSuffix("pipe") { try file.seekToEnd() }
    try file.write(contentsOf: Data(text.utf8))
    try file.close()
  }
}
