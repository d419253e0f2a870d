import Exposition
import Foundation
import Model
import Sources
import Testing

/// A directory of a test's own, gone when the test is over.
final class Scratch {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "tocsin-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// The path of `name` in the directory.
  func file(_ name: String) -> String { path + "/" + name }

  /// Writes `text` to the file `name` and returns its path.
  @discardableResult
  func write(_ text: String, to name: String) throws -> String {
    try Data(text.utf8).write(to: URL(fileURLWithPath: file(name)))
    return file(name)
  }

  /// Adds `text` to the end of the file `name`.
  func append(_ text: String, to name: String) throws {
    let handle = try #require(FileHandle(forWritingAtPath: file(name)))
    try handle.seekToEnd()
    try handle.write(contentsOf: Data(text.utf8))
    try handle.close()
  }
}

/// Arrival time of the tests' samples.
let arrival = Timestamp(milliseconds: 77)

/// `series value time` of each row.
func rows(_ batch: SampleBatch) -> [String] {
  (0..<batch.count).map { row in
    let labels = (try? batch.labels(ofRow: row))?.description ?? "no series"
    return "\(labels) \(batch.values[row]) \(batch.times[row])"
  }
}

/// All that a pipe gives, in its order.
func receiveAll(
  _ pipe: DeliveryPipe
) throws(SourceError) -> (rows: [String], changes: [ChangeEvent], reports: [String]) {
  var delivery = Delivery()
  var result: (rows: [String], changes: [ChangeEvent], reports: [String]) = ([], [], [])
  while try pipe.receive(into: &delivery) {
    result.rows += rows(delivery.batch)
    result.changes += delivery.batch.changes
    result.reports += delivery.diagnostics.map(\.message)
  }
  return result
}
