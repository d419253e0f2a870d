import Model

/// Bit 0 of a point's flags: no value was recorded.
private let noRecordedValue: UInt32 = 1

/// Half the width of the zero bucket where none is given, as Prometheus takes it.
private let zeroThresholdDefault = 1e-128

/// The finest scale that exponential histograms have.
private let scaleMax = 20

extension MetricReader {
  /// Reads a point of a gauge or sum.
  mutating func read(
    _ point: OTLPNumberDataPoint, _ name: String, hasStart: Bool, into batch: inout SampleBatch
  ) {
    skipExemplars(point.exemplars.count)
    do throws(Refusal) {
      let time = try time(point.timeUnixNano)
      begin(AttributeLabels.labels(point.attributes))
      let value: Double
      if point.flags & noRecordedValue != 0 {
        value = StaleMarker.value
      } else {
        switch point.value {
        case .asDouble(let number): value = number
        case .asInt(let number): value = Double(number)
        case nil: throw Refusal(.noData, "expected a value")
        }
      }
      let start = hasStart ? startTime(point.startTimeUnixNano) : 0
      try append(name, time: time, startTime: start, value: value, to: &batch)
    } catch {
      refuse(error, of: name)
    }
  }

  /// Reads a point of a classic histogram: one series a bucket, and two.
  mutating func read(
    _ point: OTLPHistogramDataPoint, _ name: String, into batch: inout SampleBatch
  ) {
    skipExemplars(point.exemplars.count)
    let bounds = point.explicitBounds
    let counts = point.bucketCounts
    let isStale = point.flags & noRecordedValue != 0
    do throws(Refusal) {
      let time = try time(point.timeUnixNano)
      guard isStale || counts.isEmpty || counts.count == bounds.count + 1 else {
        throw Refusal(
          .badHistogram,
          "\(bounds.count) bounds part \(bounds.count + 1) buckets, there are \(counts.count)")
      }
      guard counts.count <= limits.bucketsMax, bounds.count <= limits.bucketsMax else {
        throw Refusal(.tooLarge, "expected a histogram of at most \(limits.bucketsMax) buckets")
      }
      guard zip(bounds, bounds.dropFirst()).allSatisfy({ $0 < $1 }),
        bounds.allSatisfy({ !$0.isNaN && $0 != .infinity })
      else { throw Refusal(.badHistogram, "bounds must be finite numbers and rise strictly") }
      begin(AttributeLabels.labels(point.attributes))
      let start = startTime(point.startTimeUnixNano)
      let mark = RowMark(batch)
      do throws(Refusal) {
        var total: UInt64 = 0
        for (index, bound) in bounds.enumerated() where isStale || !counts.isEmpty {
          if !isStale { total = try sum(total, counts[index]) }
          try append(
            name + "_bucket", ("le", DecimalText.plain(bound)), time: time, startTime: start,
            value: isStale ? StaleMarker.value : Double(total), to: &batch)
        }
        let count = isStale ? StaleMarker.value : Double(point.count)
        try append(
          name + "_bucket", ("le", "+Inf"), time: time, startTime: start, value: count, to: &batch)
        try append(name + "_count", time: time, startTime: start, value: count, to: &batch)
        if isStale || point.hasSum {
          try append(
            name + "_sum", time: time, startTime: start,
            value: isStale ? StaleMarker.value : point.sum, to: &batch)
        }
      } catch {
        takeBack(to: mark, &batch)
        throw error
      }
    } catch {
      refuse(error, of: name)
    }
  }

  /// Reads a point of an exponential histogram: one native histogram.
  mutating func read(
    _ point: OTLPExponentialHistogramDataPoint, _ name: String, into batch: inout SampleBatch
  ) {
    skipExemplars(point.exemplars.count)
    do throws(Refusal) {
      let time = try time(point.timeUnixNano)
      begin(AttributeLabels.labels(point.attributes))
      let isStale = point.flags & noRecordedValue != 0
      let histogram = isStale ? nil : try point.histogram(limits)
      let key = try key(name, in: &batch)
      if let histogram {
        let start = startTime(point.startTimeUnixNano)
        if start != 0 { batch.startTimes.append((row: batch.count, time: start)) }
        batch.histograms.append((row: batch.count, histogram: histogram))
      }
      batch.append(key: key, time: time, value: isStale ? StaleMarker.value : 0)
      countHistogram()
    } catch {
      refuse(error, of: name)
    }
  }

  /// Reads a point of a summary: one series a quantile, and two.
  mutating func read(
    _ point: OTLPSummaryDataPoint, _ name: String, into batch: inout SampleBatch
  ) {
    let isStale = point.flags & noRecordedValue != 0
    let mark = RowMark(batch)
    do throws(Refusal) {
      let time = try time(point.timeUnixNano)
      begin(AttributeLabels.labels(point.attributes))
      let start = startTime(point.startTimeUnixNano)
      for entry in point.quantileValues {
        try append(
          name, ("quantile", DecimalText.plain(entry.quantile)), time: time, startTime: start,
          value: isStale ? StaleMarker.value : entry.value, to: &batch)
      }
      try append(
        name + "_count", time: time, startTime: start,
        value: isStale ? StaleMarker.value : Double(point.count), to: &batch)
      try append(
        name + "_sum", time: time, startTime: start,
        value: isStale ? StaleMarker.value : point.sum, to: &batch)
    } catch {
      takeBack(to: mark, &batch)
      refuse(error, of: name)
    }
  }

  private func startTime(_ nanoseconds: UInt64) -> Int64 { Int64(nanoseconds / 1_000_000) }

  private func sum(_ a: UInt64, _ b: UInt64) throws(Refusal) -> UInt64 {
    let (sum, isOverflow) = a.addingReportingOverflow(b)
    if isOverflow { throw Refusal(.badHistogram, "the buckets' counts are beyond 64 bits") }
    return sum
  }
}

/// Where a batch stood before the series of a point, which come all or not at all.
struct RowMark {
  let rows: Int
  let bytes: Int
  let startTimes: Int

  init(_ batch: SampleBatch) {
    rows = batch.count
    bytes = batch.bytes.count
    startTimes = batch.startTimes.count
  }
}

extension SampleBatch {
  /// Takes back the rows since `mark`, among which are no histograms.
  mutating func rewind(to mark: RowMark) {
    bytes.removeLast(bytes.count - mark.bytes)
    let surplus = count - mark.rows
    keyStarts.removeLast(surplus)
    keyEnds.removeLast(surplus)
    times.removeLast(surplus)
    values.removeLast(surplus)
    startTimes.removeLast(startTimes.count - mark.startTimes)
  }
}

extension OTLPExponentialHistogramDataPoint {
  /// The native histogram: a bucket's index there is that of its upper bound, here of its lower.
  fileprivate func histogram(_ limits: WireLimits) throws(Refusal) -> NativeHistogram {
    let scale = Int(scale)
    guard scale >= NativeHistogram.schemaMin else {
      throw Refusal(
        .badHistogram, "expected a scale of \(NativeHistogram.schemaMin) or more, found \(scale)")
    }
    var result = NativeHistogram()
    result.count = Double(count)
    result.sum = sum
    result.zeroCount = Double(zeroCount)
    result.zeroThreshold = zeroThreshold == 0 ? zeroThresholdDefault : zeroThreshold
    (result.positiveSpans, result.positiveBuckets) = spans(positive)
    (result.negativeSpans, result.negativeBuckets) = spans(negative)
    return try result.accepted(schema: scale, schemaMax: scaleMax, limits).compacted(gapMax: 2)
  }

  private func spans(_ buckets: OTLPBuckets) -> ([NativeHistogram.Span], [Double]) {
    if buckets.bucketCounts.isEmpty { return ([], []) }
    let span = NativeHistogram.Span(
      offset: Int(buckets.offset) + 1, length: buckets.bucketCounts.count)
    return ([span], buckets.bucketCounts.map { Double($0) })
  }
}
