import API
import Logs
import Model
import Sources
import Notifications

extension LiveConfiguration {
  /// Refuses what would be dangerous.
  ///
  /// - Throws: `CommandFailure` when everybody could use a server that others can reach.
  func check() throws {
    guard let listen, !listen.isLoopback, tokens.isEmpty, !allowsUnauthenticated else { return }
    throw CommandFailure.unusable(
      """
      error: \(listen) can be reached from other machines, and no token is configured
      Add tokens to the configuration file, listen on 127.0.0.1, or, behind a proxy that asks who \
      comes, set allow_unauthenticated: true.
      """)
  }

  /// The configuration as YAML that reads back to the same, but for secrets, which are masked.
  var yaml: String {
    var lines: [String] = []
    if let listen { lines.append("listen: \(Self.scalar("\(listen)"))") }
    lines.append(
      "rules: [\((rules.isEmpty ? ["rules"] : rules).map(Self.scalar).joined(separator: ", "))]")
    lines.append("store: \(Self.scalar(store))")
    lines.append("interval: \(interval)ms")
    lines.append("lateness: \(lateness)ms")
    lines.append("retention: \(retentionInForce ?? 0)ms")
    if let seriesMax { lines.append("limits: {series: \(seriesMax)}") }
    if labelNames != .utf8 {
      lines.append("metric_name_validation_scheme: \(labelNames.rawValue)")
    }
    if !features.isEmpty {
      lines.append("enable_features: [\(features.map(\.rawValue).joined(separator: ", "))]")
    }
    if allowsUnauthenticated { lines.append("allow_unauthenticated: true") }
    if let tls {
      let authority = tls.clientAuthority.map { ", client_ca: \(Self.scalar($0))" } ?? ""
      lines.append(
        "tls: {certificate: \(Self.scalar(tls.certificate)), key: \(Self.scalar(tls.key))\(authority)}"
      )
    }
    if !externalURL.isEmpty { lines.append("external_url: \(Self.scalar(externalURL))") }
    if !externalLabels.pairs.isEmpty {
      lines.append("external_labels: \(Self.mapping(externalLabels))")
    }
    if !scrape.isEmpty { lines.append("scrape:") }
    for target in scrape {
      lines.append(
        "  - {url: \(Self.scalar(target.url)), interval: \(target.intervalMilliseconds)ms, "
          + "labels: \(Self.mapping(target.labels))}")
    }
    if !logs.isEmpty { lines.append("logs:") }
    for log in logs {
      let service = log.options.service.map { ", service: \(Self.scalar($0))" } ?? ""
      lines.append("  - {path: \(Self.scalar(log.path))\(service)}")
    }
    if !notifications.receivers.isEmpty || !notifications.routes.isEmpty {
      lines.append("notifications: \(notifications.yaml)")
    }
    if !tokens.isEmpty { lines.append("tokens:") }
    for token in tokens {
      lines.append(
        "  - {name: \(Self.scalar(token.name)), role: \(token.role.rawValue), "
          + "token: \(Self.scalar(token.token.description)), grace: \(token.grace)ms}")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// A text in double quotes, which YAML reads as JSON does.
  private static func scalar(_ text: String) -> String {
    var json = JSONWriter()
    json.value(text)
    return json.text
  }

  private static func mapping(_ labels: Labels) -> String {
    "{" + labels.pairs.map { "\(scalar($0.name)): \(scalar($0.value))" }.joined(separator: ", ")
      + "}"
  }
}
