import Evaluation
import Model
import PromQL

/// Asks for the value of expressions at one moment, and for the samples beneath them.
struct OperandProbe {
  let engine: QueryEngine
  let time: Timestamp

  /// How far back the newest sample of a selector without data is looked for, in ms.
  private static let searchLength: Milliseconds = 3_600_000

  /// One element of a result.
  struct Element {
    var labels: Labels
    var value: Double
  }

  /// The elements of a vector, or the one number of a scalar; nil when it cannot be evaluated.
  func vector(_ expression: Expression) -> [Element]? {
    do throws(EvaluationError) {
      return try elements(of: expression)
    } catch {
      return nil
    }
  }

  private func elements(of expression: Expression) throws(EvaluationError) -> [Element] {
    switch try engine.instant(expression, at: time).value {
    case .string: return []
    case .scalar(let value): return [Element(labels: .empty, value: value)]
    case .vector(let samples):
      return samples.map { sample in
        guard case .float(let value) = sample.value else {
          return Element(labels: sample.labels, value: .nan)
        }
        return Element(labels: sample.labels, value: value)
      }
    case .matrix(let matrix):
      return matrix.map { Element(labels: $0.labels, value: Double($0.points.count)) }
    }
  }

  /// What an expression gives, and for a selector the samples it reads.
  func operand(_ expression: Expression, _ depth: Int) -> WhyNot.Operand {
    var operand = WhyNot.Operand(
      depth: depth, expression: expression.description, count: 0, elements: [])
    operand.data = data(of: expression)
    do throws(EvaluationError) {
      let elements = try elements(of: expression)
      operand.count = elements.count
      operand.elements = elements.prefix(Explanation.elementsMax).map {
        ($0.labels.isEmpty ? "" : $0.labels.description, $0.value)
      }
    } catch {
      operand.failure = error.message
    }
    return operand
  }

  /// The samples that a selector reads; nil for everything else.
  func data(of expression: Expression) -> SelectorData? {
    switch expression.kind {
    case .vectorSelector(let selector):
      return data(of: selector, reach: engine.options.lookback)
    case .matrixSelector(let selector, range: .literal(let reach)):
      return data(of: selector, reach: reach)
    default: return nil
    }
  }

  private func data(of selector: VectorSelector, reach: Milliseconds) -> SelectorData {
    let name = selector.metricName
    var data = SelectorData(
      reach: reach, series: 0,
      seriesOfName: name.map { name in
        engine.store.allLabels.count { $0.metricName == name }
      }, samples: 0...0)
    let found = times(of: selector, reach: reach)
    data.series = found.count
    guard let fewest = found.map(\.count).min(), let most = found.map(\.count).max() else {
      let before = times(of: selector, reach: Self.searchLength)
      data.newest = before.compactMap(\.last).max().map { Timestamp(milliseconds: $0) }
      return data
    }
    data.samples = fewest...most
    let steps = found.flatMap { times in zip(times.dropFirst(), times).map { $0 - $1 } }.sorted()
    data.interval = steps.isEmpty ? nil : steps[steps.count / 2]
    let start = time.milliseconds - reach
    let edges = found.flatMap { times in
      [(times.first ?? start) - start, time.milliseconds - (times.last ?? start)]
    }
    data.longestGap = (steps + edges).max()
    data.newest = found.compactMap(\.last).max().map { Timestamp(milliseconds: $0) }
    return data
  }

  /// The times of the samples in reach, series by series; none for what cannot be evaluated.
  private func times(of selector: VectorSelector, reach: Milliseconds) -> [[Int64]] {
    let expression = Expression(
      .matrixSelector(selector, range: .literal(reach)), range: 0..<0)
    do throws(EvaluationError) {
      guard case .matrix(let matrix) = try engine.instant(expression, at: time).value else {
        return []
      }
      return matrix.map { $0.points.map(\.time.milliseconds) }
    } catch {
      return []
    }
  }

  /// The values of an expression from `start` to the moment, series by series; NaN for histograms.
  func range(
    _ expression: Expression, from start: Timestamp, step: Milliseconds
  ) -> [[(time: Int64, value: Double)]] {
    do throws(EvaluationError) {
      guard
        case .matrix(let matrix) = try engine.range(
          expression, start: start, end: time, step: step
        ).value
      else { return [] }
      return matrix.map { series in
        series.points.map { point in
          guard case .float(let value) = point.value else {
            return (point.time.milliseconds, .nan)
          }
          return (point.time.milliseconds, value)
        }
      }
    } catch {
      return []
    }
  }

  /// The element whose value is closest to `bound`; nil when none has a finite value.
  static func nearest(_ elements: [Element], to bound: Double) -> Element? {
    elements.filter(\.value.isFinite)
      .min { ($0.value - bound).magnitude < ($1.value - bound).magnitude }
  }
}
