import Evaluation
import Model
import PromQL

/// Decides whether a query's value is what a script expects.
struct ResultComparison {
  /// Numbers may differ by this much, relative to the sum of their sizes.
  static let tolerance = 1e-6

  var expectation: ScriptExpectation
  var timing: Script.Timing

  /// The first difference; nil when there is none.
  func difference(from value: QueryValue) -> String? {
    switch (expectation.outcome, value) {
    case (.scalar(let wanted), .scalar(let found)):
      return Self.areEqual(wanted, found) ? nil : "want scalar \(wanted), got \(found)"
    case (.string(let wanted), .string(let found)):
      return wanted == found ? nil : "want string \(quoted(wanted)), got \(quoted(found))"
    case (.empty, .vector(let elements)):
      return elements.first.map { "want nothing, got \(Self.text($0.labels, $0.value))" }
    case (.empty, .matrix(let series)):
      return series.first.map { "want nothing, got \($0.labels)" }
    case (.series(let wanted), .vector(let elements)): return vector(wanted, elements)
    case (.series(let wanted), .matrix(let series)): return matrix(wanted, series)
    default: return "want \(wantedType), got \(Self.typeName(value))"
    }
  }

  private func vector(_ wanted: [SeriesNotation], _ elements: [VectorSample]) -> String? {
    if let range = expectation.rangeVector {
      return "want a range vector from \(range.start.milliseconds) ms, got an instant vector"
    }
    let places = Dictionary(
      elements.enumerated().map { ($1.labels, $0) }, uniquingKeysWith: { first, _ in first })
    if places.count < elements.count { return "the result has two elements with equal labels" }
    for (position, line) in wanted.enumerated() {
      guard let place = places[line.labels] else { return "\(line.labels) is missing" }
      if expectation.isOrdered, place != position {
        return "\(line.labels) is element \(place + 1), want \(position + 1)"
      }
      var values = line.values.makeIterator()
      if let value = values.next(), let why = Self.difference(value, elements[place].value) {
        return "\(line.labels): \(why)"
      }
    }
    let known = Set(wanted.map(\.labels))
    return elements.first { !known.contains($0.labels) }
      .map { "unexpected \(Self.text($0.labels, $0.value))" }
  }

  private func matrix(_ wanted: [SeriesNotation], _ series: [MatrixSeries]) -> String? {
    for (before, after) in zip(series, series.dropFirst()) where !(before.labels < after.labels) {
      return "series are not sorted: \(before.labels) stands before \(after.labels)"
    }
    let start: Timestamp
    let step: Milliseconds
    switch (timing, expectation.rangeVector) {
    case (_, .some(let range)): (start, step) = (range.start, range.step)
    case (.range(let first, _, let distance), nil): (start, step) = (first, distance)
    case (.instant, nil): return "want an instant vector, got a range vector"
    }
    for line in wanted {
      guard let found = series.first(where: { $0.labels == line.labels }) else {
        return "\(line.labels) is missing"
      }
      if let why = Self.difference(line, found.points, start, step) {
        return "\(line.labels): \(why)"
      }
    }
    let known = Set(wanted.map(\.labels))
    return series.first { !known.contains($0.labels) }.map { "unexpected \($0.labels)" }
  }

  private static func difference(
    _ line: SeriesNotation, _ points: [MatrixSeries.Point], _ start: Timestamp, _ step: Milliseconds
  ) -> String? {
    var rest = points[...]
    for (position, value) in line.values.enumerated() {
      if case .missing = value { continue }
      let time = start + step * Int64(position)
      guard let point = rest.popFirst() else { return "no value at \(time.milliseconds) ms" }
      guard point.time == time else {
        return "a value at \(point.time.milliseconds) ms, want one at \(time.milliseconds) ms"
      }
      if let why = difference(value, point.value) { return "at \(time.milliseconds) ms: \(why)" }
    }
    return rest.first.map { "unexpected value at \($0.time.milliseconds) ms" }
  }

  private static func difference(_ wanted: SeriesNotation.Value, _ found: SampleValue) -> String? {
    switch (wanted, found) {
    case (.float(let wanted), .float(let found)):
      return areEqual(wanted, found) ? nil : "want \(wanted), got \(found)"
    case (.stale, .float(let found)):
      return StaleMarker.isStale(found) ? nil : "want a staleness marker, got \(found)"
    case (.histogram(let wanted, let namesHint), .histogram(let found)):
      let areEqual = areEqual(wanted, found)
      let hasHint = !namesHint || wanted.counterResetHint == found.counterResetHint
      return areEqual && hasHint ? nil : "want \(wanted.notation), got \(found.notation)"
    case (_, .float(let found)): return "want a histogram, got \(found)"
    case (_, .histogram(let found)): return "want a float, got \(found.notation)"
    }
  }

  /// True for equal numbers but for rounding; the staleness marker equals itself alone.
  static func areEqual(_ a: Double, _ b: Double) -> Bool {
    if StaleMarker.isStale(a) || StaleMarker.isStale(b) {
      return StaleMarker.isStale(a) && StaleMarker.isStale(b)
    }
    return isAlmostEqual(a, b, tolerance: tolerance)
  }

  /// True for histograms of one layout with equal counts but for rounding.
  static func areEqual(_ a: NativeHistogram, _ b: NativeHistogram) -> Bool {
    let (a, b) = (a.compacted(), b.compacted())
    return a.schema == b.schema && a.zeroThreshold == b.zeroThreshold
      && a.customBounds == b.customBounds && areEqual(a.count, b.count) && areEqual(a.sum, b.sum)
      && areEqual(a.zeroCount, b.zeroCount)
      && NativeHistogram.Side.allCases.allSatisfy { side in
        a.indexedCounts(side).elementsEqual(b.indexedCounts(side)) {
          $0.index == $1.index && areEqual($0.count, $1.count)
        }
      }
  }

  private static func text(_ labels: Labels, _ value: SampleValue) -> String {
    switch value {
    case .float(let number): "\(labels) \(number)"
    case .histogram(let histogram): "\(labels) \(histogram.notation)"
    }
  }

  private var wantedType: String {
    switch expectation.outcome {
    case .empty: "an empty vector or matrix"
    case .scalar: "a scalar"
    case .string: "a string"
    case .series: "series"
    }
  }

  private static func typeName(_ value: QueryValue) -> String {
    switch value {
    case .scalar(let number): "scalar \(number)"
    case .string(let text): "string \(quoted(text))"
    case .vector: "an instant vector"
    case .matrix: "a range vector"
    }
  }
}
