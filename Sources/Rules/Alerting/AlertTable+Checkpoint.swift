public import Model

extension AlertTable {
  /// The state of a rule's alerts, to be kept over a restart or a reload of the rules.
  public struct Checkpoint: Hashable, Sendable, Codable {
    /// One instance.
    public struct Entry: Hashable, Sendable, Codable {
      /// Its labels, with `alertname`.
      public var labels: Labels
      /// Labels of its series, with the name.
      public var seriesLabels: Labels
      /// Where it stands.
      public var machine: AlertMachine
      /// Levels of a threshold crossed since it fires.
      public var rank: Int
    }

    /// By labels.
    public var entries: [Entry]
  }

  /// All instances that are active or resolved not long before `time`.
  public func checkpoint(at time: Timestamp) -> Checkpoint {
    let kept = instances.filter {
      $0.machine.state != .inactive || $0.machine.isRetained(at: time)
    }
    return Checkpoint(
      entries: kept.sorted { $0.labels < $1.labels }.map {
        .init(
          labels: $0.labels, seriesLabels: $0.seriesLabels, machine: $0.machine, rank: $0.rank)
      })
  }

  /// Puts the instances of a checkpoint in place of those of this table.
  ///
  /// Their series are found again by labels as soon as rows speak of them.
  public mutating func restore(_ checkpoint: Checkpoint) {
    instances = []
    free = []
    unbound = [:]
    instanceOfLabels = [:]
    instanceOfSeries = []
    for entry in checkpoint.entries where instanceOfLabels[entry.labels] == nil {
      let index = instance(labels: entry.labels, series: -1, seriesLabels: entry.seriesLabels)
      instances[index].machine = entry.machine
      instances[index].rank = entry.rank
      if hasFixedLabels { unbound[entry.seriesLabels] = index }
    }
    mayRecycle = true
  }
}
