import Foundation
import Glibc
import Testing

/// Input that no recorder should write, and each time the outcome that is documented.
@Suite struct UnhappyInputTests {
  /// The one incident of `BusyHost` and nothing else.
  private func expectWhole(_ outcome: Outcome, samples: Int, bad: Int = 0) throws {
    #expect(outcome.status == 0, "\(outcome)")
    let summary = try outcome.summary
    #expect(summary["samples"] == .number(Double(samples)), "\(outcome)")
    #expect(summary["bad_lines"] == .number(Double(bad)), "\(outcome)")
    #expect(summary["incidents"]["total"] == .number(1), "\(outcome)")
    #expect(summary["incidents"]["open"] == .number(0), "\(outcome)")
  }

  @Test func aGzipFileCutShortGivesWhatCameBefore() throws {
    let folder = try BusyHost.folder()
    let packed = try Running(["-kn", "cpu.prom"], in: folder, executable: "/usr/bin/gzip").outcome()
    #expect(packed.status == 0, "\(packed)")
    let bytes = FileManager.default.contents(atPath: folder["cpu.prom.gz"]) ?? Data()
    try folder.write("cut.gz", bytes.prefix(bytes.count / 2))
    let outcome = try BusyHost.replay("cut.gz", in: folder)
    #expect(outcome.status == 0, "\(outcome)")
    #expect(outcome.errors.contains("cut.gz: the compressed data ends in the middle"))
    let samples = try outcome.summary["samples"].number ?? 0
    #expect((10..<120).contains(samples))
  }

  @Test func aBinaryFileIsUnusable() throws {
    let folder = try BusyHost.folder()
    try folder.write("binary", (0..<10_000).map { UInt8(truncatingIfNeeded: $0) })
    let outcome = try BusyHost.replay("binary", in: folder)
    #expect(outcome.status == 65, "\(outcome)")
    #expect(outcome.errors.contains("looks like binary data"))
  }

  @Test(arguments: [
    (".", "is a directory"), ("missing.prom", "no such file"), ("cpu.prom/x", "no such file"),
  ])
  func whatIsNoFileIsUnusable(_ path: String, _ reason: String) throws {
    let outcome = try BusyHost.replay(path, in: BusyHost.folder())
    #expect(outcome.status == 65, "\(outcome)")
    #expect(outcome.errors.contains(reason), "\(outcome)")
    #expect(outcome.output.isEmpty)
  }

  /// Root may read everything, unless it gives that privilege away.
  private static let bounded = "/usr/bin/setpriv"

  @Test(
    .enabled(
      if: geteuid() != 0 || FileManager.default.isExecutableFile(atPath: bounded),
      "root may read everything"))
  func aForbiddenFileIsUnusable() throws {
    let folder = try BusyHost.folder()
    chmod(folder["cpu.prom"], 0)
    var arguments = ["replay", "cpu.prom", "--rules", "rules.yml", "--output", "json"]
    var executable = program
    if geteuid() == 0 {
      arguments =
        ["--bounding-set=-dac_override,-dac_read_search", executable] + arguments
      executable = Self.bounded
    }
    let outcome = try Running(arguments, in: folder, executable: executable).outcome()
    #expect(outcome.status == 65, "\(outcome)")
    #expect(outcome.errors.contains("permission to read"), "\(outcome)")
  }

  @Test func anEmptyFileIsAnEmptyRun() throws {
    let folder = try BusyHost.folder()
    try folder.write("empty", "")
    let outcome = try BusyHost.replay("empty", in: folder)
    #expect(outcome.status == 0, "\(outcome)")
    #expect(try outcome.summary["samples"] == .number(0))
    #expect(try outcome.summary["incidents"]["total"] == .number(0))
  }

  @Test func aLineOf100MegabytesIsOneBadLine() throws {
    let folder = try BusyHost.folder()
    let arguments = ["replay", "-", "--rules", "rules.yml", "--output", "json"]
    let running = try Running(
      arguments, in: folder,
      input: .pipe { end in
        end.write(BusyHost.lines(0..<40).utf8)
        let block = [UInt8](repeating: 0x78, count: 1 << 20)
        for _ in 0..<100 { guard end.write(block) else { return } }
        end.write("\n".utf8)
        end.write(BusyHost.lines(40..<120).utf8)
      })
    var peak = 0
    _ = running.wait(seconds: 240) {
      let memory = running.peakMemory
      peak = max(peak, memory ?? 0)
      return memory == nil
    }
    try expectWhole(running.outcome(), samples: 120, bad: 1)
    // A sanitizer holds back what is freed.
    if !isSanitized { #expect(peak < 80 << 20, "\(peak >> 20) MiB") }
  }

  @Test func invalidUTF8IsOneBadLine() throws {
    let folder = try BusyHost.folder()
    let bad = Array("cpu{host=\"".utf8) + [0xff, 0xfe] + Array("\"} 1 1768485600000\n".utf8)
    try folder.write("bad.prom", bad + Array(BusyHost.lines().utf8))
    let outcome = try BusyHost.replay("bad.prom", in: folder)
    try expectWhole(outcome, samples: 120, bad: 1)
    #expect(outcome.errors.contains("bad.prom:1:11: warning: expected UTF-8 text"))
    let strict = try BusyHost.replay("bad.prom", in: folder, "--strict")
    #expect(strict.status == 65, "\(strict)")
    #expect(strict.errors.contains("bad.prom:1:11: error: expected UTF-8 text"))
  }

  @Test func numbersThatAreNoneAreValues() throws {
    let folder = try BusyHost.folder()
    let odd = ["NaN", "-Inf", "-1e300"].enumerated()
      .map { "cpu{host=\"odd-\($0)\"} \($1) 1768486500000\n" }.joined()
    try folder.write("odd.prom", BusyHost.lines(0..<60) + odd + BusyHost.lines(60..<120))
    try expectWhole(BusyHost.replay("odd.prom", in: folder), samples: 123)
    // What is above every threshold fires, and its JSON stays JSON.
    try folder.write(
      "infinite.prom", BusyHost.lines().replacingOccurrences(of: "0.95", with: "+Inf"))
    let infinite = try BusyHost.replay("infinite.prom", in: folder, "--report", "report.html")
    try expectWhole(infinite, samples: 120)
  }

  @Test(arguments: [253_402_300_799_000, -62_135_596_800_000], [0, 1, 60, 120])
  func aWildTimeIsDroppedAndTheRestIsNotLate(_ time: Int, _ place: Int) throws {
    let folder = try BusyHost.folder()
    let wild = "cpu{host=\"b\"} 0.99 \(time)\n"
    try folder.write(
      "wild.prom", BusyHost.lines(0..<place) + wild + BusyHost.lines(place..<BusyHost.count))
    let arguments = ["replay", "--rules", "rules.yml", "--output", "json"]
    let whole = try Running(arguments + ["wild.prom"], in: folder).outcome(seconds: 80)
    #expect(!whole.timedOut)
    try expectWhole(whole, samples: 121)
    let calm = try BusyHost.replay("cpu.prom", in: folder)
    #expect(try whole.events.dropLast() == calm.events.dropLast())
    #expect(try whole.summary["ticks"] == calm.summary["ticks"])
    let bytes = Array(folder.text("wild.prom").utf8)
    let pieces = try Running(
      arguments + ["-"], in: folder,
      input: .pipe { end in
        for start in stride(from: 0, to: bytes.count, by: 41) {
          guard end.write(bytes[start..<min(bytes.count, start + 41)]) else { return }
        }
      }
    ).outcome(seconds: 80)
    #expect(pieces.output == whole.output)
  }

  @Test func aRealGapIsNoWildTime() throws {
    let folder = try BusyHost.folder()
    let later = (0..<120).map { index in
      BusyHost.line(index).replacingOccurrences(
        of: " \((BusyHost.start + index * 15) * 1000)",
        with: " \((BusyHost.start + 30 * 86_400 + index * 15) * 1000)")
    }
    try folder.write("gap.prom", BusyHost.lines() + later.joined())
    let outcome = try BusyHost.replay("gap.prom", in: folder)
    #expect(outcome.status == 0, "\(outcome)")
    #expect(try outcome.summary["incidents"]["total"] == .number(2), "\(outcome)")
    #expect(outcome.errors.contains("no sample between"))
    #expect(!outcome.errors.contains("so far off are dropped"))
  }

  @Test func aCardinalityBombLeavesKnownSeriesAlone() throws {
    let folder = try BusyHost.folder()
    var text = ""
    for index in 0..<BusyHost.count {
      text += BusyHost.line(index)
      for other in 0..<100 {
        text +=
          "cpu{host=\"h\(index * 100 + other)\"} 0.1 \((BusyHost.start + index * 15) * 1000)\n"
      }
    }
    try folder.write("bomb.prom", text)
    let outcome = try BusyHost.replay("bomb.prom", in: folder, "--max-series", "1000", "--stats")
    try expectWhole(outcome, samples: 120 * 101)
    #expect(try outcome.summary["series"] == .number(1000))
    let limit = "the limit of 1000 series is reached"
    #expect(outcome.errors.components(separatedBy: limit).count == 2, "\(outcome)")
    #expect(outcome.errors.contains(" samples of "))
  }

  @Test func aReportGoesIntoADeviceAndDoesNotReplaceIt() throws {
    let folder = try BusyHost.folder()
    #expect(mkfifo(folder["report.md"], 0o600) == 0)
    let reader = open(folder["report.md"], O_RDWR | O_NONBLOCK)
    defer { close(reader) }
    let outcome = try BusyHost.replay("cpu.prom", in: folder, "--report", "report.md")
    #expect(outcome.status == 0, "\(outcome)")
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    #expect(read(reader, &buffer, buffer.count) > 100)
  }
}
