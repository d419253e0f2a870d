import LoadTests
import Model
import Statistics

extension LoadComparison {
  /// One JSON event a line: `compare.endpoint` for each, and at last `compare.summary`.
  public func jsonLines() -> [String] {
    var lines = endpoints.map { endpoint in
      Self.line("compare.endpoint") { json in
        json.field("endpoint", endpoint.name)
        Self.write(endpoint, to: &json)
      }
    }
    lines.append(
      Self.line("compare.summary") { json in
        json.field("verdict", isWorse ? "worse" : isUnknown ? "unknown" : "fine")
        Self.write(whole, to: &json)
        for (name, curve) in [("base_curve", curves.base), ("candidate_curve", curves.candidate)] {
          json.key(name)
          json.object { json in
            json.field("knee_users", curve.knee?.x)
            json.field("knee_rate", curve.knee?.y)
            json.field("saturated_at_users", curve.saturatedAt)
            json.field("peak_rate", curve.peakRate)
          }
        }
        json.field("bad_lines", base.badLines + candidate.badLines)
      })
    return lines
  }

  private static func write(_ endpoint: Endpoint, to json: inout JSONWriter) {
    json.field("judgement", endpoint.judgement.rawValue)
    for (name, side) in [("base", endpoint.base), ("candidate", endpoint.candidate)] {
      guard let side else { continue }
      json.key(name)
      json.object { json in
        json.field("requests", side.requests)
        json.field("error_ratio", side.errorRatio)
        for share in [0.5, 0.9, 0.95, 0.99] {
          json.field("p\(Int(share * 100))_ms", side.latencies.percentile(share))
        }
      }
    }
    json.field("p50_change", endpoint.change(of: 0.5))
    json.field("p95_change", endpoint.change(of: 0.95))
    json.field("p99_change", endpoint.change(of: 0.99))
    json.field("p50_change_at_equal_load", endpoint.atEqualLoad?.p50)
    json.field("p95_change_at_equal_load", endpoint.atEqualLoad?.p95)
    json.field("error_change", endpoint.errorChange)
    json.field("p", endpoint.probability)
    json.field("p_errors", endpoint.errorProbability)
  }

  private static func line(_ event: String, _ body: (inout JSONWriter) -> Void) -> String {
    var json = JSONWriter()
    json.object { json in
      json.field("v", 1)
      json.field("event", event)
      body(&json)
    }
    return json.text
  }
}
