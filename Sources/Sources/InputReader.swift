public import Exposition
import Foundation
public import Model

/// Reads and decodes inputs on threads of their own and hands the samples over by a pipe.
public enum InputReader {
  /// Reads bounded inputs to their end, merged by event time, on one thread.
  ///
  /// - Parameters:
  ///   - paths: Files, pipes or `-`.
  ///   - options: How to decode each of them.
  ///   - logs: Logs to read with them.
  ///   - arrival: Time of samples that carry none.
  ///   - blockBytes: Bytes read from an input at a time.
  /// - Returns: the pipe to receive from.
  public static func replay(
    _ paths: [String], _ options: DecoderOptions, logs: [LogInput] = [], arrival: Timestamp,
    blockBytes: Int = 1 << 18
  ) -> DeliveryPipe {
    let pipe = DeliveryPipe()
    start("tocsin.replay") {
      do throws(SourceError) {
        let input = try MergedInput(
          paths: paths, options, logs: logs, arrival: arrival, blockBytes: blockBytes)
        var delivery = Delivery()
        while try input.next(into: &delivery) {
          guard pipe.send(&delivery) else { return pipe.finish() }
        }
        // The last reports come without samples.
        _ = pipe.send(&delivery)
        pipe.finish()
      } catch {
        pipe.finish(error)
      }
    }
    return pipe
  }

  /// Reads inputs that go on: each on a thread of its own, in the order in which bytes arrive.
  ///
  /// Regular files are followed through rotation and truncation when `follows`, else read to their
  /// end. A pipe with a name ends when its last writer leaves, and when `follows` never; standard
  /// input ends when it is closed.
  /// - Parameters:
  ///   - paths: Files, pipes or `-`.
  ///   - options: How to decode each of them.
  ///   - logs: Logs to read with them; they are always followed.
  ///   - follows: Whether files and pipes with a name are followed.
  ///   - positions: Where to go on in followed files, by path.
  ///   - clock: The time now, for samples that carry none.
  ///   - pollMilliseconds: How long to wait before looking again for new bytes.
  /// - Returns: the pipe to receive from; `cancel` ends the threads.
  public static func live(
    _ paths: [String], _ options: DecoderOptions, logs: [LogInput] = [], follows: Bool,
    positions: [String: FilePosition] = [:], clock: @escaping @Sendable () -> Timestamp,
    pollMilliseconds: Int = 100
  ) -> DeliveryPipe {
    var inputs: [(path: String, content: InputContent, follows: Bool)] = []
    for path in paths { inputs.append((path, .samples(options), follows)) }
    for log in logs { inputs.append((log.path, .log(log.options), true)) }
    let pipe = DeliveryPipe(senders: inputs.count)
    for (path, content, follows) in inputs {
      start("tocsin.read") {
        let loop = LiveLoop(
          path: path, content: content, clock: clock, pollMilliseconds: pollMilliseconds)
        do throws(SourceError) {
          if follows, path != "-", !isPipe(path) {
            try loop.follow(from: positions[path], to: pipe)
          } else {
            try loop.read(to: pipe, follows: follows)
          }
          pipe.finish()
        } catch {
          pipe.finish(error)
        }
      }
    }
    return pipe
  }

  private static func isPipe(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFIFO
  }

  private static func start(_ name: String, _ body: @escaping @Sendable () -> Void) {
    let thread = Thread(block: body)
    thread.name = name
    thread.stackSize = 1 << 20
    thread.start()
  }
}
