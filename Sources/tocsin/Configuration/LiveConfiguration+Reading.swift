import API
import Foundation
import Logs
import Model
import Notifications
import Rules
import Sources

extension LiveConfiguration {
  /// Reads the configuration file at `path`; what is wrong with it is told all at once.
  ///
  /// - Throws: `CommandFailure` with every diagnostic.
  init(file path: String) throws {
    let (configuration, diagnostics) = try Self.checked(file: path)
    self = configuration
    let errors = diagnostics.filter { $0.level == .error }
    guard errors.isEmpty else {
      throw CommandFailure.unusable(errors.map(\.description).joined(separator: "\n"))
    }
  }

  /// Reads the configuration file at `path`, and all that is wrong with it.
  ///
  /// - Throws: `CommandFailure` when it cannot be read at all.
  static func checked(file path: String) throws -> (LiveConfiguration, [Diagnostic]) {
    guard let data = FileManager.default.contents(atPath: path),
      let text = String(validating: data, as: UTF8.self)
    else { throw CommandFailure.unusable("\(path): error: cannot be read as text") }
    var reader = ConfigurationReader(path: path, text: text)
    return (reader.read(), reader.settings.diagnostics)
  }
}

/// Reads the sections of a configuration file.
struct ConfigurationReader {
  var settings: SettingsReader

  init(path: String, text: String) {
    settings = SettingsReader(path: path, text: text)
  }

  private static let topKeys = [
    "listen", "rules", "store", "scrape", "tokens", "allow_unauthenticated", "tls", "interval",
    "lateness", "retention", "external_labels", "external_url", "limits",
    "metric_name_validation_scheme", "enable_features", "notifications", "logs",
  ]

  mutating func read() -> LiveConfiguration {
    var found = LiveConfiguration()
    let top = settings.fields(settings.root, "the configuration", known: Self.topKeys)
    found.listen = address(top["listen"])
    found.rules = settings.list(top["rules"], "rules").compactMap { settings.text($0, "rules") }
    found.store = settings.text(top["store"], "store") ?? found.store
    found.scrape = settings.list(top["scrape"], "scrape").compactMap { target($0) }
    found.logs = settings.list(top["logs"], "logs").compactMap { log($0, &found.logZones) }
    found.tokens = settings.list(top["tokens"], "tokens").compactMap { token($0) }
    found.allowsUnauthenticated =
      settings.flag(top["allow_unauthenticated"], "allow_unauthenticated") ?? false
    found.tls = tls(top["tls"])
    found.interval = positive(top["interval"], "interval") ?? found.interval
    found.lateness = settings.duration(top["lateness"], "lateness") ?? found.lateness
    found.retention = settings.duration(top["retention"], "retention")
    found.externalLabels = settings.labels(top["external_labels"], "external_labels")
    found.externalURL = settings.text(top["external_url"], "external_url") ?? ""
    let schemes = NameScheme.allCases.map { ($0.rawValue, $0) }
    found.labelNames =
      settings.choice(
        top["metric_name_validation_scheme"], "metric_name_validation_scheme", among: schemes)
      ?? found.labelNames
    let features = Feature.allCases.map { ($0.rawValue, $0) }
    found.features = settings.list(top["enable_features"], "enable_features")
      .compactMap { settings.choice($0, "enable_features", among: features) }
    found.notifications = NotificationSettings(reading: top["notifications"], from: &settings)
    readLimits(top["limits"], into: &found)
    return found
  }

  private mutating func address(_ node: SettingsNode?) -> ServerConfiguration.Address? {
    guard let node, let text = settings.text(node, "listen"), !text.isEmpty else { return nil }
    if let address = ServerConfiguration.Address(text) { return address }
    settings.error("bad-address", "expected HOST:PORT for listen, found \(quoted(text))", at: node)
    return nil
  }

  private mutating func positive(_ node: SettingsNode?, _ what: String) -> Milliseconds? {
    guard let node, let length = settings.duration(node, what) else { return nil }
    if length > 0 { return length }
    settings.error("out-of-range", "expected a length of time above 0 for \(what)", at: node)
    return nil
  }

  private mutating func secret(_ node: SettingsNode?, _ what: String) -> Secret? {
    guard let node, let text = settings.text(node, what) else { return nil }
    do throws(SecretError) {
      return try Secret(text)
    } catch {
      settings.error("bad-secret", error.description, at: node)
      return nil
    }
  }

  private mutating func target(_ node: SettingsNode) -> ScrapeConfiguration? {
    let fields = settings.fields(
      node, "a scrape target",
      known: [
        "url", "interval", "timeout", "labels", "honor_labels", "honor_timestamps",
        "body_size_limit", "sample_limit", "basic_auth", "bearer", "authorization",
        "tls_config",
      ])
    guard let url = settings.text(fields["url"], "url"), !url.isEmpty else {
      settings.error("missing-key", "a scrape target needs a url", at: node)
      return nil
    }
    var target = ScrapeConfiguration(url: url)
    target.intervalMilliseconds =
      positive(fields["interval"], "interval") ?? target.intervalMilliseconds
    target.timeoutMilliseconds = positive(fields["timeout"], "timeout")
    target.labels = settings.labels(fields["labels"], "labels")
    target.honorsLabels =
      settings.flag(fields["honor_labels"], "honor_labels") ?? target.honorsLabels
    target.honorsTimestamps =
      settings.flag(fields["honor_timestamps"], "honor_timestamps") ?? target.honorsTimestamps
    target.bodyBytesMax =
      settings.integer(fields["body_size_limit"], "body_size_limit", in: 1...(1 << 32))
      ?? target.bodyBytesMax
    target.samplesMax =
      settings.integer(fields["sample_limit"], "sample_limit", in: 1...Int.max)
      ?? target.samplesMax
    target.credentials = credentials(fields)
    target.tls = tlsOfTarget(fields["tls_config"])
    do throws(ScrapeError) {
      _ = try ScrapeTarget(target)
    } catch {
      settings.error(error.code.rawValue, error.message, at: fields["url"] ?? node)
      return nil
    }
    return target
  }

  private mutating func tlsOfTarget(_ node: SettingsNode?) -> ScrapeTLS? {
    guard let node else { return nil }
    let fields = settings.fields(
      node, "tls_config", known: ["ca_file", "cert_file", "key_file", "insecure_skip_verify"])
    return ScrapeTLS(
      authorityFile: settings.text(fields["ca_file"], "ca_file"),
      certificateFile: settings.text(fields["cert_file"], "cert_file"),
      keyFile: settings.text(fields["key_file"], "key_file"),
      skipsVerification:
        settings.flag(fields["insecure_skip_verify"], "insecure_skip_verify") ?? false)
  }

  private mutating func log(
    _ node: SettingsNode, _ zones: inout [String: String]
  ) -> LogInput? {
    let fields = settings.fields(node, "a log", known: ["path", "service", "zone"])
    guard let path = settings.text(fields["path"], "path"), !path.isEmpty else {
      settings.error("missing-key", "a log needs a path", at: node)
      return nil
    }
    let service = settings.text(fields["service"], "service")
    var zone = TimeZoneRule.utc
    if let node = fields["zone"], let text = settings.text(node, "zone") {
      if let named = ZoneArgument(argument: text) {
        zone = named.zone
        zones[path] = text
      } else {
        settings.error(
          "bad-timezone",
          "expected a time zone like Europe/Berlin or an offset like \"+01:00\", found "
            + quoted(text), at: node)
      }
    }
    return LogInput(
      path: path, options: LogOptions(service: service, mask: .ofThisProcess, zone: zone))
  }

  private mutating func credentials(
    _ fields: [String: SettingsNode]
  ) -> ScrapeConfiguration.Credentials? {
    if let node = fields["basic_auth"] {
      let basic = settings.fields(node, "basic_auth", known: ["username", "password"])
      guard let user = settings.text(basic["username"], "username"),
        let password = secret(basic["password"], "password")
      else {
        settings.error("missing-key", "basic_auth needs username and password", at: node)
        return nil
      }
      return .basic(user: user, password: password)
    }
    if let bearer = secret(fields["bearer"], "bearer") { return .bearer(bearer) }
    return secret(fields["authorization"], "authorization").map { .header($0) }
  }

  private mutating func token(_ node: SettingsNode) -> LiveConfiguration.TokenSettings? {
    let fields = settings.fields(node, "a token", known: ["name", "role", "token", "grace"])
    guard let name = settings.text(fields["name"], "name"), !name.isEmpty else {
      settings.error("missing-key", "a token needs a name", at: node)
      return nil
    }
    guard let value = secret(fields["token"], "token"), !value.isEmpty else {
      settings.error("missing-key", "token \(quoted(name)) has no value", at: node)
      return nil
    }
    let roles = Role.allCases.map { ($0.rawValue, $0) }
    var token = LiveConfiguration.TokenSettings(
      name: name, role: settings.choice(fields["role"], "role", among: roles) ?? .read,
      token: value)
    token.grace = settings.duration(fields["grace"], "grace") ?? token.grace
    return token
  }

  private mutating func tls(_ node: SettingsNode?) -> LiveConfiguration.TLSSettings? {
    guard let node else { return nil }
    let fields = settings.fields(node, "tls", known: ["certificate", "key", "client_ca"])
    guard let certificate = settings.text(fields["certificate"], "certificate"),
      let key = settings.text(fields["key"], "key")
    else {
      settings.error("missing-key", "tls needs certificate and key", at: node)
      return nil
    }
    return LiveConfiguration.TLSSettings(
      certificate: certificate, key: key,
      clientAuthority: settings.text(fields["client_ca"], "client_ca"))
  }

  private mutating func readLimits(
    _ node: SettingsNode?, into found: inout LiveConfiguration
  ) {
    let fields = settings.fields(
      node, "limits",
      known: ["series"] + LiveConfiguration.limitNames.map(\.0))
    found.seriesMax = settings.integer(fields["series"], "series", in: 1...(1 << 31))
    var limits = found.limits
    for (name, path) in LiveConfiguration.limitNames {
      guard let value = settings.integer(fields[name], name, in: 1...(1 << 40)) else { continue }
      limits[keyPath: path] = value
    }
    found.limits = limits
  }
}
