public import Model

extension AlertTable {
  /// The state of a rule's alerts, to be kept over a restart or a reload of the rules.
  public struct Checkpoint: Hashable, Sendable {
    /// One instance.
    public struct Entry: Hashable, Sendable {
      /// Its labels, with `alertname`.
      public var labels: Labels
      /// Labels of its series, with the name.
      public var seriesLabels: Labels
      /// Where it stands.
      public var machine: AlertMachine
      /// Levels of a threshold crossed since it fires.
      public var rank: Int
      /// What the value at the last true tick was measured against.
      public var measure: AlertTransition.Measure
    }

    /// By labels.
    public var entries: [Entry]

    /// A checkpoint of `entries`.
    public init(entries: [Entry]) {
      self.entries = entries
    }
  }

  /// All instances that are active or resolved not long before `time`.
  public func checkpoint(at time: Timestamp) -> Checkpoint {
    let kept = instances.filter {
      $0.machine.state != .inactive || $0.machine.isRetained(at: time)
    }
    return Checkpoint(
      entries: kept.sorted { $0.labels < $1.labels }.map {
        .init(
          labels: $0.labels, seriesLabels: $0.seriesLabels, machine: $0.machine, rank: $0.rank,
          measure: $0.measured?.measure ?? AlertTransition.Measure())
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
      instances[index].measured = (entry.machine.lastTrue, entry.measure)
      if hasFixedLabels { unbound[entry.seriesLabels] = index }
    }
    mayRecycle = true
    boundThrough = instances.isEmpty ? nil : 0
  }

  /// Finds the series of a checkpoint's instances among the output series there are by now.
  ///
  /// To be called before the rows of a pass are made, since `isIdle` depends on it.
  /// - Parameters:
  ///   - seriesCount: Number of output series.
  ///   - labels: The labels of one, with its name.
  /// - Complexity: O(1) once every instance has found its series.
  public mutating func bind(seriesCount: Int, labels: (Int) -> Labels) {
    guard let seen = boundThrough, seen < seriesCount else { return }
    var waiting: [Labels: [Int]] = [:]
    for (index, instance) in instances.enumerated() where instance.series < 0 {
      waiting[instance.seriesLabels, default: []].append(index)
    }
    if hasFixedLabels, instanceOfSeries.count < seriesCount {
      let missing = seriesCount - instanceOfSeries.count
      instanceOfSeries += [Int](repeating: Self.unknown, count: missing)
    }
    for series in seen..<seriesCount {
      if waiting.isEmpty { break }
      let seriesLabels = labels(series)
      guard let found = waiting.removeValue(forKey: seriesLabels) else { continue }
      for index in found { instances[index].series = series }
      guard hasFixedLabels, let index = found.first else { continue }
      instanceOfSeries[series] = index
      unbound[seriesLabels] = nil
    }
    boundThrough = waiting.isEmpty ? nil : seriesCount
    noteActiveSeries()
  }
}

extension AlertTable.Checkpoint {
  /// Writes all entries.
  public func encode(into writer: inout CheckpointWriter) {
    writer.write(count: entries.count)
    for entry in entries {
      writer.write(entry.labels)
      writer.write(entry.seriesLabels)
      writer.write(count: entry.rank)
      entry.machine.encode(into: &writer)
      entry.measure.encode(into: &writer)
    }
  }

  /// Reads what `encode` wrote.
  public init(from reader: inout CheckpointReader) throws(CheckpointError) {
    entries = []
    for _ in 0..<(try reader.count()) {
      let labels = try reader.labels()
      let seriesLabels = try reader.labels()
      let rank = try reader.count(atMost: Int(Int32.max))
      entries.append(
        Entry(
          labels: labels, seriesLabels: seriesLabels, machine: try AlertMachine(from: &reader),
          rank: rank, measure: try AlertTransition.Measure(from: &reader)))
    }
  }
}

extension AlertTransition.Measure {
  fileprivate func encode(into writer: inout CheckpointWriter) {
    for number in [threshold, expected, lower, upper, score] {
      writer.write(number != nil)
      if let number { writer.write(number) }
    }
    for text in [level?.rawValue, channel] {
      writer.write(text != nil)
      if let text { writer.write(text) }
    }
    for length in [recurrence, exhaustedIn] {
      writer.write(length != nil)
      if let length { writer.write(length) }
    }
  }

  fileprivate init(from reader: inout CheckpointReader) throws(CheckpointError) {
    self.init()
    threshold = try reader.bool() ? try reader.double() : nil
    expected = try reader.bool() ? try reader.double() : nil
    lower = try reader.bool() ? try reader.double() : nil
    upper = try reader.bool() ? try reader.double() : nil
    score = try reader.bool() ? try reader.double() : nil
    level = try reader.bool() ? Severity(rawValue: try reader.text()) : nil
    channel = try reader.bool() ? try reader.text() : nil
    recurrence = try reader.bool() ? try reader.int64() : nil
    exhaustedIn = try reader.bool() ? try reader.int64() : nil
  }
}
