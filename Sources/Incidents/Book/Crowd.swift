import Model
import Rules

/// The alerts of one rule and service, and by which labels they are told apart.
struct Crowd: Sendable {
  private struct Group: Hashable {
    let alert: String
    let service: String?

    init(_ record: AlertRecord) {
      alert = record.alert
      service = record.service
    }
  }

  private struct Variation {
    let first: Labels
    /// Names of the labels in which any differs from the first, which is those in which any two do.
    var names: [String] = []

    mutating func note(_ labels: Labels) {
      guard labels != first else { return }
      for pair in labels.pairs where first[pair.name] != pair.value { add(pair.name) }
      for pair in first.pairs where labels[pair.name] == nil { add(pair.name) }
    }

    private mutating func add(_ name: String) {
      if !names.contains(name) { names.append(name) }
    }
  }

  private var variations: [Group: Variation] = [:]

  /// Labels that are named at most; the first by name.
  private static let labelsMax = 3

  /// The crowd of `alerts`.
  init(_ alerts: [AlertRecord] = []) {
    for alert in alerts { add(alert) }
  }

  /// Takes an alert in; the order of alerts does not matter for what is told of them.
  ///
  /// - Complexity: O(labels).
  mutating func add(_ alert: AlertRecord) {
    variations[Group(alert), default: Variation(first: alert.labels)].note(alert.labels)
  }

  /// What tells an alert apart: "instance db-1, device sda"; empty when nothing does.
  func instance(of alert: AlertRecord) -> String {
    guard let names = variations[Group(alert)]?.names, !names.isEmpty else { return "" }
    var text = ""
    var count = 0
    for pair in alert.labels.pairs where names.contains(pair.name) {
      if count == Self.labelsMax { break }
      if count > 0 { text += ", " }
      text += pair.name
      text += " "
      text += pair.value
      count += 1
    }
    return text
  }
}
