import Model

/// The CSV that `k6 run --out csv=…` writes: a line per metric and request.
enum K6 {
  private static let columns = [
    "metric_name", "timestamp", "metric_value", "check", "error", "error_code",
    "expected_response", "group", "method", "name", "proto", "scenario", "service", "status",
    "subproto", "tls_version", "url", "extra_tags", "metadata",
  ]

  static func csv(of run: [LoadTest.Request]) -> [UInt8] {
    var bytes = Array((columns.joined(separator: ",") + "\n").utf8)
    var lastSecond: Int64 = -1
    // k6 writes a request when its answer is there.
    for request in run.sorted(by: {
      ($0.start + $0.elapsed, $0.user) < ($1.start + $1.elapsed, $1.user)
    }) {
      let second = (request.start + request.elapsed).milliseconds / 1000
      if second != lastSecond, second % 5 == 0 {
        let rows = [
          row("vus", second, request.users, ["scenario": "default"]),
          row(
            "db_connection_pool_in_use", second, request.connections,
            ["scenario": "default", "extra_tags": "pool=orders"]),
        ]
        bytes.append(contentsOf: rows.joined().utf8)
      }
      lastSecond = second
      let tags = tags(of: request)
      for (metric, value) in [
        ("http_reqs", 1), ("http_req_duration", request.elapsed),
        ("http_req_blocked", request.waited), ("http_req_failed", request.hasFailed ? 1 : 0),
      ] {
        bytes.append(contentsOf: row(metric, second, Int(value), tags).utf8)
      }
    }
    return bytes
  }

  private static func tags(of request: LoadTest.Request) -> [String: String] {
    let parts = request.endpoint.rawValue.split(separator: " ")
    let url = "http://shop.test\(parts[1])"
    return [
      "error_code": request.hasFailed ? "1503" : "", "method": String(parts[0]), "name": url,
      "expected_response": request.hasFailed ? "false" : "true", "proto": "HTTP/1.1",
      "scenario": "default", "status": request.hasFailed ? "503" : "200", "url": url,
    ]
  }

  /// One line: a metric's value, and the tags in the order of the columns.
  private static func row(
    _ metric: String, _ second: Int64, _ value: Int, _ tags: [String: String]
  ) -> String {
    let cells = columns.dropFirst(3).map { tags[$0] ?? "" }
    return "\(metric),\(second),\(value),\(cells.joined(separator: ","))\n"
  }
}

/// The CSV that JMeter calls JTL: a line per request.
enum JMeter {
  private static let columns =
    "timeStamp,elapsed,label,responseCode,responseMessage,threadName,dataType,success,"
    + "failureMessage,bytes,sentBytes,grpThreads,allThreads,URL,Latency,IdleTime,Connect"

  static func jtl(of run: [LoadTest.Request]) -> [UInt8] {
    var bytes = Array((columns + "\n").utf8)
    for request in run {
      let path = request.endpoint.rawValue.split(separator: " ")[1]
      let answer = request.hasFailed ? "503,Service Unavailable" : "200,OK"
      let failure = request.hasFailed ? "\"no connection within 2000 ms, pool \"\"orders\"\"\"" : ""
      let line =
        "\(request.start.milliseconds),\(request.elapsed),\(request.endpoint.rawValue),\(answer),"
        + "shop 1-\(request.user),text,\(!request.hasFailed),\(failure),"
        + "\(request.hasFailed ? 187 : 1432),214,\(request.users),\(request.users),"
        + "http://shop.test\(path),\(request.elapsed),0,\(min(3, request.waited))\n"
      bytes.append(contentsOf: line.utf8)
    }
    return bytes
  }
}
