/// What the name of an alert says of what it watches, whatever its numbers are.
struct AlertWording: Hashable, Sendable {
  /// The name without the words that grade ("High", "Near", "Deviates") and without the service,
  /// for the middle of a sentence; empty when nothing is left.
  let quantity: String
  /// True when some words graded, or named the service.
  let isGraded: Bool
  /// The kind of trouble that it speaks of.
  let signal: Signal
  /// It counts in per cent.
  let namesPercent: Bool
  /// It is a share.
  let namesRatio: Bool
  /// It counts in milliseconds.
  let namesMilliseconds: Bool
  /// It names things that are slow, as opposed to how slow they are.
  let namesSlowThings: Bool

  /// What the alert of a rule says at a service.
  init(_ alert: String, at service: String?) {
    let all = words(of: alert)
    let lowered = all.map { $0.lowercased() }
    let own = words(of: service ?? "").map { $0.lowercased() }
    var quantity = ""
    var isGraded = false
    for (word, low) in zip(all, lowered) {
      if Self.gradingWords.contains(low) || own.contains(low) {
        isGraded = true
      } else {
        if !quantity.isEmpty { quantity += " " }
        quantity += midSentence(word)
      }
    }
    self.quantity = quantity
    self.isGraded = isGraded
    signal = Signal(lowercased: lowered)
    namesPercent = lowered.contains("percent") || lowered.contains("percentage")
    namesRatio = lowered.contains("ratio")
    namesMilliseconds = lowered.contains("milliseconds") || lowered.contains("ms")
    namesSlowThings =
      lowered.contains("slow") && !lowered.contains(where: Self.lengthWords.contains)
  }

  /// Words of alert names that grade, not name.
  private static let gradingWords: Set<String> = [
    "high", "low", "too", "very", "above", "below", "near", "is", "has", "exhaustion", "exhausted",
    "deviates", "deviation", "anomaly", "anomalous", "critical", "warning", "exceeded", "exceeds",
    "spike", "spikes", "drop", "dropped", "drops", "elevated", "increased", "alert", "burn",
    "budget", "unusual", "on", "of", "the", "long", "many", "growing", "rising", "falling",
  ]

  private static let lengthWords: Set<String> = [
    "latency", "duration", "delay", "lag", "wait", "rtt", "time", "seconds", "milliseconds",
    "ms", "p50", "p90", "p95", "p99",
  ]
}

/// The wordings of alerts, each made once for all instances of a rule at a service.
///
/// They follow from the names alone, so none is ever out of date, and two vocabularies never differ
/// as far as equality goes.
struct Vocabulary: Hashable, Sendable {
  private var known: [Name: AlertWording] = [:]

  /// So many are kept at most; beyond, all are made anew.
  static let wordingsMax = 10_000

  private struct Name: Hashable {
    let alert: String
    let service: String?
  }

  /// What the alert of a rule says at a service.
  mutating func wording(of alert: String, at service: String?) -> AlertWording {
    let name = Name(alert: alert, service: service)
    if let wording = known[name] { return wording }
    if known.count >= Self.wordingsMax { known = [:] }
    let wording = AlertWording(alert, at: service)
    known[name] = wording
    return wording
  }

  static func == (a: Vocabulary, b: Vocabulary) -> Bool { true }

  func hash(into hasher: inout Hasher) {}
}
