public import Model

/// What a batch of ticks says of one output series of a rule's expression.
public struct AlertRow: Hashable, Sendable {
  /// Index of the output series; small and dense, chosen by the evaluator, kept over the batches.
  public var series: Int
  /// Ticks at which the condition is true, the lowest bit for the first tick.
  public var isTrue: UInt64
  /// Ticks at which the expression's operands have data for this series, true or not.
  public var isPresent: UInt64

  /// The row of `series`.
  public init(series: Int, isTrue: UInt64, isPresent: UInt64) {
    self.series = series
    self.isTrue = isTrue
    self.isPresent = isPresent
  }
}

/// Why a rule has no result at a tick.
public struct AlertRuleError: Error, Hashable, Sendable {
  /// What went wrong.
  public enum Reason: Hashable, Sendable {
    /// Two series have the same labels once the rule's labels are put over them.
    case sameLabels(Labels)
    /// More alerts than the group's `limit`.
    case limit(Int, found: Int)
  }

  /// The tick.
  public var time: Timestamp
  /// What went wrong.
  public var reason: Reason

  /// In Prometheus' words.
  public var message: String {
    switch reason {
    case .sameLabels:
      "vector contains metrics with the same labelset after applying alert labels"
    case .limit(let limit, let found): "exceeded limit of \(limit) with \(found) alerts"
    }
  }
}

/// An alert that is pending or firing, or was resolved not long ago.
public struct ActiveAlert: Hashable, Sendable {
  /// Pending or firing; inactive when it was resolved.
  public var state: AlertState
  /// Labels of the instance, with `alertname`.
  public var labels: Labels
  /// Annotations, expanded with the last true value.
  public var annotations: Labels
  /// The last true value.
  public var value: Double
  /// When the condition became true.
  public var activeSince: Timestamp
  /// When it began to fire; nil while it is pending.
  public var firedAt: Timestamp?
  /// When it was resolved; nil while it is active.
  public var resolvedAt: Timestamp?
  /// When its data said no while `keep_firing_for` runs; nil while the condition is true.
  public var keepFiringSince: Timestamp?

  /// An alert with what is known of it.
  public init(
    state: AlertState, labels: Labels, annotations: Labels = .empty, value: Double,
    activeSince: Timestamp, firedAt: Timestamp? = nil, resolvedAt: Timestamp? = nil,
    keepFiringSince: Timestamp? = nil
  ) {
    self.state = state
    self.labels = labels
    self.annotations = annotations
    self.value = value
    self.activeSince = activeSince
    self.firedAt = firedAt
    self.resolvedAt = resolvedAt
    self.keepFiringSince = keepFiringSince
  }
}

/// A stretch of ticks during which an alert was in one state: the series ALERTS and ALERTS_FOR_STATE.
public struct AlertSpan: Hashable, Sendable {
  /// Labels of the instance, with `alertname`.
  public var labels: Labels
  /// Pending or firing.
  public var state: AlertState
  /// The ticks, as indices into the batch; none when the state ended with the first tick of it.
  public var ticks: Range<Int>
  /// When the condition became true.
  public var activeSince: Timestamp
  /// True when the alert left the state at the tick behind the last; else it goes on, as far as is
  /// known.
  public var isOver = false

  /// Labels of the series `ALERTS`, whose value is 1.
  public var alertsLabels: Labels {
    labels.merging(["__name__": "ALERTS", "alertstate": state.rawValue])
  }

  /// Labels of the series `ALERTS_FOR_STATE`, whose value is `forStateValue`.
  public var forStateLabels: Labels { labels.merging(["__name__": "ALERTS_FOR_STATE"]) }

  /// Whole seconds since the epoch at which the condition became true.
  public var forStateValue: Double { (activeSince.seconds).rounded(.down) }
}

/// What a batch of ticks did to the alerts of a rule.
public struct AlertOutcome: Sendable {
  /// By time, then by labels.
  public var transitions: [AlertTransition] = []
  /// Ticks without a result, in order.
  public var errors: [AlertRuleError] = []
  /// By first tick, then by labels; empty unless asked for.
  public var spans: [AlertSpan] = []
}

/// What the templates of a rule need beyond labels and values.
public struct AlertSurroundings {
  /// Labels of this system as others see it.
  public var externalLabels = Labels.empty
  /// Where this system is reached from outside.
  public var externalURL = ""
  /// Answers `query` in templates: the vector of an expression at a time.
  public var query: (String, Timestamp) throws -> [TemplateSample] = { _, _ in
    throw TemplateFailure("no data to query")
  }
  /// What a series is measured against at a time; asked at transitions only.
  ///
  /// Nil lets the rule answer, which knows its own thresholds.
  public var measure:
    ((_ series: Int, _ time: Timestamp, _ value: Double) -> AlertTransition.Measure)?

  /// No outside world.
  public init() {}
}

/// The alerts of one rule.
///
/// Instances stand in an array by index; a series finds its instance by its own index, and a series
/// that is false and inactive costs one comparison for 64 ticks. Labels are made when a series first
/// becomes true. Rules whose label templates use the value are the exception: their instances are
/// found by labels, at every tick.
///
/// Invariant: no two instances have equal labels.
public struct AlertTable: Sendable {
  /// The rule's group.
  public let group: String
  /// The rule; never a recording rule.
  public let rule: Rule
  /// Most alerts, pending and firing, at one tick; 0 is no limit.
  public let limit: Int
  /// Whether transitions to pending are wanted; most alerts are pending more often than they fire.
  public var tellsPending = true

  /// One instance and what its labels came from.
  struct Instance: Sendable {
    var labels: Labels
    var machine = AlertMachine()
    /// The output series it was last true for; -1 after a restart until it is true again.
    var series: Int
    /// Labels of that series, with its name.
    var seriesLabels: Labels
    /// How many levels of a threshold were crossed at most since it fires.
    var rank = 0
    /// What the value at the last true tick was measured against, when that tick is of an earlier
    /// batch: the rule knows it only of the batch at hand, and the end of an alert tells of before.
    var measured: (time: Timestamp, measure: AlertTransition.Measure)?
  }

  var instances: [Instance] = []
  /// Index into `instances` of each series, or `unknown`, or `none`; empty where labels use the value.
  var instanceOfSeries: [Int] = []
  /// The series with active instances, where labels use the value.
  var activeSeries: Set<Int> = []
  /// Instances of a checkpoint whose series has not been seen again, by the labels of the series.
  var unbound: [Labels: Int] = [:]
  var instanceOfLabels: [Labels: Int] = [:]
  /// Indices into `instances` that may be used again.
  var free: [Int] = []
  /// Output series among which those of a checkpoint's instances were looked for; nil when none waits.
  var boundThrough: Int?
  /// True while an instance may be given back.
  var mayRecycle = false
  let hasFixedLabels: Bool
  let hasLevels: Bool

  /// A series that was not looked for in `unbound`.
  static let unknown = -1
  /// A series that has no instance.
  static let none = -2

  /// The alerts of `rule`, all inactive.
  ///
  /// - Precondition: `rule` is no recording rule.
  public init(rule: Rule, group: String, limit: Int = 0) {
    precondition(rule.isAlert, "\(rule.name) is a recording rule")
    self.rule = rule
    self.group = group
    self.limit = limit
    hasFixedLabels = rule.labels.allSatisfy(\.template.dependsOnLabelsAlone)
    if case .threshold(let threshold) = rule.kind {
      hasLevels = threshold.levels.count > 1
    } else {
      hasLevels = false
    }
  }

  /// True when `series` has no active alert: a row without true ticks may be left out.
  public func isIdle(_ series: Int) -> Bool {
    unbound.isEmpty && !isActive(series)
  }

  /// True when `series` fires or is pending, as `Hysteresis` wants to know.
  public func isActive(_ series: Int) -> Bool {
    guard hasFixedLabels else { return activeSeries.contains(series) }
    guard series < instanceOfSeries.count, instanceOfSeries[series] >= 0 else { return false }
    return instances[instanceOfSeries[series]].machine.state != .inactive
  }

  /// The evaluator dropped `series` and may give its index to another one.
  ///
  /// An alert that is active goes on, without data, until it ends.
  public mutating func forget(series: Int) {
    guard series < instanceOfSeries.count, instanceOfSeries[series] >= 0 else { return }
    let index = instanceOfSeries[series]
    if instances[index].series == series { instances[index].series = -1 }
    instanceOfSeries[series] = Self.unknown
    mayRecycle = true
  }

  /// Alerts that are pending or firing, by labels; their annotations are expanded now.
  public func active(in surroundings: AlertSurroundings) -> [ActiveAlert] {
    alerts(in: surroundings) { $0.state != .inactive }
  }

  /// Alerts that others must hear of at `time`, by labels: those that fire, and those that were
  /// resolved within the 15 minutes before and are not active again.
  public func telling(at time: Timestamp, in surroundings: AlertSurroundings) -> [ActiveAlert] {
    alerts(in: surroundings) { $0.state == .firing || $0.isRetained(at: time) }
  }

  private func alerts(
    in surroundings: AlertSurroundings, where isWanted: (AlertMachine) -> Bool
  ) -> [ActiveAlert] {
    instances.filter { isWanted($0.machine) }
      .sorted { $0.labels < $1.labels }
      .map { instance in
        let machine = instance.machine
        return ActiveAlert(
          state: machine.state, labels: instance.labels,
          annotations: annotations(of: instance, at: machine.lastTrue, surroundings),
          value: machine.value, activeSince: machine.activeSince,
          firedAt: machine.state == .pending ? nil : machine.firedAt,
          resolvedAt: machine.resolvedAt, keepFiringSince: machine.keepFiringSince)
      }
  }

  /// Labels of alerts that resolved within the last 15 minutes before `time`, sorted.
  public func resolved(at time: Timestamp) -> [Labels] {
    instances.filter { $0.machine.isRetained(at: time) }.map(\.labels).sorted()
  }

  // MARK: Instances

  /// The instance with `labels`, made when there is none.
  mutating func instance(labels: Labels, series: Int, seriesLabels: Labels) -> Int {
    if !unbound.isEmpty { unbound[seriesLabels] = nil }
    // One search finds the instance, or puts the next free index down for it.
    func keep(_ index: inout Int) -> Int { index }
    let next = free.last ?? instances.count
    let index = keep(&instanceOfLabels[labels, default: next])
    guard index == next else {
      instances[index].series = series
      instances[index].seriesLabels = seriesLabels
      return index
    }
    let new = Instance(labels: labels, series: series, seriesLabels: seriesLabels)
    if free.popLast() == nil { instances.append(new) } else { instances[index] = new }
    return index
  }

  /// The series that an alert with these labels watches; nil when the alert is not known.
  public func series(of labels: Labels) -> Int? {
    guard let index = instanceOfLabels[labels], instances[index].series >= 0 else { return nil }
    return instances[index].series
  }

  /// Notes which series have active instances, where `instanceOfSeries` cannot say.
  mutating func noteActiveSeries() {
    guard !hasFixedLabels else { return }
    activeSeries.removeAll(keepingCapacity: true)
    for instance in instances where instance.machine.state != .inactive {
      activeSeries.insert(instance.series)
    }
  }

  /// Gives back instances that no series points at and nobody needs to be told of any more.
  mutating func recycle(at time: Timestamp) {
    guard mayRecycle || !hasFixedLabels else { return }
    mayRecycle = false
    var isBound = [Bool](repeating: false, count: instances.count)
    for index in instanceOfSeries where index >= 0 { isBound[index] = true }
    for (index, instance) in instances.enumerated() {
      guard !isBound[index], instanceOfLabels[instance.labels] == index else { continue }
      guard instance.machine.state == .inactive, !instance.machine.isRetained(at: time) else {
        mayRecycle = true
        continue
      }
      instanceOfLabels[instance.labels] = nil
      unbound[instance.seriesLabels] = nil
      free.append(index)
    }
  }

  /// The labels of the alert of a series, templates expanded.
  func labels(
    of seriesLabels: Labels, value: Double, measure: AlertTransition.Measure, at time: Timestamp,
    _ surroundings: AlertSurroundings
  ) -> Labels {
    var labels = seriesLabels.removing(Labels.metricName)
    if !rule.labels.isEmpty {
      let context = context(seriesLabels, value, measure, time, surroundings)
      for label in rule.labels { labels[label.name] = label.template.expand(in: context) }
    }
    labels["alertname"] = rule.name
    return labels
  }

  func annotations(
    of instance: Instance, at time: Timestamp, _ surroundings: AlertSurroundings
  ) -> Labels {
    guard !rule.annotations.isEmpty else { return .empty }
    let value = instance.machine.value
    let measure = measure(of: instance, surroundings)
    let context = context(instance.seriesLabels, value, measure, time, surroundings)
    return Labels(
      rule.annotations.map { Label($0.name, $0.template.expand(in: context)) })
  }

  /// What the value at the last true tick is measured against.
  func measure(
    of instance: Instance, _ surroundings: AlertSurroundings
  ) -> AlertTransition.Measure {
    let machine = instance.machine
    if let known = instance.measured, known.time == machine.lastTrue { return known.measure }
    return measure(instance.series, machine.lastTrue, machine.value, surroundings)
  }

  func measure(
    _ series: Int, _ time: Timestamp, _ value: Double, _ surroundings: AlertSurroundings
  ) -> AlertTransition.Measure {
    if series >= 0, let measure = surroundings.measure { return measure(series, time, value) }
    return rule.measure(of: value)
  }

  private func context(
    _ labels: Labels, _ value: Double, _ measure: AlertTransition.Measure, _ time: Timestamp,
    _ surroundings: AlertSurroundings
  ) -> TemplateContext {
    var context = TemplateContext(
      labels: labels, value: value, time: time, externalLabels: surroundings.externalLabels,
      externalURL: surroundings.externalURL, measure: measure)
    context.query = { expression in try surroundings.query(expression, time) }
    return context
  }
}
