import Exposition
import Foundation
import Model

/// The work of one thread that reads an input as it comes.
struct LiveLoop {
  let path: String
  let content: InputContent
  let clock: @Sendable () -> Timestamp
  let pollMilliseconds: Int
  private let blockBytes = 1 << 16

  init(
    path: String, content: InputContent, clock: @escaping @Sendable () -> Timestamp,
    pollMilliseconds: Int
  ) {
    self.path = path
    self.content = content
    self.clock = clock
    self.pollMilliseconds = pollMilliseconds
  }

  /// Reads a pipe, a file or standard input until it ends or the pipe is cancelled.
  ///
  /// A pipe with a name ends with its last writer, unless it `follows` the next one.
  func read(to pipe: DeliveryPipe, follows: Bool) throws(SourceError) {
    var source = try ByteSource(path: path, isEndless: follows, waitsForWriter: false)
    let decoder = content.decoder(for: path)
    var progress = InputProgress(path: path, bytesTotal: source.size)
    var delivery = Delivery()
    var settled: FilePosition?
    while !pipe.isCancelled, !decoder.hasFailed {
      switch try source.read(upTo: blockBytes, timeoutMilliseconds: pollMilliseconds) {
      case .timeout: break
      case .bytes(let block): decoder.feed(block, arrival: clock())
      case .end:
        decoder.finish()
        _ = drain(decoder, &progress, &delivery, &settled, to: pipe)
        return
      }
      decoder.advance(to: clock())
      guard drain(decoder, &progress, &delivery, &settled, to: pipe) else { return }
    }
  }

  /// Follows a file until the pipe is cancelled.
  func follow(from position: FilePosition?, to pipe: DeliveryPipe) throws(SourceError) {
    var file = FollowedFile(path: path, resumingAt: position)
    let decoder = content.decoder(for: path)
    var progress = InputProgress(path: path)
    var delivery = Delivery()
    var settled = position
    if let position, position.offset > 0 { try prime(decoder) }
    while !pipe.isCancelled, !decoder.hasFailed {
      if let block = try file.read(upTo: blockBytes) {
        decoder.feed(block, arrival: clock())
        progress.position = file.position
      } else {
        Thread.sleep(forTimeInterval: Double(pollMilliseconds) / 1000)
      }
      decoder.advance(to: clock())
      guard drain(decoder, &progress, &delivery, &settled, to: pipe) else { return }
    }
  }

  /// Shows the decoder the first line of a file that is read from the middle.
  ///
  /// It may be the header of a table, and it tells the format. Its samples were taken in before.
  private func prime(_ decoder: any BlockDecoder) throws(SourceError) {
    guard case .samples = content else { return }
    var source: ByteSource
    do throws(SourceError) {
      source = try ByteSource(path: path)
    } catch {
      if error.code == .missing { return }
      throw error
    }
    guard let block = try source.read(upTo: blockBytes), let newline = block.firstIndex(of: 0x0a)
    else { return }
    decoder.feed(Array(block[...newline]), arrival: clock())
    var batch = SampleBatch()
    while decoder.next(into: &batch) {}
    _ = decoder.takeDiagnostics()
  }

  /// Sends all that the decoder has; false when the pipe is cancelled.
  private func drain(
    _ decoder: any BlockDecoder, _ progress: inout InputProgress, _ delivery: inout Delivery,
    _ settled: inout FilePosition?, to pipe: DeliveryPipe
  ) -> Bool {
    // A restart may go on behind this block only when all of it was handed over: until then a
    // delivery says where the block before ended.
    let read = progress.position
    let before = settled
    progress.position = settled
    var isFilled = true
    while isFilled {
      isFilled = decoder.next(into: &delivery.batch)
      delivery.diagnostics = decoder.takeDiagnostics()
      decoder.update(&progress)
      if !isFilled, var position = read {
        // The unfinished line is read again after a restart.
        position.offset -= decoder.unfinishedBytes
        progress.position = position
        settled = position
      }
      delivery.progress = [progress]
      if isFilled || settled != before || !delivery.diagnostics.isEmpty {
        guard pipe.send(&delivery) else { return false }
      }
    }
    progress.position = read
    return true
  }
}
