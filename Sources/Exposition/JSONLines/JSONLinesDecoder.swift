import Model

/// Decodes one JSON object a line, in any of the shapes that metric tools write.
///
/// | shape | told by |
/// |---|---|
/// | one metric, `{"ts":…,"metric":"cpu","value":0.4,"labels":{…}}` | `metric` or `name`, and `value` |
/// | a change, `{"ts":…,"change":{…}}` | `change` |
/// | k6, `--out json` | `type` and `data` |
/// | Telegraf | `fields` |
/// | Vector | `name` and `gauge`, `counter`, … |
/// | a list of these, `{"metrics":[…]}` | `metrics` |
/// | VictoriaMetrics' export | `metric`, `values` and `timestamps` |
/// | anything else: numbers are metrics, texts are labels | |
struct JSONLinesDecoder: LineDecoder {
  var templates = LineTemplates()
  var spelling = SeriesSpelling()
  var cache = SeriesCache()
  var totals: RunningTotals
  /// Types of k6's metrics, by name.
  var k6Types: [String: K6MetricType] = [:]
  let arena = LineArena()
  private var members: [JSONMember] = []

  init(_ limits: DecoderLimits) { totals = RunningTotals(seriesMax: limits.accumulatedSeriesMax) }

  mutating func decode(
    _ line: ByteView, _ context: LineContext, into batch: inout SampleBatch
  ) throws(LineError) {
    arena.begin()
    let json = JSONReader(line: line, arena: arena, depthMax: context.limits.depthMax)
    let start = json.skipSpace(0)
    if start == line.count { return }
    let before = batch.count
    let changesBefore = batch.changes.count
    do throws(LineError) {
      let end: Int
      switch line[start] {
      case UInt8(ascii: "{"): end = try decodeObject(json, start, context, depth: 0, &batch)
      case UInt8(ascii: "["): end = try decodeList(json, start, context, depth: 0, &batch)
      default: throw json.refuse(start, "an object")
      }
      let rest = json.skipSpace(end)
      if rest < line.count {
        throw LineError(.trailingText, rest..<line.count, expected: "the end of the line")
      }
    } catch {
      batch.truncate(to: before)
      batch.changes.removeLast(batch.changes.count - changesBefore)
      throw error
    }
  }

  /// Decodes the objects of the array at `start`; returns the offset after it.
  private mutating func decodeList(
    _ json: JSONReader, _ start: Int, _ context: LineContext, depth: Int, _ batch: inout SampleBatch
  ) throws(LineError) -> Int {
    var objects: [JSONMember] = []
    let end = try json.elements(at: start, into: &objects)
    for object in objects {
      guard object.kind == .object, depth < 2 else {
        throw json.refuse(object.valuePlace, "an object")
      }
      _ = try decodeObject(json, object.valuePlace, context, depth: depth + 1, &batch)
    }
    return end
  }

  /// Decodes the object at `start` in the shape that its members tell; returns the offset after it.
  private mutating func decodeObject(
    _ json: JSONReader, _ start: Int, _ context: LineContext, depth: Int, _ batch: inout SampleBatch
  ) throws(LineError) -> Int {
    var members: [JSONMember] = []
    swap(&members, &self.members)
    members.removeAll(keepingCapacity: true)
    defer { swap(&members, &self.members) }
    let end = try json.members(at: start, into: &members)
    let roles = JSONRoles(members)
    let object = JSONObject(json: json, members: members, roles: roles, context: context)
    spelling.begin()
    if let list = object[roles.list], list.kind == .array {
      _ = try decodeList(json, list.valuePlace, context, depth: depth, &batch)
    } else if let change = object[roles.change], change.kind == .object {
      batch.changes.append(try object.change(change))
    } else if let data = object[roles.data], data.kind == .object, roles.type >= 0 {
      try decodeK6(object, data, &batch)
    } else if let fields = object[roles.fields], fields.kind == .object {
      try decodeTelegraf(object, fields, &batch)
    } else if let body = object[roles.body], body.kind == .object, roles.name >= 0 {
      try decodeVector(object, body, &batch)
    } else if let name = object[roles.name], name.kind == .object {
      try decodeExport(object, name, &batch)
    } else if let name = object[roles.name], name.kind == .string, let value = object[roles.value] {
      try decodeSingle(object, name, value, &batch)
    } else {
      try decodeWide(object, &batch)
    }
    return end
  }
}
