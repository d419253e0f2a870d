import API
import Engine
import Evaluation
import Incidents
import Model
import PromQL
import Reports

extension LiveEngine {
  /// Points of one series that a chart shows.
  private static let chartPoints: Int64 = 240

  nonisolated func page(_ request: PageRequest) async throws -> String? {
    switch request {
    case .overview: return OverviewPage.render(try incidents(), at: clock())
    case .incident(let id):
      guard let incident = try incident(id) else { return nil }
      return IncidentPage.render(incident, try report(on: incident))
    case .rules: return RulesPage.render(try await read { $0.groupStatus() })
    case .explore(let expression, let reach): return try await explore(expression, reach)
    case .changes: return ChangesPage.render(try changes(within: 30 * 86_400_000))
    case .health: return await health()
    case .missing: return MissingPage.render()
    }
  }

  private func explore(_ text: String, _ reach: Milliseconds) throws -> String {
    var inquiry = ExplorePage.Inquiry(expression: text, reach: reach)
    let metrics = session.tocsin.store.metricNames()
    guard !text.isEmpty else { return ExplorePage.render(inquiry, metrics: metrics) }
    do {
      let parsed = try Expression(parsing: text)
      let step = max(1000, reach / Self.chartPoints)
      // What arrived last is shown, also when the stream is a recording of another day.
      let newest = Timestamp(milliseconds: max(session.tocsin.store.newestTime, 0))
      let end = newest + (step - newest.milliseconds % step)
      let deadline =
        ContinuousClock.now + .seconds(reloading.configuration.current.limits.querySeconds)
      let engine = QueryEngine(
        store: session.tocsin.store, options: session.tocsin.queries.options,
        isOver: { ContinuousClock.now >= deadline })
      let result = try engine.range(parsed, start: end - reach, end: end, step: step)
      if case .matrix(let series) = result.value { inquiry.series = series }
    } catch let errors as ParseErrors {
      inquiry.error = errors.errors.map { $0.diagnostic(in: text).description }.joined(
        separator: "\n")
    } catch let error as EvaluationError {
      inquiry.error = error.message
    }
    return ExplorePage.render(inquiry, metrics: metrics)
  }
}
