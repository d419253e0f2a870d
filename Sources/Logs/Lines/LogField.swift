/// What a field of a structured line means, told by its name.
enum LogField: Hashable {
  case time
  case level
  /// Smaller numbers are the better message.
  case message(rank: Int)
  case error
  case service
  case status
  case method
  /// A length of time: how many make a second; 0 where the value itself or custom says.
  case duration(perSecond: Double)
  /// Docker's `stream`, which tells that `log` is a line of its own.
  case stream

  /// The meaning of a path such as `http.response.status_code`, in lower case; nil for none.
  init?(_ name: String) {
    guard let field = Self.names[name] else { return nil }
    self = field
  }

  private static let names: [String: LogField] = {
    var names: [String: LogField] = [:]
    func put(_ field: LogField, _ all: String...) { for name in all { names[name] = field } }
    put(
      .time, "time", "ts", "timestamp", "@timestamp", "datetime", "date", "asctime", "t",
      "eventtime", "timestamp_ms", "@t")
    put(
      .level, "level", "lvl", "severity", "severity_text", "severitytext", "levelname", "loglevel",
      "log.level", "log_level", "priority", "@l")
    put(.message(rank: 0), "msg", "message", "@m", "@mt")
    put(.message(rank: 1), "short_message", "event", "text", "body", "log.message")
    put(.message(rank: 2), "log")
    put(.error, "error", "err", "error.message", "err.message", "exception", "exc")
    put(
      .service, "service", "service.name", "service_name", "servicename", "app", "application",
      "app_name", "appname")
    put(
      .status, "status", "status_code", "statuscode", "http.status_code", "http.status",
      "http.response.status_code", "response.status", "res.statuscode", "res.status",
      "resp_status", "response_status", "response_code", "http_status")
    put(
      .method, "method", "http.method", "request_method", "http.request.method", "req.method",
      "request.method", "verb")
    put(
      .duration(perSecond: 0), "duration", "latency", "elapsed", "took", "dur",
      "http.duration")
    put(.duration(perSecond: 1), "request_time", "duration_s", "duration_seconds", "latency_s")
    put(
      .duration(perSecond: 1e3), "duration_ms", "latency_ms", "elapsed_ms", "response_time_ms",
      "responsetime", "response_time", "took_ms", "durationms", "latencyms", "elapsedms",
      "request_time_ms")
    put(.duration(perSecond: 1e6), "duration_us", "latency_us", "elapsed_us")
    put(.duration(perSecond: 1e9), "duration_ns", "latency_ns", "event.duration", "elapsed_ns")
    put(.stream, "stream")
    return names
  }()
}
