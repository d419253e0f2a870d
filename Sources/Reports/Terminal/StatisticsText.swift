public import Incidents
import Model

/// Statistics over incidents as a table for a terminal.
public struct StatisticsText: Sendable {
  /// How text is marked.
  public var style: TerminalStyle

  /// Texts in a style.
  public init(style: TerminalStyle) {
    self.style = style
  }

  private static let columns = [
    ("", 20), ("INCIDENTS", 9), ("DETECT", 10), ("ACKNOWLEDGE", 11), ("IN TIME", 8),
    ("RESOLVE", 10), ("WORST TENTH", 11), ("REOPENED", 8),
  ]

  /// The table: all incidents, then by severity, then by service.
  ///
  /// Lengths of time are means, save the one that nine in ten incidents do not pass.
  public func table(_ statistics: IncidentStatistics) -> String {
    let from = statistics.since.map { "from \(Moment.full($0)) " } ?? ""
    var out = "Incidents opened \(from)until \(Moment.full(statistics.until))\n\n"
    guard statistics.total.incidents > 0 else { return out + "no incidents\n" }
    let head = Self.columns.map { TerminalStyle.pad($0.0, $0.1) }.joined(separator: "  ")
    out += style.paint(trimmed(head), .soft) + "\n"
    out += line(statistics.total)
    for group in [statistics.bySeverity, statistics.byService] where !group.isEmpty {
      out += "\n" + group.map(line).joined()
    }
    let total = statistics.total
    if total.ongoing > 0 { out += "\n\(total.ongoing) still go on\n" }
    if total.vanished > 0 {
      out += "\n\(total.vanished) ended because their data stopped; they have no time to resolve\n"
    }
    return out
  }

  private func line(_ row: IncidentStatistics.Row) -> String {
    let inTime =
      row.acknowledgementDue == 0 ? "–" : "\(row.acknowledgedInTime)/\(row.acknowledgementDue)"
    let cells = [
      style.foreign(row.name, columns: 20), "\(row.incidents)", length(row.timeToDetect?.mean),
      length(row.timeToAcknowledge?.mean), inTime, length(row.timeToResolve?.mean),
      length(row.timeToResolve?.ninetieth), "\(row.reopened)",
    ]
    let padded = zip(cells, Self.columns).map { TerminalStyle.pad($0, $1.1) }
    return trimmed(padded.joined(separator: "  ")) + "\n"
  }

  private func length(_ length: Milliseconds?) -> String {
    length.map { $0 == 0 ? "0 s" : Moment.duration($0) } ?? "–"
  }

  private func trimmed(_ line: String) -> String {
    var line = Substring(line)
    while line.hasSuffix(" ") { line.removeLast() }
    return String(line)
  }
}
