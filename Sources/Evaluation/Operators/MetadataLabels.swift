import Model

extension Labels {
  /// The labels that say what a metric is, not what it is about: they go when a result is another
  /// quantity than its operand.
  static let metadataNames: Set<String> = [Labels.metricName, "__type__", "__unit__"]

  /// The labels without the metric's name, type and unit.
  var withoutMetadata: Labels {
    guard pairs.contains(where: { Self.metadataNames.contains($0.name) }) else { return self }
    return filter { !Self.metadataNames.contains($0) }
  }
}
