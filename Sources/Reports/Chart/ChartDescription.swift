import Incidents
import Model

/// A chart in words, for those who do not see it, and its legend.
enum ChartDescription {
  /// "13:30 to 15:00 UTC; from 0.3 % to 38 %; normal up to 1.2 %; threshold 5 %; …".
  static func text(_ chart: Report.Chart) -> String {
    guard let span = span(chart) else { return "No samples." }
    return ([span] + figures(chart) + marks(chart)).joined(separator: "; ") + "."
  }

  /// What several charts may have in common: their stretch of time and the changes in it.
  static func frame(_ chart: Report.Chart) -> String {
    guard let span = span(chart) else { return "No samples." }
    return ([span] + marks(chart)).joined(separator: "; ") + "."
  }

  /// What is a chart's own: its figures and alerts.
  static func content(_ chart: Report.Chart) -> String {
    figures(chart).joined(separator: "; ") + "."
  }

  private static func span(_ chart: Report.Chart) -> String? {
    guard let first = chart.window.times.first, let last = chart.window.times.last else {
      return nil
    }
    return Moment.full(Timestamp(milliseconds: first)) + " to "
      + Moment.full(Timestamp(milliseconds: last))
  }

  private static func marks(_ chart: Report.Chart) -> [String] {
    chart.changes.map { "change \($0.name) at \(Moment.clock($0.time))" }
  }

  private static func figures(_ chart: Report.Chart) -> [String] {
    let window = chart.window
    var parts: [String] = []
    let values = window.values.filter(\.isFinite)
    if let least = values.min(), let greatest = values.max() {
      parts.append("from \(number(least, window)) to \(number(greatest, window))")
    } else {
      parts.append("no values")
    }
    if let upper = window.upper?.filter(\.isFinite).max() {
      parts.append("normal up to \(number(upper, window))")
    }
    if let threshold = window.threshold { parts.append("threshold \(number(threshold, window))") }
    parts += chart.alerts.map { span in
      let end = span.end.map { " to " + Moment.clock($0) } ?? " on"
      return "alert \(span.name) from \(Moment.clock(span.start))\(end)"
    }
    return parts
  }

  /// What is drawn: the class of its swatch and its name.
  static func legend(_ chart: Report.Chart) -> [(swatch: String, name: String)] {
    let window = chart.window
    var entries = [(swatch: "line", name: "observed")]
    if window.lower != nil || window.upper != nil { entries.append(("band", "normal band")) }
    if window.expected != nil { entries.append(("expected", "expected")) }
    if let threshold = window.threshold {
      entries.append(("threshold", "threshold \(number(threshold, window))"))
    }
    var names: [String] = []
    for span in chart.alerts where !names.contains(span.name) { names.append(span.name) }
    if !names.isEmpty {
      let shown = names.prefix(2).joined(separator: ", ")
      let rest = names.count > 2 ? " and \(names.count - 2) more" : ""
      entries.append(("alert", "firing: \(shown)\(rest)"))
    }
    if !chart.changes.isEmpty { entries.append(("change", "change")) }
    return entries
  }

  private static func number(_ value: Double, _ window: EvidenceWindow) -> String {
    Quantity.text(value, unit: window.unit)
  }
}
