import Exposition
import Model

/// `vegeta encode --to json`.
///
/// Source: vegeta's README, "encode".
struct VegetaLines: LoadTestFormat {
  let tool = LoadTest.Tool.vegeta

  mutating func read(_ line: ArraySlice<UInt8>, into builder: inout LoadTestBuilder) -> Bool {
    guard let fields = JSONFields(text(line)),
      let time = fields["timestamp"].flatMap(Timestamp.init(reading:))?.milliseconds,
      let nanoseconds = fields.number("latency"), let code = fields.number("code")
    else { return false }
    let method = fields["method"].map { $0 + " " } ?? ""
    builder.request(
      to: method + (fields["url"] ?? "requests"), at: time, took: nanoseconds / 1e6,
      failed: VegetaTable.hasFailed(code, fields["error"]))
    return true
  }
}

/// `vegeta encode --to csv`, which has no header.
///
/// Time in ns, status, latency in ns, bytes out and in, error, body, name, sequence, method, URL, headers.
struct VegetaTable: LoadTestFormat {
  let tool = LoadTest.Tool.vegeta

  mutating func read(_ line: ArraySlice<UInt8>, into builder: inout LoadTestBuilder) -> Bool {
    let cells = CSVCells.split(text(line))
    guard cells.count >= 6, let time = Int64(cells[0]), let code = Double(cells[1]),
      let nanoseconds = Double(cells[2])
    else { return false }
    let method = cells.count > 9 ? cells[9] + " " : ""
    let url = cells.count > 10 ? cells[10] : "requests"
    builder.request(
      to: method + url, at: time / 1_000_000, took: nanoseconds / 1e6,
      failed: Self.hasFailed(code, cells[5]))
    return true
  }

  /// vegeta counts statuses from 200 to 399 as success.
  static func hasFailed(_ code: Double, _ error: String?) -> Bool {
    !(200..<400).contains(code) || !(error ?? "").isEmpty
  }
}
