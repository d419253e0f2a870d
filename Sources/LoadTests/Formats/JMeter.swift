/// JMeter's results as CSV, with a header.
///
/// Source: JMeter user's manual, "Listeners", CSV log format.
struct JMeterTable: LoadTestFormat {
  let tool = LoadTest.Tool.jmeter
  private let columns: Columns

  init(_ header: [String]) { columns = Columns(header) }

  mutating func read(_ line: ArraySlice<UInt8>, into builder: inout LoadTestBuilder) -> Bool {
    let cells = CSVCells.split(text(line))
    if columns.cell("timeStamp", of: cells) == "timeStamp" { return true }
    guard let time = columns.cell("timeStamp", of: cells).flatMap({ Int64($0) }),
      let elapsed = columns.number("elapsed", of: cells)
    else { return false }
    let name = columns.cell("label", of: cells) ?? "requests"
    let isGood = columns.cell("success", of: cells).map { $0 == "true" } ?? true
    builder.request(to: name, at: time, took: elapsed, failed: !isGood)
    if let users = columns.number("allThreads", of: cells) { builder.users(users, at: time) }
    return true
  }
}
