import Model

/// The commands that undo a change, by its kind.
///
/// Values from events are quoted for the shell, so that no event can smuggle a command in.
/// Sources: the command references of Vercel, Docker Compose, nginx, kubectl, Prisma and PostgreSQL.
enum RollbackCommands {
  /// The commands, in the order to run them; empty when only the owner can know them.
  static func commands(for change: ChangeEvent, as kind: ChangeKind) -> [String] {
    let service = shellQuoted(change.service)
    let previous = change.previousVersion.map(shellQuoted)
    switch kind {
    case .vercel:
      return ["vercel rollback \(previous ?? "<previous deployment>")"]
    case .dockerCompose:
      guard let previous else { return ["docker compose -f <previous compose file> up -d"] }
      return isComposeFile(change.previousVersion)
        ? ["docker compose -f \(previous) up -d"]
        : ["TAG=\(previous) docker compose up -d --no-deps \(service)"]
    case .blueGreen:
      let old = previous ?? "<previous colour>"
      return [
        "ln -sfn /etc/nginx/upstreams/\(old).conf /etc/nginx/upstreams/active.conf",
        "nginx -t && nginx -s reload",
      ]
    case .kubernetes:
      return [
        "kubectl rollout undo deployment/\(service)",
        "kubectl rollout status deployment/\(service) --timeout=5m",
      ]
    case .prisma:
      let name = change.version.map(shellQuoted) ?? "<migration>"
      return [
        "pg_restore --clean --if-exists --dbname=\"$DATABASE_URL\" <dump taken before \(name)>",
        "npx prisma migrate resolve --rolled-back \(name)",
      ]
    case .sqlMigration:
      let name = change.version.map(shellQuoted) ?? "<migration>"
      return [
        "psql \"$DATABASE_URL\" --single-transaction -f <down script of \(name)>",
        "pg_restore --clean --if-exists --dbname=\"$DATABASE_URL\" <dump taken before \(name)>",
      ]
    case .featureFlag:
      let flag = change.version.map(shellQuoted) ?? "<flag>"
      return ["<flag tool> set \(flag) \(previous ?? "off")"]
    case .configuration:
      return ["git revert --no-edit \(change.version.map(shellQuoted) ?? "<commit>")"]
    case .deploy, .other, .scaling, .rollback: return []
    }
  }

  private static func isComposeFile(_ version: String?) -> Bool {
    guard let version else { return false }
    return version.hasSuffix(".yml") || version.hasSuffix(".yaml")
  }
}

/// The commands that give a service more room or move its traffic, by how it is deployed.
enum ScaleCommands {
  /// More instances, or larger ones.
  static func commands(for service: String, kind: ChangeKind?) -> [String] {
    let name = shellQuoted(service)
    switch kind {
    case .kubernetes?: return ["kubectl scale deployment/\(name) --replicas=<more>"]
    case .dockerCompose?: return ["docker compose up -d --scale \(name)=<more> \(name)"]
    default: return []
    }
  }

  /// Away from the broken instances.
  static func failover(for service: String, kind: ChangeKind?) -> [String] {
    let name = shellQuoted(service)
    switch kind {
    case .kubernetes?: return ["kubectl rollout restart deployment/\(name)"]
    case .dockerCompose?: return ["docker compose up -d --force-recreate \(name)"]
    case .blueGreen?:
      return [
        "ln -sfn /etc/nginx/upstreams/<healthy colour>.conf /etc/nginx/upstreams/active.conf",
        "nginx -t && nginx -s reload",
      ]
    default: return []
    }
  }
}

/// `text` as one word of a POSIX shell; plain words stay as they are.
func shellQuoted(_ text: String) -> String {
  let isPlain =
    !text.isEmpty
    && text.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "."),
        UInt8(ascii: "/"), UInt8(ascii: ":"), UInt8(ascii: "@"), UInt8(ascii: "-"),
        UInt8(ascii: "+"), UInt8(ascii: ","):
        true
      default: false
      }
    }
  // A leading dash would be read as an option, quoted or not: a person must look at it.
  if text.hasPrefix("-") { return "<version>" }
  if isPlain { return text }
  var out = "'"
  for character in text { out += character == "'" ? "'\\''" : String(character) }
  return out + "'"
}
