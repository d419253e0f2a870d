public import Analysis
import Incidents
import Model

/// The verdict on a change as a person reads it.
public struct GateText {
  private let style: TerminalStyle
  /// Metrics listed that did not move, at most.
  private static let quietMax = 12

  /// A writer of the style.
  public init(style: TerminalStyle) { self.style = style }

  /// Verdict, reasons, metrics, and the way back.
  public func text(_ gate: Gate) -> String {
    let ink: TerminalStyle.Ink =
      switch gate.verdict {
      case .promote: .good
      case .hold: .level(.medium)
      case .rollback: .level(.critical)
      }
    var out = style.paint(gate.verdict.rawValue.uppercased(), ink)
    out += "  \(style.foreign(gate.service))"
    if let change = gate.change {
      let versions = [change.previousVersion, change.version].compactMap(\.self)
      out += style.foreign("  \(change.kind) \(versions.joined(separator: " → "))")
      out += "  \(Moment.full(change.time))"
    }
    out += "\n"
    for reason in gate.reasons { out += "  \(style.foreign(reason))\n" }
    if gate.verdict == .rollback, !gate.rollback.isEmpty {
      out += "\n" + style.paint("The way back", .strong) + "\n"
      for command in gate.rollback { out += "  \(style.foreign(command))\n" }
    }
    return out + table(gate)
  }

  private func table(_ gate: Gate) -> String {
    let quiet = gate.metrics.filter { $0.judgement == .same || $0.judgement == .unknown }
    guard !quiet.isEmpty else { return "" }
    var out =
      "\n" + style.paint("No difference beyond chance, or too small to matter", .strong) + "\n"
    for metric in quiet.prefix(Self.quietMax) {
      let unit = metric.metric.unit
      let values =
        metric.judgement == .unknown
        ? "too few values (\(metric.valuesBefore) and \(metric.valuesAfter))"
        : "\(Quantity.text(metric.before, unit: unit)) → \(Quantity.text(metric.after, unit: unit))"
      out +=
        "  " + style.foreign("\(metric.metric.service): \(metric.metric.name)  \(values)") + "\n"
    }
    let rest = quiet.count - Self.quietMax
    return out + (rest > 0 ? "  and \(rest) more\n" : "")
  }
}

/// The verdict on a change as JUnit XML: one test case a metric, which fails when it got worse.
public enum GateJUnit {
  /// The whole document.
  public static func text(_ gate: Gate) -> String {
    let failed = gate.metrics.count { $0.judgement == .worse }
    let skipped = gate.metrics.count { $0.judgement == .unknown }
    var out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    out +=
      "<testsuite name=\"gate \(Escaping.html(gate.service))\" tests=\"\(gate.metrics.count)\" "
    out += "failures=\"\(failed)\" skipped=\"\(skipped)\">\n"
    out += "  <properties><property name=\"verdict\" value=\"\(gate.verdict.rawValue)\"/>"
    out += "</properties>\n"
    for metric in gate.metrics {
      out += "  <testcase classname=\"\(Escaping.html(metric.metric.service))\" "
      out += "name=\"\(Escaping.html(metric.metric.name))\""
      switch metric.judgement {
      case .worse:
        let unit = metric.metric.unit
        let words =
          "\(Quantity.text(metric.before, unit: unit)) before, "
          + "\(Quantity.text(metric.after, unit: unit)) after"
        out += "><failure message=\"\(Escaping.html(words))\"/></testcase>\n"
      case .unknown: out += "><skipped message=\"too few values\"/></testcase>\n"
      case .same, .better, .notable: out += "/>\n"
      }
    }
    return out + "</testsuite>\n"
  }
}
