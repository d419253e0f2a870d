import Foundation
import Glibc

/// The repository this test was built from.
let repository = URL(fileURLWithPath: #filePath)
  .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

/// The program under test: built next to the test bundle.
let program: String = {
  let link = "/proc/self/exe"
  let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: link)) ?? link
  let neighbour = URL(fileURLWithPath: own).deletingLastPathComponent().path + "/tocsin"
  let isThere = FileManager.default.isExecutableFile(atPath: neighbour)
  return isThere ? neighbour : repository + "/.build/debug/tocsin"
}()

/// True when the program was built with a sanitizer, whose memory says nothing of the program's own.
let isSanitized = ProcessInfo.processInfo.environment["TOCSIN_SANITIZED"] != nil

/// How a process ended, and what it said.
struct Outcome: CustomStringConvertible {
  /// Exit status; for a signal, its number negated.
  var status: Int32
  var output: String
  var errors: String
  /// True when it had to be killed because it did not end in time.
  var timedOut = false

  /// The JSON events of standard output.
  var events: [JSON] {
    get throws { try output.split(separator: "\n").map { try JSON(parsing: String($0)) } }
  }

  /// The last event of a run.
  var summary: JSON {
    get throws { try events.last ?? .null }
  }

  var description: String {
    "status \(status)\(timedOut ? ", timed out" : "")\nstdout: \(output.suffix(2000))\nstderr: \(errors.suffix(2000))"
  }
}

/// What a process reads from standard input.
enum Input: Sendable {
  case nothing
  case file(String)
  /// A pipe, and what writes into it from a thread of its own.
  case pipe(@Sendable (PipeEnd) -> Void)
}

/// The writing end of a pipe; whoever reads may be gone, which is no error.
final class PipeEnd: Sendable {
  private let descriptor: Int32

  init(_ descriptor: Int32) { self.descriptor = descriptor }

  /// Writes all of `bytes`; false once nobody reads any more.
  @discardableResult
  func write(_ bytes: some Collection<UInt8>) -> Bool {
    let block = Array(bytes)
    var done = 0
    while done < block.count {
      let count = block.withUnsafeBytes { raw in
        Glibc.write(descriptor, raw.baseAddress.map { $0 + done }, block.count - done)
      }
      guard count > 0 else { return false }
      done += count
    }
    return true
  }

  deinit { close(descriptor) }
}

/// A process of the program that runs.
final class Running {
  private let process = Process()
  private let folder: ScratchFolder
  private let name = UUID().uuidString

  /// Starts `tocsin` with these arguments in `folder`.
  init(
    _ arguments: [String], in folder: ScratchFolder, input: Input = .nothing,
    executable: String = program
  ) throws {
    signal(SIGPIPE, SIG_IGN)
    self.folder = folder
    process.executableURL = URL(fileURLWithPath: executable)
    process.arguments = arguments
    process.currentDirectoryURL = URL(fileURLWithPath: folder.path)
    process.standardOutput = try folder.open("stdout-\(name)")
    process.standardError = try folder.open("stderr-\(name)")
    var writing: (@Sendable () -> Void)?
    switch input {
    case .nothing: process.standardInput = FileHandle.nullDevice
    case .file(let path):
      process.standardInput = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
    case .pipe(let body):
      var ends: [Int32] = [-1, -1]
      guard pipe(&ends) == 0 else { throw POSIXError(.EMFILE) }
      // No process started meanwhile may keep the writing end open.
      _ = fcntl(ends[1], F_SETFD, FD_CLOEXEC)
      process.standardInput = FileHandle(fileDescriptor: ends[0], closeOnDealloc: true)
      let end = PipeEnd(ends[1])
      writing = { body(end) }
    }
    try process.run()
    // The reading end belongs to the process alone now: a writer must see it end.
    if case .pipe = input { try (process.standardInput as? FileHandle)?.close() }
    if let writing { Thread.detachNewThread(writing) }
  }

  /// What a test leaves running, as one that failed does, ends with it.
  deinit { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }

  var isRunning: Bool { process.isRunning }
  var pid: Int32 { process.processIdentifier }
  var output: String { folder.text("stdout-\(name)") }
  var errors: String { folder.text("stderr-\(name)") }

  /// Most resident memory so far, in bytes; nil once it ended.
  var peakMemory: Int? {
    guard let text = try? String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8),
      let line = text.split(separator: "\n").first(where: { $0.hasPrefix("VmHWM:") })
    else { return nil }
    return line.split(separator: " ").dropFirst().first.flatMap { Int($0) }.map { $0 << 10 }
  }

  /// Waits until `condition` holds; false when the time is over.
  func wait(seconds: Double = 80, until condition: () -> Bool) -> Bool {
    // Under a sanitizer everything takes its time, and on a busy machine many times that.
    let deadline = Date().addingTimeInterval(isSanitized ? 8 * seconds : seconds)
    while Date() < deadline {
      if condition() { return true }
      usleep(20_000)
    }
    return condition()
  }

  func send(_ signal: Int32) { kill(pid, signal) }

  /// Waits for the end; kills the process when it takes longer than `seconds`.
  func outcome(seconds: Double = 240) -> Outcome {
    let ended = wait(seconds: seconds) { !process.isRunning }
    if !ended { send(SIGKILL) }
    process.waitUntilExit()
    let isSignal = process.terminationReason == .uncaughtSignal
    return Outcome(
      status: isSignal ? -process.terminationStatus : process.terminationStatus, output: output,
      errors: errors, timedOut: !ended)
  }
}

/// Runs `tocsin` to its end.
func tocsin(
  _ arguments: String..., in folder: ScratchFolder, input: Input = .nothing, seconds: Double = 240
) throws -> Outcome {
  try Running(arguments, in: folder, input: input).outcome(seconds: seconds)
}
