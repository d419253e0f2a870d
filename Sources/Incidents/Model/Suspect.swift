public import Model

/// Something that may have caused an incident: a change, or a service whose metrics broke first.
public struct Suspect: Hashable, Sendable, Codable {
  /// What is suspected.
  public enum Cause: Hashable, Sendable, Codable {
    /// A change, as it was recorded.
    case change(ChangeEvent)
    /// A service, with the metric that speaks most against it.
    case metric(service: String, metric: String)
  }

  /// What is suspected.
  public var cause: Cause
  /// Position in the list, from 1.
  public var rank: Int
  /// How strong the case is, 0 to 1; comparable within one incident only.
  public var score: Double
  /// The reasons, strongest first, one sentence each.
  public var because: [String]

  /// A suspect with its reasons.
  public init(_ cause: Cause, rank: Int, score: Double, because: [String]) {
    self.cause = cause
    self.rank = rank
    self.score = score
    self.because = because
  }

  /// The service that the change was done to or the metric belongs to.
  public var service: String {
    switch cause {
    case .change(let change): change.service
    case .metric(let service, _): service
    }
  }
}
