public import Model

/// A service of PagerDuty.
public struct PagerDutyConfiguration: Hashable, Sendable {
  /// The Events API v2; another address for a proxy.
  public var endpoint: HTTPEndpoint
  /// Integration key of the service.
  public var routingKey: Secret

  /// Where PagerDuty takes events.
  public static let address = "https://events.pagerduty.com"

  /// A service by its integration key.
  public init(routingKey: Secret, endpoint: HTTPEndpoint? = nil) {
    self.routingKey = routingKey
    self.endpoint = endpoint ?? HTTPEndpoint(url: Secret(literal: Self.address))
  }
}
