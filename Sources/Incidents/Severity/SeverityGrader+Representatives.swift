import Model
import Rules

/// The alerts that a grade rests on: of thousands of instances of a rule the worst say it all.
extension SeverityGrader {
  /// Up to so many alerts are all looked at.
  static let alertsMax = 24

  /// What alerts share whose grades differ by their numbers only.
  struct Kind: Hashable {
    let group: String
    let alert: String
    let service: String?
    /// The labels that say something about the grade; most alerts have none.
    let claims: [Label]

    init(_ record: AlertRecord) {
      group = record.group
      alert = record.alert
      service = record.service
      claims = record.identity.claims
    }
  }
}

extension SeverityCutOffs {
  /// How far beyond its bound an alert is, for comparison with others of its kind; never NaN.
  func excess(of alert: AlertRecord) -> Double {
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
    return alert.lastValue > 0 ? bound / alert.lastValue : degradation.medium ?? 1
  }
}

/// The alerts of one kind that fire, with the numbers by which the telling ones are found.
struct FiringKind: Sendable {
  /// In the order of the incident's alerts.
  private(set) var alerts: [Mark] = []

  /// One alert that fires.
  struct Mark: Sendable {
    let firedAt: Timestamp
    /// The number of the alert's identity.
    let number: UInt64
    /// How far beyond its bound it is.
    let excess: Double
    /// Time until its resource is used up.
    let left: Milliseconds
    /// Which of all marks of its register it is: the alert has not changed while it has this one.
    let serial: Int

    fileprivate init(_ alert: AlertRecord, _ cutOffs: SeverityCutOffs, serial: Int) {
      self.serial = serial
      firedAt = alert.firedAt
      number = alert.identity.number
      excess = cutOffs.excess(of: alert)
      left = alert.measure.exhaustedIn ?? .max
    }
  }

  mutating func add(_ alert: AlertRecord, _ cutOffs: SeverityCutOffs, serial: Int) {
    alerts.insert(Mark(alert, cutOffs, serial: serial), at: place(of: alert))
  }

  mutating func remove(_ alert: AlertRecord) {
    let index = place(of: alert)
    precondition(
      index < alerts.count && alerts[index].number == alert.identity.number,
      "alert \(alert.id) does not fire")
    alerts.remove(at: index)
  }

  private func place(of alert: AlertRecord) -> Int {
    let key = (alert.firedAt, alert.identity.number)
    if let last = alerts.last, (last.firedAt, last.number) < key { return alerts.count }
    var low = 0
    var high = alerts.count
    while low < high {
      let middle = (low + high) / 2
      if (alerts[middle].firedAt, alerts[middle].number) < key {
        low = middle + 1
      } else {
        high = middle
      }
    }
    return low
  }

  /// The first one, the one furthest beyond its bound and the one that runs out first, each once;
  /// of equals the first.
  var representatives: [Mark] {
    guard !alerts.isEmpty else { return [] }
    var worst = 0
    var soonest = 0
    for index in alerts.indices {
      if alerts[index].excess > alerts[worst].excess { worst = index }
      if alerts[index].left < alerts[soonest].left { soonest = index }
    }
    var chosen = [alerts[0]]
    if worst > 0 { chosen.append(alerts[worst]) }
    if soonest > 0, soonest != worst { chosen.append(alerts[soonest]) }
    return chosen
  }
}

extension [FiringKind] {
  /// The alerts that a grade looks at, in the incident's order: those that fire, or of many of one
  /// kind the representatives.
  var representatives: [FiringKind.Mark] {
    let isSmall = reduce(0) { $0 + $1.alerts.count } <= SeverityGrader.alertsMax
    var chosen: [FiringKind.Mark] = []
    chosen.reserveCapacity(SeverityGrader.alertsMax)
    for kind in self { chosen += isSmall ? kind.alerts : kind.representatives }
    chosen.sort { ($0.firedAt, $0.number) < ($1.firedAt, $1.number) }
    return chosen
  }
}

extension SharedList<AlertRecord> {
  /// The alerts of these marks.
  func alerts(at marks: [FiringKind.Mark]) -> [AlertRecord] {
    marks.compactMap { mark in
      position(of: mark.number, firedAt: mark.firedAt).map { self[$0] }
    }
  }
}
