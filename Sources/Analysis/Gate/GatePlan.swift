public import Incidents
public import Model

/// Which time is held against which when a change is judged within one stream.
public struct GatePlan: Sendable {
  /// How far before and after the change is looked at most, in ms.
  public var window: Milliseconds
  /// How long after the change a service may take to settle, in ms; this time is left out.
  public var settle: Milliseconds

  /// A plan; half an hour and a minute are usual.
  public init(window: Milliseconds = 1_800_000, settle: Milliseconds = 60_000) {
    self.window = window
    self.settle = settle
  }

  /// The services that are looked at: the changed one, then those that depend on it.
  public static func services(_ service: String, _ context: IncidentContext) -> [String] {
    [service] + context.graph.impacted(by: service)
  }

  /// What was measured before and after a change in one recording.
  ///
  /// - Parameters:
  ///   - service: The service that was changed.
  ///   - change: When it was changed.
  ///   - span: First and last moment of the recording.
  ///   - reader: The recording.
  ///   - context: Who depends on whom.
  /// - Returns: both sides, either without values where the recording does not reach.
  public func sides(
    of service: String, around change: Timestamp, within span: ClosedRange<Timestamp>,
    _ reader: MetricReader, _ context: IncidentContext
  ) -> (before: [ServiceMetric], after: [ServiceMetric]) {
    let services = Self.services(service, context)
    let before = reader.metrics(
      of: services, from: max(span.lowerBound + reader.rateWindow, change - window), to: change - 1)
    // A rate right after the change still holds some of the time before it.
    let after = reader.metrics(
      of: services, from: change + max(settle, reader.rateWindow),
      to: min(span.upperBound, change + window))
    return (before, after)
  }

  /// What was measured in a recording of one side alone.
  public static func side(
    of service: String, within span: ClosedRange<Timestamp>, _ reader: MetricReader,
    _ context: IncidentContext
  ) -> [ServiceMetric] {
    reader.metrics(
      of: services(service, context), from: span.lowerBound + reader.rateWindow, to: span.upperBound
    )
  }
}
