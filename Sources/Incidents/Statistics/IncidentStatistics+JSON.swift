import Model

extension IncidentStatistics {
  /// The figures as one JSON object without a line break; lengths of time in seconds.
  public var json: String {
    var json = JSONWriter()
    json.object { json in
      json.field("v", EventJSON.version)
      json.field("since", since)
      json.field("until", until)
      json.key("all")
      Self.write(total, to: &json)
      json.key("by_severity")
      json.array { json in for row in bySeverity { Self.write(row, to: &json) } }
      json.key("by_service")
      json.array { json in for row in byService { Self.write(row, to: &json) } }
    }
    return json.text
  }

  private static func write(_ row: Row, to json: inout JSONWriter) {
    json.object { json in
      json.field("name", row.name)
      json.field("incidents", row.incidents)
      json.field("ongoing", row.ongoing)
      json.field("reopened", row.reopened)
      json.field("vanished", row.vanished)
      json.field("acknowledgement_due", row.acknowledgementDue)
      json.field("acknowledged_in_time", row.acknowledgedInTime)
      write(row.timeToDetect, "time_to_detect", to: &json)
      write(row.timeToAcknowledge, "time_to_acknowledge", to: &json)
      write(row.timeToResolve, "time_to_resolve", to: &json)
    }
  }

  private static func write(_ spread: Spread?, _ name: String, to json: inout JSONWriter) {
    guard let spread else { return }
    json.key(name)
    json.object { json in
      json.field("count", spread.count)
      json.field("mean_seconds", Double(spread.mean) / 1000)
      json.field("median_seconds", Double(spread.median) / 1000)
      json.field("p90_seconds", Double(spread.ninetieth) / 1000)
    }
  }
}
