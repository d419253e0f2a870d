extension CheckpointWriter {
  /// Adds a native histogram, every bit of it.
  public mutating func write(_ histogram: NativeHistogram) {
    write(histogram.schema)
    for number in [histogram.count, histogram.sum, histogram.zeroCount, histogram.zeroThreshold] {
      write(number)
    }
    write(histogram.positiveSpans)
    write(histogram.positiveBuckets)
    write(histogram.negativeSpans)
    write(histogram.negativeBuckets)
    write(histogram.customBounds)
    write(histogram.counterResetHint.rawValue)
  }

  /// Adds numbers with how many they are.
  public mutating func write(_ numbers: [Double]) {
    write(count: numbers.count)
    for number in numbers { write(number) }
  }

  private mutating func write(_ spans: [NativeHistogram.Span]) {
    write(count: spans.count)
    for span in spans {
      write(span.offset)
      write(span.length)
    }
  }
}

extension CheckpointReader {
  /// A native histogram.
  public mutating func histogram() throws(CheckpointError) -> NativeHistogram {
    var histogram = NativeHistogram()
    histogram.schema = try int()
    histogram.count = try double()
    histogram.sum = try double()
    histogram.zeroCount = try double()
    histogram.zeroThreshold = try double()
    histogram.positiveSpans = try spans()
    histogram.positiveBuckets = try doubles()
    histogram.negativeSpans = try spans()
    histogram.negativeBuckets = try doubles()
    histogram.customBounds = try doubles()
    guard let hint = NativeHistogram.CounterResetHint(rawValue: try text()) else {
      throw failure()
    }
    histogram.counterResetHint = hint
    return histogram
  }

  /// Numbers with how many they are.
  public mutating func doubles() throws(CheckpointError) -> [Double] {
    let count = try count()
    var numbers: [Double] = []
    numbers.reserveCapacity(count)
    for _ in 0..<count { numbers.append(try double()) }
    return numbers
  }

  private mutating func spans() throws(CheckpointError) -> [NativeHistogram.Span] {
    let count = try count()
    var spans: [NativeHistogram.Span] = []
    for _ in 0..<count {
      spans.append(NativeHistogram.Span(offset: try int(), length: try int()))
    }
    return spans
  }
}
