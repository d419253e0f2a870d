import Foundation
import Glibc
import Testing

/// What a store survives.
@Suite struct StoreTests {
  /// Incidents by id, their states and ends.
  private func content(_ folder: ScratchFolder) throws -> [String] {
    let outcome = try tocsin("incident", "list", "--output", "json", in: folder)
    #expect(outcome.status == 0, "\(outcome)")
    return outcome.output.split(separator: "\n").map(String.init)
  }

  @Test(arguments: [0.05, 0.3, 0.6, 0.9])
  func killedAndReplayedIsTheSameAsReplayed(_ seconds: Double) throws {
    let arguments = Fixture.arguments("cascade") + ["--store", "tocsin.sqlite"]
    let calm = try Fixture.folder("cascade")
    let whole = try Running(arguments, in: calm).outcome()
    #expect(whole.status == 0, "\(whole)")

    let folder = try Fixture.folder("cascade")
    let running = try Running(arguments, in: folder)
    usleep(UInt32(seconds * 1_000_000))
    running.send(SIGKILL)
    _ = running.outcome()
    // Killed while it made the file, it left one without a schema, which is refused with words.
    let list = try tocsin("incident", "list", in: folder)
    #expect([0, 65].contains(list.status), "\(list)")
    let again = try Running(arguments, in: folder).outcome()
    #expect(again.status == 0, "\(again)")
    #expect(again.output == whole.output)
    #expect(try content(folder) == content(calm))
    let third = try Running(arguments, in: folder).outcome()
    #expect(third.status == 0, "\(third)")
    #expect(try content(folder) == content(calm))
    #expect(try content(folder).count == 1)
  }

  @Test func aStoreThatCannotBeMadeIsAnError() throws {
    let outcome = try BusyHost.replay(
      "cpu.prom", in: BusyHost.folder(), "--store", "/proc/tocsin.sqlite")
    #expect(outcome.status == 1, "\(outcome)")
    #expect(outcome.errors.contains("/proc/tocsin.sqlite: the file cannot be opened"))
  }

  @Test func whatIsNoStoreIsLeftAlone() throws {
    let folder = try BusyHost.folder()
    let outcome = try BusyHost.replay("cpu.prom", in: folder, "--store", "rules.yml")
    #expect(outcome.status == 65, "\(outcome)")
    #expect(outcome.errors.contains("rules.yml"))
    #expect(folder.text("rules.yml") == BusyHost.rules)
  }

  @Test(.enabled(if: geteuid() != 0, "root may write everything"))
  func aReadOnlyStoreIsAnError() throws {
    let folder = try BusyHost.folder()
    _ = try BusyHost.replay("cpu.prom", in: folder, "--store", "tocsin.sqlite")
    chmod(folder["tocsin.sqlite"], 0o444)
    let outcome = try BusyHost.replay("cpu.prom", in: folder, "--store", "tocsin.sqlite")
    #expect(outcome.status == 1, "\(outcome)")
    #expect(outcome.errors.contains("tocsin.sqlite"))
    #expect(try content(folder).count == 1)
  }

  /// On a file system of its own, which only root may make.
  @Test(.enabled(if: geteuid() == 0, "only root may mount"), arguments: ["64k", "128k"])
  func aFullDiskIsAnError(_ size: String) throws {
    let folder = try BusyHost.folder()
    try FileManager.default.createDirectory(
      atPath: folder["full"], withIntermediateDirectories: false)
    guard mount("tocsin-test", folder["full"], "tmpfs", 0, "size=\(size)") == 0 else { return }
    defer { umount2(folder["full"], Int32(MNT_DETACH)) }
    let outcome = try BusyHost.replay("cpu.prom", in: folder, "--store", "full/tocsin.sqlite")
    #expect(outcome.status == 1, "\(outcome)")
    #expect(outcome.errors.contains("no room left for the store"), "\(outcome)")
  }
}
