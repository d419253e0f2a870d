public import Model

extension AlertTable {
  /// Takes a batch of ticks.
  ///
  /// A series that is left out of `rows` has no data at any of them; one that is idle and never true
  /// may be left out as well. At a tick with an error the rule's alerts stay as they are, as in
  /// Prometheus; an exceeded limit drops them all.
  /// - Parameters:
  ///   - ticks: At most 64, in order with those of the batch before.
  ///   - rows: Each series at most once.
  ///   - values: The `ticks.count` values of a series among `rows`; they stay until this returns.
  ///   - labels: The labels of a series, with its name; asked when it first becomes true.
  ///   - surroundings: What templates need beyond labels and values.
  ///   - recordsSpans: Whether `AlertOutcome.spans` is wanted.
  /// - Returns: What happened to the alerts.
  /// - Complexity: O(rows + changes); O(rows × ticks) with a limit, levels or templated labels that
  ///   use the value.
  public mutating func advance(
    _ ticks: AlertTicks, rows: [AlertRow], values: (Int) -> UnsafeBufferPointer<Double>,
    labels: (Int) -> Labels, in surroundings: AlertSurroundings = AlertSurroundings(),
    recordsSpans: Bool = false
  ) -> AlertOutcome {
    var columns = Columns(ticks: ticks, instances: instances.count)
    if !hasFixedLabels {
      for (index, instance) in instances.enumerated() where instance.machine.state != .inactive {
        columns.active[instance.series, default: []].append(index)
      }
    }
    columns.columns.reserveCapacity(rows.count)
    for row in rows {
      let own = values(row.series)
      precondition(
        own.count >= ticks.count,
        "\(own.count) values of series \(row.series) for \(ticks.count) ticks")
      collect(row, own, into: &columns, labels: labels, surroundings)
    }
    var outcome = AlertOutcome()
    for tick in 0..<ticks.count where columns.clashes >> UInt64(tick) & 1 == 1 {
      let clash = columns.clashLabels ?? .empty
      outcome.errors.append(AlertRuleError(time: ticks[tick], reason: .sameLabels(clash)))
    }
    // Instances that no row spoke of have no data.
    for index in instances.indices
    where instances[index].machine.state != .inactive && columns.position[index] < 0 {
      columns.add(index, isPresent: 0)
    }
    let isTickwise = limit > 0 || hasLevels
    var tick = 0
    while tick < ticks.count {
      let rest = columns.clashes >> UInt64(tick)
      if rest & 1 == 1 {
        tick += 1
        continue
      }
      let run = isTickwise ? 1 : min(rest.trailingZeroBitCount, ticks.count - tick)
      step(columns, in: tick..<tick + run, surroundings, recordsSpans, &outcome)
      tick += run
    }
    keepMeasures(columns, surroundings)
    noteActiveSeries()
    recycle(at: ticks[ticks.count - 1])
    order(&outcome)
    return outcome
  }

  /// Notes what the values that were shown last in this batch are measured against.
  private mutating func keepMeasures(_ columns: Columns, _ surroundings: AlertSurroundings) {
    for column in columns.columns where column.isTrue != 0 {
      let (series, machine) = (
        instances[column.instance].series, instances[column.instance].machine
      )
      guard machine.lastTrue >= columns.ticks.first,
        instances[column.instance].measured?.time != machine.lastTrue
      else { continue }
      instances[column.instance].measured = (
        machine.lastTrue, measure(series, machine.lastTrue, machine.value, surroundings)
      )
    }
  }

  /// The ticks of a batch, by instance.
  struct Columns {
    struct Column {
      var instance: Int
      var isTrue: UInt64 = 0
      var isPresent: UInt64 = 0
      /// Values at the ticks; the caller's buffer when only one series speaks, else a copy.
      var values: UnsafeBufferPointer<Double>?
      var copy: [Double] = []
    }

    let ticks: AlertTicks
    var columns: [Column] = []
    /// Index into `columns` of each instance; -1 when it has none.
    var position: [Int]
    /// Ticks at which two series claim one instance.
    var clashes: UInt64 = 0
    var clashLabels: Labels?
    /// Active instances by series, of a rule whose labels use the value.
    var active: [Int: [Int]] = [:]

    init(ticks: AlertTicks, instances: Int) {
      self.ticks = ticks
      position = [Int](repeating: -1, count: instances)
    }

    mutating func add(_ instance: Int, isPresent: UInt64) {
      while position.count <= instance { position.append(-1) }
      if position[instance] >= 0 {
        columns[position[instance]].isPresent |= isPresent
      } else {
        position[instance] = columns.count
        columns.append(Column(instance: instance, isPresent: isPresent))
      }
    }

    mutating func add(
      _ instance: Int, _ labels: @autoclosure () -> Labels, isTrue: UInt64, isPresent: UInt64,
      _ values: UnsafeBufferPointer<Double>
    ) {
      add(instance, isPresent: isPresent)
      guard isTrue != 0 else { return }
      let index = position[instance]
      let twice = columns[index].isTrue & isTrue
      if twice != 0 {
        clashes |= twice
        clashLabels = clashLabels ?? labels()
      }
      if columns[index].isTrue == 0 {
        columns[index].values = values
      } else {
        // A second series takes its turn: both their values are copied together.
        if columns[index].copy.isEmpty, let first = columns[index].values {
          columns[index].copy = Array(first)
        }
        for tick in 0..<ticks.count where isTrue >> UInt64(tick) & 1 == 1 {
          columns[index].copy[tick] = values[tick]
        }
      }
      columns[index].isTrue |= isTrue
    }
  }

  /// Finds the instances of a row.
  private mutating func collect(
    _ row: AlertRow, _ values: UnsafeBufferPointer<Double>, into columns: inout Columns,
    labels: (Int) -> Labels, _ surroundings: AlertSurroundings
  ) {
    let mask = columns.ticks.mask
    let isTrue = row.isTrue & mask
    let isPresent = (row.isPresent | row.isTrue) & mask
    guard hasFixedLabels else {
      collectByValue(row.series, isTrue, isPresent, values, into: &columns, labels, surroundings)
      return
    }
    if row.series >= instanceOfSeries.count {
      let missing = row.series + 1 - instanceOfSeries.count
      instanceOfSeries += [Int](repeating: Self.unknown, count: missing)
    }
    if !unbound.isEmpty, instanceOfSeries[row.series] == Self.unknown {
      let known = unbound.removeValue(forKey: labels(row.series))
      instanceOfSeries[row.series] = known ?? Self.none
      if let known { instances[known].series = row.series }
    }
    if isTrue != 0, instanceOfSeries[row.series] < 0 {
      let seriesLabels = labels(row.series)
      let own = self.labels(
        of: seriesLabels, value: .nan, measure: .init(), at: columns.ticks.first, surroundings)
      instanceOfSeries[row.series] = instance(
        labels: own, series: row.series, seriesLabels: seriesLabels)
    }
    let index = instanceOfSeries[row.series]
    guard index >= 0, isTrue != 0 || instances[index].machine.state != .inactive else { return }
    columns.add(
      index, instances[index].labels, isTrue: isTrue, isPresent: isPresent, values)
  }

  /// Labels that use the value make another instance of each value.
  private mutating func collectByValue(
    _ series: Int, _ isTrue: UInt64, _ isPresent: UInt64, _ values: UnsafeBufferPointer<Double>,
    into columns: inout Columns, _ labels: (Int) -> Labels, _ surroundings: AlertSurroundings
  ) {
    for index in columns.active[series] ?? [] { columns.add(index, isPresent: isPresent) }
    guard isTrue != 0 else { return }
    let seriesLabels = labels(series)
    for tick in 0..<columns.ticks.count where isTrue >> UInt64(tick) & 1 == 1 {
      let time = columns.ticks[tick]
      let own = self.labels(
        of: seriesLabels, value: values[tick],
        measure: measure(series, time, values[tick], surroundings), at: time, surroundings)
      let index = instance(labels: own, series: series, seriesLabels: seriesLabels)
      columns.add(index, own, isTrue: 1 << UInt64(tick), isPresent: isPresent, values)
    }
  }

  // MARK: Steps

  private mutating func step(
    _ columns: Columns, in range: Range<Int>, _ surroundings: AlertSurroundings,
    _ recordsSpans: Bool, _ outcome: inout AlertOutcome
  ) {
    let (transitions, spans) = (outcome.transitions.count, outcome.spans.count)
    for column in columns.columns {
      step(column, columns.ticks, in: range, surroundings, recordsSpans, &outcome)
    }
    guard limit > 0 else { return }
    let active = instances.count { $0.machine.state != .inactive }
    guard active > limit else { return }
    let time = columns.ticks[range.lowerBound]
    outcome.transitions.removeSubrange(transitions...)
    outcome.spans.removeSubrange(spans...)
    outcome.errors.append(
      AlertRuleError(time: time, reason: .limit(limit, found: active)))
    // What began to fire at this very tick was never told, so its end is not told either.
    for index in instances.indices {
      let isOld = instances[index].machine.firedAt < time
      let before = instances[index].machine
      let wasFiring = instances[index].machine.drop(at: time)
      if recordsSpans, before.state != .inactive, before.activeSince < time {
        let tick = range.lowerBound
        outcome.spans.append(
          AlertSpan(
            labels: instances[index].labels, state: before.state, ticks: tick..<tick,
            activeSince: before.activeSince, isOver: true))
      }
      instances[index].rank = 0
      guard wasFiring, isOld else { continue }
      outcome.transitions.append(
        transition(instances[index], .resolved, .vanished, at: time, surroundings))
    }
  }

  private mutating func step(
    _ column: Columns.Column, _ ticks: AlertTicks, in range: Range<Int>,
    _ surroundings: AlertSurroundings, _ recordsSpans: Bool, _ outcome: inout AlertOutcome
  ) {
    let index = column.instance
    var actions: [Step] = []
    let before = instances[index].machine
    let tellsPending = tellsPending
    column.withValues { values in
      instances[index].machine.step(
        ticks, in: range, isTrue: column.isTrue, isPresent: column.isPresent, values: values,
        timing: rule.timing
      ) { tick, action, machine in
        if recordsSpans || action.isTold(tellsPending) { actions.append((tick, action, machine)) }
      }
      if hasLevels {
        raise(index, column, at: range.lowerBound, ticks, values, surroundings, &outcome)
      }
    }
    for step in actions {
      emit(step, of: index, at: ticks[step.tick], surroundings, &outcome)
    }
    if recordsSpans {
      record(index, from: before, actions, ticks, in: range, &outcome)
    }
  }

  /// What one tick did to an instance, and the instance right after it.
  private typealias Step = (tick: Int, action: AlertMachine.Action, machine: AlertMachine)

  private func emit(
    _ step: Step, of index: Int, at time: Timestamp, _ surroundings: AlertSurroundings,
    _ outcome: inout AlertOutcome
  ) {
    guard step.action.isTold(tellsPending) else { return }
    var instance = instances[index]
    instance.machine = step.machine
    let (kind, ending): (AlertTransition.Kind, AlertTransition.Ending?)
    switch step.action {
    case .lapse: return
    case .wait: (kind, ending) = (.pending, nil)
    case .fire: (kind, ending) = (.firing, nil)
    case .resolve(let how): (kind, ending) = (.resolved, how)
    }
    outcome.transitions.append(
      transition(instance, kind, ending, at: time, surroundings))
  }

  /// Tells of an alert that fires and crosses a graver level than before: it is firing once more.
  private mutating func raise(
    _ index: Int, _ column: Columns.Column, at tick: Int, _ ticks: AlertTicks,
    _ values: UnsafeBufferPointer<Double>, _ surroundings: AlertSurroundings,
    _ outcome: inout AlertOutcome
  ) {
    guard case .threshold(let threshold) = rule.kind else { return }
    guard instances[index].machine.state == .firing else {
      instances[index].rank = 0
      return
    }
    guard column.isTrue >> UInt64(tick) & 1 == 1 else { return }
    let rank = threshold.rank(of: values[tick])
    guard rank > instances[index].rank else { return }
    instances[index].rank = rank
    guard instances[index].machine.firedAt < ticks[tick] else { return }
    outcome.transitions.append(
      transition(instances[index], .firing, nil, at: ticks[tick], surroundings))
  }

  private func transition(
    _ instance: Instance, _ kind: AlertTransition.Kind, _ ending: AlertTransition.Ending?,
    at time: Timestamp, _ surroundings: AlertSurroundings
  ) -> AlertTransition {
    let machine = instance.machine
    return AlertTransition(
      time: time, kind: kind, ending: ending, group: group, alert: rule.name,
      labels: instance.labels,
      annotations: annotations(of: instance, at: machine.lastTrue, surroundings),
      value: machine.value, activeSince: machine.activeSince,
      measure: measure(of: instance, surroundings))
  }

  /// The stretches of one state in `range`.
  private func record(
    _ index: Int, from before: AlertMachine,
    _ actions: [Step], _ ticks: AlertTicks, in range: Range<Int>,
    _ outcome: inout AlertOutcome
  ) {
    var state = before.state
    var since = before.activeSince
    var start = range.lowerBound
    func close(at tick: Int, isOver: Bool) {
      guard state != .inactive else { return }
      outcome.spans.append(
        AlertSpan(
          labels: instances[index].labels, state: state, ticks: start..<tick, activeSince: since,
          isOver: isOver))
    }
    for (tick, action, _) in actions {
      close(at: tick, isOver: true)
      start = tick
      switch action {
      case .wait:
        state = .pending
        since = ticks[tick]
      case .fire:
        if state == .inactive { since = ticks[tick] }
        state = .firing
      case .resolve, .lapse: state = .inactive
      }
    }
    close(at: range.upperBound, isOver: false)
  }

  private func order(_ outcome: inout AlertOutcome) {
    outcome.errors.sort { $0.time < $1.time }
    if outcome.transitions.count > 1 { sort(&outcome.transitions) }
    if outcome.spans.count > 1 {
      outcome.spans.sort {
        ($0.ticks.lowerBound, $0.labels, $0.ticks.upperBound)
          < ($1.ticks.lowerBound, $1.labels, $1.ticks.upperBound)
      }
      joinSpans(&outcome.spans)
    }
  }

  /// Sorts by time, then labels; moves small keys instead of the large transitions.
  private func sort(_ transitions: inout [AlertTransition]) {
    var order = transitions.indices.map { (time: transitions[$0].time, index: $0) }
    order.sort { a, b in
      a.time != b.time
        ? a.time < b.time : transitions[a.index].labels < transitions[b.index].labels
    }
    transitions = order.map { transitions[$0.index] }
  }

  /// Joins stretches that a step of single ticks cut.
  private func joinSpans(_ spans: inout [AlertSpan]) {
    var last: [Labels: Int] = [:]
    var joined: [AlertSpan] = []
    for span in spans {
      if let index = last[span.labels], joined[index].state == span.state,
        joined[index].activeSince == span.activeSince,
        joined[index].ticks.upperBound == span.ticks.lowerBound
      {
        joined[index].ticks = joined[index].ticks.lowerBound..<span.ticks.upperBound
        joined[index].isOver = span.isOver
      } else {
        last[span.labels] = joined.count
        joined.append(span)
      }
    }
    spans = joined
  }
}

extension AlertMachine.Action {
  /// True for actions that make a transition.
  fileprivate func isTold(_ tellsPending: Bool) -> Bool {
    switch self {
    case .lapse: false
    case .wait: tellsPending
    case .fire, .resolve: true
    }
  }
}

extension AlertTable.Columns.Column {
  /// Calls `body` with a value for each tick, or with none when no tick is true.
  func withValues(_ body: (UnsafeBufferPointer<Double>) -> Void) {
    if !copy.isEmpty {
      copy.withUnsafeBufferPointer(body)
    } else {
      body(values ?? UnsafeBufferPointer(start: nil, count: 0))
    }
  }
}
