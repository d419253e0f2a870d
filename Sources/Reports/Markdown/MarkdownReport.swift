public import Incidents
import Model

/// A report as Markdown (CommonMark with tables), one section for each part of the incident practice.
///
///     try write(MarkdownReport.render(report), to: "report.md")
///
/// Equal reports give equal bytes. Foreign text is escaped.
public enum MarkdownReport {
  /// The whole document.
  public static func render(_ report: Report) -> String {
    let parts = [
      head(report), nextSteps(report.nextSteps), severity(report), impact(report.impact),
      timeline(report.timeline), rootCause(report), section("Resolution", report.resolution),
      prevention(report.prevention), actionItems(report.actionItems),
      "---\n\nMade from the record of incident `\(code(report.incident))` as of "
        + "\(Moment.full(report.madeAt)). All times are UTC.\n",
    ]
    return parts.filter { !$0.isEmpty }.joined(separator: "\n")
  }

  // MARK: - Sections

  private static func head(_ report: Report) -> String {
    var rows = [("Severity", "**\(report.severity.rawValue)**" + now(report))]
    rows.append(("State", Words.state(report.state, report.ending)))
    rows.append(("Start", Moment.full(report.start)))
    rows.append(("End", report.end.map(Moment.full) ?? "ongoing"))
    rows.append(("Duration", Moment.duration(report.duration)))
    rows.append(("Detected after", Moment.duration(report.timeToDetect)))
    rows.append(
      ("Acknowledged after", report.timeToAcknowledge.map(Moment.duration) ?? "not acknowledged"))
    if let predecessor = report.predecessor {
      rows.append(("Same trouble before", "`\(code(predecessor))`"))
    }
    let table = rows.map { "| \($0.0) | \($0.1) |\n" }.joined()
    return "# \(text(report.title))\n\n| | |\n|---|---|\n\(table)" + after(passages(report.summary))
  }

  private static func now(_ report: Report) -> String {
    report.state == .resolved || report.currentSeverity == report.severity
      ? "" : " (now \(report.currentSeverity.rawValue))"
  }

  private static func nextSteps(_ steps: [NextStep]) -> String {
    guard !steps.isEmpty else { return "" }
    var out = "## Next steps\n\n"
    for (index, step) in steps.enumerated() {
      out +=
        "\(index + 1). **\(Words.step(step.kind))** \(text(step.service)): \(text(step.text))\n"
      guard !step.commands.isEmpty else { continue }
      let block = Escaping.fence(step.commands.joined(separator: "\n"), language: "sh")
      out += "\n" + indented(block) + "\n"
    }
    return out
  }

  private static func severity(_ report: Report) -> String {
    guard !report.factors.isEmpty else { return "" }
    var out = "## Severity\n\n| Factor | Level | Because |\n|---|---|---|\n"
    for factor in report.factors {
      let estimate = factor.isEstimate ? " *(estimate)*" : ""
      let counter = factor.counterfactual.map { "; \(text($0))" } ?? ""
      out += "| \(Words.factor(factor.factor)) | \(factor.level.rawValue) "
      out += "| \(text(Words.because(factor)))\(counter)\(estimate) |\n"
    }
    return out
  }

  private static func impact(_ impact: Report.Impact) -> String {
    var out = "## Impact\n\n"
    out += "**Users affected:** \(impact.usersAffected.map(passage) ?? "not known")\n\n"
    out += "**Services affected:**"
    out += impact.services.isEmpty ? " not known\n\n" : "\n\n"
    for service in impact.services {
      let tier = service.tier.map { " (\(text($0)))" } ?? ""
      out += "- **\(text(service.service))**\(tier): \(text(service.text))\n"
    }
    if !impact.services.isEmpty { out += "\n" }
    return out + "**Data impact:** \(impact.dataImpact.map(passage) ?? "not known")\n"
  }

  private static func timeline(_ entries: [TimelineEntry]) -> String {
    var out = "## Timeline\n\n"
    guard !entries.isEmpty else { return out + "Nothing was recorded.\n" }
    let isShort = Words.areWholeMinutes(entries.map(\.time))
    var day = ""
    for entry in entries {
      let newDay = Moment.day(entry.time)
      if newDay != day { out += (day.isEmpty ? "" : "\n") + "**\(newDay)**\n\n" }
      day = newDay
      let clock = Moment.clock(entry.time, seconds: !isShort)
      out += "- `\(clock)` \(text(entry.text))\n"
    }
    return out
  }

  private static func rootCause(_ report: Report) -> String {
    let cause = report.rootCause
    var out = "## Root cause\n\n"
    out += cause.passages.isEmpty ? "Not known yet.\n" : passages(cause.passages)
    if !cause.suspects.isEmpty {
      out += "\n### Suspects\n\n"
      for suspect in cause.suspects {
        let reasons = suspect.because.map(text).joined(separator: "; ")
        out += "\(suspect.rank). **\(text(Words.suspect(suspect.cause)))**"
        out += reasons.isEmpty ? "\n" : ": \(reasons)\n"
      }
    }
    if !cause.deviations.isEmpty {
      out += "\n### What left its normal range\n\n"
      out += "| Since | Service | Metric | At worst | Usually |\n|---|---|---|---|---|\n"
      for deviation in cause.deviations {
        out += "| \(Moment.clock(deviation.onset)) | \(text(deviation.service ?? "–")) "
        out += "| `\(code(deviation.metric.description))` | \(deviation.observedText) "
        out += "| \(deviation.expectedText ?? "–") |\n"
      }
    }
    if !cause.stayedNormal.isEmpty {
      out += "\n### What stayed normal\n\n"
      out += cause.stayedNormal.map { "- \(text(Words.normal($0)))\n" }.joined()
    }
    return out + after(evidence(report.charts))
  }

  private static func evidence(_ charts: [Report.Chart]) -> String {
    guard !charts.isEmpty else { return "" }
    var out = "### Evidence\n\n"
    let isOneFrame = charts.count > 1 && Set(charts.map(ChartDescription.frame)).count == 1
    if isOneFrame { out += text(ChartDescription.frame(charts[0])) + "\n\n" }
    for chart in charts {
      let window = chart.window
      let line = Sparkline.text(times: window.times, values: window.values, width: 60)
      out +=
        "**\(text(window.title))**: \(text(isOneFrame ? ChartDescription.content(chart) : ChartDescription.text(chart)))\n\n"
      if !line.isEmpty { out += Escaping.fence(line, language: "text") + "\n" }
    }
    return String(out.dropLast())
  }

  private static func prevention(_ proposals: [Report.Prevention]) -> String {
    var out = "## Prevention\n\n"
    guard !proposals.isEmpty else { return out + "Nothing proposed.\n" }
    for proposal in proposals {
      out += "- \(text(proposal.because)): **\(text(proposal.proposal))**\n"
      guard let rule = proposal.rule else { continue }
      out += "\n" + indented(Escaping.fence(rule, language: "yaml")) + "\n"
    }
    return out
  }

  private static func actionItems(_ items: [ActionItem]) -> String {
    var out = "## Action items\n\n"
    guard !items.isEmpty else { return out + "None.\n" }
    for item in items {
      out += "- [\(item.state == .done ? "x" : " ")] "
      out += item.state == .dropped ? "~~\(text(item.text))~~ (dropped)" : text(item.text)
      let owner = item.owner.map { "owner: \(text($0))" } ?? "no owner"
      let due = item.due.map { "due \(Moment.date($0))" } ?? "no date"
      out += " · \(owner) · \(due)" + (item.isDraft ? " *(draft)*" : "") + "\n"
    }
    return out
  }

  // MARK: - Pieces

  private static func section(_ title: String, _ content: [Report.Passage]) -> String {
    "## \(title)\n\n" + (content.isEmpty ? "Not resolved yet.\n" : passages(content))
  }

  private static func passages(_ passages: [Report.Passage]) -> String {
    passages.map { passage($0) + "\n" }.joined(separator: "\n")
  }

  private static func passage(_ passage: Report.Passage) -> String {
    text(passage.text) + (passage.isDraft ? " *(draft)*" : "")
  }

  private static func after(_ block: String) -> String { block.isEmpty ? "" : "\n" + block }

  private static func text(_ text: String) -> String { Escaping.markdown(text) }

  /// For a code span: what would end it, or a table's cell, is replaced.
  private static func code(_ text: String) -> String {
    String(Escaping.terminal(text).map { $0 == "`" ? "'" : $0 == "|" ? "¦" : $0 })
  }

  private static func indented(_ block: String) -> String {
    block.split(separator: "\n", omittingEmptySubsequences: false)
      .map { $0.isEmpty ? "" : "   \($0)" }.joined(separator: "\n")
  }
}
