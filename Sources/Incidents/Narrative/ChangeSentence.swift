import Model

/// The words for changes: "database scaled t3.medium → t3.large".
enum ChangeSentence {
  /// The sentence of a timeline: what was done, from what to what, and by which kind of event.
  static func told(_ change: ChangeEvent) -> String {
    let summary = change.summary.map { ": \($0)" } ?? ""
    return "change: \(brief(change)) (\(change.kind) event)\(summary)"
  }

  /// What was done, from what to what.
  static func brief(_ change: ChangeEvent) -> String {
    let versions =
      switch (change.previousVersion, change.version) {
      case (let old?, let new?): " \(old) → \(new)"
      case (nil, let new?): " \(new)"
      case (let old?, nil): " (was \(old))"
      case (nil, nil): ""
      }
    return "\(change.service) \(verb(of: change.kind))\(versions)"
  }

  /// What was done as a sentence: "orders-db was scaled from t3.medium to t3.large".
  static func sentence(_ change: ChangeEvent) -> String {
    let kind = ChangeKind(change.kind)
    let versions =
      switch (change.previousVersion, change.version) {
      case (let old?, let new?): kind == .scaling ? " from \(old) to \(new)" : " (\(old) → \(new))"
      case (nil, let new?): kind == .scaling ? " to \(new)" : " (\(new))"
      case (let old?, nil): " (before: \(old))"
      case (nil, nil): ""
      }
    let passive = kind == .featureFlag ? "" : "was "
    return "\(change.service) \(passive)\(verb(of: change.kind))\(versions)"
  }

  private static func verb(of kind: String) -> String {
    switch ChangeKind(kind) {
    case .scaling: "scaled"
    case .rollback: "rolled back"
    case .prisma, .sqlMigration: "migrated"
    case .featureFlag: "had a flag switched"
    case .configuration: "reconfigured"
    case .vercel, .dockerCompose, .blueGreen, .kubernetes, .deploy: "deployed"
    case .other: "changed"
    }
  }
}

/// The kinds of change that call for different words and different ways back.
enum ChangeKind: Hashable {
  /// A deployment on Vercel.
  case vercel
  /// `docker compose up` with another file or tag.
  case dockerCompose
  /// Blue/green environments behind nginx.
  case blueGreen
  /// A Kubernetes rollout, also by Helm.
  case kubernetes
  /// A Prisma migration.
  case prisma
  /// Any other migration of a database's schema.
  case sqlMigration
  /// A flag of a feature.
  case featureFlag
  /// More or larger instances, or fewer and smaller.
  case scaling
  /// A way back itself.
  case rollback
  /// Settings.
  case configuration
  /// A deployment by other means.
  case deploy
  /// Anything else.
  case other

  /// The kind that a change's `kind` names.
  init(_ name: String) {
    switch name.lowercased() {
    case "vercel": self = .vercel
    case "docker-compose", "compose", "docker": self = .dockerCompose
    case "blue-green", "bluegreen", "nginx": self = .blueGreen
    case "kubernetes", "k8s", "helm": self = .kubernetes
    case "prisma": self = .prisma
    case "sql-migration", "migration", "sql", "flyway", "liquibase": self = .sqlMigration
    case "feature-flag", "flag": self = .featureFlag
    case "scale", "scaling", "autoscale": self = .scaling
    case "rollback": self = .rollback
    case "config", "configuration", "secret": self = .configuration
    case "deploy", "deployment", "release": self = .deploy
    default: self = .other
    }
  }

  /// True for changes meant to help, which are seldom the cause.
  var isRemedy: Bool { self == .scaling || self == .rollback }
}
