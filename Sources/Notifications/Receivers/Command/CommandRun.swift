import Dispatch
import Foundation
import Model
import Synchronization

/// One run of a program: no shell, a process group of its own, bounded time and output.
///
/// It is spawned here and not by Foundation, whose children inherit the signals that its threads
/// block: they could not be asked to end.
final class CommandRun: Sendable {
  enum Ending: Hashable, Sendable {
    case exited(Int32)
    case killed(Int32)
    case timedOut
  }

  struct Failure: Error, Hashable {
    /// The system's number of what went wrong.
    var number: Int32
  }

  private let identifier: pid_t
  private let collected = Collected()
  private let endings: AsyncStream<Ending>

  /// Two runs must not begin at once: one would inherit the other's files.
  private static let turn = Mutex(())

  /// Starts `arguments[0]` with `input` on its standard input.
  init(
    _ arguments: [String], input: String, environment: [String: String], outputBytesMax: Int
  ) throws(Failure) {
    let environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    let (identifier, pipe) = try Self.turn.withLock { _ throws(Failure) in
      try Self.start(arguments, environment, input: input)
    }
    self.identifier = identifier
    let (stream, continuation) = AsyncStream<Ending>.makeStream(
      bufferingPolicy: .bufferingOldest(1))
    endings = stream
    DispatchQueue.global().async { [collected] in
      let status = Self.follow(identifier, pipe, into: collected, bytesMax: outputBytesMax)
      let signal = status & 0x7f
      continuation.yield(signal == 0 ? .exited(status >> 8 & 0xff) : .killed(signal))
      continuation.finish()
    }
  }

  /// What it wrote, bounded.
  var output: String { collected.text }

  /// Waits for its end; kills it and all it started when that does not come in time.
  func ending(within timeout: Milliseconds) async -> Ending {
    let ending = await withTaskGroup(of: Ending.self) { group in
      group.addTask { [endings] in
        for await ending in endings { return ending }
        return .timedOut
      }
      group.addTask {
        try? await Task.sleep(for: .milliseconds(timeout))
        return .timedOut
      }
      let first = await group.next() ?? .timedOut
      group.cancelAll()
      return first
    }
    if ending == .timedOut { kill(-identifier, SIGKILL) }
    return ending
  }

  // MARK: Starting

  private static func start(
    _ arguments: [String], _ environment: [String: String], input: String
  ) throws(Failure) -> (pid_t, pipe: Int32) {
    let inputFile = try file(with: input)
    defer { close(inputFile) }
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else { throw Failure(number: errno) }
    defer { close(ends[1]) }
    do throws(Failure) {
      return (try spawn(arguments, environment, input: inputFile, output: ends[1]), ends[0])
    } catch {
      close(ends[0])
      throw error
    }
  }

  private static func spawn(
    _ arguments: [String], _ environment: [String: String], input: Int32, output: Int32
  ) throws(Failure) -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, input, 0)
    posix_spawn_file_actions_adddup2(&actions, output, 1)
    posix_spawn_file_actions_adddup2(&actions, output, 2)
    let open = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []
    for file in open.compactMap(Int32.init) where file > 2 {
      posix_spawn_file_actions_addclose(&actions, file)
    }
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var (none, all) = (sigset_t(), sigset_t())
    sigemptyset(&none)
    sigfillset(&all)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setsigdefault(&attributes, &all)
    posix_spawnattr_setpgroup(&attributes, 0)
    posix_spawnattr_setflags(
      &attributes,
      Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP))
    let words = arguments.map { strdup($0) } + [nil]
    let variables = environment.sorted { $0.key < $1.key }.map { strdup("\($0.key)=\($0.value)") }
    defer { for pointer in words + variables { free(pointer) } }
    var identifier: pid_t = 0
    let outcome = posix_spawn(
      &identifier, arguments[0], &actions, &attributes, words, variables + [nil])
    guard outcome == 0 else { throw Failure(number: outcome) }
    return identifier
  }

  /// An unlinked file with `text`: a program that does not read it blocks nobody.
  private static func file(with text: String) throws(Failure) -> Int32 {
    var path = Array(
      (NSTemporaryDirectory() + "tocsin-" + String(repeating: "X", count: 6)).utf8CString)
    let file = mkstemp(&path)
    guard file >= 0 else { throw Failure(number: errno) }
    unlink(path)
    let bytes = Array(text.utf8)
    var written = 0
    while written < bytes.count {
      let count = bytes[written...].withUnsafeBytes { write(file, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else {
        let number = errno
        close(file)
        throw Failure(number: number)
      }
      written += count
    }
    lseek(file, 0, SEEK_SET)
    return file
  }

  // MARK: Following

  /// Reads what it writes until it ends; blocks a thread meanwhile.
  ///
  /// - Returns: its status as `waitpid` gives it.
  private static func follow(
    _ identifier: pid_t, _ pipe: Int32, into collected: Collected, bytesMax: Int
  ) -> Int32 {
    defer { close(pipe) }
    var buffer = [UInt8](repeating: 0, count: 4096)
    var status: Int32 = 0
    while true {
      var waited = pollfd(fd: pipe, events: Int16(POLLIN), revents: 0)
      // A pipe that is closed wakes at once; the pause is for a grandchild that keeps it open.
      if poll(&waited, 1, 50) > 0 {
        let count = read(pipe, &buffer, buffer.count)
        if count > 0 { collected.append(buffer.prefix(count), bytesMax: bytesMax) }
        if count == 0 { break }
      } else if waitpid(identifier, &status, WNOHANG) == identifier {
        return status
      }
    }
    while waitpid(identifier, &status, 0) < 0, errno == EINTR {}
    return status
  }
}

/// The beginning of what a program wrote.
private final class Collected: Sendable {
  private let bytes = Mutex<[UInt8]>([])

  var text: String { String(decoding: bytes.withLock { $0 }, as: UTF8.self) }

  func append(_ more: some Collection<UInt8>, bytesMax: Int) {
    bytes.withLock { $0 += more.prefix(bytesMax - $0.count) }
  }
}
