import Engine
import Evaluation
import Hummingbird
import Model
import NIOCore
import PromQL

/// `/api/v1/query` and `/api/v1/query_range`, as Prometheus answers them.
///
/// Source: https://prometheus.io/docs/prometheus/latest/querying/api/
struct QueryRoutes: Sendable {
  let backend: any Backend
  let clock: @Sendable () -> Timestamp
  let language: ParserOptions
  let limits: ServerLimits

  /// Most points of one series in an answer, as in Prometheus.
  static let pointsMax = 11_000

  func add(to router: some RouterMethods<APIContext>) {
    for method in [HTTPRequest.Method.get, .post] {
      router.on("/api/v1/query", method: method) { request, _ in try await instant(request) }
      router.on("/api/v1/query_range", method: method) { request, _ in try await range(request) }
      router.on("/api/v1/format_query", method: method) { request, _ in try await format(request) }
      router.on("/api/v1/query_exemplars", method: method) { _, _ in
        Response.success { $0.array { _ in } }
      }
    }
  }

  private func instant(_ request: Request) async throws -> Response {
    let parameters = try await Parameters(of: request)
    let time = try parameters.time("time") ?? clock()
    let (text, expression) = try parse(parameters)
    let lookback = try parameters.duration("lookback_delta")
    let limit = try parameters.limit()
    let (deadline, samples) = (try deadline(parameters), limits.querySamples)
    var result = try await backend.read { tocsin in
      try Self.evaluating { () throws(EvaluationError) in
        try tocsin.queries(lookback: lookback, until: deadline, samples: samples)
          .instant(expression, at: time)
      }
    }
    result.limit(to: limit)
    return .json(QueryJSON.text(result, query: text, at: time))
  }

  private func range(_ request: Request) async throws -> Response {
    let parameters = try await Parameters(of: request)
    guard let start = try parameters.time("start") else {
      throw APIError.badParameter("start", "cannot parse \"\" to a valid timestamp")
    }
    guard let end = try parameters.time("end") else {
      throw APIError.badParameter("end", "cannot parse \"\" to a valid timestamp")
    }
    guard end >= start else {
      throw APIError.badParameter("end", "end timestamp must not be before start time")
    }
    guard let step = try parameters.duration("step") else {
      throw APIError.badParameter("step", "cannot parse \"\" to a valid duration")
    }
    guard step > 0 else {
      throw APIError.badParameter(
        "step",
        "zero or negative query resolution step widths are not accepted. Try a positive integer")
    }
    guard (end - start) / step <= Self.pointsMax else {
      throw APIError(
        .badData,
        "exceeded maximum resolution of 11,000 points per timeseries. "
          + "Try decreasing the query resolution (?step=XX)")
    }
    let (text, expression) = try parse(parameters)
    let lookback = try parameters.duration("lookback_delta")
    let limit = try parameters.limit()
    let (deadline, samples) = (try deadline(parameters), limits.querySamples)
    var result = try await backend.read { tocsin in
      try Self.evaluating { () throws(EvaluationError) in
        try tocsin.queries(lookback: lookback, until: deadline, samples: samples)
          .range(expression, start: start, end: end, step: step)
      }
    }
    result.limit(to: limit)
    return .json(QueryJSON.text(result, query: text, at: end))
  }

  /// When the client waits no longer: after its `timeout`, and never later than the limit.
  private func deadline(_ parameters: Parameters) throws(APIError) -> ContinuousClock.Instant {
    let longest = Duration.seconds(limits.querySeconds)
    guard let wanted = try parameters.duration("timeout") else { return .now + longest }
    guard wanted >= 0 else {
      throw .badParameter(
        "timeout", "cannot parse \(quoted(parameters["timeout"] ?? "")) to a valid duration")
    }
    return .now + min(.milliseconds(wanted), longest)
  }

  private func format(_ request: Request) async throws -> Response {
    let (_, expression) = try parse(try await Parameters(of: request))
    return .success { $0.value("\(expression)") }
  }

  private func parse(
    _ parameters: Parameters
  ) throws(APIError) -> (text: String, expression: Expression) {
    let text = parameters["query"] ?? ""
    do throws(ParseErrors) {
      return (text, try Expression(parsing: text, options: language))
    } catch {
      throw .badParameter("query", error.positioned(in: text))
    }
  }

  private static func evaluating(
    _ body: () throws(EvaluationError) -> QueryResult
  ) throws(APIError) -> QueryResult {
    do throws(EvaluationError) {
      return try body()
    } catch {
      switch error.code {
      case "type": throw APIError(.badData, error.message)
      case "timeout": throw APIError(.timeout, error.message)
      default: throw APIError(.execution, error.message)
      }
    }
  }
}

extension Tocsin {
  /// Answers queries until `deadline` or until the client is gone, of so many
  /// samples at most, with another look-back where one is given.
  fileprivate func queries(
    lookback: Milliseconds?, until deadline: ContinuousClock.Instant, samples: Int
  ) -> QueryEngine {
    var options = queries.options
    options.sampleLimit = samples
    if let lookback, lookback > 0 { options.lookback = lookback }
    return QueryEngine(
      store: store, options: options,
      isOver: { Task.isCancelled || ContinuousClock.now >= deadline })
  }
}

extension QueryResult {
  /// Cuts a vector or matrix to `limit` series and says so, as Prometheus does.
  fileprivate mutating func limit(to limit: Int?) {
    guard let limit else { return }
    switch value {
    case .vector(let samples) where samples.count > limit:
      value = .vector(Array(samples.prefix(limit)))
    case .matrix(let series) where series.count > limit:
      value = .matrix(Array(series.prefix(limit)))
    default: return
    }
    annotations.append(Annotation(.warning, "results truncated due to limit"))
  }
}
