import Model

extension RangeFunction {
  /// Functions of windows that take floats and histograms alike.
  static let sampleFunctions: [RangeFunction] = [
    counter("rate", isCounter: true, isRate: true),
    counter("increase", isCounter: true, isRate: false),
    counter("delta", isCounter: false, isRate: false),
    RangeFunction(name: "irate") { window, _ in lastTwo(window, isRate: true) },
    RangeFunction(name: "idelta") { window, _ in lastTwo(window, isRate: false) },
    RangeFunction(name: "resets") { window, _ in
      .float(Double(pairs(window, ResetKind.counts)))
    },
    RangeFunction(name: "changes") { window, _ in
      .float(Double(pairs(window, ChangeKind.counts)))
    },
    RangeFunction(name: "sum_over_time") { window, _ in
      var sum = CompensatedSum()
      for value in window.values { sum.add(value) }
      return .float(sum.value)
    },
    RangeFunction(name: "avg_over_time") { window, _ in .float(mean(window.values)) },
    RangeFunction(name: "count_over_time") { window, _ in
      .float(Double(window.times.count + window.histograms.count))
    },
    presence,
    RangeFunction(name: "last_over_time", keepsName: true) { window, _ in
      window.values.last.map(SampleValue.float)
    },
    RangeFunction(name: "first_over_time", keepsName: true) { window, _ in
      window.values.first.map(SampleValue.float)
    },
    RangeFunction(name: "ts_of_first_over_time") { window, _ in
      window.times.first.map { .float(Double($0) / 1000) }
    },
    RangeFunction(name: "ts_of_last_over_time") { window, _ in
      window.times.last.map { .float(Double($0) / 1000) }
    },
  ]

  private static func counter(_ name: String, isCounter: Bool, isRate: Bool) -> RangeFunction {
    RangeFunction(name: name) { window, _ in
      let count = window.values.count
      guard count >= 2 else { return nil }
      var difference = window.values[count - 1] - window.values[0]
      if isCounter {
        for i in 1..<count where window.values[i] < window.values[i - 1] {
          difference += window.values[i - 1]
        }
      }
      let edges = WindowEdges(
        count: count, firstTime: window.times[0], firstValue: window.values[0],
        lastTime: window.times[count - 1], lastValue: window.values[count - 1], end: window.end,
        length: window.length, evaluationTime: window.evaluationTime, parameter: 0)
      let factor = extrapolationFactor(
        edges, difference: difference, isCounter: isCounter, isRate: isRate)
      return .float(difference * factor)
    }
  }

  private static func lastTwo(_ window: RangeWindow, isRate: Bool) -> SampleValue? {
    let count = window.values.count
    guard count >= 2 else { return nil }
    let (a, b) = (window.values[count - 2], window.values[count - 1])
    guard isRate else { return .float(b - a) }
    let seconds = Double(window.times[count - 1] - window.times[count - 2]) / 1000
    return .float((b < a ? b : b - a) / seconds)
  }

  private static func pairs(_ window: RangeWindow, _ counts: (Double, Double) -> Bool) -> Int {
    var pairs = 0
    for i in window.values.indices.dropFirst() where counts(window.values[i - 1], window.values[i]) {
      pairs += 1
    }
    return pairs
  }
}
