public import Model

/// A PromQL expression that measures a service, generated from its place in the catalogue.
///
/// The engine keeps these running for every service and fills `ServiceMeasures` from them:
///
///     for query in MeasurementQuery.all(selecting: [LabelMatcher("service", equals: "checkout")])
///
/// Systems name their request counters differently, so a measure has several alternatives; the
/// first that has a result at a tick counts. Requests and errors are read from the same counter:
/// `alternative` says which, and an error query without a result beside a request query with one
/// means that nothing failed.
public struct MeasurementQuery: Hashable, Sendable {
  /// The field of `ServiceMeasures` that a query fills.
  public enum Measure: String, Sendable, CaseIterable {
    /// `instancesUp`.
    case instancesUp
    /// `instancesTotal`.
    case instancesTotal
    /// `requestRate`, per second.
    case requestRate
    /// `errorRate`, per second.
    case errorRate
    /// `expectedRequestRate`, per second.
    case expectedRequestRate
  }

  /// What it measures.
  public var measure: Measure
  /// Which of the alternatives for `measure`, from 0.
  public var alternative: Int
  /// The metric without which the expression has no result.
  public var metric: String
  /// The expression; its result is one number, or nothing.
  public var expression: String

  /// A request counter and the labels by which it tells failures.
  ///
  /// Sources: the metric names of the Prometheus client libraries' HTTP middlewares, OpenTelemetry's
  /// HTTP semantic conventions, Micrometer, go-grpc-prometheus, Istio, Envoy, Traefik and nginx.
  static let counters: [(metric: String, failed: String)] = [
    ("http_requests_total", #"code=~"5..""#),
    ("http_requests_total", #"status=~"5..""#),
    ("http_request_duration_seconds_count", #"code=~"5..""#),
    ("http_request_duration_seconds_count", #"status=~"5..|5xx""#),
    ("http_server_request_duration_seconds_count", #"http_response_status_code=~"5..""#),
    ("http_server_requests_seconds_count", #"status=~"5..""#),
    (
      "grpc_server_handled_total",
      #"grpc_code=~"Unknown|DeadlineExceeded|ResourceExhausted|Internal|Unavailable|DataLoss""#
    ),
    ("istio_requests_total", #"response_code=~"5..""#),
    ("traefik_service_requests_total", #"code=~"5..""#),
    ("nginx_ingress_controller_requests", #"status=~"5..""#),
    ("requests_total", #"outcome=~"error|failed|failure""#),
    ("log_requests_total", #"code=~"5..""#),
  ]

  /// The label that tells a counter's success from failure: `code` of `code=~"5.."`.
  private static func label(of condition: String) -> Substring {
    condition.prefix { $0 != "=" }
  }

  /// The queries of a service whose series `matchers` select, by measure and alternative.
  public static func all(selecting matchers: [LabelMatcher]) -> [MeasurementQuery] {
    let selector = matchers.map(\.description).joined(separator: ",")
    func select(_ metric: String, _ more: String = "") -> String {
      "\(metric){\([selector, more].filter { !$0.isEmpty }.joined(separator: ","))}"
    }
    var queries = [
      MeasurementQuery(.instancesUp, 0, of: "up", "sum(\(select("up")))"),
      MeasurementQuery(.instancesTotal, 0, of: "up", "count(\(select("up")))"),
    ]
    for (index, counter) in counters.enumerated() {
      // A counter without the label cannot tell failures: leave it to another alternative.
      let labelled = "\(label(of: counter.failed))!=\"\""
      let requests = "sum(rate(\(select(counter.metric, labelled))[\(window)]))"
      queries += [
        MeasurementQuery(.requestRate, index, of: counter.metric, requests),
        MeasurementQuery(
          .errorRate, index, of: counter.metric,
          "sum(rate(\(select(counter.metric, counter.failed))[\(window)]))"),
        MeasurementQuery(
          .expectedRequestRate, index, of: counter.metric,
          "quantile_over_time(0.5, (\(requests))[1h:1m] offset 10m)"),
      ]
    }
    return queries
  }

  /// The window over which rates are taken.
  static let window = "1m"

  private init(
    _ measure: Measure, _ alternative: Int, of metric: String, _ expression: String
  ) {
    self.measure = measure
    self.alternative = alternative
    self.metric = metric
    self.expression = expression
  }
}
