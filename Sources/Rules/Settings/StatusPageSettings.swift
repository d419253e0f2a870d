public import Model

/// What a status page shows, as `status-page.yaml` says: nothing that is not named there.
///
///     title: Example shop
///     url: https://status.example.com
///     publish: medium          # incidents that reached this severity
///     history: 90              # days
///     services:
///       - {service: checkout, title: Checkout, description: Baskets and payments}
///     maintenance:
///       - title: New database
///         from: 2026-01-20T02:00:00Z
///         to: 2026-01-20T04:00:00Z
///         services: [checkout]
///         text: The shop can be slow for a few minutes.
public struct StatusPageSettings: Hashable, Sendable {
  /// A service that the public may know of.
  public struct Service: Hashable, Sendable {
    /// Its name in the catalogue, which the page never shows.
    public var service: String
    /// What the page calls it.
    public var title: String
    /// One line for people; nil without.
    public var description: String?
  }

  /// Work that is announced.
  public struct Maintenance: Hashable, Sendable {
    /// What is done, in a few words.
    public var title: String
    /// When it begins.
    public var start: Timestamp
    /// When it is over; later than `start`.
    public var end: Timestamp
    /// The services it is about, by their names in the catalogue.
    public var services: [String]
    /// More for people; nil without.
    public var text: String?
  }

  /// The page's heading.
  public var title = "Status"
  /// Where the page will stand, for the feed; nil when unknown.
  public var url: String?
  /// Incidents that reached this severity are published.
  public var publish = Severity.medium
  /// Days of history, 1...365.
  public var days = 90
  /// The published services, in the order of the page.
  public var services: [Service] = []
  /// Announced work, by its start.
  public var maintenance: [Maintenance] = []

  /// A page of no services.
  public init() {}

  /// Reads the file `path`, of which `text` is the content.
  ///
  /// Nil when it has an error; all that is wrong is in the diagnostics.
  public static func read(
    _ text: String, path: String
  ) -> (settings: StatusPageSettings?, diagnostics: [Diagnostic]) {
    var reader = StatusPageReader(settings: SettingsReader(path: path, text: text))
    let page = reader.read()
    return (reader.settings.hasErrors ? nil : page, reader.settings.diagnostics)
  }
}

/// Reads `status-page.yaml`.
private struct StatusPageReader {
  var settings: SettingsReader

  mutating func read() -> StatusPageSettings {
    var page = StatusPageSettings()
    let top = settings.fields(
      settings.root, "the status page",
      known: ["title", "url", "publish", "history", "services", "maintenance"])
    page.title = settings.text(top["title"], "title") ?? page.title
    page.url = settings.text(top["url"], "url")
    let levels = Severity.allCases.map { ($0.rawValue, $0) }
    page.publish = settings.choice(top["publish"], "publish", among: levels) ?? page.publish
    page.days = settings.integer(top["history"], "history", in: 1...365) ?? page.days
    for node in settings.list(top["services"], "services") {
      if let service = service(node) { page.services.append(service) }
    }
    if page.services.isEmpty, let root = settings.root, !settings.hasErrors {
      settings.error("no-service", "services must name at least one service", at: root)
    }
    let known = Set(page.services.map(\.service))
    for node in settings.list(top["maintenance"], "maintenance") {
      if let work = maintenance(node, known: known) { page.maintenance.append(work) }
    }
    page.maintenance.sort { ($0.start, $0.title) < ($1.start, $1.title) }
    return page
  }

  private mutating func service(_ node: SettingsNode) -> StatusPageSettings.Service? {
    let fields = settings.fields(
      node, "a service", known: ["service", "title", "description"])
    guard let name = required(fields["service"], "service", in: node) else { return nil }
    return StatusPageSettings.Service(
      service: name, title: settings.text(fields["title"], "title") ?? name,
      description: settings.text(fields["description"], "description"))
  }

  private mutating func maintenance(
    _ node: SettingsNode, known: Set<String>
  ) -> StatusPageSettings.Maintenance? {
    let fields = settings.fields(
      node, "maintenance", known: ["title", "from", "to", "services", "text"])
    guard let title = required(fields["title"], "title", in: node),
      let start = time(fields["from"], "from", in: node),
      let end = time(fields["to"], "to", in: node)
    else { return nil }
    if end <= start, let to = fields["to"] {
      settings.error("bad-order", "to must be later than from", at: to)
    }
    var services: [String] = []
    for element in settings.list(fields["services"], "services") {
      guard let name = settings.text(element, "services") else { continue }
      if !known.contains(name) {
        let near = suggestion(for: name, among: known.sorted())
        settings.error(
          "unknown-service",
          "\(quoted(name)) is not among the published services"
            + (near.map { "; did you mean \(quoted($0))?" } ?? ""), at: element)
      }
      services.append(name)
    }
    return StatusPageSettings.Maintenance(
      title: title, start: start, end: end, services: services,
      text: settings.text(fields["text"], "text"))
  }

  private mutating func required(
    _ field: SettingsNode?, _ what: String, in node: SettingsNode
  ) -> String? {
    guard let field else {
      settings.error("missing", "\(what) is missing", at: node)
      return nil
    }
    guard let text = settings.text(field, what) else { return nil }
    guard !text.isEmpty else {
      settings.error("missing", "\(what) must not be empty", at: field)
      return nil
    }
    return text
  }

  private mutating func time(
    _ field: SettingsNode?, _ what: String, in node: SettingsNode
  ) -> Timestamp? {
    guard let text = required(field, what, in: node) else { return nil }
    guard let time = Timestamp(rfc3339: text) else {
      settings.error(
        "bad-time", "expected a time like 2026-01-20T02:00:00Z for \(what), found \(quoted(text))",
        at: field ?? node)
      return nil
    }
    return time
  }
}
