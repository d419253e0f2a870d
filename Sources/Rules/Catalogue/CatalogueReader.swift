import Model
import PromQL
import Yams

/// Reads `services.yaml`: the catalogue and the settings of the incident practice.
struct CatalogueReader {
  var rules: RuleReader
  private var names: [String: Node] = [:]
  private var dependencies: [(name: String, node: Node)] = []

  private static let serviceKeys = [
    "tier", "owner", "match", "depends_on", "users", "change_kind", "links",
  ]
  static let topKeys = ["services", "incidents", "playbooks"]

  init(rules: RuleReader) { self.rules = rules }

  /// The services of the document `root`; what is wrong stands in `rules.yaml.diagnostics`.
  ///
  /// Services may depend on each other in a circle: real ones do.
  mutating func read(
    _ root: Node?
  ) -> (services: [Catalogue.Service], settings: Node?, playbooks: Node?) {
    let top = rules.yaml.fields(root, "a service catalogue", known: Self.topKeys)
    var services: [Catalogue.Service] = []
    for (key, value) in rules.yaml.pairs(top["services"], "services") {
      guard let name = rules.yaml.text(key, "the name of a service") else { continue }
      if name.isEmpty {
        rules.yaml.error("bad-name", "the name of a service must not be empty", at: key)
      }
      names[name] = key
      services.append(service(name, value))
    }
    for (name, node) in dependencies where names[name] == nil {
      let near = suggestion(for: name, among: names.keys.sorted())
      rules.yaml.error(
        "unknown-service",
        "unknown service \(quoted(name)) in depends_on"
          + (near.map { "; did you mean \(quoted($0))?" } ?? ""), at: node)
    }
    return (services, top["incidents"], top["playbooks"])
  }

  private mutating func service(_ name: String, _ node: Node) -> Catalogue.Service {
    var service = Catalogue.Service(name: name)
    let fields = rules.yaml.fields(
      node, "service \(quoted(name))", known: Self.serviceKeys)
    if let tier = fields["tier"] {
      let tiers = Catalogue.Tier.allCases.map { ($0.rawValue, $0) }
      service.tier = rules.yaml.choice(tier, "tier", among: tiers) ?? .minor
    }
    service.owner = text(fields["owner"], "owner")
    service.changeKind = text(fields["change_kind"], "change_kind")
    if let match = fields["match"] { service.matchers = matchers(match) }
    for node in rules.yaml.list(fields["depends_on"], "depends_on") {
      guard let other = rules.yaml.text(node, "depends_on") else { continue }
      if other == name {
        rules.yaml.error("self-dependency", "a service cannot depend on itself", at: node)
      } else if service.dependsOn.contains(other) {
        rules.yaml.report(
          .warning, "duplicate-dependency", "\(quoted(other)) is named twice in depends_on",
          at: rules.yaml.place(node), length: other.utf8.count)
      } else {
        service.dependsOn.append(other)
        dependencies.append((other, node))
      }
    }
    let users = rules.yaml.fields(fields["users"], "users", known: ["total", "affected"])
    service.totalUsers = users["total"].flatMap { expression($0, "total") }
    service.affectedUsers = users["affected"].flatMap { expression($0, "affected") }
    for (key, value) in rules.yaml.pairs(fields["links"], "links") {
      guard let name = rules.yaml.text(key, "the name of a link"),
        let target = rules.yaml.text(value, "link \(name)")
      else { continue }
      service.links[name] = target
    }
    return service
  }

  private mutating func text(_ node: Node?, _ what: String) -> String? {
    node.flatMap { rules.yaml.text($0, what) }.flatMap { $0.isEmpty ? nil : $0 }
  }

  private mutating func expression(_ node: Node, _ what: String) -> Expression? {
    let parsed = rules.expression(
      node, missing: "field '\(what)' of users must not be empty", at: node)
    guard let parsed else { return nil }
    switch parsed.0.type {
    case .scalar, .instantVector: return parsed.0
    case let type:
      rules.yaml.error(
        "bad-type", "expected an instant vector or a scalar for users, found a \(type.rawValue)",
        at: node)
      return nil
    }
  }

  /// Labels with a text (equal) or, behind `=~`, `!~`, `!=` or `=`, any matcher.
  private mutating func matchers(_ node: Node) -> [LabelMatcher] {
    var matchers: [LabelMatcher] = []
    for (key, value) in rules.yaml.pairs(node, "match") {
      guard let name = rules.yaml.text(key, "a label in match"),
        let text = rules.yaml.text(value, "match \(name)")
      else { continue }
      if name.isEmpty {
        rules.yaml.error("bad-name", "a label in match must not be empty", at: key)
        continue
      }
      let operation =
        [LabelMatcher.Operation.matches, .notMatches, .notEqual].first {
          text.hasPrefix($0.rawValue)
        } ?? .equal
      let pattern = operation == .equal ? text : String(text.dropFirst(2))
      do throws(PatternError) {
        matchers.append(try LabelMatcher(name, operation, pattern))
      } catch {
        let source = rules.yaml.source(value)
        let offset = 2 + error.offset
        rules.yaml.report(
          source.diagnostic(
            .error, code: "bad-pattern", "match \(name): \(error.message)",
            at: offset..<max(offset + 1, source.text.utf8.count)))
      }
    }
    if matchers.isEmpty, !rules.yaml.hasErrors {
      rules.yaml.error("no-match", "match must hold at least one label", at: node)
    }
    return matchers
  }
}
