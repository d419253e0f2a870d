import Model
import Rules

/// The root cause as a careful engineer would draft it: what points where, in which order it spread,
/// what speaks for it, and what still has to be confirmed.
extension ReportBuilder {
  /// The suspects found while it went on, from every series, and the changes recorded since.
  func suspects(of incident: Incident, _ found: [Suspect]) -> [Suspect] {
    guard !incident.suspects.isEmpty else { return found }
    var known: Set<String> = []
    for case .change(let change) in incident.suspects.map(\.cause) { known.insert(change.id) }
    let added = found.filter { suspect in
      guard case .change(let change) = suspect.cause else { return false }
      return !known.contains(change.id)
    }
    guard !added.isEmpty else { return incident.suspects }
    return (incident.suspects + added).enumerated().sorted {
      ($1.element.score, $0.offset) < ($0.element.score, $1.offset)
    }.enumerated().map { index, item in
      var suspect = item.element
      suspect.rank = index + 1
      return suspect
    }
  }

  func rootCause(
    of incident: Incident, _ cause: Report.RootCause, _ titles: WindowTitles,
    _ changes: [ChangeEvent]
  ) -> [Report.Passage] {
    var sentences: [String] = []
    if let top = cause.suspects.first {
      let because = top.because.isEmpty ? "" : ": " + top.because.joined(separator: "; ")
      sentences.append("The most probable cause is \(Self.name(top))\(because)")
    } else {
      sentences.append(
        "No cause stands out in the evidence: no change came shortly before, and no metric deviates "
          + "more than what it depends on explains")
    }
    sentences += [
      demand(incident, cause, titles), spread(incident, cause, titles),
      changeBefore(incident, cause),
      support(incident, cause, changes),
    ].compactMap(\.self)
    return sentences.map { Report.Passage(sentence($0), isDraft: true) } + heard(incident)
  }

  /// What logs said, the gravest and earliest first; facts, so no drafts.
  private func heard(_ incident: Incident) -> [Report.Passage] {
    let order = LogLevel.allCases
    func rank(_ finding: LogFinding) -> Int { order.firstIndex(of: finding.level) ?? 0 }
    let told = (incident.logFindings ?? []).filter { $0.time <= incident.end ?? $0.time }
    return told.sorted { (rank($0), $0.time, $0.id) < (rank($1), $1.time, $1.id) }.prefix(3)
      .map { Report.Passage(sentence("at \($0.time.clock) \(LogSentence.told($0))")) }
  }

  /// From this many times the usual on, demand is worth a sentence.
  private static let demandFactor = 1.5

  /// That more was asked of the services before or as they fell ill.
  private func demand(
    _ incident: Incident, _ cause: Report.RootCause, _ titles: WindowTitles
  ) -> String? {
    let latest = incident.start + Investigation.guardTime
    let risen = cause.deviations.filter { deviation in
      guard deviation.direction == .above, deviation.onset <= latest,
        let expected = deviation.expected, expected > 0
      else { return false }
      return MetricWords.isDemand(deviation.metric)
        && deviation.observed >= Self.demandFactor * expected
    }.sorted { ($0.onset, $0.service ?? "") < ($1.onset, $1.service ?? "") }
    guard let first = risen.first, let service = first.service, let usual = first.expected else {
      return nil
    }
    let unit = MetricWords.unit(of: first.metric.metricName ?? "")
    let others = Set(risen.compactMap(\.service)).subtracting([service]).sorted()
    let more = others.isEmpty ? "" : "; \(list(others)) saw more of it too"
    return "demand rose first: \(titles.name(of: first.metric)) of \(service) from "
      + "\(spoken(usual, unit)) to \(spoken(first.observed, unit)), "
      + "\(number(first.observed / usual)) times the usual, from \(first.onset.clock) on\(more)"
  }

  /// In which order the services left their range; what was asked of them aside.
  private func spread(
    _ incident: Incident, _ cause: Report.RootCause, _ titles: WindowTitles
  ) -> String? {
    var onsets: [(service: String, time: Timestamp, what: String)] = []
    for deviation in cause.deviations.sorted(by: { $0.onset < $1.onset }) {
      guard let service = deviation.service, incident.services.contains(service),
        deviation.direction == .below || !MetricWords.isDemand(deviation.metric),
        !onsets.contains(where: { $0.service == service })
      else { continue }
      onsets.append((service, deviation.onset, titles.name(of: deviation.metric)))
    }
    for alert in incident.alerts.sorted(by: { $0.activeSince < $1.activeSince }) {
      guard let service = alert.service, !onsets.contains(where: { $0.service == service }) else {
        continue
      }
      onsets.append((service, alert.activeSince, Subject(alert).quantity))
    }
    onsets.sort { ($0.time, $0.service) < ($1.time, $1.service) }
    guard let first = onsets.first, onsets.count > 1 else { return nil }
    let what = first.what.isEmpty ? "" : " with its \(first.what)"
    let later = Dictionary(grouping: onsets.dropFirst(), by: \.time).sorted { $0.key < $1.key }
    let others = later.map { time, all in "\(list(all.map(\.service))) at \(time.clock)" }
    return "\(first.service) left its normal range first\(what), at \(first.time.clock); "
      + "\(list(others)) followed"
  }

  /// The change that came last before it, or that there was none.
  private func changeBefore(_ incident: Incident, _ cause: Report.RootCause) -> String? {
    let suspected = cause.suspects.compactMap { suspect -> (ChangeEvent, Int)? in
      guard case .change(let change) = suspect.cause else { return nil }
      return (change, suspect.rank)
    }
    let window = spoken(duration: context.settings.changeWindow)
    guard let (change, rank) = suspected.first else {
      return cause.suspects.isEmpty
        ? nil : "No change to these services was recorded in the \(window) before"
    }
    if rank == 1 {
      let previous = change.previousVersion.map { ", or the trouble ends when \($0) is back" } ?? ""
      return "To be confirmed: that the change alone brings the trouble about\(previous)"
    }
    return
      "\(ChangeSentence.sentence(change)) at \(change.time.clock), which may be the trigger: "
      + "whether it put the load on \(cause.suspects.first?.service ?? "it") has to be confirmed"
  }

  /// What was done to the suspected service, and whether it helped.
  private func support(
    _ incident: Incident, _ cause: Report.RootCause, _ changes: [ChangeEvent]
  ) -> String? {
    guard let top = cause.suspects.first,
      let remedy = remedies(of: incident, changes).last(where: { $0.service == top.service })
    else { return nil }
    let ends = incident.alerts.filter { $0.service == top.service }.compactMap(\.endedAt)
    guard let last = ends.max(), ends.allSatisfy({ $0 > remedy.time }) else { return nil }
    let length = spoken(duration: last - remedy.time)
    return "All alerts of \(top.service) cleared within \(length) after "
      + "\(ChangeSentence.sentence(remedy)) at \(remedy.time.clock), which supports this"
  }
}
