import Model

/// Writes the body of one of Vector's metrics, such as `"gauge":{"value":1}`, as samples.
struct VectorWriter {
  let object: JSONObject
  let name: JSONMember
  let time: Int64
  /// True when the values are differences, which are added up.
  let isIncremental: Bool

  mutating func write(
    _ body: JSONMember, _ spelling: inout SeriesSpelling, _ totals: inout RunningTotals,
    _ batch: inout SampleBatch
  ) throws(LineError) {
    let members = try object.members(of: body)
    func member(_ key: ByteView) -> JSONMember? { members.first { $0.name.equals(key) } }
    func need(_ key: ByteView) throws(LineError) -> JSONMember {
      guard let found = member(key) else {
        throw LineError(.badShape, body.range, expected: "a member \(quoted(key.text))")
      }
      return found
    }
    switch body.name.count {
    case 5, 7:  // gauge, counter
      guard let value = try object.number(need("value")) else { return }
      try append(nil, value, &spelling, &totals, &batch)
    case 3:  // set
      try append(nil, Double(elements(need("values")).count), &spelling, &totals, &batch)
    case 12:  // distribution
      try writeDistribution(need("samples"), &spelling, &totals, &batch)
    case 18:  // aggregated_summary
      try writeParts(
        need("quantiles"), label: "quantile", of: "quantile", value: "value", &spelling, &totals,
        &batch)
      try writeCountAndSum(need("count"), need("sum"), &spelling, &totals, &batch)
    default:  // aggregated_histogram
      try writeBuckets(need("buckets"), need("count"), &spelling, &totals, &batch)
      try writeCountAndSum(need("count"), need("sum"), &spelling, &totals, &batch)
    }
  }

  private func append(
    _ suffix: ByteView?, _ value: Double, _ spelling: inout SeriesSpelling,
    _ totals: inout RunningTotals, _ batch: inout SampleBatch
  ) throws(LineError) {
    try spelling.append(
      suffix == nil ? nil : name.value, suffix ?? name.value, at: name.range,
      time: time, value: value, object.context.limits, to: &batch)
    if isIncremental { try totals.accumulate(lastOf: &batch, at: name.range) }
  }

  /// The number of the member `key`; nil when it is missing or `null`.
  private func number(
    _ key: ByteView, in parts: [JSONMember]
  ) throws(LineError) -> Double? {
    guard let part = parts.first(where: { $0.name.equals(key) }) else { return nil }
    return try object.number(part)
  }

  private func elements(_ member: JSONMember) throws(LineError) -> [JSONMember] {
    guard member.kind == .array else {
      throw LineError(.badShape, member.range, expected: "an array")
    }
    var found: [JSONMember] = []
    _ = try object.json.elements(at: member.valuePlace, into: &found)
    return found
  }

  /// Observations with their weights: running count and sum.
  private func writeDistribution(
    _ samples: JSONMember, _ spelling: inout SeriesSpelling, _ totals: inout RunningTotals,
    _ batch: inout SampleBatch
  ) throws(LineError) {
    var count = 0.0
    var sum = 0.0
    for sample in try elements(samples) {
      let parts = try object.members(of: sample)
      let weight = try number("rate", in: parts) ?? 1
      let value = try number("value", in: parts) ?? 0
      count += weight
      sum += weight * value
    }
    try append("count", count, &spelling, &totals, &batch)
    try append("sum", sum, &spelling, &totals, &batch)
  }

  private func writeCountAndSum(
    _ count: JSONMember, _ sum: JSONMember, _ spelling: inout SeriesSpelling,
    _ totals: inout RunningTotals, _ batch: inout SampleBatch
  ) throws(LineError) {
    if let count = try object.number(count) {
      try append("count", count, &spelling, &totals, &batch)
    }
    if let sum = try object.number(sum) { try append("sum", sum, &spelling, &totals, &batch) }
  }

  /// One sample for each element, told apart by the label `label` that holds its member `of`.
  private func writeParts(
    _ list: JSONMember, label: ByteView, of key: ByteView, value valueKey: ByteView,
    _ spelling: inout SeriesSpelling, _ totals: inout RunningTotals, _ batch: inout SampleBatch
  ) throws(LineError) {
    for element in try elements(list) {
      let parts = try object.members(of: element)
      guard let bound = parts.first(where: { $0.name.equals(key) }),
        let value = try number(valueKey, in: parts)
      else {
        throw LineError(.badShape, element.range, expected: "a \(key.text) and a \(valueKey.text)")
      }
      let mark = spelling.mark
      try spelling.add(label, bound.value, at: bound.range, object.context.limits)
      try append(nil, value, &spelling, &totals, &batch)
      spelling.rewind(to: mark)
    }
  }

  /// Buckets count only their own observations here; Prometheus' buckets include those below.
  private func writeBuckets(
    _ list: JSONMember, _ count: JSONMember, _ spelling: inout SeriesSpelling,
    _ totals: inout RunningTotals, _ batch: inout SampleBatch
  ) throws(LineError) {
    var below = 0.0
    let mark = spelling.mark
    for element in try elements(list) {
      let parts = try object.members(of: element)
      guard let bound = parts.first(where: { $0.name.equals("upper_limit") }),
        let value = try number("count", in: parts)
      else {
        throw LineError(.badShape, element.range, expected: "an upper_limit and a count")
      }
      below += value
      guard bound.kind == .number, DecimalNumber.parse(bound.value) != nil else { continue }
      try spelling.add("le", bound.value, at: bound.range, object.context.limits)
      try append("bucket", below, &spelling, &totals, &batch)
      spelling.rewind(to: mark)
    }
    try spelling.add("le", "+Inf", at: list.range, object.context.limits)
    try append("bucket", try object.number(count) ?? below, &spelling, &totals, &batch)
    spelling.rewind(to: mark)
  }
}
