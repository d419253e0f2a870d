import Model
import Rules

/// The alerts that a grade rests on: of thousands of instances of a rule the worst say it all.
extension SeverityGrader {
  /// Up to so many alerts are all looked at.
  static let alertsMax = 24

  /// What alerts share whose grades differ by their numbers only.
  private struct Kind: Hashable {
    let group: String
    let alert: String
    let service: String?
    /// The labels that say something about the grade; most alerts have none.
    let claims: [Label]

    init(_ record: AlertRecord) {
      group = record.group
      alert = record.alert
      service = record.service
      claims = record.labels.pairs.filter { pair in
        switch pair.name {
        case "severity", "impact", "workaround", "signal", "unit", "quantity": true
        default: false
        }
      }
    }
  }

  /// The firing ones among `alerts`, in their order; of many alerts of one kind the first, the one
  /// furthest beyond its bound and the one that runs out first.
  func representatives(of alerts: [AlertRecord]) -> [AlertRecord] {
    let firing = alerts.indices.filter { alerts[$0].isFiring }
    guard firing.count > Self.alertsMax else { return firing.map { alerts[$0] } }
    var kinds: [Kind: (first: Int, worst: Int, soonest: Int)] = [:]
    for index in firing {
      let kind = Kind(alerts[index])
      guard var known = kinds[kind] else {
        kinds[kind] = (index, index, index)
        continue
      }
      if excess(of: alerts[index]) > excess(of: alerts[known.worst]) { known.worst = index }
      let left = alerts[index].measure.exhaustedIn ?? .max
      if left < alerts[known.soonest].measure.exhaustedIn ?? .max { known.soonest = index }
      kinds[kind] = known
    }
    let chosen = Set(kinds.values.flatMap { [$0.first, $0.worst, $0.soonest] })
    return chosen.sorted().map { alerts[$0] }
  }

  /// How far beyond its bound an alert is, for comparison with others of its kind; never NaN.
  private func excess(of alert: AlertRecord) -> Double {
    let measure = alert.measure
    if let level = measure.level {
      let rank = Severity.allCases.firstIndex(of: level) ?? 0
      return 1e6 * Double(rank) + min(1e5, alert.lastValue.isFinite ? alert.lastValue.magnitude : 0)
    }
    if let score = measure.score { return score.isNaN ? 0 : score }
    guard let bound = measure.threshold, bound > 0, alert.lastValue.isFinite else {
      return alert.lastValue.isFinite ? alert.lastValue : 0
    }
    if alert.lastValue > bound { return alert.lastValue / bound }
    return alert.lastValue > 0 ? bound / alert.lastValue : cutOffs.degradation.medium ?? 1
  }
}
