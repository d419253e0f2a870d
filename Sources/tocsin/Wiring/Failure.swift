import ArgumentParser
import Foundation
import Model
import Storage
import Synchronization

/// How the program ends; scripts rely on the numbers.
enum ExitStatus {
  /// The program failed.
  static let failure = ExitCode(1)
  /// Incidents at or above `--fail-on`, or a failed test.
  static let findings = ExitCode(2)
  /// Input, rules or configuration cannot be used.
  static let unusable = ExitCode(65)
}

/// The end of a command with words for standard error.
struct CommandFailure: Error {
  var status: ExitCode
  var message: String

  /// Input, rules or configuration cannot be used.
  static func unusable(_ message: String) -> CommandFailure {
    CommandFailure(status: ExitStatus.unusable, message: message)
  }
}

/// Runs a command's work and turns its failure into words and an exit code.
func reporting<Result>(_ body: () throws -> Result) throws -> Result {
  do {
    try EnvironmentLayer.ofThisProcess.check()
    return try body()
  } catch let failure as CommandFailure {
    StandardError.write(failure.message)
    throw failure.status
  } catch let code as ExitCode {
    throw code
  } catch let error as ValidationError {
    throw error
  } catch let error as StorageError {
    StandardError.write("error: \(error)")
    throw error.isUnusable ? ExitStatus.unusable : ExitStatus.failure
  } catch let error as CocoaError {
    let path = error.filePath.map { "\($0): " } ?? ""
    StandardError.write("error: \(path)\(error.localizedDescription)")
    throw ExitStatus.failure
  } catch {
    StandardError.write("error: \(error)")
    throw ExitStatus.failure
  }
}

extension StorageError {
  /// True when the file or the id that was named is to blame, not the machine or this program.
  fileprivate var isUnusable: Bool {
    switch code {
    case .missing, .corrupted, .notADatabase, .notAStore, .empty, .newerSchema,
      .migrationNeeded, .noSuchVersion, .badBackup, .exists, .unknownID, .tooLarge:
      true
    case .cannotOpen, .readOnly, .locked, .full, .migrationFailed, .inputOutput, .statement: false
    }
  }
}

/// As `reporting`, for work that waits.
func reporting<Result>(_ body: () async throws -> Result) async throws -> Result {
  let outcome: Swift.Result<Result, any Error>
  do {
    outcome = .success(try await body())
  } catch {
    outcome = .failure(error)
  }
  return try reporting { try outcome.get() }
}

/// Standard error: logs, diagnostics and progress.
enum StandardError {
  private static let levelInForce = Mutex(EnvironmentLayer.ofThisProcess.logLevel ?? .info)

  /// What is written.
  static var level: LogLevel {
    get { levelInForce.withLock { $0 } }
    set { levelInForce.withLock { $0 = newValue } }
  }

  /// Writes a line; a warning only where warnings are wanted.
  static func write(_ line: String) {
    let isWarning = line.hasPrefix("warning: ") || line.contains(": warning: ")
    if isWarning, level == .error { return }
    FileHandle.standardError.write(Data((line + "\n").utf8))
  }

  /// Writes text as it is.
  static func raw(_ text: String) {
    FileHandle.standardError.write(Data(text.utf8))
  }

  /// True when a person sees it.
  static var isTerminal: Bool { isatty(2) == 1 }
}

/// Standard output: results only, collected and written in large pieces.
final class ResultOutput {
  private var buffer: [UInt8] = []

  /// So much is collected before it is handed on.
  private static let pieceBytes = 1 << 16

  /// Writes text; it may wait in memory until `flush`.
  func write(_ text: String) throws {
    buffer.append(contentsOf: text.utf8)
    if buffer.count >= Self.pieceBytes { try flush() }
  }

  /// Writes a line of UTF-8 and its end; it may wait in memory until `flush`.
  func write(line: [UInt8]) throws {
    buffer.append(contentsOf: line)
    buffer.append(UInt8(ascii: "\n"))
    if buffer.count >= Self.pieceBytes { try flush() }
  }

  /// Hands everything to the system.
  func flush() throws {
    guard !buffer.isEmpty else { return }
    defer { buffer.removeAll(keepingCapacity: true) }
    try FileHandle.standardOutput.write(contentsOf: buffer)
  }
}
