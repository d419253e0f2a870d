import Model

// The shapes of k6, Telegraf and Vector.

extension JSONLinesDecoder {
  /// k6: `{"metric":"http_reqs","type":"Point","data":{"time":…,"value":1,"tags":{…}}}`.
  ///
  /// Lines of the type `Metric` define the types. Source: k6 documentation, "JSON" output.
  mutating func decodeK6(
    _ object: JSONObject, _ data: JSONMember, _ batch: inout SampleBatch
  ) throws(LineError) {
    guard let type = object[object.roles.type], let name = object[object.roles.name],
      name.kind == .string
    else { throw LineError(.badShape, data.range, expected: "a k6 metric or point") }
    let members = try object.members(of: data)
    let roles = JSONRoles(members)
    if type.value.equals("Metric") {
      if roles.type >= 0, let read = K6MetricType(rawValue: members[roles.type].value.text),
        k6Types.count < object.context.limits.fieldsMax
      {
        k6Types[name.value.text] = read
      }
      return
    }
    guard type.value.equals("Point"), roles.value >= 0 else {
      throw LineError(.badShape, type.range, expected: "\"Metric\" or \"Point\" with a value")
    }
    if roles.labels >= 0 { try object.addLabels(members[roles.labels], to: &spelling) }
    guard let value = try object.number(members[roles.value]) else { return }
    let kind = k6Types[name.value.text] ?? K6MetricType(builtIn: name.value)
    try K6.append(
      name.value, kind, at: name.range,
      time: try object.time(roles.time < 0 ? nil : members[roles.time]),
      value: value, &spelling, &totals, object.context.limits, &batch)
  }

  /// `{"fields":{"usage_idle":97.4},"name":"cpu","tags":{…},"timestamp":…}`: as line protocol.
  mutating func decodeTelegraf(
    _ object: JSONObject, _ fields: JSONMember, _ batch: inout SampleBatch
  ) throws(LineError) {
    guard let name = object[object.roles.name], name.kind == .string else {
      throw LineError(.missingName, fields.range, expected: "a name beside the fields")
    }
    try object.addLabels(object[object.roles.labels], to: &spelling)
    let time = try object.time()
    for field in try object.members(of: fields) where field.kind != .string {
      guard field.kind != .object, field.kind != .array, let value = try object.number(field)
      else { continue }
      try spelling.append(
        name.value, field.name, at: field.range, time: time, value: value, object.context.limits,
        to: &batch)
    }
  }

  /// `{"name":"cpu","namespace":"host","tags":{…},"timestamp":…,"kind":"absolute","gauge":{"value":1}}`.
  ///
  /// Source: Vector documentation, "Metric event data model".
  mutating func decodeVector(
    _ object: JSONObject, _ body: JSONMember, _ batch: inout SampleBatch
  ) throws(LineError) {
    guard let bare = object[object.roles.name], bare.kind == .string else {
      throw LineError(.missingName, body.range, expected: "a name")
    }
    var name = bare
    if let namespace = object[object.roles.namespace], namespace.kind == .string {
      name.value = arena.joined(namespace.value, bare.value)
    }
    try object.addLabels(object[object.roles.labels], to: &spelling)
    let isIncremental = object[object.roles.kind]?.value.equals("incremental") == true
    var writer = VectorWriter(
      object: object, name: name, time: try object.time(), isIncremental: isIncremental)
    try writer.write(body, &spelling, &totals, &batch)
  }
}
