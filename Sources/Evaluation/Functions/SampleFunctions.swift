import Model

extension RangeFunction {
  /// Functions of windows that take floats and histograms alike.
  static let sampleFunctions: [RangeFunction] = [
    counter("rate", isCounter: true, isRate: true),
    counter("increase", isCounter: true, isRate: false),
    counter("delta", isCounter: false, isRate: false),
    lastTwo("irate", isRate: true),
    lastTwo("idelta", isRate: false),
    resets,
    changes,
    sum("sum_over_time", isMean: false),
    sum("avg_over_time", isMean: true),
    RangeFunction(name: "count_over_time") { window, _ in
      .float(Double(window.times.count + window.histograms.count))
    },
    presence,
    RangeFunction(name: "last_over_time", keepsName: true) { window, _ in newest(window)?.value },
    RangeFunction(name: "first_over_time", keepsName: true) { window, _ in oldest(window)?.value },
    RangeFunction(name: "ts_of_first_over_time") { window, _ in
      oldest(window).map { .float(Double($0.time) / 1000) }
    },
    RangeFunction(name: "ts_of_last_over_time") { window, _ in
      newest(window).map { .float(Double($0.time) / 1000) }
    },
  ]

  private static func sum(_ name: String, isMean: Bool) -> RangeFunction {
    RangeFunction(name: name) { window, remark in
      MixedSum.reduce(window.samples.map(\.value), isMean: isMean) { fact in
        switch fact {
        case .mixedTypes: window.remarkMixedTypes(remark)
        case .histogram(let fact): window.remark(fact, remark)
        }
      }
    }
  }

  private static func newest(_ window: RangeWindow) -> RangeWindow.Sample? {
    let histogram = window.histograms.last.map {
      RangeWindow.Sample(time: $0.time, value: .histogram($0.histogram))
    }
    guard let time = window.times.last, let value = window.values.last else { return histogram }
    if let histogram, histogram.time > time { return histogram }
    return RangeWindow.Sample(time: time, value: .float(value))
  }

  private static func oldest(_ window: RangeWindow) -> RangeWindow.Sample? {
    let histogram = window.histograms.first.map {
      RangeWindow.Sample(time: $0.time, value: .histogram($0.histogram))
    }
    guard let time = window.times.first, let value = window.values.first else { return histogram }
    if let histogram, histogram.time < time { return histogram }
    return RangeWindow.Sample(time: time, value: .float(value))
  }
}
