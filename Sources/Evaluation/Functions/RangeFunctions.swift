import Glibc
import Model

extension RangeFunction {
  /// A function of the floats of a window alone; histograms are passed over with a remark.
  static func floats(
    _ name: String, keepsName: Bool = false, atLeast minimum: Int = 1,
    _ body: @escaping @Sendable (RangeWindow) -> Double?
  ) -> RangeFunction {
    RangeFunction(name: name, keepsName: keepsName) { window, annotate in
      if window.isMixed {
        annotate(
          .info,
          "ignored histograms in a range containing both floats and histograms for metric name "
            + quoted(window.metricName))
      }
      guard window.values.count >= minimum else { return nil }
      return body(window).map(SampleValue.float)
    }
  }

  /// The functions that look at floats only, and have no incremental form or need a fallback.
  static let floatFunctions: [RangeFunction] = [
    floats("min_over_time") { window in
      window.values.reduce(.nan) { $0.isNaN || $1 < $0 ? $1 : $0 }
    },
    floats("max_over_time") { window in
      window.values.reduce(.nan) { $0.isNaN || $1 > $0 ? $1 : $0 }
    },
    floats("stddev_over_time") { variance($0.values).squareRoot() },
    floats("stdvar_over_time") { variance($0.values) },
    floats("deriv", atLeast: 2) { window in
      line(window.times, window.values, at: window.times[0]).slope
    },
    floats("predict_linear", atLeast: 2) { window in
      let fit = line(window.times, window.values, at: window.evaluationTime)
      return fit.slope * window.parameters[0] + fit.intercept
    },
    quantileOverTime,
    floats("mad_over_time") { window in
      var values = Array(window.values)
      if values.contains(where: \.isNaN) { return .nan }
      let median = quantile(0.5, sorting: &values)
      var distances = values.map { ($0 - median).magnitude }
      return quantile(0.5, sorting: &distances)
    },
    floats("ts_of_min_over_time") { window in
      time(of: window) { $0 <= $1 }
    },
    floats("ts_of_max_over_time") { window in
      time(of: window) { $0 >= $1 }
    },
    smoothing,
  ]

  private static let quantileOverTime: RangeFunction = {
    let body = floats("quantile_over_time") { window in
      var values = Array(window.values)
      return quantile(window.parameters[0], sorting: &values)
    }
    return RangeFunction(name: body.name) { window, remark in
      let φ = window.parameters[0]
      if !window.values.isEmpty, !(φ >= 0 && φ <= 1) {
        let fact = Annotation.invalidQuantile(φ, 0..<0)
        remark(fact.level, fact.message)
      }
      return body.evaluate(window, remark)
    }
  }()

  private static let smoothing: RangeFunction = {
    var function = floats("double_exponential_smoothing", atLeast: 2) { window in
      smoothed(window.values, level: window.parameters[0], trend: window.parameters[1])
    }
    function.refusal = { parameters in
      for (factor, name, sign) in [
        (parameters[0], "smoothing", "sf"), (parameters[1], "trend", "tf"),
      ]
      where factor <= 0 || factor >= 1 {
        return
          "invalid \(name) factor. Expected: 0 < \(sign) < 1, got: \(GoFormat.fixed(factor))"
      }
      return nil
    }
    return function
  }()

  /// Time in seconds of the newest sample that is best; NaNs are best only among themselves.
  private static func time(
    of window: RangeWindow, isBetter: (Double, Double) -> Bool
  ) -> Double {
    var best = 0
    for i in window.values.indices
    where window.values[best].isNaN || isBetter(window.values[i], window.values[best]) {
      best = i
    }
    return Double(window.times[best]) / 1000
  }

  /// Holt's linear smoothing.
  ///
  /// Source: NIST Engineering Statistics Handbook 6.4.3.3.
  private static func smoothed(
    _ values: UnsafeBufferPointer<Double>, level: Double, trend: Double
  ) -> Double {
    var smooth = values[0]
    var slope = values[1] - values[0]
    var previous = 0.0
    for i in 1..<values.count {
      let scaled = level * values[i]
      if i > 1 { slope = trend * (smooth - previous) + (1 - trend) * slope }
      previous = smooth
      smooth = scaled + (1 - level) * (smooth + slope)
    }
    return smooth
  }
}
