import Engine
import Evaluation
import Model
import PromQL
import Rules

/// Runs the rules of one file over data made for them, and hears what goes wrong.
struct RuleRehearsal {
  /// Rules that were evaluated.
  private(set) var ruleCount = 0
  /// Rules that gave at least one element: a series written, an alert pending.
  private(set) var answeringCount = 0
  /// What went wrong, each with the place of its rule.
  private(set) var complaints: [Diagnostic] = []

  /// Distance of the samples.
  private static let step: Milliseconds = 60_000
  private static let start = Timestamp(milliseconds: 1_767_225_600_000)

  /// Evaluates every rule of `file` at each of its ticks.
  ///
  /// - Parameters:
  ///   - file: The rules.
  ///   - instances: How many instances of each series there are.
  init(_ file: RuleFile, instances: Int) {
    let rules = file.groups.flatMap(\.rules)
    ruleCount = rules.count
    let demand = Demand(
      RuleFileExpressions(
        expressions: rules.map(\.expression),
        written: rules.filter { !$0.isAlert }.map(\.name)))
    let series = GeneratedSeries.satisfying(demand, instances: instances)
    var set = RuleSet()
    set.files = [file]
    var options = EngineOptions()
    options.collectsEvidence = false
    // Long intervals must not make a rule idle.
    options.retention = .max
    var tocsin = Tocsin(rules: set, options: options)
    var heard: Set<String> = []
    for step in 0..<2 * GeneratedSeries.round {
      hear(tocsin.ingest(Self.batch(series, step)), rules, &heard)
    }
    hear(tocsin.finish(), rules, &heard)
    for rule in rules {
      let isHeard = rule.isAlert ? heard.contains(rule.name) : tocsin.store.hasMetric(rule.name)
      answeringCount += isHeard ? 1 : 0
    }
  }

  private static func batch(_ series: [GeneratedSeries], _ step: Int) -> SampleBatch {
    var batch = SampleBatch()
    let time = start + Int64(step) * Self.step
    for (number, one) in series.enumerated() {
      // Every third series is silent for a while, so that absence and staleness are seen too.
      let pause = number % 3 == 0 ? 50..<75 : 0..<0
      guard let value = one.value(at: step, pausesAt: pause) else { continue }
      if one.shape == .nativeHistogram {
        batch.histograms.append((row: batch.count, histogram: one.histogram(at: step)))
      }
      batch.append(labels: one.labels, time: time, value: value)
    }
    return batch
  }

  private mutating func hear(_ effects: [Effect], _ rules: [Rule], _ heard: inout Set<String>) {
    for effect in effects {
      switch effect {
      case .diagnostic(let diagnostic): complaints.append(diagnostic)
      case .alert(let transition):
        guard heard.insert(transition.alert).inserted else { continue }
        complain(of: transition, rules)
      default: break
      }
    }
  }

  /// A template that failed says so where its result should be.
  private mutating func complain(of transition: AlertTransition, _ rules: [Rule]) {
    for pair in transition.labels.pairs + transition.annotations.pairs
    where pair.value.contains("<error expanding template") {
      complaints.append(
        Diagnostic(
          .error, code: "template", "\(pair.name): \(pair.value)",
          at: rules.first { $0.name == transition.alert }?.location))
    }
  }
}
