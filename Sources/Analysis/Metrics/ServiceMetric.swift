public import Incidents
import Model

/// One thing that is measured of a service, as a series that a person would look at.
public struct ServiceMetric: Hashable, Sendable {
  /// The service.
  public var service: String
  /// What it is called: the metric's name, with what was made of it: `http_requests error ratio`.
  public var name: String
  /// What kind of trouble it speaks of.
  public var signal: Signal
  /// `ratio`, `seconds`, `milliseconds`, `bytes`, `/s`; nil when unknown.
  public var unit: String?
  /// The PromQL expression that gives it: one number at each moment.
  public var expression: String
  /// Event times in ms, ascending.
  public var times: [Int64] = []
  /// The values, parallel to `times`; finite.
  public var values: [Double] = []

  /// A metric without values yet.
  public init(
    service: String, name: String, signal: Signal, unit: String? = nil, expression: String
  ) {
    self.service = service
    self.name = name
    self.signal = signal
    self.unit = unit
    self.expression = expression
  }
}

extension ServiceMetric {
  /// True for a measure of what goes well: lower is worse.
  public var countsSuccess: Bool {
    signal == .availability || name.contains("success")
  }
}
