import Foundation
import Model

/// The labels that a path of the Pushgateway gives to everything that is pushed to it.
///
///     /metrics/job/backup/instance/db-1            // job="backup", instance="db-1"
///     /metrics/job@base64/YS9i/zone@base64/=       // job="a/b", zone=""
///
/// Source: https://github.com/prometheus/pushgateway#url
struct GroupingKey: Equatable {
  var labels: Labels

  /// Reads what stands behind `/metrics/`, still percent-encoded.
  ///
  /// - Throws: `APIError` when names and values do not pair up, or a value is no base64.
  init(path: String) throws(APIError) {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false).map {
      // A plus sign in a path is a plus sign.
      $0.removingPercentEncoding ?? String($0)
    }
    guard parts.count.isMultiple(of: 2), parts.first == "job" || parts.first == "job@base64" else {
      throw APIError(
        .badData, "expected /metrics/job/JOB, then pairs of /LABEL/VALUE, found \(quoted(path))")
    }
    var labels: [String: String] = [:]
    for index in stride(from: 0, to: parts.count, by: 2) {
      let (name, value) = try Self.pair(parts[index], parts[index + 1])
      guard !name.isEmpty, name != Labels.metricName else {
        throw APIError(.badData, "label \(quoted(name)) cannot stand in a grouping key")
      }
      labels[name] = value
    }
    guard labels["job"]?.isEmpty == false else {
      throw APIError(.badData, "the job of a grouping key must not be empty")
    }
    self.labels = Labels(labels)
  }

  private static func pair(
    _ name: String, _ value: String
  ) throws(APIError) -> (name: String, value: String) {
    guard name.hasSuffix("@base64") else { return (name, value) }
    let plain = String(name.dropLast("@base64".count))
    var text = value.replacing("-", with: "+").replacing("_", with: "/")
    text = String(text.reversed().drop { $0 == "=" }.reversed())
    text += String(repeating: "=", count: (4 - text.utf8.count % 4) % 4)
    guard let data = Data(base64Encoded: text),
      let decoded = String(validating: data, as: UTF8.self)
    else { throw APIError(.badData, "value of \(quoted(plain)) is no base64: \(quoted(value))") }
    return (plain, decoded)
  }

  /// Gives the labels to every sample of a batch; they win over labels of the same name.
  func apply(to batch: SampleBatch) -> SampleBatch {
    var result = batch
    result.bytes = []
    var written: [[UInt8]: Range<Int>] = [:]
    for row in 0..<batch.count {
      let spelling = Array(batch.bytes[Int(batch.keyStarts[row])..<Int(batch.keyEnds[row])])
      let range = written[spelling] ?? write(spelling, to: &result.bytes)
      written[spelling] = range
      result.keyStarts[row] = UInt32(range.lowerBound)
      result.keyEnds[row] = UInt32(range.upperBound)
    }
    return result
  }

  private func write(_ spelling: [UInt8], to bytes: inout [UInt8]) -> Range<Int> {
    let start = bytes.count
    if let own = try? parseSeriesKey(spelling.span) {
      own.merging(labels).appendSeriesKey(to: &bytes)
    } else {
      // The engine counts what it cannot read.
      bytes += spelling
    }
    return start..<bytes.count
  }
}
