import Engine
import Model
import Rules

/// Why an alert does not fire, as a person reads it.
enum WhyNotText {
  /// The verdict, what blocks, how the condition fared, and every operand with its data.
  static func text(_ answer: WhyNot) -> String {
    let state =
      switch answer.state {
      case .firing: "it fires"
      case .pending: "it is pending"
      case .inactive: "it is silent"
      }
    var out = "\(answer.alert) (\(answer.group), \(answer.location))\nat \(answer.tick): \(state)\n"
    for blocker in answer.blockers { out += "  blocked by: \(blocker.reason)\n" }
    out += "  \(history(answer))\n\n"
    for operand in answer.operands { out += lines(operand) }
    return out
  }

  private static func history(_ answer: WhyNot) -> String {
    let history = answer.history
    let length = PrometheusDuration.text(history.length)
    guard history.trueTicks > 0 else { return "in the last \(length) the condition never held" }
    let hold =
      answer.hold == 0 ? "" : "; for asks \(PrometheusDuration.text(answer.hold))"
    return
      "in the last \(length) it held at \(history.trueTicks) of \(history.ticks) ticks, at most "
      + "\(PrometheusDuration.text(history.longest)) on end\(hold)"
      + (history.lastTrue.map { ", last at \($0)" } ?? "")
  }

  private static func lines(_ operand: WhyNot.Operand) -> String {
    let indent = String(repeating: "  ", count: operand.depth + 1)
    var out = "\(indent)\(operand.expression)\(operand.isBlocking ? "   <- blocks" : "")\n"
    if let failure = operand.failure { out += "\(indent)  failed: \(failure)\n" }
    if operand.count == 0, operand.failure == nil { out += "\(indent)  no element\n" }
    for element in operand.elements {
      out += "\(indent)  \(element.labels.isEmpty ? "" : element.labels + "  ")\(element.value)\n"
    }
    if operand.count > operand.elements.count {
      out += "\(indent)  and \(operand.count - operand.elements.count) more\n"
    }
    if let data = operand.data { out += "\(indent)  \(words(data))\n" }
    return out
  }

  private static func words(_ data: SelectorData) -> String {
    let reach = PrometheusDuration.text(data.reach)
    let known = data.seriesOfName.map { " of \($0) of that name" } ?? ""
    guard data.series > 0 else {
      return "no sample in \(reach), 0 series\(known)"
        + (data.newest.map { "; the newest is of \($0)" } ?? "")
    }
    let (least, most) = (data.samples.lowerBound, data.samples.upperBound)
    let counts = least == most ? "\(least)" : "\(least) to \(most)"
    return
      "\(data.series) series\(known), \(counts) \(most == 1 ? "sample" : "samples") each in \(reach)"
      + (data.interval.map { ", one every \(PrometheusDuration.text($0))" } ?? "")
      + (data.longestGap.map { ", longest gap \(PrometheusDuration.text($0))" } ?? "")
  }
}
