import Evaluation
import Incidents
import Model
import PromQL
import Rules

/// Answers the incident book's questions from the series that are held.
///
/// Every answer is that of a PromQL query at the tick that is asked for, so it does not depend on how
/// many ticks were evaluated together.
final class LiveMeasurements: MeasurementSource {
  let context: IncidentContext
  let engine: QueryEngine
  let runners: [RuleKey: RuleRunner]
  let reader: WindowReader
  /// Names of the metrics that alerts look at.
  let watchedMetrics: Set<String>
  var rosters: [String: ServiceRoster] = [:]
  private var queries: [String: [Measured]] = [:]
  /// Whether there is anything to evaluate, by the selector's text.
  private var selectors: [String: SeriesRoster] = [:]
  private let users: [String: (total: Expression?, affected: Expression?)]

  /// A rule as a transition names it.
  struct RuleKey: Hashable {
    var group: String
    var alert: String
  }

  /// A measurement with its expression parsed.
  private struct Measured {
    var query: MeasurementQuery
    var expression: Expression
  }

  init(_ context: IncidentContext, _ evaluator: Evaluator, groups: [GroupRunner]) {
    self.context = context
    engine = QueryEngine(store: evaluator.store, options: EvaluationOptions())
    reader = WindowReader(evaluator.store)
    watchedMetrics = WatchedMetrics(groups.flatMap(\.runners).map(\.rule)).names
    var runners: [RuleKey: RuleRunner] = [:]
    for group in groups {
      for runner in group.runners where runner.rule.isAlert {
        let key = RuleKey(group: group.group.name, alert: runner.rule.name)
        if runners[key] == nil { runners[key] = runner }
      }
    }
    self.runners = runners
    var users: [String: (total: Expression?, affected: Expression?)] = [:]
    for service in context.catalogue.services {
      users[service.name] = (service.totalUsers, service.affectedUsers)
    }
    self.users = users
    retain(with: evaluator)
  }

  /// Plans every query once, so that the series they look at are kept.
  private func retain(with evaluator: Evaluator) {
    for service in context.catalogue.services {
      for measured in measured(service.name) {
        _ = try? evaluator.plan(measured.expression, grid: "measure")
      }
      for expression in [service.totalUsers, service.affectedUsers].compactMap({ $0 }) {
        _ = try? evaluator.plan(expression, grid: "measure")
      }
      evaluator.keep(service.matchers)
    }
  }

  private func measured(_ service: String) -> [Measured] {
    if let known = queries[service] { return known }
    let made = MeasurementQuery.all(selecting: context.matchers(of: service)).compactMap { query in
      (try? Expression(parsing: query.expression)).map { Measured(query: query, expression: $0) }
    }
    queries[service] = made
    return made
  }

  func measures(of service: String, at tick: Timestamp) -> ServiceMeasures {
    var measures = ServiceMeasures()
    measures.totalUsers = number(users[service]?.total, tick)
    measures.affectedUsers = number(users[service]?.affected, tick)
    var alternative: Int?
    for measured in measured(service) {
      let query = measured.query
      switch query.measure {
      case .instancesUp: measures.instancesUp = number(measured.expression, tick)
      case .instancesTotal: measures.instancesTotal = number(measured.expression, tick)
      case .requestRate where alternative == nil:
        measures.requestRate = number(measured.expression, tick)
        if measures.requestRate != nil { alternative = query.alternative }
      case .errorRate where alternative == query.alternative:
        measures.errorRate = number(measured.expression, tick) ?? 0
      case .expectedRequestRate where alternative == query.alternative:
        measures.expectedRequestRate = number(measured.expression, tick)
      default: break
      }
    }
    return measures
  }

  /// The value of an expression whose result is a scalar or has one element.
  private func number(_ expression: Expression?, _ tick: Timestamp) -> Double? {
    guard let expression, mayHave(expression) else { return nil }
    switch (try? engine.instant(expression, at: tick))?.value {
    case .scalar(let value): return value.isFinite ? value : nil
    case .vector(let samples):
      guard samples.count == 1, case .float(let value) = samples[0].value, value.isFinite
      else { return nil }
      return value
    default: return nil
    }
  }

  /// False when one of the expression's selectors selects no series at all, so that the expression
  /// need not be evaluated.
  private func mayHave(_ expression: Expression) -> Bool {
    expression.selectors.allSatisfy { selector in
      guard let name = selector.metricName else { return true }
      guard engine.store.hasMetric(name) else { return false }
      let key = selector.matchers.map(\.description).joined(separator: ",")
      var roster = selectors[key] ?? SeriesRoster(selector.matchers)
      engine.store.update(&roster)
      selectors[key] = roster
      return !roster.numbers.isEmpty
    }
  }

  func reading(of alert: AlertRecord, at tick: Timestamp) -> AlertReading? {
    guard let runner = runners[RuleKey(group: alert.group, alert: alert.alert)],
      let condition = runner.condition,
      case .vector(let samples)? = (try? engine.instant(runner.watched, at: tick))?.value
    else { return nil }
    for sample in samples {
      let labels = sample.labels.removing(Labels.metricName)
      guard alert.covers(labels), case .float(let value) = sample.value else { continue }
      let index = runner.seriesIndex(of: alert.labels)
      return AlertReading(value: value, isNormal: condition.isNormal(value, index, tick))
    }
    return nil
  }
}

extension AlertRecord {
  /// True when every label of a series is a label of the alert too.
  func covers(_ series: Labels) -> Bool {
    series.pairs.allSatisfy { labels[$0.name] == $0.value }
  }
}
