import Model
import Rules

/// Reads receivers.
enum ReceiverReading {
  private static let kinds = [
    "webhook", "slack", "teams", "pagerduty", "opsgenie", "email", "alertmanager", "command",
  ]

  /// A receiver with its name; nil, and reported, when it is of no use.
  static func receiver(
    _ node: SettingsNode, _ settings: inout SettingsReader
  ) -> (name: String, receiver: ReceiverSettings?) {
    let fields = settings.fields(node, "a receiver", known: ["name", "templates"] + kinds)
    let name = settings.text(fields["name"], "name") ?? ""
    if name.isEmpty { settings.error("no-name", "a receiver needs a name", at: node) }
    let named = kinds.filter { fields[$0] != nil }
    guard named.count == 1, let word = named.first, let value = fields[word] else {
      settings.error(
        "no-kind", "a receiver needs exactly one of " + kinds.joined(separator: ", "), at: node)
      return (name, nil)
    }
    let templates = TemplateReading.templates(fields["templates"], &settings)
    let kind = kind(word, value, &settings)
    return (name, kind.map { ReceiverSettings(name: name, kind: $0, templates: templates) })
  }

  private static func kind(
    _ word: String, _ node: SettingsNode, _ settings: inout SettingsReader
  ) -> ReceiverSettings.Kind? {
    switch word {
    case "webhook":
      let fields = EndpointReading.fields(node, word, more: ["signing_key"], &settings)
      guard let endpoint = EndpointReading.endpoint(fields, node, &settings) else { return nil }
      let key = settings.secret(fields["signing_key"], "signing_key")
      return .webhook(WebhookConfiguration(endpoint: endpoint, signingKey: key))
    case "slack", "teams":
      let fields = EndpointReading.fields(node, word, &settings)
      return EndpointReading.endpoint(fields, node, &settings).map {
        word == "slack" ? .slack($0) : .teams($0)
      }
    case "pagerduty": return pagerDuty(node, &settings)
    case "opsgenie": return opsgenie(node, &settings)
    case "alertmanager":
      let fields = EndpointReading.fields(node, word, more: ["resend"], &settings)
      guard let endpoint = EndpointReading.endpoint(fields, node, &settings) else { return nil }
      let resend = settings.duration(fields["resend"], "resend") ?? 60_000
      return .alertmanager(AlertmanagerConfiguration(endpoint: endpoint, resend: resend))
    case "email": return email(node, &settings)
    default: return command(node, &settings)
    }
  }

  private static func pagerDuty(
    _ node: SettingsNode, _ settings: inout SettingsReader
  ) -> ReceiverSettings.Kind? {
    let fields = EndpointReading.fields(node, "pagerduty", more: ["routing_key"], &settings)
    guard let key = settings.secret(fields["routing_key"], "routing_key") else {
      settings.error("missing", "pagerduty needs a routing_key", at: node)
      return nil
    }
    let endpoint = EndpointReading.endpoint(
      fields, node, &settings, address: PagerDutyConfiguration.address)
    return .pagerDuty(PagerDutyConfiguration(routingKey: key, endpoint: endpoint))
  }

  private static func opsgenie(
    _ node: SettingsNode, _ settings: inout SettingsReader
  ) -> ReceiverSettings.Kind? {
    let fields = EndpointReading.fields(node, "opsgenie", more: ["api_key", "teams"], &settings)
    guard let key = settings.secret(fields["api_key"], "api_key") else {
      settings.error("missing", "opsgenie needs an api_key", at: node)
      return nil
    }
    let teams = settings.list(fields["teams"], "teams").compactMap { settings.text($0, "teams") }
    let endpoint = EndpointReading.endpoint(
      fields, node, &settings, address: OpsgenieConfiguration.address)
    return .opsgenie(OpsgenieConfiguration(apiKey: key, teams: teams, endpoint: endpoint))
  }

  private static func email(
    _ node: SettingsNode, _ settings: inout SettingsReader
  ) -> ReceiverSettings.Kind? {
    let fields = settings.fields(
      node, "email",
      known: ["host", "port", "tls", "ca_file", "user", "password", "from", "to", "timeout"])
    func address(_ node: SettingsNode?, _ what: String) -> String? {
      guard let node, let text = settings.text(node, what) else { return nil }
      if !EmailConfiguration.isAddress(text) {
        settings.error(
          "bad-address",
          "expected an address like ops@example.org for \(what), found \(quoted(text))",
          at: node)
      }
      return text
    }
    let host = settings.text(fields["host"], "host")
    let from = address(fields["from"], "from")
    let to = settings.list(fields["to"], "to").compactMap { address($0, "to") }
    let encryption =
      settings.choice(
        fields["tls"], "tls",
        among: EmailConfiguration.Encryption.allCases.map { ($0.rawValue, $0) })
      ?? .startTLS
    let user = settings.text(fields["user"], "user")
    let password = settings.secret(fields["password"], "password")
    if (user == nil) != (password == nil) {
      settings.error("missing", "user and password are given together or not at all", at: node)
    }
    guard let host, let from, !to.isEmpty else {
      settings.error("missing", "email needs host, from and to", at: node)
      return nil
    }
    return .email(
      EmailConfiguration(
        host: host, port: settings.integer(fields["port"], "port", in: 1...65_535),
        encryption: encryption, authorityFile: settings.text(fields["ca_file"], "ca_file"),
        user: user, password: password, from: from, to: to,
        timeout: settings.duration(fields["timeout"], "timeout") ?? 30_000))
  }

  private static func command(
    _ node: SettingsNode, _ settings: inout SettingsReader
  ) -> ReceiverSettings.Kind? {
    let fields = settings.fields(node, "command", known: ["run", "timeout"])
    let arguments = settings.list(fields["run"], "run").compactMap { settings.text($0, "run") }
    guard let program = arguments.first, program.hasPrefix("/") else {
      settings.error(
        "missing", "command needs run: a list of a program's full path and its arguments",
        at: fields["run"] ?? node)
      return nil
    }
    let timeout = settings.duration(fields["timeout"], "timeout") ?? 30_000
    return .command(CommandConfiguration(arguments: arguments, timeout: timeout))
  }
}

/// Reads what all receivers over HTTP have in common.
enum EndpointReading {
  static func fields(
    _ node: SettingsNode, _ what: String, more: [String] = [], _ settings: inout SettingsReader
  ) -> [String: SettingsNode] {
    settings.fields(
      node, what,
      known: ["url", "bearer", "basic", "headers", "ca_file", "timeout"] + more)
  }

  /// The endpoint; nil, and reported, when there is no `url` and no `address` stands in for it.
  static func endpoint(
    _ fields: [String: SettingsNode], _ node: SettingsNode, _ settings: inout SettingsReader,
    address: String? = nil
  ) -> HTTPEndpoint? {
    let url = settings.secret(fields["url"], "url") ?? address.map(Secret.init(literal:))
    guard let url else {
      settings.error("missing", "a url is wanted here", at: node)
      return nil
    }
    // One that stands in the file can be looked at; a reference is looked at when it is used.
    if let node = fields["url"], url.references.isEmpty, let text = settings.text(node, "url"),
      !text.hasPrefix("http://"), !text.hasPrefix("https://")
    {
      settings.error("bad-url", "expected a URL with http:// or https://", at: node)
    }
    var endpoint = HTTPEndpoint(url: url)
    let basic = settings.fields(fields["basic"], "basic", known: ["user", "password"])
    if let user = settings.text(basic["user"], "user") {
      let password = settings.secret(basic["password"], "password") ?? Secret(literal: "")
      endpoint.authorization = .basic(user: user, password: password)
    }
    if let token = settings.secret(fields["bearer"], "bearer") {
      if endpoint.authorization != nil, let node = fields["bearer"] {
        settings.error("two-ways", "give either bearer or basic", at: node)
      }
      endpoint.authorization = .bearer(token)
    }
    for (name, value) in settings.pairs(fields["headers"], "headers") {
      guard let secret = settings.secret(value, "header \(quoted(name))") else { continue }
      if !isHeaderName(name) {
        settings.error("bad-header", "\(quoted(name)) is no name of a header field", at: value)
      }
      endpoint.headers[name] = secret
    }
    endpoint.authorityFile = settings.text(fields["ca_file"], "ca_file")
    if let timeout = settings.duration(fields["timeout"], "timeout") { endpoint.timeout = timeout }
    return endpoint
  }

  private static func isHeaderName(_ name: String) -> Bool {
    !name.isEmpty
      && name.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
          true
        default: false
        }
      }
  }
}

extension SettingsReader {
  /// A secret with its references; nil when there is none or it is bad, which is reported.
  mutating func secret(_ node: SettingsNode?, _ what: String) -> Secret? {
    guard let node, let text = text(node, what), !text.isEmpty else { return nil }
    do throws(SecretError) {
      return try Secret(text)
    } catch {
      self.error("bad-secret", "\(error.description) for \(what)", at: node)
      return nil
    }
  }
}
