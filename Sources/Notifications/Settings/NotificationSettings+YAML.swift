import Model
import Rules

extension NotificationSettings {
  /// The section as YAML in flow style, secrets masked; reads back to the same but for those.
  public var yaml: String {
    var json = JSONWriter()
    json.object { json in
      if !calendars.isEmpty {
        json.key("calendars")
        json.object { json in
          for calendar in calendars {
            json.key(calendar.name)
            json.array { json in for span in calendar.spans { span.write(to: &json) } }
          }
        }
      }
      json.key("receivers")
      json.array { json in for receiver in receivers { receiver.write(to: &json) } }
      json.key("routes")
      json.array { json in for route in routes { route.write(to: &json) } }
    }
    return json.text
  }
}

extension JSONWriter {
  /// A length of time; nothing when it is nil.
  fileprivate mutating func field(duration name: String, _ length: Milliseconds?) {
    field(name, length.map { "\($0)ms" })
  }

  /// A list of texts; nothing when it is empty.
  fileprivate mutating func field(list name: String, _ values: [String]) {
    if !values.isEmpty { field(name, values) }
  }
}

extension CalendarSpan {
  fileprivate func write(to json: inout JSONWriter) {
    json.object { json in
      json.field("zone", zone)
      json.field(
        list: "times", hours.map { "\(Self.clock($0.start))-\(Self.clock($0.end))" })
      json.field(list: "weekdays", weekdays.sorted().map(String.init))
      json.field(list: "days_of_month", days.map { "\($0.lowerBound)..\($0.upperBound)" })
      json.field(list: "months", months.sorted().map(String.init))
      json.field(list: "years", years.map { "\($0.lowerBound)..\($0.upperBound)" })
    }
  }

  private static func clock(_ minute: Int) -> String {
    let (hour, rest) = minute.quotientAndRemainder(dividingBy: 60)
    return (hour < 10 ? "0" : "") + "\(hour):" + (rest < 10 ? "0" : "") + "\(rest)"
  }
}

extension Route {
  fileprivate func write(to json: inout JSONWriter) {
    json.object { json in
      if match != RouteMatch() {
        json.key("match")
        json.object { json in match.write(to: &json) }
      }
      json.field("receiver", receiver)
      if continues { json.field("continue", true) }
      if let active { json.field("active", active) }
      if let mute { json.field("mute", mute) }
      json.field(duration: "group_wait", groupWait)
      json.field(duration: "group_interval", groupInterval)
      json.field(duration: "repeat_interval", repeatInterval)
      json.field(duration: "briefing_interval", briefingInterval)
      if let stages {
        json.field("stages", Stage.allCases.filter(stages.contains).map(\.rawValue))
      }
      json.field(list: "escalate", escalateTo)
      guard !routes.isEmpty else { return }
      json.key("routes")
      json.array { json in for route in routes { route.write(to: &json) } }
    }
  }
}

extension RouteMatch {
  fileprivate func write(to json: inout JSONWriter) {
    switch severity {
    case .exactly(let levels):
      json.field("severity", Severity.allCases.filter(levels.contains).map(\.rawValue))
    case .atLeast(let level): json.field("at_least", level.rawValue)
    case nil: break
    }
    json.field(list: "service", services)
    json.field(list: "labels", matchers.map(\.description))
  }
}

extension ReceiverSettings {
  fileprivate func write(to json: inout JSONWriter) {
    json.object { json in
      json.field("name", name)
      switch kind {
      case .webhook(let webhook):
        json.key("webhook")
        json.object { json in
          webhook.endpoint.write(to: &json)
          json.field("signing_key", webhook.signingKey?.description)
        }
      case .slack(let endpoint): Self.write("slack", endpoint, to: &json)
      case .teams(let endpoint): Self.write("teams", endpoint, to: &json)
      case .pagerDuty(let service):
        json.key("pagerduty")
        json.object { json in
          service.endpoint.write(to: &json, unless: PagerDutyConfiguration.address)
          json.field("routing_key", service.routingKey.description)
        }
      case .opsgenie(let integration):
        json.key("opsgenie")
        json.object { json in
          integration.endpoint.write(to: &json, unless: OpsgenieConfiguration.address)
          json.field("api_key", integration.apiKey.description)
          json.field(list: "teams", integration.teams)
        }
      case .email(let email): email.write(to: &json)
      case .alertmanager(let alertmanager):
        json.key("alertmanager")
        json.object { json in
          alertmanager.endpoint.write(to: &json)
          json.field(duration: "resend", alertmanager.resend)
        }
      case .command(let command):
        json.key("command")
        json.object { json in
          json.field("run", command.arguments)
          json.field(duration: "timeout", command.timeout)
        }
      }
      templates.write(to: &json)
    }
  }

  private static func write(_ name: String, _ endpoint: HTTPEndpoint, to json: inout JSONWriter) {
    json.key(name)
    json.object { json in endpoint.write(to: &json) }
  }
}

extension HTTPEndpoint {
  /// `address` is where it leads unless something else is said.
  fileprivate func write(to json: inout JSONWriter, unless address: String? = nil) {
    if address.map(Secret.init(literal:)) != url { json.field("url", url.description) }
    switch authorization {
    case .bearer(let token): json.field("bearer", token.description)
    case .basic(let user, let password):
      json.key("basic")
      json.object { json in
        json.field("user", user)
        json.field("password", password.description)
      }
    case nil: break
    }
    if !headers.isEmpty {
      json.key("headers")
      json.object { json in
        for (name, value) in headers.sorted(by: { $0.key < $1.key }) {
          json.field(name, value.description)
        }
      }
    }
    json.field("ca_file", authorityFile)
    json.field(duration: "timeout", timeout)
  }
}

extension EmailConfiguration {
  fileprivate func write(to json: inout JSONWriter) {
    json.key("email")
    json.object { json in
      json.field("host", host)
      json.field("port", port)
      json.field("tls", encryption.rawValue)
      json.field("ca_file", authorityFile)
      json.field("user", user)
      json.field("password", password?.description)
      json.field("from", from)
      json.field("to", to)
      json.field(duration: "timeout", timeout)
    }
  }
}

extension MessageTemplates {
  fileprivate func write(to json: inout JSONWriter) {
    let own = ownStages
    guard !own.isEmpty else { return }
    json.key("templates")
    json.object { json in
      for stage in own {
        guard let words = self[stage] else { continue }
        json.key(stage.rawValue)
        json.object { json in
          json.field("title", words.title.text)
          json.field("text", words.text.text)
        }
      }
    }
  }
}
