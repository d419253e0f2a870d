public import Model

/// A team of Opsgenie.
public struct OpsgenieConfiguration: Hashable, Sendable {
  /// The API; `https://api.eu.opsgenie.com` for accounts in the EU.
  public var endpoint: HTTPEndpoint
  /// Key of an API integration.
  public var apiKey: Secret
  /// Names of teams that are responsible; empty for those of the integration.
  public var teams: [String]

  /// Where Opsgenie takes alerts.
  public static let address = "https://api.opsgenie.com"

  /// An integration by its key.
  public init(apiKey: Secret, teams: [String] = [], endpoint: HTTPEndpoint? = nil) {
    self.apiKey = apiKey
    self.teams = teams
    self.endpoint = endpoint ?? HTTPEndpoint(url: Secret(literal: Self.address))
  }
}
