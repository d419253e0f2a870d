import Dispatch
import Foundation
import Glibc
import Incidents
import Model
import Synchronization

/// Runs a program that an operator allowed and asked for: no shell, a time limit, bounded output.
struct HookRunner {
  /// How a run ended.
  struct Outcome {
    /// The exit status; a signal's number negated; nil when it had to be stopped.
    var status: Int32?
    /// What it wrote to both its outputs, secrets masked, the end of it when it is long.
    var output: String

    /// "exited with 0", for a timeline.
    var words: String {
      guard let status else { return "was stopped at its time limit" }
      return status < 0 ? "was ended by signal \(-status)" : "exited with \(status)"
    }
  }

  /// Bytes of output that are kept: the last ones.
  static let outputBytesMax = 8 * 1024
  /// A program that is told to end has so long before it is killed.
  private static let graceSeconds = 2

  let hook: NextStep.Hook
  let mask: SecretMask

  /// A runner that masks the values of this process's own secrets too.
  init(_ hook: NextStep.Hook) {
    self.hook = hook
    mask = .ofThisProcess
  }

  /// Runs the program to its end.
  ///
  /// - Throws: `CommandFailure` when it cannot be started.
  func run() throws -> Outcome {
    guard let program = hook.arguments.first else {
      throw CommandFailure.unusable("error: the step names no program")
    }
    let process = Process()
    let pipe = Pipe()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = Array(hook.arguments.dropFirst())
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = pipe
    process.standardError = pipe
    let ended = DispatchSemaphore(value: 0)
    process.terminationHandler = { _ in ended.signal() }
    let tail = OutputTail(limit: Self.outputBytesMax)
    do { try process.run() } catch {
      throw CommandFailure.unusable(
        "error: \(program) cannot be run: \(error.localizedDescription)")
    }
    let drained = DispatchSemaphore(value: 0)
    let reader = pipe.fileHandleForReading
    Thread.detachNewThread {
      while let block = try? reader.read(upToCount: 4096), !block.isEmpty { tail.append(block) }
      drained.signal()
    }
    let limit = DispatchTime.now() + .milliseconds(Int(hook.timeLimit))
    let isInTime = ended.wait(timeout: limit) == .success
    if !isInTime {
      kill(process.processIdentifier, SIGTERM)
      if ended.wait(timeout: .now() + .seconds(Self.graceSeconds)) == .timedOut {
        kill(process.processIdentifier, SIGKILL)
        ended.wait()
      }
    }
    // What the program left running may hold its output open for ever.
    _ = drained.wait(timeout: .now() + .seconds(1))
    let isSignal = process.terminationReason == .uncaughtSignal
    let status = process.terminationStatus
    return Outcome(
      status: isInTime ? (isSignal ? -status : status) : nil, output: mask.masked(tail.text))
  }
}

/// The last bytes of a stream that another thread writes.
private final class OutputTail: Sendable {
  private let limit: Int
  private let bytes = Mutex<(tail: [UInt8], isCut: Bool)>(([], false))

  init(limit: Int) { self.limit = limit }

  func append(_ block: Data) {
    bytes.withLock { state in
      state.tail += block
      if state.tail.count > limit {
        state.tail.removeFirst(state.tail.count - limit)
        state.isCut = true
      }
    }
  }

  var text: String {
    bytes.withLock { state in
      var tail = state.tail[...]
      // A line that was cut could hold the end of a secret that no name stands before any more.
      if state.isCut { tail = tail.drop { $0 != 0x0a }.dropFirst() }
      return (state.isCut ? "…\n" : "") + String(decoding: tail, as: UTF8.self)
    }
  }
}
