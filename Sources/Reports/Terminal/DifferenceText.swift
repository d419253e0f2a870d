public import Analysis
import Incidents
import Model

/// A difference of two rule sets as a person reads it: a line each, then the counts.
public struct DifferenceText {
  private let style: TerminalStyle

  /// A writer of the style.
  public init(style: TerminalStyle) { self.style = style }

  /// All of it.
  public func text(_ difference: Difference) -> String {
    guard !difference.isEmpty else {
      return "no difference: \(counted(difference.sameIncidents, "incident")), "
        + "\(counted(difference.sameAlerts, "alert")) alike\n"
    }
    var out = ""
    if !difference.incidents.isEmpty {
      out += style.paint("Incidents", .strong) + "\n"
      for change in difference.incidents {
        guard let incident = change.new ?? change.old else { continue }
        out += line(
          change.kinds, change.startShift, change.endShift, change.grade, at: incident.openedAt,
          incident.peakSeverity.rawValue.uppercased() + "  " + incident.title)
      }
      out += "\n"
    }
    if !difference.alerts.isEmpty {
      out += style.paint("Alerts", .strong) + "\n"
      for change in difference.alerts {
        guard let firing = change.new ?? change.old else { continue }
        let labels = firing.labels.removing("alertname")
        out += line(
          change.kinds, change.startShift, change.endShift, change.grade, at: firing.start,
          firing.alert + (labels.isEmpty ? "" : " " + labels.description))
      }
      out += "\n"
    }
    return out
      + counts("incidents", difference.sameIncidents, difference.incidents.flatMap(\.kinds))
      + counts("alerts", difference.sameAlerts, difference.alerts.flatMap(\.kinds))
  }

  private func line(
    _ kinds: [Difference.Kind], _ start: Milliseconds, _ end: Milliseconds?,
    _ grade: Difference.Grade?, at time: Timestamp, _ what: String
  ) -> String {
    let sign = kinds == [.gained] ? "+" : kinds == [.lost] ? "-" : "~"
    let words = kinds.map { kind in
      switch kind {
      case .gained, .lost: kind.rawValue
      case .earlier, .later: "\(Moment.duration(max(start, -start))) \(kind.rawValue)"
      case .endsEarlier: "ends \(Moment.duration(-(end ?? 0))) earlier"
      case .endsLater: "ends \(Moment.duration(end ?? 0)) later"
      case .graded: "graded \(grade?.new ?? "not at all") instead of \(grade?.old ?? "not at all")"
      }
    }
    let head = "  \(sign) \(Moment.full(time))  \(words.joined(separator: ", "))  "
    return head + style.foreign(what, columns: max(40, style.width - head.count)) + "\n"
  }

  private static func word(_ kind: Difference.Kind) -> String {
    switch kind {
    case .endsEarlier: "end earlier"
    case .endsLater: "end later"
    case .graded: "graded differently"
    default: kind.rawValue
    }
  }

  private func counts(_ noun: String, _ same: Int, _ kinds: [Difference.Kind]) -> String {
    let parts = Difference.Kind.allCases.compactMap { kind -> String? in
      let count = kinds.count { $0 == kind }
      return count == 0 ? nil : "\(count) \(Self.word(kind))"
    }
    return "\(noun): \((["\(same) alike"] + parts).joined(separator: ", "))\n"
  }
}
