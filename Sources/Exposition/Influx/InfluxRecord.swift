/// One point of line protocol as text and typed values: for tools that look at input, not for ingest.
package struct InfluxRecord: Equatable {
  /// A field's value with its type.
  package enum Value: Equatable {
    /// A number without a suffix.
    case float(Double)
    /// `1i`
    case integer(Int64)
    /// `1u`
    case unsigned(UInt64)
    /// `t`, `true`, `f`, `false`, …
    case boolean(Bool)
    /// Text in quotes, its escapes undone.
    case string(String)
  }

  /// The measurement, its escapes undone.
  package var measurement: String
  /// Tags in the order of the line.
  package var tags: [(name: String, value: String)]
  /// Fields in the order of the line.
  package var fields: [(name: String, value: Value)]
  /// The time as written, in the unit of the input's precision; nil when there is none.
  package var time: Int64?

  /// Reads one line; nil when it is blank, a comment or no point.
  package init?(_ text: String) {
    let arena = LineArena()
    let bytes = Array(text.utf8)
    let record = bytes.withView { line -> InfluxRecord? in
      var point = InfluxPoint()
      guard (try? point.read(line, fieldsMax: .max)) == true else { return nil }
      return InfluxRecord(point, line, arena)
    }
    guard let record else { return nil }
    self = record
  }

  private init(_ point: InfluxPoint, _ line: ByteView, _ arena: LineArena) {
    func name(_ range: Range<Int>) -> String {
      line[range].unescaped(in: arena, InfluxPoint.isEscapable).text
    }
    measurement = name(point.measurement)
    tags = point.tags.map { (name($0.name), name($0.value)) }
    fields = point.fields.map { field in
      let value: Value =
        switch field.value {
        case .float(let value): .float(value)
        case .integer(let value): .integer(value)
        case .unsigned(let value): .unsigned(value)
        case .boolean(let value): .boolean(value)
        case .string(let range):
          .string(
            line[range].unescaped(in: arena) {
              $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "\\")
            }.text)
        }
      return (name(field.name), value)
    }
    time = point.time.flatMap { Int64(line[$0].text) }
  }

  /// Equal in every part, order included.
  package static func == (a: InfluxRecord, b: InfluxRecord) -> Bool {
    a.measurement == b.measurement && a.time == b.time
      && a.tags.elementsEqual(b.tags) { $0 == $1 }
      && a.fields.elementsEqual(b.fields) { $0 == $1 }
  }
}
