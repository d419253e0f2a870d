public import Model

/// A stretch of time that a person called trouble, to hold alerts against.
public struct LabelledWindow: Hashable, Sendable {
  /// When the trouble began.
  public var start: Timestamp
  /// When it was over.
  public var end: Timestamp
  /// The only alert that ought to find it; nil when every one may.
  public var alert: String?
  /// The service that was in trouble; nil when every one may have been.
  public var service: String?

  /// A stretch with what is known of it.
  public init(start: Timestamp, end: Timestamp, alert: String? = nil, service: String? = nil) {
    self.start = start
    self.end = end
    self.alert = alert
    self.service = service
  }

  /// True when an alert of a rule and service may have found it.
  func concerns(alert: String, service: String?) -> Bool {
    (self.alert ?? alert) == alert && (self.service == nil || self.service == service)
  }
}

/// How well alerts found the labelled trouble.
public struct Score: Hashable, Sendable {
  /// Stretches in which the alert fired.
  public var firings = 0
  /// Of those, how many found a labelled window: began in it, or lay in windows for the most part.
  public var hits = 0
  /// Labelled windows that the rule ought to find.
  public var windows = 0
  /// Of those, how many it found.
  public var found = 0
  /// From the start of each window found to the first firing in it, in ms, ascending; at least 0.
  public var delays: [Milliseconds] = []
  /// Length of the recording, in ms.
  public var length: Milliseconds = 0

  /// Share of firings that were right, 0...1; nil when it never fired.
  public var precision: Double? { firings == 0 ? nil : Double(hits) / Double(firings) }
  /// Share of windows that were found, 0...1; nil when there are none.
  public var recall: Double? { windows == 0 ? nil : Double(found) / Double(windows) }

  /// The harmonic mean of precision and recall, 0...1; 0 when nothing was found.
  public var f1: Double {
    guard let precision, let recall, precision + recall > 0 else { return 0 }
    return 2 * precision * recall / (precision + recall)
  }

  /// The middle of the delays, in ms; nil when nothing was found.
  public var medianDelay: Milliseconds? {
    guard !delays.isEmpty else { return nil }
    let middle = delays.count / 2
    return delays.count % 2 == 1 ? delays[middle] : (delays[middle - 1] + delays[middle]) / 2
  }

  /// Firings in a week at this rate; nil for an empty recording.
  public var pagesPerWeek: Double? {
    length > 0 ? Double(firings) * 604_800_000 / Double(length) : nil
  }

  /// One firing, as far as it is scored.
  struct Span: Hashable {
    var start: Timestamp
    var end: Timestamp
    var service: String?
  }

  /// Scores the firings of `alert` against the windows that concern it.
  ///
  /// - Complexity: O(firings × windows).
  init(
    _ spans: [Span], of alert: String, watching services: Set<String?>,
    against windows: [LabelledWindow], over length: Milliseconds
  ) {
    self.length = length
    firings = spans.count
    let own = windows.filter { window in
      services.contains { window.concerns(alert: alert, service: $0) }
    }
    self.windows = own.count
    let isMostlyRight = spans.map { span in
      let inside = own.filter { $0.concerns(alert: alert, service: span.service) }
        .reduce(Milliseconds(0)) {
          $0 + max(0, min(span.end, $1.end) - max(span.start, $1.start))
        }
      return 2 * inside >= span.end - span.start
    }
    var isHit = [Bool](repeating: false, count: spans.count)
    for window in own {
      var first: Timestamp?
      for (index, span) in spans.enumerated()
      where span.start <= window.end && span.end >= window.start
        && window.concerns(alert: alert, service: span.service)
        && (span.start >= window.start || isMostlyRight[index])
      {
        isHit[index] = true
        first = min(first ?? span.start, span.start)
      }
      if let first {
        found += 1
        delays.append(max(0, first - window.start))
      }
    }
    hits = isHit.count { $0 }
    delays.sort()
  }
}
