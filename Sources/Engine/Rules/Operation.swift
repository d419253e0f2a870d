import Evaluation
import Incidents
import Model
import Rules

/// Rules in operation: what a set of rules comes to over a store.
struct Operation {
  let context: IncidentContext
  let evaluator: Evaluator
  let groups: [GroupRunner]
  let allowsManyTicks: Bool
  let measurements: LiveMeasurements
  /// Rules that cannot be evaluated; they are left out.
  let failed: [Diagnostic]

  init(_ rules: RuleSet, _ options: EngineOptions, _ store: SeriesStore) {
    context = IncidentContext(catalogue: rules.catalogue, settings: rules.incidents)
    let evaluator = Evaluator(store: store, options: options.evaluation)
    self.evaluator = evaluator
    var failed: [Diagnostic] = []
    groups = rules.groups.map { group in
      GroupRunner(group, options, evaluator) { rule, error in
        failed.append(
          Diagnostic(
            .error, code: error.code, "rule \(quoted(rule.name)): \(error.message)",
            at: rule.location))
      }
    }
    self.failed = failed
    let plan = PassPlan(rules.groups, defaultInterval: options.interval)
    allowsManyTicks = plan.allowsManyTicks
    for (group, wave) in zip(groups, plan.waves) { group.wave = wave }
    measurements = LiveMeasurements(context, evaluator, groups: groups)
  }
}
