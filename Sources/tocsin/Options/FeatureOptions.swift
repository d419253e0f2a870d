import ArgumentParser
import Evaluation
import PromQL

/// Which experimental parts of PromQL are on, for queries and rules alike.
struct FeatureOptions: ParsableArguments {
  @Option(
    name: .customLong("enable-feature"),
    help: ArgumentHelp(
      "Experimental PromQL, under the names of Prometheus' switches: "
        + Feature.allCases.map(\.rawValue).joined(separator: ", ") + ". Several between commas.",
      valueName: "features"))
  var lists: [FeatureList] = []

  /// The features that are on.
  var features: [Feature] { lists.flatMap(\.features) }

  /// The semantics of expressions with these features.
  var evaluation: EvaluationOptions { Feature.evaluation(features) }
}

/// Features between commas.
struct FeatureList: ExpressibleByArgument {
  var features: [Feature]

  init?(argument: String) {
    let names = argument.split(separator: ",", omittingEmptySubsequences: false)
    features = names.compactMap { Feature(rawValue: String($0)) }
    guard features.count == names.count else { return nil }
  }
}

/// Experimental parts of the language, under the names of Prometheus' switches.
enum Feature: String, CaseIterable {
  case functions = "promql-experimental-functions"
  case durations = "promql-duration-expr"
  case ranges = "promql-extended-range-selectors"
  case fill = "promql-binop-fill-modifiers"
  case delayedNames = "promql-delayed-name-removal"
  case startTimes = "use-start-timestamps"
  case typeAndUnitLabels = "type-and-unit-labels"

  /// The semantics of expressions with `features` on.
  static func evaluation(_ features: [Feature]) -> EvaluationOptions {
    var options = EvaluationOptions()
    let on = Set(features)
    options.language.experimentalFunctions = on.contains(.functions)
    options.language.durationExpressions = on.contains(.durations)
    options.language.extendedRangeSelectors = on.contains(.ranges)
    options.language.fillModifiers = on.contains(.fill)
    options.delayedNameRemoval = on.contains(.delayedNames)
    options.usesStartTimes = on.contains(.startTimes)
    options.typeAndUnitLabels = on.contains(.typeAndUnitLabels)
    return options
  }
}
