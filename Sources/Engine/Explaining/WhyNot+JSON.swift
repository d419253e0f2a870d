import Model

extension WhyNot {
  /// One JSON event: `why_not`.
  public func jsonLine() -> String {
    var json = JSONWriter()
    json.object { json in
      json.field("v", 1)
      json.field("event", "why_not")
      json.field("at", tick)
      json.field("group", group)
      json.field("alert", alert)
      json.field("state", state.rawValue)
      json.field("for_seconds", Double(hold) / 1000)
      json.key("blockers")
      json.array { json in
        for blocker in blockers {
          json.object { json in
            json.field("clause", blocker.clause)
            json.field("reason", blocker.reason)
            json.field("value", blocker.value)
            json.field("bound", blocker.bound)
            json.field("missing", blocker.missing)
            json.field("missing_seconds", blocker.missingTime.map { Double($0) / 1000 })
          }
        }
      }
      json.key("operands")
      json.array { json in for operand in operands { operand.write(to: &json) } }
      json.key("history")
      json.object { json in
        json.field("seconds", Double(history.length) / 1000)
        json.field("ticks", history.ticks)
        json.field("true_ticks", history.trueTicks)
        json.field("longest_seconds", Double(history.longest) / 1000)
        json.field("last_true", history.lastTrue)
      }
    }
    return json.text
  }
}

extension WhyNot.Operand {
  fileprivate func write(to json: inout JSONWriter) {
    json.object { json in
      json.field("depth", depth)
      json.field("expression", expression)
      json.field("elements", count)
      if isBlocking { json.field("blocks", true) }
      json.field("failure", failure)
      json.field(values: elements)
      guard let data else { return }
      json.key("data")
      json.object { json in
        json.field("reach_seconds", Double(data.reach) / 1000)
        json.field("series", data.series)
        json.field("series_of_name", data.seriesOfName)
        json.field("samples_min", data.samples.lowerBound)
        json.field("samples_max", data.samples.upperBound)
        json.field("interval_seconds", data.interval.map { Double($0) / 1000 })
        json.field("longest_gap_seconds", data.longestGap.map { Double($0) / 1000 })
        json.field("newest", data.newest)
      }
    }
  }
}
