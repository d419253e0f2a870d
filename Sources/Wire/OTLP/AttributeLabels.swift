/// Turns attributes into labels.
enum AttributeLabels {
  /// The labels of `attributes`, by name.
  ///
  /// Keys that become one label have their values joined by `;`, in the order of the keys.
  static func labels(
    _ attributes: [OTLPKeyValue], prefix: String = ""
  ) -> [(name: String, value: String)] {
    var labels: [(name: String, key: String, value: String)] = attributes.map {
      (
        prefix.isEmpty ? MetricNames.label($0.key) : prefix + MetricNames.label($0.key), $0.key,
        $0.value.text
      )
    }
    let isSimple = labels.count < 2
    if !isSimple { labels.sort { ($0.name, $0.key) < ($1.name, $1.key) } }
    var joined: [(name: String, value: String)] = []
    joined.reserveCapacity(labels.count)
    for label in labels {
      if joined.last?.name == label.name {
        joined[joined.count - 1].value += ";" + label.value
      } else {
        joined.append((label.name, label.value))
      }
    }
    return joined
  }
}

/// The labels that a resource gives to each of its series, and to `target_info`.
struct ResourceLabels {
  /// `job` and `instance`, and what is promoted.
  var ofSeries: [(name: String, value: String)] = []
  /// The other attributes; empty when the resource has none.
  var ofInfo: [(name: String, value: String)] = []

  private static let identifying: Set<String> = [
    "service.name", "service.namespace", "service.instance.id",
  ]

  init(_ resource: OTLPResource, promoted: Set<String>) {
    let attributes = resource.attributes
    func text(_ key: String) -> String {
      attributes.first { $0.key == key }?.value.text ?? ""
    }
    let name = text("service.name")
    let space = text("service.namespace")
    if !name.isEmpty { ofSeries.append(("job", space.isEmpty ? name : "\(space)/\(name)")) }
    let instance = text("service.instance.id")
    if !instance.isEmpty { ofSeries.append(("instance", instance)) }
    let others = attributes.filter { !Self.identifying.contains($0.key) }
    ofInfo = AttributeLabels.labels(others).filter { $0.name != "job" && $0.name != "instance" }
    if !promoted.isEmpty {
      let chosen = AttributeLabels.labels(attributes.filter { promoted.contains($0.key) })
      ofSeries += chosen.filter { $0.name != "job" && $0.name != "instance" }
    }
  }
}
