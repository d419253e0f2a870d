import Foundation
import Glibc
import Statistics
import Testing

/// The state survives every way in which a run can end.
@Suite struct RestartTests {
  private static func undisturbed() throws -> Telling {
    let folder = try LongStory.folder()
    try folder.write("live.prom", (0..<LongStory.steps).map(LongStory.lines).joined())
    let running = try Running(LongStory.arguments, in: folder)
    #expect(running.wait { running.output.contains("\"End\"") }, "\(running.errors)")
    running.send(SIGTERM)
    let outcome = running.outcome()
    #expect(outcome.status == 0, "\(outcome)")
    return try Telling(lives: [outcome.output], in: folder)
  }

  /// More kills with `TOCSIN_KILLS`; `Scripts/kill-test.py` does the same to a server.
  private static let kills =
    ProcessInfo.processInfo.environment["TOCSIN_KILLS"].flatMap { Int($0) } ?? 6
  private static let seed =
    ProcessInfo.processInfo.environment["TOCSIN_SEED"].flatMap { UInt64($0) } ?? 1

  @Test func `killed at any moment, nothing is lost and nothing told twice`() throws {
    let want = try Self.undisturbed()
    #expect(want.lines.contains { $0.contains("incident.opened") })
    #expect(want.lines.contains { $0.contains("\"PatientlyHigh\"") && $0.contains("firing") })
    #expect(want.lines.contains { $0.contains("\"Odd\"") && $0.contains("firing") })
    var numbers = SplitMix64(seed: Self.seed)
    var left = Self.kills
    while left > 0 {
      let folder = try LongStory.folder()
      LongStory.write(to: folder["live.prom"], pauseMicroseconds: 8000)
      var lives: [String] = []
      var running = try Running(LongStory.arguments, in: folder)
      while left > 0, lives.count < 12, !running.output.contains("\"End\"") {
        usleep(UInt32(numbers.next() % 700_000) + 1000)
        running.send(SIGKILL)
        lives.append(running.outcome().output)
        left -= 1
        running = try Running(LongStory.arguments, in: folder)
      }
      let isOver = running.wait {
        (lives + [running.output]).contains { $0.contains("\"End\"") }
      }
      #expect(isOver, "\(running.errors)")
      usleep(500_000)
      running.send(SIGTERM)
      let last = running.outcome()
      #expect(last.status == 0, "\(last)")
      let got = try Telling(lives: lives + [last.output], in: folder)
      let twice = Dictionary(grouping: got.lines) { $0 }.filter { $0.value.count > 1 }.keys
      #expect(twice.isEmpty, "told twice: \(twice.prefix(3)); \(last.errors)")
      #expect(Set(got.lines).isSubset(of: want.lines), "told otherwise; \(last.errors)")
      // A line may be lost between its transaction and its printing, one batch a kill.
      #expect(got.incidents == want.incidents, "\(last.errors)")
      #expect(got.details == want.details)
    }
  }

  @Test func `a stop and a start are one run`() throws {
    let want = try Self.undisturbed()
    let folder = try LongStory.folder()
    var lives: [String] = []
    for part in [0..<100, 100..<230, 230..<LongStory.steps] {
      let file = try #require(fopen(folder["live.prom"], "a"))
      fputs(part.map(LongStory.lines).joined(), file)
      fclose(file)
      let running = try Running(LongStory.arguments, in: folder)
      // How far it has read shows in the size that the state says; a second is ample otherwise.
      usleep(1_500_000)
      if part.upperBound == LongStory.steps {
        #expect(running.wait { running.output.contains("\"End\"") })
      }
      running.send(SIGTERM)
      let outcome = running.outcome()
      #expect(outcome.status == 0, "\(outcome)")
      #expect(part.lowerBound == 0 || outcome.errors.contains("going on from"), "\(outcome.errors)")
      lives.append(outcome.output)
    }
    let got = try Telling(lives: lives, in: folder)
    #expect(got.lines == want.lines)
    #expect(got.incidents == want.incidents)
    #expect(got.details == want.details)
  }

  /// A folder in which a run was stopped after `steps`.
  private static func stopped(after steps: Int) throws -> ScratchFolder {
    let folder = try LongStory.folder()
    for part in [0..<steps / 2, steps / 2..<steps] {
      let file = try #require(fopen(folder["live.prom"], "a"))
      fputs(part.map(LongStory.lines).joined(), file)
      fclose(file)
      func saved(_ name: String) -> Data? { FileManager.default.contents(atPath: folder[name]) }
      let before = saved("s.sqlite.checkpoint")
      let running = try Running(LongStory.arguments, in: folder)
      // The first state is saved before the run begins, the next one by the run.
      let isRunning = running.wait {
        saved("s.sqlite.checkpoint.previous") != nil && saved("s.sqlite.checkpoint") != before
      }
      #expect(isRunning, "\(running.errors)")
      running.send(SIGTERM)
      _ = running.outcome()
    }
    return folder
  }

  @Test func `a damaged state is refused and the one before is used`() throws {
    let folder = try Self.stopped(after: 120)
    let path = folder["s.sqlite.checkpoint"]
    var bytes = try Array(Data(contentsOf: URL(fileURLWithPath: path)))
    bytes[bytes.count / 2] ^= 0x10
    try folder.write("s.sqlite.checkpoint", bytes)
    let first = try Running(LongStory.arguments, in: folder)
    #expect(first.wait { first.errors.contains("going on from s.sqlite.checkpoint.previous") })
    #expect(first.errors.contains("s.sqlite.checkpoint is damaged"), "\(first.errors)")
    first.send(SIGKILL)
    _ = first.outcome()
    try folder.write("s.sqlite.checkpoint", "nonsense")
    try folder.write("s.sqlite.checkpoint.previous", bytes.prefix(100))
    let second = try Running(LongStory.arguments, in: folder)
    #expect(second.wait { second.errors.contains("previous is damaged") }, "\(second.errors)")
    #expect(!second.errors.contains("going on from"))
    second.send(SIGKILL)
    _ = second.outcome()
  }

  @Test func `the state of other inputs is not used`() throws {
    let folder = try Self.stopped(after: 40)
    try folder.write("other.prom", LongStory.lines(0))
    let arguments = LongStory.arguments.map { $0 == "live.prom" ? "other.prom" : $0 }
    let running = try Running(arguments, in: folder)
    #expect(running.wait { running.errors.contains("other inputs") }, "\(running.errors)")
    running.send(SIGKILL)
    _ = running.outcome()
  }

  @Test func `where the state cannot be saved the run goes on and says so once`() throws {
    let folder = try LongStory.folder()
    // A folder of that name is in the way, as a full or read-only disk would be.
    for name in ["s.sqlite.checkpoint.new", "s.sqlite.checkpoint"] {
      try FileManager.default.createDirectory(
        atPath: folder[name + "/x"], withIntermediateDirectories: true)
    }
    try folder.write("live.prom", (0..<LongStory.steps).map(LongStory.lines).joined())
    let running = try Running(LongStory.arguments, in: folder)
    #expect(running.wait { running.output.contains("\"End\"") }, "\(running.errors)")
    usleep(400_000)
    running.send(SIGTERM)
    let outcome = running.outcome()
    #expect(outcome.status == 0, "\(outcome)")
    let told = outcome.errors.split(separator: "\n").count { $0.contains("cannot be saved") }
    #expect(told == 1, "\(outcome.errors)")
  }
}
