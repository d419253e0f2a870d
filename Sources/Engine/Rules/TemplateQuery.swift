public import Evaluation
public import Model
import PromQL
public import Rules

/// Answers what templates `query`.
public struct TemplateQuery {
  private let engine: QueryEngine

  /// Answers from `store`.
  public init(store: SeriesStore, options: EvaluationOptions) {
    engine = QueryEngine(store: store, options: options)
  }

  /// The vector of an expression at `time`; a scalar is one element without labels, a histogram
  /// counts 0.
  ///
  /// Source: rules.EngineQueryFunc and template.query of Prometheus 3.
  /// - Throws: what parsing or evaluation says, or that the result is neither.
  public func answer(_ text: String, at time: Timestamp) throws -> [TemplateSample] {
    let expression = try Expression(parsing: text, options: engine.options.language)
    switch try engine.instant(expression, at: time).value {
    case .scalar(let value): return [TemplateSample(labels: .empty, value: value)]
    case .vector(let samples):
      return samples.map { sample in
        var value = 0.0
        if case .float(let number) = sample.value { value = number }
        return TemplateSample(labels: sample.labels, value: value)
      }
    case .string, .matrix:
      throw EvaluationError(code: "type", "rule result is not a vector or scalar")
    }
  }
}
