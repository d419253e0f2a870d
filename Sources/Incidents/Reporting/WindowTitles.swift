import Model
import Rules

/// The series of a report under names that a person would give them: "Connection pool of orders-db".
struct WindowTitles {
  /// A series and the alert that watched it.
  struct Entry {
    /// The series, named and with the unit that its alert speaks in.
    var window: EvidenceWindow
    /// The alert; nil for a series that no alert watched.
    var alert: AlertRecord?
  }

  /// In the order of the windows.
  let entries: [Entry]

  /// Names the windows of an incident.
  init(_ windows: [EvidenceWindow], of incident: Incident) {
    var entries = windows.map { window in
      var entry = Entry(window: window, alert: Self.alert(of: window, incident))
      if let alert = entry.alert {
        let subject = Subject(alert)
        entry.window.unit = window.unit ?? subject.unit.name
        if !subject.quantity.isEmpty {
          entry.window.title = Self.title(subject.quantity, alert.service)
        }
      } else if window.title == window.labels.metricName {
        entry.window.title = Self.title(MetricWords.spoken(window.title), window.service)
        entry.window.unit = window.unit ?? MetricWords.unit(of: window.title).name
      }
      return entry
    }
    // A watched series keeps its name before one that no alert watched.
    let counts = Dictionary(grouping: entries, by: \.window.title).mapValues(\.count)
    let watched = Dictionary(grouping: entries.filter { $0.alert != nil }, by: \.window.title)
      .mapValues(\.count)
    let plain = entries
    for index in entries.indices {
      let rivals = entries[index].alert == nil ? counts : watched
      guard (rivals[entries[index].window.title] ?? 0) > 1,
        let tail = Self.distinction(
          entries[index], windows[index],
          among: plain.filter { $0.window.title == plain[index].window.title })
      else { continue }
      entries[index].window.title += " (\(tail))"
    }
    self.entries = entries
  }

  /// The windows, named.
  var windows: [EvidenceWindow] { entries.map(\.window) }

  /// A metric as a reader should see it in a sentence: the name of its chart, else its own as words.
  func name(of metric: Labels) -> String {
    guard let entry = entries.first(where: { $0.window.labels == metric }), let alert = entry.alert
    else {
      return metric.metricName.map(MetricWords.spoken) ?? metric["alertname"] ?? metric.description
    }
    return Subject(alert).quantity
  }

  /// The worst value that an alert's series had in a stretch of time; nil when it is not kept.
  func extreme(
    of alert: AlertRecord, from start: Timestamp, to end: Timestamp
  ) -> (value: Double, isAbove: Bool)? {
    guard let window = entries.first(where: { $0.alert?.id == alert.id })?.window else {
      return nil
    }
    let values = zip(window.times, window.values).filter {
      $0.0 >= start.milliseconds && $0.0 <= end.milliseconds && $0.1.isFinite
    }.map(\.1)
    guard let least = values.min(), let most = values.max() else { return nil }
    let bound = alert.measure.threshold ?? alert.measure.expected ?? window.threshold
    let isAbove = bound.map { alert.firstValue >= $0 } ?? true
    return (isAbove ? most : least, isAbove)
  }

  /// The alert whose rule and labels a window carries.
  private static func alert(of window: EvidenceWindow, _ incident: Incident) -> AlertRecord? {
    let named = incident.alerts.filter {
      $0.alert == window.title && $0.service == window.service
    }
    guard named.count > 1 else { return named.first }
    return named.first { alert in
      window.labels.pairs.allSatisfy { pair in
        pair.name == Labels.metricName || alert.labels[pair.name] == pair.value
      }
    } ?? named.first
  }

  private static func title(_ quantity: String, _ service: String?) -> String {
    capitalised(quantity) + (service.map { " of \($0)" } ?? "")
  }

  /// What tells a window from others of its name: its instance, else its rule.
  private static func distinction(
    _ entry: Entry, _ window: EvidenceWindow, among rivals: [Entry]
  ) -> String? {
    // Alerts of one rule differ by their labels alone.
    let same = rivals.filter { $0.alert != nil && $0.alert?.alert == entry.alert?.alert }
    let labels = window.labels.pairs.filter { pair in
      pair.name != Labels.metricName
        && same.contains { $0.window.labels[pair.name] != pair.value }
    }
    if !labels.isEmpty {
      return labels.prefix(3).map { "\($0.name) \($0.value)" }.joined(separator: ", ")
    }
    for name in ["instance", "pod", "host", "device", "mountpoint", "quantile"] {
      if let value = window.labels[name], entry.alert == nil { return value }
    }
    return entry.alert?.alert
  }
}
