import Model
import Rules

/// The alerts of one rule and service, and by which labels they are told apart.
struct Crowd: Hashable, Sendable {
  private struct Group: Hashable {
    let alert: String
    let service: String?
  }

  private struct Variation: Hashable {
    let first: Labels
    /// Names of the labels in which any differs from the first, which is those in which any two do.
    var names: Set<String> = []
  }

  private var variations: [Group: Variation] = [:]

  /// Labels that are named at most; the first by name.
  private static let labelsMax = 3

  /// Takes an alert in; the order of alerts does not matter for what is told of them.
  ///
  /// - Complexity: O(labels).
  mutating func add(_ alert: String, of service: String?, _ labels: Labels) {
    let group = Group(alert: alert, service: service)
    guard var variation = variations[group] else {
      return variations[group] = Variation(first: labels)
    }
    guard labels != variation.first else { return }
    for pair in labels.pairs where variation.first[pair.name] != pair.value {
      variation.names.insert(pair.name)
    }
    for pair in variation.first.pairs where labels[pair.name] == nil {
      variation.names.insert(pair.name)
    }
    variations[group] = variation
  }

  /// What tells an alert apart: "instance db-1, device sda"; empty when nothing does.
  func instance(of record: AlertRecord) -> String {
    let group = Group(alert: record.alert, service: record.service)
    guard let names = variations[group]?.names, !names.isEmpty else { return "" }
    return record.labels.pairs.filter { names.contains($0.name) }.prefix(Self.labelsMax)
      .map { "\($0.name) \($0.value)" }.joined(separator: ", ")
  }
}
