/// Something a person or a pipeline did to a service: a deploy, migration, scaling, flag or rollback.
public struct ChangeEvent: Hashable, Sendable, Codable {
  /// When it took effect.
  public var time: Timestamp
  /// The service it was done to, as the catalogue names it.
  public var service: String
  /// How it was done, in one word: `kubernetes`, `docker-compose`, `vercel`, `prisma`, `scale`.
  public var kind: String
  /// What is there now; nil when unknown.
  public var version: String?
  /// What was there before, which a rollback goes back to; nil when unknown.
  public var previousVersion: String?
  /// One line for people.
  public var summary: String?
  /// Where to read more.
  public var link: String?

  /// A change with all that is known of it.
  public init(
    time: Timestamp, service: String, kind: String, version: String? = nil,
    previousVersion: String? = nil, summary: String? = nil, link: String? = nil
  ) {
    self.time = time
    self.service = service
    self.kind = kind
    self.version = version
    self.previousVersion = previousVersion
    self.summary = summary
    self.link = link
  }

  /// The same change read twice has the same id: a hash of time, service, kind and versions.
  public var id: String {
    var hash = StableHash()
    hash.combine(time.milliseconds)
    for text in [service, kind, version ?? "", previousVersion ?? ""] { hash.combine(text) }
    return hash.hexadecimal
  }
}
