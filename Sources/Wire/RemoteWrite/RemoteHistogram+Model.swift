import Model

/// The finest schema that remote write knows; Tocsin's own is coarser.
private let remoteSchemaMax = 52

extension RemoteHistogram {
  /// The histogram of the model: absolute counts, and a schema that it knows.
  ///
  /// - Throws: `badHistogram` or `tooLarge`.
  func histogram(_ limits: WireLimits) throws(Refusal) -> NativeHistogram {
    let isInteger = if case .countFloat = count { false } else { true }
    var result = NativeHistogram()
    result.sum = sum
    result.zeroThreshold = zeroThreshold
    result.customBounds = customValues
    result.positiveSpans = positiveSpans.map {
      .init(offset: Int($0.offset), length: Int($0.length))
    }
    result.negativeSpans = negativeSpans.map {
      .init(offset: Int($0.offset), length: Int($0.length))
    }
    switch count {
    case .countInt(let number): result.count = Double(number)
    case .countFloat(let number): result.count = number
    case nil: break
    }
    switch zeroCount {
    case .zeroCountInt(let number): result.zeroCount = Double(number)
    case .zeroCountFloat(let number): result.zeroCount = number
    case nil: break
    }
    result.positiveBuckets = isInteger ? try absolute(positiveDeltas) : positiveCounts
    result.negativeBuckets = isInteger ? try absolute(negativeDeltas) : negativeCounts
    switch resetHint {
    case .yes: result.counterResetHint = .reset
    case .no: result.counterResetHint = .notReset
    case .gauge: result.counterResetHint = .gauge
    case .unspecified, .UNRECOGNIZED: break
    }
    return try result.accepted(schema: Int(schema), schemaMax: remoteSchemaMax, limits)
  }

  /// The running sums of `deltas`.
  private func absolute(_ deltas: [Int64]) throws(Refusal) -> [Double] {
    var total: Int64 = 0
    var counts: [Double] = []
    counts.reserveCapacity(deltas.count)
    for delta in deltas {
      let (sum, isOverflow) = total.addingReportingOverflow(delta)
      if isOverflow { throw Refusal(.badHistogram, "a bucket's count is beyond 64 bits") }
      total = sum
      counts.append(Double(sum))
    }
    return counts
  }
}

extension NativeHistogram {
  /// This histogram with `schema`, checked, and made coarser where the model has nothing that fine.
  ///
  /// - Throws: `badHistogram` or `tooLarge`.
  func accepted(schema: Int, schemaMax: Int, _ limits: WireLimits) throws(Refusal) -> Self {
    let buckets = positiveBuckets.count + negativeBuckets.count + customBounds.count
    guard buckets <= limits.bucketsMax else {
      throw Refusal(
        .tooLarge, "expected a histogram of at most \(limits.bucketsMax) buckets, found \(buckets)")
    }
    var result = self
    let isFiner = schema > Self.schemaMax && schema <= schemaMax
    // Spans are checked in a schema of the model first: merging buckets takes them as they are.
    result.schema = isFiner ? Self.schemaMax : schema
    if let fault = result.validate() { throw Refusal(.badHistogram, fault.description) }
    guard isFiner else { return result }
    result.schema = schema
    return result.reduced(toSchema: Self.schemaMax)
  }
}
