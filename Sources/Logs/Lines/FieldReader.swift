import Model

/// Reads structured lines, one JSON object or logfmt pairs, and keeps the fields that mean something.
struct FieldReader {
  private let limits: LogLimits
  private let zone: TimeZoneRule
  private var values: [LogField: String] = [:]
  private var messageRank = Int.max
  private var hasText = false
  private var fieldsSeen = 0

  init(_ limits: LogLimits, zone: TimeZoneRule) {
    self.limits = limits
    self.zone = zone
  }

  /// True when the last line was Docker's envelope around a line of any form.
  var isEnvelope: Bool { values[.stream] != nil && messageRank == 2 }

  private mutating func clear() {
    values.removeAll(keepingCapacity: true)
    messageRank = .max
    hasText = false
    fieldsSeen = 0
  }

  /// Reads the JSON object that is the whole of `bytes[line]`; false when it is none.
  mutating func readJSON(_ bytes: Span<UInt8>, _ line: Range<Int>) -> Bool {
    clear()
    var cursor = JSONCursor(at: line.lowerBound, end: line.upperBound, depthMax: limits.depthMax)
    var found: [(String, String)] = []
    let isRead = cursor.readObject(bytes, path: "", depth: 0, fieldsMax: limits.fieldsMax) {
      found.append(($0, $1))
    }
    guard isRead, cursor.at == line.upperBound else { return false }
    for (name, value) in found { take(name, value) }
    return true
  }

  /// Reads `key=value key="a b"`; false unless the line begins with a pair and one of the first pairs
  /// has a meaning that only log lines have.
  mutating func readPairs(_ bytes: Span<UInt8>, _ line: Range<Int>) -> Bool {
    clear()
    var at = line.lowerBound
    var isLog = false
    var pairs = 0
    while at < line.upperBound, pairs < limits.fieldsMax {
      while at < line.upperBound, isBlank(bytes[at]) { at += 1 }
      let start = at
      while at < line.upperBound, isNameByte(bytes[at]) { at += 1 }
      guard at > start, at < line.upperBound, bytes[at] == UInt8(ascii: "=") else {
        if pairs == 0 { return false }
        while at < line.upperBound, !isBlank(bytes[at]) { at += 1 }
        continue
      }
      let name = text(bytes, start..<at)
      at += 1
      let value = pairValue(bytes, &at, line.upperBound)
      pairs += 1
      switch LogField(name.lowercased()) {
      case .time, .level, .message(rank: 0): isLog = true
      default: break
      }
      if pairs == 4, !isLog { return false }
      take(name, value)
    }
    return isLog
  }

  private func pairValue(_ bytes: Span<UInt8>, _ at: inout Int, _ end: Int) -> String {
    var value: [UInt8] = []
    if at < end, bytes[at] == UInt8(ascii: "\"") {
      at += 1
      while at < end, bytes[at] != UInt8(ascii: "\"") {
        if bytes[at] == UInt8(ascii: "\\"), at + 1 < end {
          at += 1
          let byte = bytes[at]
          value.append(byte == UInt8(ascii: "n") ? 0x20 : byte)
        } else {
          value.append(bytes[at])
        }
        at += 1
      }
      at = min(at + 1, end)
    } else {
      while at < end, !isBlank(bytes[at]) {
        value.append(bytes[at])
        at += 1
      }
    }
    return String(decoding: value.prefix(limits.messageBytesMax), as: UTF8.self)
  }

  /// The first field of a meaning counts; of messages the one of the best rank.
  private mutating func take(_ name: String, _ value: String) {
    guard let field = LogField(name.lowercased()) else { return }
    if case .message(let rank) = field {
      guard rank < messageRank else { return }
      if messageRank < .max { values[.message(rank: messageRank)] = nil }
      messageRank = rank
    }
    if values[field] == nil { values[field] = value }
  }

  /// Puts what the last line said into `record`.
  func fill(_ record: inout LogRecord) {
    for (field, value) in values.sorted(by: { order($0.key) < order($1.key) }) {
      switch field {
      case .time: record.time = LogTime.parse(value, in: zone)
      case .level:
        record.level = LogLevel(word: value) ?? Int(value).flatMap(LogLevel.init) ?? .unknown
      case .message: record.message = Array(value.utf8.prefix(limits.messageBytesMax))
      case .error:
        // What went wrong belongs to what happened.
        let joint = record.message.isEmpty ? "" : ": "
        if record.message != Array(value.utf8) { record.message += Array((joint + value).utf8) }
      case .service: record.service = Array(value.utf8.prefix(128))
      case .status: if let number = Int(value) { record.take(status: number) }
      case .method: record.take(method: value)
      case .duration(let perSecond):
        record.duration = record.duration ?? Self.seconds(value, perSecond: perSecond)
      case .stream: break
      }
    }
    if record.message.count > limits.messageBytesMax {
      record.message.removeLast(record.message.count - limits.messageBytesMax)
    }
  }

  /// The order in which fields are put into a record: messages before errors, plain units first.
  private func order(_ field: LogField) -> Double {
    switch field {
    case .time: 0
    case .level: 1
    case .message: 2
    case .error: 3
    case .service: 4
    case .status: 5
    case .method: 6
    case .stream: 7
    case .duration(let perSecond): 8 + perSecond
    }
  }

  /// A length of time: a number in the field's unit, or with its own, as Go writes it (`12.5ms`).
  static func seconds(_ text: String, perSecond: Double) -> Double? {
    let number = text.prefix { $0.isNumber || $0 == "." || $0 == "-" || $0 == "+" || $0 == "e" }
    guard let value = Double(number), value.isFinite, value >= 0 else { return nil }
    let scale: Double
    switch text[number.endIndex...] {
    case "": scale = perSecond == 0 ? 1 : perSecond
    case "s": scale = 1
    case "ms": scale = 1e3
    case "us", "µs", "μs": scale = 1e6
    case "ns": scale = 1e9
    default: return nil
    }
    return value / scale
  }
}

/// Bytes of the names of logfmt's pairs.
private func isNameByte(_ byte: UInt8) -> Bool {
  isLetter(byte) || isDigit(byte) || byte == UInt8(ascii: "_") || byte == UInt8(ascii: ".")
    || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "@")
}
