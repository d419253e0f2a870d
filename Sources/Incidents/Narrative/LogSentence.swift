import Model

/// The words for what a log began to say.
enum LogSentence {
  /// The sentence of a timeline: what came up, how often, and one line of it.
  static func told(_ finding: LogFinding) -> String {
    finding.sample == finding.pattern
      ? brief(finding) : "\(brief(finding)); for example \(quoted(finding.sample))"
  }

  /// The same without the line.
  static func brief(_ finding: LogFinding) -> String {
    let who = finding.service.map { "the log of \($0)" } ?? "a log"
    let level = finding.level == .unknown ? "" : " (\(finding.level.rawValue))"
    let span = spoken(duration: finding.span)
    let count = counted(finding.count, "line")
    switch finding.kind {
    case .new:
      return "\(who) says something new\(level): \(quoted(finding.pattern)), \(count) in \(span)"
    case .surging:
      let before =
        finding.usualMax == 0
        ? "none in the hour before" : "at most \(finding.usualMax) a minute in the hour before"
      return "\(who) says far more often\(level) \(quoted(finding.pattern)): \(count) a minute, "
        + before
    }
  }
}
