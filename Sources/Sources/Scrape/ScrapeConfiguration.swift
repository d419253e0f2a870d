public import Model

/// One target to scrape, and how; the defaults are those of Prometheus but for the limits, which are on.
///
///     ScrapeConfiguration(url: "http://127.0.0.1:9100/metrics", labels: ["job": "node"])
public struct ScrapeConfiguration: Sendable, Hashable {
  /// How the target asks who is there; secrets are read anew for each scrape.
  public enum Credentials: Sendable, Hashable {
    /// User name and password.
    case basic(user: String, password: Secret)
    /// A token.
    case bearer(Secret)
    /// The header `Authorization` as it is sent.
    case header(Secret)
  }

  /// Where the page of metrics is: `http` or `https`, host, port, path and query.
  public var url: String
  /// Time between two scrapes, in ms; 15 s.
  public var intervalMilliseconds: Int64
  /// How long a scrape may take, in ms; nil for 10 s, or the interval when that is shorter.
  public var timeoutMilliseconds: Int64?
  /// Labels of all series.
  ///
  /// `job` is the host and `instance` the host and port unless they are given.
  public var labels: Labels
  /// Whether a scraped label wins over one of `labels`; else it becomes `exported_…`.
  public var honorsLabels: Bool
  /// Whether samples keep the times that the page gives them.
  public var honorsTimestamps: Bool
  /// Most bytes of a page, decompressed; 64 MiB.
  ///
  /// A larger one fails the scrape.
  public var bodyBytesMax: Int
  /// Most samples of a page; 500 000.
  ///
  /// More fail the scrape.
  public var samplesMax: Int
  /// Who scrapes; nil when the target does not ask.
  public var credentials: Credentials?
  /// Whom a target over https may be; nil for whom the machine's authorities vouch for.
  public var tls: ScrapeTLS?

  /// A target with what differs from the defaults.
  public init(
    url: String, intervalMilliseconds: Int64 = 15_000, timeoutMilliseconds: Int64? = nil,
    labels: Labels = .empty, honorsLabels: Bool = false, honorsTimestamps: Bool = true,
    bodyBytesMax: Int = 64 << 20, samplesMax: Int = 500_000, credentials: Credentials? = nil,
    tls: ScrapeTLS? = nil
  ) {
    self.url = url
    self.intervalMilliseconds = intervalMilliseconds
    self.timeoutMilliseconds = timeoutMilliseconds
    self.labels = labels
    self.honorsLabels = honorsLabels
    self.honorsTimestamps = honorsTimestamps
    self.bodyBytesMax = bodyBytesMax
    self.samplesMax = samplesMax
    self.credentials = credentials
    self.tls = tls
  }
}
