import Foundation
import Glibc
import Synchronization
import Testing

/// Pushes a story step by step, each step until it is taken, as an agent does.
private final class Agent: Sendable {
  private struct State {
    var step = 0
    var isOver = false
    var turnedAway = 0
    var unanswered = 0
  }

  private let state = Mutex(State())

  var step: Int { state.withLock { $0.step } }
  var isOver: Bool { state.withLock { $0.isOver } }
  /// Pushes that were answered with 429 or 503, and those that got no answer.
  var turnedAway: Int { state.withLock { $0.turnedAway } }
  var unanswered: Int { state.withLock { $0.unanswered } }

  init(pushingTo port: Int) {
    Thread.detachNewThread { [self] in
      for step in 0..<LongStory.steps {
        while !state.withLock({ $0.isOver }) {
          let answer = try? Sidecar.push(LongStory.lines(step), to: port)
          if answer?.status == 200 { break }
          let isTurnedAway = answer?.status == 429 || answer?.status == 503
          state.withLock { state in
            if isTurnedAway { state.turnedAway += 1 } else { state.unanswered += 1 }
          }
          usleep(20_000)
        }
        state.withLock { $0.step = step + 1 }
        usleep(3000)
      }
      state.withLock { $0.isOver = true }
    }
  }

  func stop() { state.withLock { $0.isOver = true } }

  deinit { stop() }
}

/// One process takes a store over from another that runs: no tick lost, none twice.
@Suite struct TakeOverTests {
  private static let arguments = [
    "--listen", "127.0.0.1:0", "--rules", "rules.yml", "--output", "json", "--store", "s.sqlite",
    "--checkpoint-interval", "60ms",
  ]
  private static let seed =
    ProcessInfo.processInfo.environment["TOCSIN_SEED"].flatMap { UInt64($0) } ?? 1

  private static func undisturbed() throws -> Telling {
    let folder = try LongStory.folder()
    let sidecar = try #require(try Sidecar(arguments, in: folder))
    let agent = Agent(pushingTo: sidecar.port)
    #expect(sidecar.running.wait { agent.isOver })
    return try end(sidecar.running, after: [], in: folder)
  }

  private static func end(
    _ running: Running, after lives: [String], in folder: ScratchFolder
  ) throws -> Telling {
    // A process that was slow to hand over may have told it before.
    let isOver = { (lives + [running.output]).contains { $0.contains("\"End\"") } }
    #expect(running.wait(until: isOver), "\(running.errors)")
    running.send(SIGTERM)
    let outcome = running.outcome()
    #expect(outcome.status == 0, "\(outcome)")
    return try Telling(lives: lives + [outcome.output], in: folder)
  }

  @Test func `taken over again and again while agents push, it is one run`() throws {
    let want = try Self.undisturbed()
    #expect(want.lines.contains { $0.contains("incident.opened") })
    let folder = try LongStory.folder()
    let first = try #require(try Sidecar(Self.arguments, in: folder))
    let agent = Agent(pushingTo: first.port)
    var running = first.running
    var lives: [String] = []
    var numbers = SplitMix(Self.seed)
    for turn in 1...5 {
      let when = (turn * LongStory.steps / 7) + Int(numbers.next() % 20)
      #expect(running.wait { agent.step >= when })
      let next = try Running(["run"] + Self.arguments + ["--take-over"], in: folder)
      let old = running.outcome(seconds: 60)
      #expect(old.status == 0 && old.errors.contains("handed over"), "\(old)\n\(next.errors)")
      #expect(next.wait { next.errors.contains("port=\(first.port)") }, "\(next.errors)")
      #expect(next.errors.contains("going on from s.sqlite.checkpoint"), "\(next.errors)")
      lives.append(old.output)
      running = next
    }
    #expect(running.wait { agent.isOver })
    #expect(agent.unanswered == 0)
    let got = try Self.end(running, after: lives, in: folder)
    #expect(got.lines == want.lines)
    #expect(got.incidents == want.incidents)
    #expect(got.details == want.details)
  }

  @Test func `a followed file is read on where the other process stood`() throws {
    func follow(_ more: String...) -> [String] { LongStory.arguments + more }
    let whole = try LongStory.folder()
    try whole.write("live.prom", (0..<LongStory.steps).map(LongStory.lines).joined())
    let want = try Self.end(try Running(follow(), in: whole), after: [], in: whole)
    let folder = try LongStory.folder()
    LongStory.write(to: folder["live.prom"], pauseMicroseconds: 8000)
    let first = try Running(follow(), in: folder)
    #expect(first.wait { first.output.contains("alert.firing") })
    let second = try Running(follow("--take-over"), in: folder)
    let old = first.outcome(seconds: 60)
    #expect(old.status == 0 && old.errors.contains("handed over"), "\(old)\n\(second.errors)")
    let got = try Self.end(second, after: [old.output], in: folder)
    #expect(got.lines == want.lines)
    #expect(got.details == want.details)
  }

  @Test func `a process that cannot go on leaves the other one running`() throws {
    let folder = try LongStory.folder()
    let sidecar = try #require(try Sidecar(Self.arguments, in: folder))
    try folder.write("app.log", "")
    try folder.write("bad.yml", "groups: [{name: g, rules: [{alert: A, expr: rte(x)}]}]\n")
    let pushed = try sidecar.push(LongStory.lines(0))
    #expect(pushed.status == 200)
    let plain = try tocsin("run", "--rules", "rules.yml", "--store", "s.sqlite", in: folder)
    #expect(plain.status == 65 && plain.errors.contains("in use by another"), "\(plain)")
    let wrong = try Running(
      ["run", "--take-over", "--rules", "bad.yml", "--store", "s.sqlite"], in: folder
    ).outcome()
    #expect(wrong.status == 65 && wrong.errors.contains("rte"), "\(wrong)")
    let other = try Running(
      ["run"] + Self.arguments + ["--take-over", "--logs", "app.log"], in: folder
    ).outcome()
    #expect(other.status == 65 && other.errors.contains("cannot go on from its state"), "\(other)")
    // It stood still for that one, and goes on.
    #expect(sidecar.running.wait { sidecar.running.errors.contains("this one goes on") })
    #expect(try sidecar.push(LongStory.lines(1)).status == 200)
    sidecar.running.send(SIGTERM)
    #expect(sidecar.running.outcome().status == 0)
    #expect(!FileManager.default.fileExists(atPath: folder["s.sqlite.socket"]))
  }

  @Test func `where nobody runs there is nothing to take over`() throws {
    let folder = try LongStory.folder()
    let path = folder["s.sqlite.socket"]
    try folder.write("s.sqlite.socket", "as a kill leaves it")
    let sidecar = try #require(try Sidecar(Self.arguments + ["--take-over"], in: folder))
    #expect(sidecar.running.errors.contains("nothing to take over"))
    let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    #expect(mode == 0o600)
    sidecar.running.send(SIGTERM)
    #expect(sidecar.running.outcome().status == 0)
  }
}
