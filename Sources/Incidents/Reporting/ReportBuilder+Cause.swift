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
      spread(incident, cause, titles), changeBefore(incident, cause),
      support(incident, cause, changes),
    ].compactMap(\.self)
    return sentences.map { Report.Passage(sentence($0), isDraft: true) }
  }

  /// In which order the services left their range.
  private func spread(
    _ incident: Incident, _ cause: Report.RootCause, _ titles: WindowTitles
  ) -> String? {
    var onsets: [(service: String, time: Timestamp, what: String)] = []
    for deviation in cause.deviations.sorted(by: { $0.onset < $1.onset }) {
      guard let service = deviation.service, incident.services.contains(service),
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
    let others = onsets.dropFirst().map { "\($0.service) at \($0.time.clock)" }
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
    let apart = spoken(duration: max(0, incident.start - change.time))
    return
      "\(capitalised(ChangeSentence.brief(change))) \(apart) before, which may be the trigger: "
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
    return "It speaks for \(top.service) that all its alerts cleared within \(length) after "
      + "the change \"\(ChangeSentence.brief(remedy))\" at \(remedy.time.clock)"
  }
}
