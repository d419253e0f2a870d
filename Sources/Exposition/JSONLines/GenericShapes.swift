import Model

// The shapes that name no tool: one metric, a flat record, and rows of a database export.

extension JSONLinesDecoder {
  /// `{"ts":…,"metric":"cpu","value":0.4,"labels":{…}}`; texts beside them are labels too.
  mutating func decodeSingle(
    _ object: JSONObject, _ name: JSONMember, _ value: JSONMember, _ batch: inout SampleBatch
  ) throws(LineError) {
    let roles = object.roles
    guard let number = try object.number(value) else { return }
    let time = try object.time()
    if let place = object[roles.time], place.kind == .number, value.kind == .number {
      templates.holes = .init(time: place.range, value: value.range)
    }
    let hash = identity(object, name)
    if cache.append(hash, time: time, value: number, to: &batch) { return }
    for index in object.members.indices
    where index != roles.name && index != roles.time && index != roles.value {
      let member = object.members[index]
      if index == roles.labels {
        try object.addLabels(member, to: &spelling)
      } else if member.kind == .string {
        try spelling.add(member.name, member.value, at: member.range, object.context.limits)
      }
    }
    try spelling.append(
      nil, name.value, at: name.range, time: time, value: number, object.context.limits, to: &batch)
    cache.insert(hash, row: batch.count - 1, of: batch)
  }

  /// A hash of all that `decodeSingle` makes the series of.
  @inline(__always)
  private func identity(_ object: JSONObject, _ name: JSONMember) -> UInt64 {
    var hash = SpellingMemo.hashOfAnyLength(name.value)
    for index in object.members.indices
    where index != object.roles.name && index != object.roles.time && index != object.roles.value {
      let member = object.members[index]
      guard index == object.roles.labels || member.kind == .string else { continue }
      hash = SpellingMemo.combine(hash, SpellingMemo.hashOfAnyLength(member.name))
      hash = SpellingMemo.combine(hash, SpellingMemo.hashOfAnyLength(member.value))
    }
    return SpellingMemo.combine(hash, 1)
  }

  /// `{"ts":…,"cpu":0.4,"mem":0.2,"host":"a"}`: numbers are metrics, texts are labels.
  ///
  /// Nested objects are flattened, `{"cpu":{"user":1}}` to `cpu_user`; `labels` and `tags` without
  /// their own name. Arrays are left out.
  mutating func decodeWide(
    _ object: JSONObject, _ batch: inout SampleBatch
  ) throws(LineError) {
    let limits = object.context.limits
    var metrics: [JSONMember] = []
    metrics.reserveCapacity(object.members.count)
    for index in object.members.indices where index != object.roles.time {
      let member = object.members[index]
      if index == object.roles.labels, member.kind == .object {
        try object.addLabels(member, to: &spelling)
      } else {
        try flatten(member, object, into: &metrics)
      }
    }
    if metrics.isEmpty {
      throw LineError(
        .badShape, 0..<object.json.line.count, expected: "an object with a number in it")
    }
    if metrics.count > limits.fieldsMax {
      throw LineError(
        .badShape, 0..<object.json.line.count, expected: "at most \(limits.fieldsMax) numbers")
    }
    let time = try object.time()
    for metric in metrics {
      guard let value = try object.number(metric) else { continue }
      try spelling.append(
        nil, metric.name, at: metric.range, time: time, value: value, limits, to: &batch)
    }
  }

  /// Adds `member`, or what is nested in it, to the labels or the metrics.
  private mutating func flatten(
    _ member: JSONMember, _ object: JSONObject, into metrics: inout [JSONMember]
  ) throws(LineError) {
    switch member.kind {
    case .string:
      try spelling.add(member.name, member.value, at: member.range, object.context.limits)
    case .number, .true, .false, .null: metrics.append(member)
    case .object:
      for var inner in try object.members(of: member) {
        inner.name = arena.joined(member.name, inner.name)
        try flatten(inner, object, into: &metrics)
      }
    case .array: break
    }
  }

  /// `{"metric":{"__name__":"up",…},"values":[1,…],"timestamps":[1768487400000,…]}`: VictoriaMetrics.
  mutating func decodeExport(
    _ object: JSONObject, _ metric: JSONMember, _ batch: inout SampleBatch
  ) throws(LineError) {
    var name: JSONMember?
    for label in try object.members(of: metric) {
      if label.name.equals("__name__") {
        name = label
      } else {
        try spelling.add(label.name, label.value, at: label.range, object.context.limits)
      }
    }
    guard let name else {
      throw LineError(.missingName, metric.range, expected: "a label \"__name__\"")
    }
    guard let values = object[object.roles.values], values.kind == .array,
      let times = object[object.roles.times], times.kind == .array
    else {
      throw LineError(.badShape, metric.range, expected: "arrays \"values\" and \"timestamps\"")
    }
    var numbers: [JSONMember] = []
    var moments: [JSONMember] = []
    _ = try object.json.elements(at: values.valuePlace, into: &numbers)
    _ = try object.json.elements(at: times.valuePlace, into: &moments)
    guard numbers.count == moments.count else {
      throw LineError(.badShape, times.range, expected: "\(numbers.count) timestamps")
    }
    for index in numbers.indices {
      guard let value = try object.number(numbers[index]) else { continue }
      try spelling.append(
        nil, name.value, at: name.range, time: try object.time(moments[index]), value: value,
        object.context.limits, to: &batch)
    }
  }
}
