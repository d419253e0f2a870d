public import Model

/// An Alertmanager, to which every alert is forwarded; a route may send it incidents as well.
public struct AlertmanagerConfiguration: Hashable, Sendable {
  /// Its address, without `/api/v2/alerts`.
  public var endpoint: HTTPEndpoint
  /// Least time between two sendings of one alert, in ms.
  public var resend: Milliseconds

  /// An Alertmanager; a firing alert is sent again after a minute.
  public init(endpoint: HTTPEndpoint, resend: Milliseconds = 60_000) {
    self.endpoint = endpoint
    self.resend = resend
  }
}
