public import Analysis
import Model

/// How rules stand a disturbance, as a table for a person.
public struct StabilityText {
  private let style: TerminalStyle

  /// A writer of the style.
  public init(style: TerminalStyle) { self.style = style }

  /// One line a rule, the gravest first, then the counts.
  public func text(_ stability: Stability, _ counts: Disturbance.Counts) -> String {
    var out = ""
    let width = stability.rules.map(\.alert.count).max() ?? 0
    for rule in stability.rules {
      let verdict = TerminalStyle.pad(rule.verdict.rawValue.uppercased(), 8)
      let ink: TerminalStyle.Ink = rule.verdict == .steady ? .good : .level(.high)
      out += style.paint(verdict, ink)
      out += style.foreign(TerminalStyle.pad(rule.alert, min(48, width))) + "  \(words(rule))\n"
    }
    if stability.rules.isEmpty { out += "no rule fired, with the disturbance or without it\n" }
    out += "\n\(counted(counts.samples, "sample")), \(counts.dropped) dropped, "
    out += "\(counts.duplicated) duplicated, \(counts.overtaken) overtaken by later ones\n"
    out += "incidents: \(stability.incidents.before) without the disturbance, "
    return out + "\(stability.incidents.after) under it\n"
  }

  private func words(_ rule: Stability.Rule) -> String {
    var parts = ["fired \(times(rule.before)), now \(times(rule.after))"]
    if rule.latest > 0 { parts.append("up to \(Moment.duration(rule.latest)) later") }
    if rule.lost > 0 { parts.append("\(rule.lost) lost") }
    if rule.gained > 0 { parts.append("\(rule.gained) more than there should be") }
    if rule.brokenOff > 0 { parts.append("\(rule.brokenOff) broken off early") }
    return parts.joined(separator: ", ")
  }

  private func times(_ count: Int) -> String {
    count == 0 ? "never" : count == 1 ? "once" : "\(count) times"
  }
}
