import Exposition
import Model

/// k6's `--out csv`.
///
/// Source: k6 documentation, "CSV".
struct K6Table: LoadTestFormat {
  let tool = LoadTest.Tool.k6
  private let columns: Columns

  init(_ header: [String]) { columns = Columns(header) }

  mutating func read(_ line: ArraySlice<UInt8>, into builder: inout LoadTestBuilder) -> Bool {
    let cells = CSVCells.split(text(line))
    guard let metric = cells.first, metric != "metric_name" else { return true }
    guard metric == "http_req_duration" || metric == "vus" else { return true }
    guard let stamp = columns.cell("timestamp", of: cells),
      let time = Timestamp(reading: stamp)?.milliseconds,
      let value = columns.number("metric_value", of: cells)
    else { return false }
    if metric == "vus" {
      builder.users(value, at: time)
      return true
    }
    let url = columns.cell("name", of: cells) ?? columns.cell("url", of: cells) ?? "requests"
    let method = columns.cell("method", of: cells).map { $0.isEmpty ? "" : $0 + " " } ?? ""
    let expected = columns.cell("expected_response", of: cells)
    let status = columns.cell("status", of: cells)
    builder.request(
      to: method + url, at: time, took: value, failed: K6Lines.hasFailed(expected, status))
    return true
  }
}

/// k6's `--out json`.
///
/// Source: k6 documentation, "JSON".
struct K6Lines: LoadTestFormat {
  let tool = LoadTest.Tool.k6

  mutating func read(_ line: ArraySlice<UInt8>, into builder: inout LoadTestBuilder) -> Bool {
    guard let fields = JSONFields(text(line)) else { return false }
    guard fields["type"] == "Point", let metric = fields["metric"],
      metric == "http_req_duration" || metric == "vus"
    else { return fields["type"] != nil }
    guard let time = fields["data.time"].flatMap(Timestamp.init(reading:))?.milliseconds,
      let value = fields.number("data.value")
    else { return false }
    if metric == "vus" {
      builder.users(value, at: time)
      return true
    }
    let name = fields["data.tags.name"] ?? fields["data.tags.url"] ?? "requests"
    let method = fields["data.tags.method"].map { $0 + " " } ?? ""
    builder.request(
      to: method + name, at: time, took: value,
      failed: Self.hasFailed(fields["data.tags.expected_response"], fields["data.tags.status"]))
    return true
  }

  /// k6 says whether the response was expected; older versions only its status.
  static func hasFailed(_ expected: String?, _ status: String?) -> Bool {
    if let expected, !expected.isEmpty { return expected == "false" }
    guard let code = status.flatMap({ Int($0) }) else { return false }
    return code == 0 || code >= 400
  }
}
