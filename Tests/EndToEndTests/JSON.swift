import Foundation

/// A JSON document.
enum JSON: Hashable {
  case null
  case bool(Bool)
  case number(Double)
  case string(String)
  case array([JSON])
  case object([String: JSON])

  init(parsing text: String) throws {
    self = try JSONDecoder().decode(JSON.self, from: Data(text.utf8))
  }

  subscript(name: String) -> JSON {
    if case .object(let fields) = self { fields[name] ?? .null } else { .null }
  }

  var string: String? { if case .string(let text) = self { text } else { nil } }
  var number: Double? { if case .number(let value) = self { value } else { nil } }
  var items: [JSON] { if case .array(let items) = self { items } else { [] } }
}

extension JSON: Decodable {
  init(from decoder: any Decoder) throws {
    let value = try decoder.singleValueContainer()
    if value.decodeNil() {
      self = .null
    } else if let flag = try? value.decode(Bool.self) {
      self = .bool(flag)
    } else if let number = try? value.decode(Double.self) {
      self = .number(number)
    } else if let text = try? value.decode(String.self) {
      self = .string(text)
    } else if let items = try? value.decode([JSON].self) {
      self = .array(items)
    } else {
      self = .object(try value.decode([String: JSON].self))
    }
  }
}

/// The part of JSON Schema that the project's schemas use.
struct JSONSchema {
  let root: JSON

  /// What is wrong with `value`, each with its place; empty when it is valid.
  func faults(in value: JSON) -> [String] { faults(in: value, by: root, at: "$") }

  private static let known: Set<String> = [
    "$schema", "$id", "$defs", "$ref", "title", "description", "type", "required", "properties",
    "enum", "const", "items", "additionalProperties", "oneOf", "pattern", "minimum",
  ]

  private func faults(in value: JSON, by schema: JSON, at place: String) -> [String] {
    guard case .object(let words) = schema else { return [] }
    if let unknown = words.keys.sorted().first(where: { !Self.known.contains($0) }) {
      return ["\(place): the schema uses \"\(unknown)\", which this test does not know"]
    }
    if let reference = schema["$ref"].string {
      let path = reference.split(separator: "/").dropFirst().map(String.init)
      let target = path.reduce(root) { $0[$1] }
      guard target != .null else { return ["\(place): no \(reference)"] }
      return faults(in: value, by: target, at: place)
    }
    return scalarFaults(value, words, place) + objectFaults(value, schema, place)
      + value.items.enumerated().flatMap { index, item in
        words["items"].map { faults(in: item, by: $0, at: "\(place)[\(index)]") } ?? []
      } + choiceFaults(value, schema["oneOf"].items, place)
  }

  private func scalarFaults(_ value: JSON, _ words: [String: JSON], _ place: String) -> [String] {
    var out: [String] = []
    if let type = words["type"] {
      let names = type.string.map { [$0] } ?? type.items.compactMap(\.string)
      if !names.contains(where: { Self.matches(value, $0) }) {
        out.append("\(place): expected \(names.joined(separator: " or ")), found \(value)")
      }
    }
    if let choices = words["enum"]?.items, !choices.contains(value) {
      out.append("\(place): \(value) is none of the enum")
    }
    if let constant = words["const"], constant != value { out.append("\(place): not \(constant)") }
    if let least = words["minimum"]?.number, let number = value.number, number < least {
      out.append("\(place): \(number) is less than \(least)")
    }
    if let pattern = words["pattern"]?.string, let text = value.string,
      text.range(of: pattern, options: .regularExpression) == nil
    {
      out.append("\(place): \"\(text)\" does not match \(pattern)")
    }
    return out
  }

  private func objectFaults(_ value: JSON, _ schema: JSON, _ place: String) -> [String] {
    guard case .object(let fields) = value else { return [] }
    var out = schema["required"].items.compactMap(\.string).filter { fields[$0] == nil }
      .map { "\(place): \"\($0)\" is missing" }
    for (name, field) in fields.sorted(by: { $0.key < $1.key }) {
      let own = schema["properties"][name]
      if own != .null {
        out += faults(in: field, by: own, at: "\(place).\(name)")
      } else if schema["additionalProperties"] == .bool(false) {
        out.append("\(place): \"\(name)\" is not in the schema")
      } else {
        out += faults(in: field, by: schema["additionalProperties"], at: "\(place).\(name)")
      }
    }
    return out
  }

  private func choiceFaults(_ value: JSON, _ choices: [JSON], _ place: String) -> [String] {
    guard !choices.isEmpty else { return [] }
    let tried = choices.map { faults(in: value, by: $0, at: place) }
    guard tried.count(where: \.isEmpty) != 1 else { return [] }
    return tried.min { $0.count < $1.count } ?? []
  }

  private static func matches(_ value: JSON, _ type: String) -> Bool {
    switch (type, value) {
    case ("null", .null), ("boolean", .bool), ("number", .number), ("string", .string),
      ("array", .array), ("object", .object):
      true
    case ("integer", .number(let number)): number == number.rounded()
    default: false
    }
  }
}
