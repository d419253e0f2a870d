import Model

/// Which members of an object play a part in its shape: indices, -1 where there is none.
struct JSONRoles {
  private(set) var time = -1
  private(set) var name = -1
  private(set) var value = -1
  private(set) var labels = -1
  private(set) var fields = -1
  private(set) var change = -1
  private(set) var type = -1
  private(set) var data = -1
  private(set) var list = -1
  private(set) var namespace = -1
  private(set) var kind = -1
  /// Vector's `gauge`, `counter`, ….
  private(set) var body = -1
  private(set) var values = -1
  private(set) var times = -1

  init(_ members: [JSONMember]) {
    for index in members.indices { take(members[index].name, index) }
  }

  /// Of two members with one part the first has it.
  @inline(__always)
  private mutating func take(_ key: ByteView, _ index: Int) {
    func set(_ role: inout Int) { if role < 0 { role = index } }
    switch key.count {
    case 2: if key.equals("ts") { set(&time) }
    case 3: if key.equals("set") { set(&body) }
    case 4:
      if key.equals("time") || key.equals("date") { set(&time) }
      if key.equals("name") { set(&name) }
      if key.equals("tags") { set(&labels) }
      if key.equals("type") { set(&type) }
      if key.equals("data") { set(&data) }
      if key.equals("kind") { set(&kind) }
    case 5:
      if key.equals("value") { set(&value) }
      if key.equals("gauge") { set(&body) }
      if key.equals("_time") { set(&time) }
    case 6:
      if key.equals("metric") { set(&name) }
      if key.equals("labels") { set(&labels) }
      if key.equals("fields") { set(&fields) }
      if key.equals("change") { set(&change) }
      if key.equals("values") { set(&values) }
    case 7:
      if key.equals("metrics") { set(&list) }
      if key.equals("counter") { set(&body) }
    case 8:
      if key.equals("__name__") { set(&name) }
      if key.equals("datetime") { set(&time) }
    case 9:
      if key.equals("timestamp") { set(&time) }
      if key.equals("namespace") { set(&namespace) }
    case 10:
      if key.equals("@timestamp") { set(&time) }
      if key.equals("timestamps") { set(&times) }
    case 12: if key.equals("distribution") { set(&body) }
    case 18: if key.equals("aggregated_summary") { set(&body) }
    case 20: if key.equals("aggregated_histogram") { set(&body) }
    default: break
    }
  }
}

/// One object with the parts of its members, and the readings that all shapes share.
struct JSONObject {
  let json: JSONReader
  let members: [JSONMember]
  let roles: JSONRoles
  let context: LineContext

  /// The member that plays a part; nil when none does.
  @inline(__always)
  subscript(role: Int) -> JSONMember? { role < 0 ? nil : members[role] }

  /// The object's time, or the arrival time.
  func time() throws(LineError) -> Int64 { try time(self[roles.time]) }

  /// The time in `member`: a number of any unit, or a text.
  func time(_ member: JSONMember?) throws(LineError) -> Int64 {
    guard let member, member.kind != .null else { return context.arrival }
    let read: Int64?
    switch member.kind {
    case .number: read = TimeText.parseNumber(member.value, unit: nil)
    case .string: read = TimeText.parse(member.value)
    default: read = nil
    }
    guard let read else { throw LineError(.badTime, member.range, expected: "a time") }
    guard context.accepts(read) else { throw LineError.timeOutOfRange(member.range) }
    return read
  }

  /// The members of the object in `member`; none when it is missing or `null`.
  func members(of member: JSONMember?) throws(LineError) -> [JSONMember] {
    guard let member, member.kind != .null else { return [] }
    guard member.kind == .object else {
      throw LineError(.badShape, member.range, expected: "an object")
    }
    var members: [JSONMember] = []
    _ = try json.members(at: member.valuePlace, into: &members)
    return members
  }

  /// Adds the texts, numbers and booleans of the object in `member` as labels.
  @inline(__always)
  func addLabels(
    _ member: JSONMember?, to spelling: inout SeriesSpelling
  ) throws(LineError) {
    guard member != nil else { return }
    for label in try members(of: member) {
      switch label.kind {
      case .string, .number, .true, .false:
        try spelling.add(label.name, label.value, at: label.range, context.limits)
      case .object, .array, .null: break
      }
    }
  }

  /// The sample value in `member`: a number, a boolean, or a number as text; nil for `null`.
  @inline(__always)
  func number(_ member: JSONMember) throws(LineError) -> Double? {
    let read: Double?
    switch member.kind {
    case .number: read = DecimalNumber.parse(member.value)
    case .string: read = DecimalNumber.parseWithSpecials(member.value)
    case .true: read = 1
    case .false: read = 0
    case .null: return nil
    case .object, .array: read = nil
    }
    guard let read else { throw LineError(.badNumber, member.range, expected: "a number") }
    return read
  }

  /// The change in `member`, an object; names are accepted as YAML and as Swift spell them.
  func change(_ member: JSONMember) throws(LineError) -> ChangeEvent {
    let parts = try members(of: member)
    func text(_ names: ByteView...) -> String? {
      for name in names {
        if let part = parts.first(where: { $0.name.equals(name) && $0.kind != .null }) {
          return part.value.text
        }
      }
      return nil
    }
    let inner = parts.first { $0.name.equals("time") || $0.name.equals("ts") }
    guard let service = text("service"), !service.isEmpty else {
      throw LineError(.badShape, member.range, expected: "a change with a service")
    }
    return ChangeEvent(
      time: Timestamp(milliseconds: try time(self[roles.time] ?? inner)), service: service,
      kind: text("kind", "type") ?? "deploy", version: text("version", "to"),
      previousVersion: text("previous_version", "previousVersion", "previous", "from"),
      summary: text("summary", "description", "message", "title"), link: text("link", "url"))
  }
}
