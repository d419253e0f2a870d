import Foundation
public import Model

/// A checked target: where it is, its labels, and when its turn is.
public struct ScrapeTarget: Sendable, Hashable {
  /// How it is scraped.
  public let configuration: ScrapeConfiguration
  /// The labels of its series, `job` and `instance` among them.
  public let labels: Labels
  /// How long a scrape may take, in ms.
  public let timeoutMilliseconds: Int64

  /// Shortest interval: what is asked for more often is load, not knowledge.
  private static let intervalMin: Int64 = 100

  /// The target of a configuration.
  ///
  /// - Throws: `ScrapeError` when the address or one of the times cannot be used.
  public init(_ configuration: ScrapeConfiguration) throws(ScrapeError) {
    let url = configuration.url
    guard let parts = URLComponents(string: url),
      let scheme = parts.scheme?.lowercased(), scheme == "http" || scheme == "https",
      let host = parts.host, !host.isEmpty
    else {
      // Somebody's password may stand before the host.
      let found = url.contains("@") ? "an address with a user" : quoted(url)
      throw ScrapeError(.badURL, "expected http://HOST:PORT/PATH or https://…, found \(found)")
    }
    if parts.user != nil || parts.password != nil {
      throw ScrapeError(.badURL, "expected no user in the address; give credentials of their own")
    }
    let interval = configuration.intervalMilliseconds
    guard interval >= Self.intervalMin else {
      throw ScrapeError(
        .badTime, "expected an interval of at least \(Self.intervalMin) ms, found \(interval) ms")
    }
    if let tls = configuration.tls, (tls.certificateFile == nil) != (tls.keyFile == nil) {
      throw ScrapeError(
        .badCertificate, "expected a certificate and its key, found one without the other")
    }
    timeoutMilliseconds = configuration.timeoutMilliseconds ?? min(10_000, interval)
    guard timeoutMilliseconds > 0, timeoutMilliseconds <= interval else {
      throw ScrapeError(
        .badTime,
        "expected a timeout of at most the interval, \(interval) ms, found "
          + "\(timeoutMilliseconds) ms")
    }
    let port = parts.port ?? (scheme == "https" ? 443 : 80)
    var labels = configuration.labels
    if labels["instance"] == nil { labels["instance"] = "\(host):\(port)" }
    if labels["job"] == nil { labels["job"] = host }
    self.labels = labels
    self.configuration = configuration
  }

  /// The first turn of the target at or after `time`.
  ///
  /// Its place in the interval comes from its address and labels, so that targets spread and keep
  /// their place through a restart.
  public func turn(atOrAfter time: Timestamp) -> Timestamp {
    let interval = configuration.intervalMilliseconds
    var hash = StableHash()
    hash.combine(configuration.url)
    hash.combine(labels.description)
    let offset = Int64(hash.value % UInt64(interval))
    let into = (time.milliseconds - offset) % interval
    let wait = into == 0 ? 0 : into > 0 ? interval - into : -into
    return Timestamp(milliseconds: time.milliseconds + wait)
  }
}

/// Why a target cannot be scraped, or why one scrape failed.
public struct ScrapeError: Error, Hashable, Sendable {
  /// A bounded set, also the code of the diagnostic.
  public enum Code: String, CaseIterable, Sendable {
    /// The address cannot be used.
    case badURL = "bad-scrape-url"
    /// The interval or timeout cannot be used.
    case badTime = "bad-scrape-time"
    /// A secret has no value.
    case badSecret = "bad-scrape-secret"
    /// A certificate or key cannot be used.
    case badCertificate = "bad-scrape-certificate"
    /// Nobody answered.
    case unreachable = "scrape-unreachable"
    /// The answer took longer than the timeout.
    case timeout = "scrape-timeout"
    /// The answer is another than 200.
    case badStatus = "scrape-status"
    /// The body is over the limit.
    case bodyTooLarge = "scrape-body-too-large"
    /// There are more samples than allowed.
    case tooManySamples = "scrape-too-many-samples"
    /// The body is no page of metrics.
    case badBody = "scrape-body"
  }

  /// What is wrong.
  public let code: Code
  /// What is wrong, the value, what is wanted; lower case, no full stop.
  ///
  /// Holds no secret.
  public let message: String

  init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }
}
