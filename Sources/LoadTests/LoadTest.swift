/// One run of a load test.
public struct LoadTest: Sendable {
  /// The tools whose files are read.
  public enum Tool: String, Sendable, CaseIterable {
    /// k6's `--out csv` or `--out json`.
    case k6
    /// JMeter's JTL as CSV.
    case jmeter
    /// Locust's `_stats.csv` and `_stats_history.csv`.
    case locust
    /// Gatling's `simulation.log` as text.
    case gatling
    /// `vegeta encode`, as JSON lines or CSV.
    case vegeta
    /// The latency distribution that wrk2 prints with `--latency`.
    case wrk2
  }

  /// What one endpoint did over the whole run.
  public struct Endpoint: Sendable {
    /// What the tool calls it: `GET /checkout`.
    public var name: String
    /// Requests made.
    public var requests = 0.0
    /// Of those, how many failed.
    public var failures = 0.0
    /// Latencies of all requests.
    public var latencies = LatencyHistogram()
    /// Percentiles of stretches of the run, oldest first; empty where the tool tells only the whole.
    public var stretches: [Stretch] = []

    /// An endpoint of which nothing is known yet.
    public init(name: String) { self.name = name }

    /// Share of requests that failed, 0...1; 0 without requests.
    public var errorRatio: Double { requests > 0 ? failures / requests : 0 }
  }

  /// A few seconds of one endpoint.
  public struct Stretch: Sendable {
    /// When it began, in ms since the epoch.
    public var start: Int64
    /// Median latency in ms.
    public var p50: Double
    /// 95th percentile in ms.
    public var p95: Double

    /// A stretch with what is known of it.
    public init(start: Int64, p50: Double, p95: Double) {
      self.start = start
      self.p50 = p50
      self.p95 = p95
    }
  }

  /// A few seconds of the whole run.
  public struct Moment: Sendable {
    /// When it began, in ms since the epoch.
    public var start: Int64
    /// Virtual users; NaN where the tool does not tell.
    public var users: Double
    /// Requests a second.
    public var rate: Double
    /// Failures a second.
    public var failureRate: Double
    /// 95th percentile of the latencies in ms; NaN without requests.
    public var p95: Double

    /// A moment with what is known of it.
    public init(start: Int64, users: Double, rate: Double, failureRate: Double, p95: Double) {
      self.start = start
      self.users = users
      self.rate = rate
      self.failureRate = failureRate
      self.p95 = p95
    }
  }

  /// The tool that wrote it.
  public var tool: Tool
  /// By name.
  public var endpoints: [Endpoint] = []
  /// Percentiles of all requests in stretches of the run, oldest first; empty where the tool tells
  /// only the whole.
  public var stretches: [Stretch] = []
  /// The run over time, oldest first; empty where the tool tells only the whole.
  public var moments: [Moment] = []
  /// Lines that could not be read.
  public var badLines = 0

  /// A run of which nothing is known yet.
  public init(tool: Tool) { self.tool = tool }

  /// Requests to all endpoints.
  public var requests: Double { endpoints.reduce(0) { $0 + $1.requests } }
  /// Failures of all endpoints.
  public var failures: Double { endpoints.reduce(0) { $0 + $1.failures } }

  /// All endpoints as one.
  public var whole: Endpoint {
    var whole = Endpoint(name: "all")
    whole.stretches = stretches
    for endpoint in endpoints {
      whole.requests += endpoint.requests
      whole.failures += endpoint.failures
      whole.latencies.add(endpoint.latencies)
    }
    return whole
  }
}
