/// Why one series or data point of a message was refused, while the others were taken over.
public struct Refusal: Error, Hashable, Sendable {
  /// A bounded set, also the code of a metric's label.
  public enum Code: String, CaseIterable, Sendable {
    /// No metric name, or an empty one.
    case missingName = "missing-metric-name"
    /// A label without a name.
    case badLabelName = "bad-label-name"
    /// One label name twice.
    case duplicateLabel = "duplicate-label"
    /// Bytes that are not UTF-8.
    case invalidUTF8 = "invalid-utf-8"
    /// A reference to a symbol that is not there.
    case badSymbol = "bad-symbol-reference"
    /// Bytes that are no series.
    case malformed = "malformed-series"
    /// A histogram that contradicts itself.
    case badHistogram = "bad-histogram"
    /// No time, or one outside of the calendar.
    case badTime = "bad-timestamp"
    /// A name, value, series or histogram beyond the limits.
    case tooLarge = "too-large"
    /// Differences since the last push, which say nothing once one of them is lost.
    case deltaTemporality = "delta-temporality"
    /// A metric without data, or of a kind that is not known.
    case noData = "no-data"
  }

  /// What is wrong.
  public let code: Code
  /// What is wrong, the value, what is wanted; lower case, no full stop.
  public let message: String

  init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }
}

/// What became of one pushed message.
public struct Outcome: Sendable, Hashable {
  /// Float samples that were taken over.
  public internal(set) var samples = 0
  /// Native histograms that were taken over.
  public internal(set) var histograms = 0
  /// Exemplars in the message.
  ///
  /// None is kept, so none counts as written.
  public internal(set) var exemplarsSkipped = 0
  /// Series (remote write) or data points (OTLP) that were refused.
  public internal(set) var refused = 0
  /// Refusals by their code.
  public internal(set) var refusedByCode: [Refusal.Code: Int] = [:]
  /// The first refusals in words.
  public internal(set) var firstRefusals: [String] = []

  /// Whether all was taken over.
  public var isComplete: Bool { refused == 0 }

  /// The refusals as one sentence: the first in words, the others as a number; empty when complete.
  public var message: String {
    let others = refusedByCode.values.reduce(0, +) - firstRefusals.count
    return firstRefusals.joined(separator: "; ") + (others > 0 ? "; and \(others) more" : "")
  }

  mutating func refuse(_ refusal: Refusal, of series: String, count: Int = 1, _ limits: WireLimits)
  {
    refused += count
    refusedByCode[refusal.code, default: 0] += 1
    guard firstRefusals.count < limits.refusalsToldMax else { return }
    firstRefusals.append((series.isEmpty ? "" : "\(series): ") + refusal.message)
  }
}
