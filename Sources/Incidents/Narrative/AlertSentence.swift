import Baselines
import Model
import Rules

/// What an alert watches, in words: "error rate", "CPU", "connection pool", and how to write it.
struct Subject {
  /// The quantity, for the middle of a sentence.
  let quantity: String
  /// Its unit.
  let unit: Unit
  /// True when the alert's name names a quantity and grades it: `LatencyHigh`.
  let isGraded: Bool

  /// The subject of an alert.
  ///
  /// The label or annotation `quantity` says it outright; else what is left of the alert's name.
  init(_ alert: AlertRecord) {
    let wording = alert.identity.wording
    quantity = alert.claim("quantity") ?? alert.annotations["quantity"] ?? wording.quantity
    isGraded = wording.isGraded && !quantity.isEmpty
    unit = Self.unit(of: alert, wording)
  }

  /// A guess at the unit from names and sizes: a share is at most 1 and named like one.
  private static func unit(of alert: AlertRecord, _ wording: AlertWording) -> Unit {
    if let named = alert.claim("unit") ?? alert.annotations["unit"] { return unit(named: named) }
    if wording.namesPercent { return .percent }
    let largest = max(
      size(alert.measure.threshold), size(alert.measure.expected), size(alert.firstValue),
      size(alert.lastValue))
    let share: Unit = largest <= 1.5 ? .ratio : .plain
    switch alert.signal {
    // "SlowQueries" counts them, or their share; it is no length of time.
    case .latency where wording.namesSlowThings: return share
    case .latency: return wording.namesMilliseconds ? .milliseconds : .seconds
    case .errors, .saturation: return share
    case .traffic, .availability, .other: return wording.namesRatio ? share : .plain
    }
  }

  /// How large a number is; 0 for one that says nothing.
  private static func size(_ number: Double?) -> Double {
    guard let number, number.isFinite else { return 0 }
    return number.magnitude
  }

  /// The unit of a name that a rule's author wrote.
  private static func unit(named name: String) -> Unit {
    switch name {
    case "ratio": .ratio
    case "percent", "%": .percent
    case "seconds", "s": .seconds
    case "milliseconds", "ms": .milliseconds
    case "bytes", "B": .bytes
    case "per second", "1/s", "/s": .perSecond
    default: .plain
    }
  }
}

/// The sentences that alerts add to a timeline, as a person on call would write them.
enum AlertSentence {
  /// "error rate of checkout rose to 38 % (baseline 0.4 %)"; the time is said elsewhere.
  ///
  /// Of a baseline rule also in what way and how rarely it does: "(baseline 0.4 %, at most 1.1 %;
  /// level shift, once in 40 days)".
  ///
  /// What it was measured against is told as of then: a baseline goes on learning.
  /// `instance` is what tells the alert apart from others of its rule and service.
  static func fired(_ alert: AlertRecord, instance: String = "") -> String {
    let subject = Subject(alert)
    let value = alert.firstValue
    let measure = alert.firstMeasure ?? alert.measure
    guard !subject.quantity.isEmpty, value.isFinite else { return plain(alert, instance) }
    let what = phrase(subject, of: alert, instance)
    let now = spoken(value, subject.unit)
    if let expected = measure.expected, expected != value {
      let verb = value > expected ? "rose" : "fell"
      let normal = normal(measure, value, subject.unit)
      return "\(what) \(verb) to \(now) (baseline \(spoken(expected, subject.unit))\(normal))"
    }
    guard let bound = measure.threshold else { return plain(alert, instance) }
    let limit = spoken(bound, subject.unit)
    switch measure.comparison {
    case .equal: return "\(what) at \(limit)"
    case .notEqual: return "\(what) at \(now), not \(limit)"
    case .above, .below, nil: break
    }
    if value == bound { return "\(what) reached \(limit)" }
    return "\(what) \(value > bound ? "crossed" : "fell below") \(limit) (now \(now))"
  }

  /// The end of the band that was left, the channel and the rarity, as far as they are known.
  private static func normal(
    _ measure: AlertTransition.Measure, _ value: Double, _ unit: Unit
  ) -> String {
    guard let channel = measure.channel else { return "" }
    var text = ""
    if let upper = measure.upper, value > upper {
      text += ", at most \(spoken(upper, unit))"
    } else if let lower = measure.lower, value < lower {
      text += ", at least \(spoken(lower, unit))"
    }
    text += "; \(channel)"
    if let recurrence = measure.recurrence {
      text += ", \(Verdict.rarity(of: Double(recurrence)))"
    }
    return text
  }

  /// "error rate of checkout back in band (0.5 %)", or that its data stopped.
  static func ended(_ alert: AlertRecord, instance: String = "") -> String {
    let subject = Subject(alert)
    let what =
      subject.quantity.isEmpty
      ? "alert \(alert.alert)\(place(alert, instance))" : phrase(subject, of: alert, instance)
    if alert.ending == .vanished {
      return "\(what): no more data; whether it recovered is unknown"
    }
    let hasValue = alert.lastValue.isFinite && isBack(alert)
    let now = hasValue ? " (\(spoken(alert.lastValue, subject.unit)))" : ""
    if hasBecomeNormal(alert) {
      return "\(what) stays at \(spoken(alert.lastValue, subject.unit)), which now counts as normal"
    }
    if alert.measure.expected != nil { return "\(what) back in band\(now)" }
    guard let bound = alert.measure.threshold, !subject.quantity.isEmpty else {
      return subject.isGraded
        ? "\(what) back to normal" : "alert \(alert.alert)\(place(alert, instance)) cleared"
    }
    let side: String
    switch alert.measure.comparison {
    // Its value is not known any more: an expression that compares has no element where it fails.
    case .equal: return "\(what) no longer at \(spoken(bound, subject.unit))"
    case .notEqual: return "\(what) back at \(spoken(bound, subject.unit))"
    case .above: side = "below"
    case .below: side = "above"
    case nil: side = alert.firstValue >= bound ? "below" : "above"
    }
    return "\(what) back \(side) \(spoken(bound, subject.unit))\(now)"
  }

  /// For an alert whose value says nothing without its expression.
  private static func plain(_ alert: AlertRecord, _ instance: String) -> String {
    var value = alert.firstValue.isFinite ? " at \(number(alert.firstValue))" : ""
    // Of an alert that another system evaluated its own summary is all that is known.
    if value.isEmpty, let summary = alert.annotations["summary"] { value = ": \(summary)" }
    return "alert \(alert.alert) fired\(place(alert, instance))\(value)"
  }

  /// False when the last value known is still the bad one, as for an expression that went empty.
  private static func isBack(_ alert: AlertRecord) -> Bool {
    if let lower = alert.measure.lower, alert.lastValue < lower { return false }
    if let upper = alert.measure.upper, alert.lastValue > upper { return false }
    guard alert.measure.upper == nil, let bound = alert.measure.threshold else { return true }
    if alert.measure.comparison == .below { return alert.lastValue >= bound }
    return alert.firstValue >= bound ? alert.lastValue <= bound : alert.lastValue >= bound
  }

  /// The band has come to the value, not the value to the band: the first and the last one that
  /// left it lie in it now.
  private static func hasBecomeNormal(_ alert: AlertRecord) -> Bool {
    let lasting = [Verdict.Channel.levelShift, .drift].map(\.words)
    guard let channel = alert.measure.channel, lasting.contains(channel),
      let lower = alert.measure.lower, let upper = alert.measure.upper, lower < upper
    else { return false }
    return (lower...upper).contains(alert.firstValue) && (lower...upper).contains(alert.lastValue)
  }

  private static func phrase(
    _ subject: Subject, of alert: AlertRecord, _ instance: String
  ) -> String {
    let apart = instance.isEmpty ? "" : " (\(instance))"
    guard let service = alert.service else { return subject.quantity + apart }
    return "\(subject.quantity) of \(service)\(apart)"
  }

  private static func place(_ alert: AlertRecord, _ instance: String) -> String {
    let apart = instance.isEmpty ? "" : " (\(instance))"
    return (alert.service.map { " for \($0)" } ?? "") + apart
  }
}
