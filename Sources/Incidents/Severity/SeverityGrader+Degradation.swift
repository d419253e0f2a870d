import Model
import Rules

/// Factors 4 and 6: how far the metrics are from normal, and how long a resource still lasts.
extension SeverityGrader {
  /// How far off an alert's value is: the level, the reason and the number behind it.
  typealias Distance = (level: Severity, text: String, value: Double?, next: String?)

  /// Factor 4: the worst deviation of latency, errors, throughput or anything but a resource.
  func degradation(_ evidence: Evidence) -> [SeverityFactor] {
    var worst: (level: Severity, alert: AlertRecord)?
    for alert in evidence.alerts where alert.signal != .saturation {
      guard let level = degradation(of: alert) else { continue }
      if worst.map({ $0.level < level }) ?? true { worst = (level, alert) }
    }
    guard let worst = worst.map({ distance(of: $0.alert) }) else { return [] }
    return [
      SeverityFactor(
        .degradation, worst.level, because: "\(worst.text) → \(worst.level.rawValue)",
        value: worst.value, counterfactual: worst.next)
    ]
  }

  /// How grave an alert's value is: the level of its threshold, of its place beyond the band, or of
  /// the multiple of its threshold; nil when none of them is known.
  func degradation(of alert: AlertRecord) -> Severity? {
    if let level = alert.measure.level { return level }
    if let score = alert.measure.score { return cutOffs.degradation.level(of: score) }
    let value = alert.lastValue
    guard let bound = alert.measure.threshold, value.isFinite, bound > 0 else { return nil }
    if value > bound { return cutOffs.degradation.level(of: value / bound) }
    // A value at or below zero has no multiple: it is severe enough to be more than low.
    return value > 0 ? cutOffs.degradation.level(of: bound / value) : .medium
  }

  /// How far off an alert's value is, in words; an empty text when nothing is known to measure it by.
  func distance(of alert: AlertRecord) -> Distance {
    guard let level = degradation(of: alert) else { return (.low, "", nil, nil) }
    let measure = alert.measure
    let subject = Subject(alert)
    let what = subject.quantity.isEmpty ? alert.alert : subject.quantity
    let name = alert.service.map { "\(what) of \($0)" } ?? what
    let value = alert.lastValue
    let now = spoken(value, subject.unit)
    if measure.level != nil {
      let bound = measure.threshold.map { " \(spoken($0, subject.unit))" } ?? ""
      let text = "\(name) is beyond its \(level.rawValue) threshold\(bound)"
      return (level, "\(text) (now \(now))", value, nil)
    }
    if let score = measure.score {
      let baseline = measure.expected.map { ", baseline \(spoken($0, subject.unit))" } ?? ""
      let times = "\(number(score)) times the width of its normal band"
      return (level, "\(name) is \(now)\(baseline): \(times)", score, next(above: score))
    }
    let bound = measure.threshold ?? 0
    let limit = spoken(bound, subject.unit)
    if value > bound {
      let times = value / bound
      let text = "\(name) is \(now), \(number(times)) times its threshold \(limit)"
      return (level, text, times, next(above: times))
    }
    guard value > 0 else { return (level, "\(name) is \(now) (threshold \(limit))", nil, nil) }
    let place = value < bound ? "below its threshold \(limit)" : "as its rule forbids"
    return (level, "\(name) is \(now), \(place)", bound / value, next(above: bound / value))
  }

  private func next(above score: Double) -> String? {
    let ladder = cutOffs.degradation
    let steps: [(Severity, Double?)] = [
      (.medium, ladder.medium), (.high, ladder.high), (.critical, ladder.critical),
    ]
    guard let step = steps.first(where: { ($0.1 ?? -1) > score }), let bound = step.1 else {
      return nil
    }
    return "\(step.0.rawValue) from \(number(bound)) times on; now \(number(score))"
  }

  /// Factor 6: resources that run short, by the time that is left.
  func capacity(_ evidence: Evidence) -> [SeverityFactor] {
    var worst: (level: Severity, alert: AlertRecord)?
    for alert in evidence.alerts {
      guard alert.signal == .saturation || alert.measure.exhaustedIn != nil else { continue }
      let level = shortage(of: alert)
      if worst.map({ $0.level < level }) ?? true { worst = (level, alert) }
    }
    return worst.map { [capacity(of: $0.alert, $0.level)] } ?? []
  }

  /// How grave it is that a resource runs short: by the time that is left, the level of its
  /// threshold, or whether it is used up.
  private func shortage(of alert: AlertRecord) -> Severity {
    if let left = alert.measure.exhaustedIn {
      let time: Severity = left < cutOffs.exhaustionMedium ? .medium : .low
      return max(time, alert.measure.level ?? .low)
    }
    if let level = alert.measure.level { return level }
    return alert.lastValue >= 0.995 && Subject(alert).unit == .ratio ? .medium : .low
  }

  private func capacity(of alert: AlertRecord, _ level: Severity) -> SeverityFactor {
    let subject = Subject(alert)
    let what = subject.quantity.isEmpty ? alert.alert : subject.quantity
    let name = alert.service.map { "\(what) of \($0)" } ?? what
    let soon = spoken(duration: cutOffs.exhaustionMedium)
    if let left = alert.measure.exhaustedIn {
      return SeverityFactor(
        .capacity, level,
        because: "\(name) is exhausted in \(spoken(duration: left)) → \(level.rawValue)",
        value: Double(left),
        counterfactual: level == .low ? "medium when less than \(soon) are left" : nil)
    }
    let value = alert.lastValue
    let now = spoken(value, subject.unit)
    if alert.measure.level != nil {
      return SeverityFactor(
        .capacity, level,
        because: "\(name) is at \(now), beyond its \(level.rawValue) threshold "
          + "→ \(level.rawValue)", value: value)
    }
    let isFull = level == .medium
    let amount = value.isFinite ? " (\(now))" : ""
    return SeverityFactor(
      .capacity, level,
      because: "\(name) is \(isFull ? "used up" : "short")\(amount) → \(level.rawValue)",
      value: value, counterfactual: isFull ? nil : "medium when less than \(soon) are left")
  }
}
