import Incidents
import Model

extension Gate {
  /// One JSON event: `gate`.
  public func jsonLine() -> String {
    var json = JSONWriter()
    json.object { json in
      json.field("v", 1)
      json.field("event", "gate")
      json.field("at", change?.time)
      json.field("service", service)
      json.field("verdict", verdict.rawValue)
      json.field("reasons", reasons)
      json.field("change", change?.id)
      json.field("rollback", rollback)
      json.key("metrics")
      json.array { json in for metric in metrics { Self.write(metric, to: &json) } }
    }
    return json.text
  }

  private static func write(_ comparison: MetricComparison, to json: inout JSONWriter) {
    json.object { json in
      json.field("service", comparison.metric.service)
      json.field("metric", comparison.metric.name)
      json.field("signal", comparison.metric.signal.rawValue)
      json.field("judgement", comparison.judgement.rawValue)
      json.field("before", comparison.before)
      json.field("after", comparison.after)
      json.field("shift", comparison.shift)
      json.field("relative", comparison.relative)
      json.field("delta", comparison.delta)
      json.field("p", comparison.probability)
      json.field("p_adjusted", comparison.adjusted)
      json.field("values_before", comparison.valuesBefore)
      json.field("values_after", comparison.valuesAfter)
    }
  }
}
