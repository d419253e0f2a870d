import API
import Logs
import Model
import Notifications
import Sources

extension LiveConfiguration {
  /// The configuration as YAML that reads back to the same, but for secrets, which are masked; those
  /// that stand somewhere else are told by where.
  var yaml: String {
    let lines =
      general + reached + scrape.lines("scrape:", Self.target) + logs.lines("logs:", log)
      + [notifications.isEmpty ? nil : "notifications: \(notifications.yaml)"]
      + tokens.lines("tokens:", Self.token)
    return lines.compactMap(\.self).joined(separator: "\n") + "\n"
  }

  /// What is judged, and how.
  private var general: [String?] {
    [
      listen.map { "listen: \(Self.scalar("\($0)"))" },
      "rules: [\((rules.isEmpty ? ["rules"] : rules).map(Self.scalar).joined(separator: ", "))]",
      "store: \(Self.scalar(store))", "interval: \(interval)ms", "lateness: \(lateness)ms",
      "retention: \(retentionInForce ?? 0)ms", limitsLine,
      labelNames == .utf8 ? nil : "metric_name_validation_scheme: \(labelNames.rawValue)",
      features.isEmpty
        ? nil : "enable_features: [\(features.map(\.rawValue).joined(separator: ", "))]",
    ]
  }

  /// How others reach it, and what it is to them.
  private var reached: [String?] {
    [
      allowsUnauthenticated ? "allow_unauthenticated: true" : nil,
      tls.map { tls in
        "tls: "
          + Self.mapping([
            ("certificate", Self.scalar(tls.certificate)), ("key", Self.scalar(tls.key)),
            ("client_ca", tls.clientAuthority.map(Self.scalar)),
          ])
      },
      externalURL.isEmpty ? nil : "external_url: \(Self.scalar(externalURL))",
      externalLabels.isEmpty ? nil : "external_labels: \(Self.mapping(externalLabels))",
    ]
  }

  private var limitsLine: String? {
    let series = [("series", seriesMax.map(String.init))]
    let served: [(String, String?)] = LiveConfiguration.limitNames.map { name, path in
      (name, String(limits[keyPath: path]))
    }
    let told = series + (listen == nil ? [] : served)
    return told.allSatisfy { $0.1 == nil } ? nil : "limits: \(Self.mapping(told))"
  }

  private static func target(_ target: ScrapeConfiguration) -> String {
    var fields: [(String, String?)] = [
      ("url", scalar(target.url)), ("interval", "\(target.intervalMilliseconds)ms"),
      ("timeout", target.timeoutMilliseconds.map { "\($0)ms" }),
      ("labels", mapping(target.labels)), ("honor_labels", "\(target.honorsLabels)"),
      ("honor_timestamps", "\(target.honorsTimestamps)"),
      ("body_size_limit", "\(target.bodyBytesMax)"), ("sample_limit", "\(target.samplesMax)"),
      ("tls_config", target.tls.map(tls)),
    ]
    switch target.credentials {
    case .basic(let user, let password):
      let basic = [("username", scalar(user)), ("password", scalar(password.description))]
      fields.append(("basic_auth", mapping(basic)))
    case .bearer(let token): fields.append(("bearer", scalar(token.description)))
    case .header(let value): fields.append(("authorization", scalar(value.description)))
    case nil: break
    }
    return mapping(fields)
  }

  private static func tls(_ tls: ScrapeTLS) -> String {
    mapping([
      ("ca_file", tls.authorityFile.map(scalar)), ("cert_file", tls.certificateFile.map(scalar)),
      ("key_file", tls.keyFile.map(scalar)),
      ("insecure_skip_verify", tls.skipsVerification ? "true" : nil),
    ])
  }

  private func log(_ log: LogInput) -> String {
    Self.mapping([
      ("path", Self.scalar(log.path)), ("service", log.options.service.map(Self.scalar)),
      ("zone", logZones[log.path].map(Self.scalar)),
    ])
  }

  private static func token(_ token: TokenSettings) -> String {
    mapping([
      ("name", scalar(token.name)), ("role", token.role.rawValue),
      ("token", scalar(token.token.description)), ("grace", "\(token.grace)ms"),
    ])
  }

  /// A text in double quotes, which YAML reads as JSON does.
  private static func scalar(_ text: String) -> String {
    var json = JSONWriter()
    json.value(text)
    return json.text
  }

  private static func mapping(_ fields: [(String, String?)]) -> String {
    let told = fields.compactMap { name, value in value.map { "\(name): \($0)" } }
    return "{" + told.joined(separator: ", ") + "}"
  }

  private static func mapping(_ labels: Labels) -> String {
    mapping(labels.pairs.map { (scalar($0.name), scalar($0.value)) })
  }
}

extension NotificationSettings {
  fileprivate var isEmpty: Bool { receivers.isEmpty && routes.isEmpty && calendars.isEmpty }
}

extension Array {
  /// A list of YAML below `head`; nothing where it is empty.
  fileprivate func lines(_ head: String, _ text: (Element) -> String) -> [String?] {
    isEmpty ? [] : [head] + map { "  - \(text($0))" }
  }
}
