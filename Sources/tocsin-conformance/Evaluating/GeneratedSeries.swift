import Model

/// A series that selectors will find, with the labels that rules speak of.
struct GeneratedSeries {
  var labels: Labels
  var shape: SelectorUse.Shape
  /// The bound of a bucket, which its counts grow with; nil for all others.
  var bound: Double?
  /// Shifts what the series does in time, so that not all do the same at once.
  var phase: Int

  /// The series that satisfy a demand: each metric in `instances` instances, which differ in every
  /// label that no selector decides.
  ///
  /// Selectors of one metric share a series wherever one label set satisfies them all, as they do in
  /// the field: a second one would make the matchings of sound rules ambiguous.
  static func satisfying(_ demand: Demand, instances: Int) -> [GeneratedSeries] {
    var profiles: [Profile] = []
    for use in demand.uses {
      guard let name = Profile.name(of: use), !demand.written.contains(name) else { continue }
      let own = profiles.indices.filter { profiles[$0].name == name }
      if let place = own.first(where: { profiles[$0].canTake(use) }) {
        profiles[place].take(use)
      } else {
        var profile = Profile(name: name)
        profile.take(use)
        profiles.append(profile)
      }
    }
    var series: [GeneratedSeries] = []
    for (number, profile) in profiles.enumerated() {
      for instance in 1...instances {
        series += profile.series(demand, instance: instance, phase: number + 2 * instance)
      }
    }
    return series
  }

  /// The value at step `step` of a run; nil where the series pauses.
  func value(at step: Int, pausesAt pause: Range<Int>) -> Double? {
    guard !pause.contains(step) else { return nil }
    guard shape == .gauge else { return total(through: step) }
    return Self.levels[level(at: step)]
  }

  /// A native histogram whose counts have grown since the last restart.
  func histogram(at step: Int) -> NativeHistogram {
    var histogram = NativeHistogram()
    let total = total(through: step)
    histogram.positiveSpans = [NativeHistogram.Span(offset: -1, length: 4)]
    histogram.positiveBuckets = [1, 4, 3, 2].map { ($0 * total / 10).rounded(.down) }
    histogram.count = histogram.positiveBuckets.reduce(0, +)
    histogram.sum = histogram.count * 2
    return histogram
  }

  /// Steps that a series stays at one level.
  static let stepsPerLevel = 20
  /// From idle to absurd: somewhere a condition is true.
  private static let levels: [Double] = [0, 1, 0.04, 7, 97, 1000, 2e9]
  /// Steps of a whole round of levels.
  static let round = stepsPerLevel * levels.count

  private func level(at step: Int) -> Int {
    (step / Self.stepsPerLevel + phase) % Self.levels.count
  }

  /// What a counter shows: the sum of its levels since it last restarted, in whole numbers.
  private func total(through step: Int) -> Double {
    let restart = Self.round / 2 + phase
    let start = step >= restart ? restart : 0
    let sum = (start...step).reduce(0.0) { $0 + (Self.levels[level(at: $1)] * 60).rounded(.up) }
    guard let bound else { return sum }
    return bound.isFinite ? (sum * min(1, bound / 20)).rounded(.down) : sum
  }
}

/// The label set that several selectors of one metric agree on.
private struct Profile {
  let name: String
  private var matchers: [String: [LabelMatcher]] = [:]
  private var bounds: [LabelMatcher] = []
  private var shape = SelectorUse.Shape.gauge
  private var hasBuckets = false

  init(name: String) {
    self.name = name
  }

  /// The metric's name, one that satisfies an open selector; nil when none is found.
  static func name(of use: SelectorUse) -> String? {
    let asked = use.matchers.filter { $0.name == Labels.metricName }
    return value(satisfying: asked, otherwise: ["generated_metric"])
  }

  func canTake(_ use: SelectorUse) -> Bool {
    let isNative = shape == .nativeHistogram || use.shape == .nativeHistogram
    guard use.shape == shape || !isNative else { return false }
    return labels(of: use).allSatisfy { matcher in
      Self.value(
        satisfying: (matchers[matcher.name] ?? []) + [matcher], otherwise: ["\(matcher.name)-1"])
        != nil
    }
  }

  mutating func take(_ use: SelectorUse) {
    for matcher in labels(of: use) { matchers[matcher.name, default: []].append(matcher) }
    bounds += use.matchers.filter { $0.name == "le" }
    if use.shape != .gauge { shape = use.shape }
    hasBuckets = hasBuckets || use.hasBuckets
  }

  private func labels(of use: SelectorUse) -> [LabelMatcher] {
    use.matchers.filter { $0.name != Labels.metricName && $0.name != "le" }
  }

  /// The series of one instance; several for the buckets of a histogram.
  func series(_ demand: Demand, instance: Int, phase: Int) -> [GeneratedSeries] {
    var labels: Labels = [Labels.metricName: name]
    for label in demand.labelNames.union(matchers.keys) {
      let examples = (demand.patterns[label] ?? []).flatMap { $0.examples(atMost: 8) }
      let fitting = examples.filter { !$0.isEmpty }
      let own = fitting.isEmpty ? [] : [fitting[min(instance, fitting.count) - 1]]
      let value = Self.value(
        satisfying: matchers[label] ?? [], otherwise: own + ["\(label)-\(instance)"])
      labels[label] = value ?? ""
    }
    guard hasBuckets else {
      return [GeneratedSeries(labels: labels, shape: shape, phase: phase)]
    }
    return allBounds.map { text in
      GeneratedSeries(
        labels: labels.merging(["le": text]), shape: .counter,
        bound: text == "+Inf" ? .infinity : Double(text) ?? .infinity, phase: phase)
    }
  }

  /// The usual bounds, and those that selectors ask for.
  private var allBounds: [String] {
    var all = ["0.1", "0.5", "1", "5", "10", "+Inf"]
    for matcher in bounds {
      guard let value = Self.value(satisfying: [matcher], otherwise: []), !all.contains(value)
      else { continue }
      all.append(value)
    }
    return all
  }

  /// A text that satisfies all of `matchers`; nil when none is found.
  private static func value(
    satisfying matchers: [LabelMatcher], otherwise common: [String]
  ) -> String? {
    var candidates = matchers.flatMap { matcher -> [String] in
      switch matcher.operation {
      case .equal: [matcher.value]
      case .matches: (try? Pattern(matcher.value))?.examples(atMost: 16) ?? []
      case .notEqual, .notMatches: []
      }
    }
    // A text is more telling than none, where both will do.
    candidates = candidates.filter { !$0.isEmpty } + common + ["other", ""]
    return candidates.first { text in matchers.allSatisfy { $0.matches(text) } }
  }
}
