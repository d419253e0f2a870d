import Model

extension Capacity {
  /// One JSON event a line: `capacity.resource` for each, and at last `capacity.summary`.
  public func jsonLines() -> [String] {
    let lines = resources.map { resource in
      Self.line("capacity.resource") { json in
        json.field("service", resource.service)
        json.field("resource", resource.name)
        json.field("peak", resource.peak)
        json.field("p95", resource.p95)
        json.field("trend_per_day", resource.trendPerDay)
        json.field("exhausted_in_seconds", resource.exhaustedIn.map { Double($0) / 1000 })
        // Null where it is not known.
        json.field("at_event", resource.atEvent ?? .nan)
        json.field("headroom", resource.headroom ?? .nan)
        json.field("driver", resource.driver.rawValue)
        json.field("follows_traffic", resource.followsTraffic)
        json.field("grow_by", resource.growth(toStayBelow: options.target))
      }
    }
    let summary = Self.line("capacity.summary") { json in
      json.field("from", span.lowerBound)
      json.field("to", span.upperBound)
      if case .evidence(let incidents) = basis { json.field("incidents", incidents) }
      json.field("event_load", options.eventLoad)
      json.field("target", options.target)
      json.field("resources", resources.count)
      json.field("short", resources.count(where: \.isShort))
      json.field("unknown", resources.count { $0.atEvent == nil } + misfits.count)
    }
    return lines + [summary]
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
