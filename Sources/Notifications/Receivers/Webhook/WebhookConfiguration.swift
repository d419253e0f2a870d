public import Model

/// A program that takes messages as JSON.
public struct WebhookConfiguration: Hashable, Sendable {
  /// Where it listens.
  public var endpoint: HTTPEndpoint
  /// Key of the signature in `X-Tocsin-Signature`; nil for none.
  public var signingKey: Secret?

  /// A webhook; unsigned without a key.
  public init(endpoint: HTTPEndpoint, signingKey: Secret? = nil) {
    self.endpoint = endpoint
    self.signingKey = signingKey
  }
}
