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
  /// Of the queries of a service those whose answer may matter, as of a number of series.
  private var promisingQueries: [String: (seriesCount: Int, queries: [Measured])] = [:]
  private var users: [String: (total: Question?, affected: Question?)] = [:]
  /// The series of the selectors of all questions.
  private var selectors: [SeriesRoster] = []
  private var selectorNumbers: [String: Int] = [:]
  /// What rules watch, as of the tick it was last asked for.
  private var watched: [RuleKey: WatchedElements] = [:]

  /// A rule as a transition names it.
  struct RuleKey: Hashable {
    var group: String
    var alert: String
  }

  /// A measurement with its expression parsed.
  private struct Measured {
    var query: MeasurementQuery
    var question: Question
  }

  /// An expression, and what must be there for it to have a value.
  private struct Question {
    var expression: Expression
    /// Metric names that its selectors ask for.
    var names: [String]
    /// Places of its selectors among `selectors`.
    var selectors: [Int]
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
    for service in context.catalogue.services {
      users[service.name] = (
        service.totalUsers.map(question), service.affectedUsers.map(question)
      )
    }
    retain(with: evaluator)
  }

  /// Plans every query once, so that the series they look at are kept.
  private func retain(with evaluator: Evaluator) {
    for service in context.catalogue.services {
      let all = MeasurementQuery.all(selecting: context.matchers(of: service.name))
      for one in all.compactMap(measured) {
        _ = try? evaluator.plan(one.question.expression, grid: "measure")
      }
      for expression in [service.totalUsers, service.affectedUsers].compactMap({ $0 }) {
        _ = try? evaluator.plan(expression, grid: "measure")
      }
      evaluator.keep(service.matchers)
    }
  }

  private func measured(_ query: MeasurementQuery) -> Measured? {
    (try? Expression(parsing: query.expression)).map {
      Measured(query: query, question: question($0))
    }
  }

  private func question(_ expression: Expression) -> Question {
    var question = Question(expression: expression, names: [], selectors: [])
    for selector in expression.selectors {
      guard let name = selector.metricName else { continue }
      question.names.append(name)
      let key = selector.matchers.map(\.description).joined(separator: ",")
      if selectorNumbers[key] == nil {
        selectorNumbers[key] = selectors.count
        selectors.append(SeriesRoster(selector.matchers))
      }
      if let number = selectorNumbers[key] { question.selectors.append(number) }
    }
    return question
  }

  /// The queries of a service less those that have no answer until there are other series.
  ///
  /// An error rate without an answer is 0, so these are kept.
  private func promising(_ service: String) -> [Measured] {
    let count = engine.store.seriesCount
    if let known = promisingQueries[service], known.seriesCount == count { return known.queries }
    var queries: [Measured] = []
    var counted: Set<Int> = []
    for query in MeasurementQuery.all(selecting: context.matchers(of: service)) {
      // What belongs to requests is only asked for where there are requests.
      if query.measure == .errorRate || query.measure == .expectedRequestRate {
        guard counted.contains(query.alternative) else { continue }
      }
      guard engine.store.hasMetric(query.metric), let measured = measured(query),
        query.measure == .errorRate || mayAnswer(measured.question)
      else { continue }
      if query.measure == .requestRate { counted.insert(query.alternative) }
      queries.append(measured)
    }
    promisingQueries[service] = (count, queries)
    return queries
  }

  func measures(of service: String, at tick: Timestamp) -> ServiceMeasures {
    var measures = ServiceMeasures()
    measures.totalUsers = number(users[service]?.total, tick)
    measures.affectedUsers = number(users[service]?.affected, tick)
    var alternative: Int?
    for measured in promising(service) {
      let query = measured.query
      switch query.measure {
      case .instancesUp: measures.instancesUp = number(measured.question, tick)
      case .instancesTotal: measures.instancesTotal = number(measured.question, tick)
      case .requestRate where alternative == nil:
        measures.requestRate = number(measured.question, tick)
        if measures.requestRate != nil { alternative = query.alternative }
      case .errorRate where alternative == query.alternative:
        measures.errorRate = number(measured.question, tick) ?? 0
      case .expectedRequestRate where alternative == query.alternative:
        measures.expectedRequestRate = number(measured.question, tick)
      default: break
      }
    }
    return measures
  }

  /// The value of an expression whose result is a scalar or has one element.
  private func number(_ question: Question?, _ tick: Timestamp) -> Double? {
    guard let question, mayAnswer(question) else { return nil }
    switch (try? engine.instant(question.expression, at: tick))?.value {
    case .scalar(let value): return value.isFinite ? value : nil
    case .vector(let samples):
      guard samples.count == 1, case .float(let value) = samples[0].value, value.isFinite
      else { return nil }
      return value
    default: return nil
    }
  }

  /// False when one of the selectors selects no series at all, so that the expression need not be
  /// evaluated.
  private func mayAnswer(_ question: Question) -> Bool {
    guard question.names.allSatisfy(engine.store.hasMetric) else { return false }
    return question.selectors.allSatisfy { number in
      engine.store.update(&selectors[number])
      return !selectors[number].numbers.isEmpty
    }
  }

  func reading(of alert: AlertRecord, at tick: Timestamp) -> AlertReading? {
    let key = RuleKey(group: alert.group, alert: alert.alert)
    guard let runner = runners[key], let condition = runner.condition else { return nil }
    let stored = engine.store.counts.stored
    if watched[key].map({ $0.tick != tick || $0.stored != stored }) ?? true {
      guard case .vector(let samples)? = (try? engine.instant(runner.watched, at: tick))?.value
      else { return nil }
      watched[key] = WatchedElements(samples, at: tick, stored: stored)
    }
    guard let element = watched[key]?.element(for: alert) else { return nil }
    let index = runner.seriesIndex(of: alert.labels)
    let isNormal = condition.isNormal(element.value, index, element.labels, tick)
    return AlertReading(value: element.value, isNormal: isNormal)
  }
}

extension AlertRecord {
  /// True when every label of a series is a label of the alert too.
  func covers(_ series: Labels) -> Bool {
    series.pairs.allSatisfy { labels[$0.name] == $0.value }
  }
}
