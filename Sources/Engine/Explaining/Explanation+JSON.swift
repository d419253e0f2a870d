import Model
import Rules

extension Explanation {
  /// One JSON event: `explanation`.
  public func jsonLine() -> String {
    var json = JSONWriter()
    json.object { json in
      json.field("v", 1)
      json.field("event", "explanation")
      json.field("at", tick)
      json.field("group", group)
      json.field("alert", alert)
      json.field("for_seconds", Double(hold) / 1000)
      json.field("reasons", reasons)
      json.key("alerts")
      json.array { json in
        for alert in alerts {
          json.object { json in
            json.field("state", alert.state.rawValue)
            json.field("labels", alert.labels)
            json.field("value", alert.value)
            json.field("active_since", alert.activeSince)
            json.field("fired_at", alert.firedAt)
          }
        }
      }
      json.key("operands")
      json.array { json in for step in steps { step.write(to: &json) } }
    }
    return json.text
  }
}

extension Explanation.Step {
  fileprivate func write(to json: inout JSONWriter) {
    json.object { json in
      json.field("depth", depth)
      json.field("expression", expression)
      json.field("elements", count)
      json.field("failure", failure)
      json.field(values: elements)
    }
  }
}

extension JSONWriter {
  /// The first elements of an operand's result.
  mutating func field(values elements: [(labels: String, value: Double)]) {
    key("values")
    array { json in
      for element in elements {
        json.object { json in
          json.field("labels", element.labels)
          json.field("value", element.value)
        }
      }
    }
  }
}
