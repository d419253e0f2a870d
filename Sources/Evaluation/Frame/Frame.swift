import Model

/// What an operator gives in one pass: for each output series a row of values, one for each step.
///
/// Bit `k` of `masks[i]` says whether series `i` has a value at step `k`; without the bit the value
/// in the row means nothing. `defined[i]` has every bit of `masks[i]`, and more where the operands
/// had data but a comparison filtered the element out: that is how an alert tells "false" from
/// "no data". The memory is valid until the operator's next pass; it belongs to the frame, or
/// to that of an operand whose values the operator shows as they are.
final class Frame {
  private(set) var values: UnsafeMutablePointer<Double>
  /// The frame's own memory for values.
  private var own: UnsafeMutablePointer<Double>
  private(set) var masks: UnsafeMutablePointer<UInt64>
  private(set) var defined: UnsafeMutablePointer<UInt64>
  /// Number of output series.
  private(set) var seriesCount = 0
  /// Number of steps: the length of a row.
  private(set) var stepCount = 0
  /// Histograms that boxed values stand for, by number.
  fileprivate(set) var histograms: [NativeHistogram] = []
  /// Steps whose evaluation failed; no series has a value there.
  var failed: UInt64 = 0
  /// Why the first of them failed.
  var failure: EvaluationError?
  /// Order of the series, where the operator defines one (`sort`, `topk`); for single steps.
  var order: [Int]?

  private var ownCapacity = 64
  private var seriesCapacity = 64

  init() {
    own = .allocate(capacity: 64)
    values = own
    masks = .allocate(capacity: 64)
    defined = .allocate(capacity: 64)
  }

  deinit {
    own.deallocate()
    masks.deallocate()
    defined.deallocate()
  }

  /// Makes room for a pass and clears all masks.
  func prepare(series: Int, steps: Int) {
    if series * steps > ownCapacity {
      own.deallocate()
      ownCapacity = series * steps * 5 / 4
      own = .allocate(capacity: ownCapacity)
    }
    values = own
    clear(series: series, steps: steps)
  }

  /// Clears all masks for a pass that shows values of `other`, which is plain, as they are.
  ///
  /// Nothing is to be written to the rows.
  func prepare(showing other: Frame) {
    values = other.values
    clear(series: other.seriesCount, steps: other.stepCount)
  }

  private func clear(series: Int, steps: Int) {
    if series > seriesCapacity {
      masks.deallocate()
      defined.deallocate()
      seriesCapacity = series * 5 / 4
      masks = .allocate(capacity: seriesCapacity)
      defined = .allocate(capacity: seriesCapacity)
    }
    seriesCount = series
    stepCount = steps
    masks.update(repeating: 0, count: series)
    defined.update(repeating: 0, count: series)
    if !histograms.isEmpty { histograms.removeAll(keepingCapacity: true) }
    failed = 0
    failure = nil
    order = nil
  }

  /// The values of series `index`.
  @inline(__always)
  func row(_ index: Int) -> UnsafeMutablePointer<Double> { values + index &* stepCount }

  /// True when no value of the frame is a histogram.
  @inline(__always)
  var isPlain: Bool { histograms.isEmpty }

  /// Takes over what failed in an operand's frame.
  func inheritFailure(_ other: Frame) {
    guard other.failed != 0 else { return }
    failed |= other.failed
    failure = failure ?? other.failure
  }

  /// Marks the steps of `mask` as failed.
  func fail(_ mask: UInt64, _ error: @autoclosure () -> EvaluationError) {
    guard mask & ~failed != 0 else { return }
    failed |= mask
    failure = failure ?? error()
  }

  /// Takes the values away from steps that failed.
  func clearFailedSteps() {
    guard failed != 0 else { return }
    for i in 0..<seriesCount {
      masks[i] &= ~failed
      defined[i] &= ~failed
    }
  }

  /// The value of series `index` at `step`; nil where it has none.
  func value(_ index: Int, _ step: Int) -> SampleValue? {
    guard masks[index] >> UInt64(step) & 1 == 1 else { return nil }
    let value = row(index)[step]
    guard let number = HistogramBox.number(value) else { return .float(value) }
    return .histogram(histograms[Int(number)])
  }

  /// Gives series `index` a value at `step`.
  func set(_ index: Int, _ step: Int, _ value: SampleValue) {
    switch value {
    case .float(let float): row(index)[step] = float
    case .histogram(let histogram):
      row(index)[step] = HistogramBox.value(UInt32(histograms.count))
      histograms.append(histogram)
    }
    masks[index] |= 1 << UInt64(step)
    defined[index] |= 1 << UInt64(step)
  }
}

extension Frame {
  /// Takes over everything of another frame.
  func copy(_ other: Frame) {
    prepare(series: other.seriesCount, steps: other.stepCount)
    values.update(from: other.values, count: seriesCount * stepCount)
    masks.update(from: other.masks, count: seriesCount)
    defined.update(from: other.defined, count: seriesCount)
    adopt(other)
    order = other.order
  }

  /// Takes over the histograms and failures of an operand whose rows are copied as they are.
  func adopt(_ other: Frame) {
    histograms = other.histograms
    inheritFailure(other)
  }
}

extension Frame {
  /// Copies the values of `mask` from a row of another frame.
  func copyRow(from other: Frame, _ index: Int, _ mask: UInt64, to output: Int) {
    guard mask != 0 else { return }
    if other.isPlain, masks[output] == 0 {
      row(output).update(from: other.row(index), count: stepCount)
      masks[output] |= mask
      defined[output] |= mask
    } else {
      for k in SetBits(mask) {
        if let value = other.value(index, k) { set(output, k, value) }
      }
    }
  }
}
