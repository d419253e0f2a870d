/// Gatling's `simulation.log` as text, which it wrote up to version 3.9.
///
/// Source: io.gatling.charts, `LogFileReader`: fields parted by tabs, first the kind of the record.
struct GatlingLog: LoadTestFormat {
  let tool = LoadTest.Tool.gatling
  private var users = 0.0

  mutating func read(_ line: ArraySlice<UInt8>, into builder: inout LoadTestBuilder) -> Bool {
    let cells = text(line).split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
    switch cells.first {
    case "REQUEST":
      // Older versions have the user's number in the second place, so what matters is told from the
      // outcome: … name, start, end, OK or KO.
      guard let outcome = cells.firstIndex(where: { $0 == "OK" || $0 == "KO" }), outcome >= 4,
        let start = Int64(cells[outcome - 2]), let end = Int64(cells[outcome - 1]), end >= start
      else { return false }
      builder.request(
        to: cells[outcome - 3], at: start, took: Double(end - start),
        failed: cells[outcome] == "KO")
      return true
    case "USER":
      guard let event = cells.firstIndex(where: { $0 == "START" || $0 == "END" }),
        let time = cells[(event + 1)...].compactMap({ Int64($0) }).last
      else { return false }
      users = max(0, users + (cells[event] == "START" ? 1 : -1))
      builder.users(users, at: time)
      return true
    case "RUN", "GROUP", "ASSERTION", "ERROR": return true
    default: return false
    }
  }
}
