import Foundation
import GRDB
import Incidents
import Model

/// How values lie in rows: JSON with sorted keys for what is read as a whole, columns for points.
enum Journal {
  static func json(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "+Inf", negativeInfinity: "-Inf", nan: "NaN")
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }

  private static func value<T: Decodable>(_ type: T.Type, fromJSON text: String) throws -> T {
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "+Inf", negativeInfinity: "-Inf", nan: "NaN")
    return try decoder.decode(type, from: Data(text.utf8))
  }

  /// An incident without what lies in tables of its own: events and action items.
  static func json(body incident: Incident) throws -> String {
    var body = incident
    body.events = []
    body.actionItems = []
    return try json(body)
  }

  static func incident(fromJSON text: String) throws -> Incident {
    try value(Incident.self, fromJSON: text)
  }

  static func event(fromJSON text: String) throws -> IncidentEvent {
    try value(IncidentEvent.self, fromJSON: text)
  }

  static func change(fromJSON text: String) throws -> ChangeEvent {
    try value(ChangeEvent.self, fromJSON: text)
  }

  // MARK: - Evidence

  /// A window's points as bytes, and the rest of it as JSON.
  static func row(of window: EvidenceWindow) throws -> (head: String, columns: Data) {
    var head = window
    (head.times, head.values) = ([], [])
    // An empty column in the head says which of the stored columns it is.
    if head.expected != nil { head.expected = [] }
    if head.lower != nil { head.lower = [] }
    if head.upper != nil { head.upper = [] }
    let columns =
      [window.values] + [window.expected, window.lower, window.upper].compactMap(\.self)
    return (try json(head), Data(try ColumnCodec.encode(times: window.times, columns: columns)))
  }

  static func window(head: String, columns: Data) throws -> EvidenceWindow {
    var window = try value(EvidenceWindow.self, fromJSON: head)
    var (times, rest) = try ColumnCodec.decode(Array(columns))
    let wanted = 1 + [window.expected, window.lower, window.upper].count { $0 != nil }
    guard rest.count == wanted else {
      throw ColumnError(description: "\(rest.count) columns, want \(wanted)")
    }
    window.times = times
    window.values = rest.removeFirst()
    if window.expected != nil { window.expected = rest.removeFirst() }
    if window.lower != nil { window.lower = rest.removeFirst() }
    if window.upper != nil { window.upper = rest.removeFirst() }
    return window
  }
}
