import Model

/// Functions of neighbouring samples: `irate`, `idelta`, `resets`, `changes`.
extension RangeFunction {
  static func lastTwo(_ name: String, isRate: Bool) -> RangeFunction {
    RangeFunction(name: name) { window, remark in
      let samples = window.samples.suffix(2)
      guard let a = samples.first, let b = samples.last, a.time < b.time else { return nil }
      let isRestart = isRate && window.restarted(between: a.time, and: b.time)
      let seconds = Double(b.time - a.time) / 1000
      switch (a.value, b.value) {
      case (.float(let x), .float(let y)):
        guard isRate else { return .float(y - x) }
        return .float((y < x || isRestart ? y : y - x) / seconds)
      case (.histogram(let x), .histogram(let y)):
        return histogramDifference(x, y, window, isRate: isRate, isRestart: isRestart, remark)
          .map { difference in
            var result = difference
            if isRate { result.divide(by: seconds) }
            result.counterResetHint = .gauge
            return .histogram(result.compacted())
          }
      default:
        window.remarkMixedTypes(remark)
        return nil
      }
    }
  }

  private static func histogramDifference(
    _ a: NativeHistogram, _ b: NativeHistogram, _ window: RangeWindow, isRate: Bool,
    isRestart: Bool, _ remark: Remark
  ) -> NativeHistogram? {
    let gauges = [a, b].filter { $0.counterResetHint == .gauge }.count
    if isRate ? gauges > 0 : gauges < 2 { window.remarkWrongKind(isCounter: isRate, remark) }
    var result = b
    if isRate && (isRestart || b.isReset(since: a)) { return result }
    do {
      if try result.subtract(a).contains(.mismatchedBounds) {
        window.remark(.mismatchedBounds(.subtraction), remark)
      }
      return result
    } catch {
      window.remark(.mixedSchemas, remark)
      return nil
    }
  }

  /// `resets`: how often a counter began anew; a change between float and histogram counts too.
  static let resets = RangeFunction(name: "resets") { window, _ in
    pairs(window) { a, b in
      if window.restarted(between: a.time, and: b.time) { return true }
      switch (a.value, b.value) {
      case (.float(let x), .float(let y)): return y < x
      case (.histogram(let x), .histogram(let y)): return y.isReset(since: x)
      default: return true
      }
    }
  }

  /// `changes`: how often the value became another one.
  static let changes = RangeFunction(name: "changes") { window, _ in
    pairs(window) { a, b in
      switch (a.value, b.value) {
      case (.float(let x), .float(let y)): return ChangeKind.counts(x, y)
      case (.histogram(let x), .histogram(let y)):
        return !x.compacted().hasSameData(as: y.compacted())
      default: return true
      }
    }
  }

  private static func pairs(
    _ window: RangeWindow, _ counts: (RangeWindow.Sample, RangeWindow.Sample) -> Bool
  ) -> SampleValue? {
    var samples = window.samples[...]
    if window.extent == .anchored {
      guard let last = samples.last, last.time > window.start else { return nil }
      let inside = samples.firstIndex { $0.time > window.start } ?? samples.endIndex
      samples = samples[max(0, inside - 1)...]
    }
    return .float(Double(zip(samples, samples.dropFirst()).count { counts($0, $1) }))
  }
}
