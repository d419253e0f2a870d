import Model

/// A value of a `Codable` type between its Swift form and the bytes of a checkpoint.
///
/// Numbers keep every bit, NaN included; maps are written in the order of their keys.
indirect enum CodedValue {
  case null
  case bool(Bool)
  case integer(Int64)
  case unsigned(UInt64)
  case double(Double)
  case text(String)
  case list([CodedValue])
  case map([String: CodedValue])

  /// Levels of lists and maps in each other at most.
  private static let depthMax = 64

  private enum Tag {
    static let null: UInt8 = 0
    static let no: UInt8 = 1
    static let yes: UInt8 = 2
    static let integer: UInt8 = 3
    static let unsigned: UInt8 = 4
    static let double: UInt8 = 5
    static let text: UInt8 = 6
    static let list: UInt8 = 7
    static let map: UInt8 = 8
  }

  func encode(into writer: inout CheckpointWriter) {
    switch self {
    case .null: writer.write(byte: Tag.null)
    case .bool(let value): writer.write(byte: value ? Tag.yes : Tag.no)
    case .integer(let value):
      writer.write(byte: Tag.integer)
      writer.write(value)
    case .unsigned(let value):
      writer.write(byte: Tag.unsigned)
      writer.write(varied: value)
    case .double(let value):
      writer.write(byte: Tag.double)
      writer.write(value)
    case .text(let value):
      writer.write(byte: Tag.text)
      writer.write(value)
    case .list(let values):
      writer.write(byte: Tag.list)
      writer.write(count: values.count)
      for value in values { value.encode(into: &writer) }
    case .map(let values):
      writer.write(byte: Tag.map)
      writer.write(count: values.count)
      for (key, value) in values.sorted(by: { $0.key < $1.key }) {
        writer.write(key)
        value.encode(into: &writer)
      }
    }
  }

  init(from reader: inout CheckpointReader, depth: Int = 0) throws(CheckpointError) {
    guard depth < Self.depthMax else { throw reader.failure() }
    switch try reader.byte() {
    case Tag.null: self = .null
    case Tag.no: self = .bool(false)
    case Tag.yes: self = .bool(true)
    case Tag.integer: self = .integer(try reader.int64())
    case Tag.unsigned: self = .unsigned(try reader.varied())
    case Tag.double: self = .double(try reader.double())
    case Tag.text: self = .text(try reader.text())
    case Tag.list:
      var values: [CodedValue] = []
      for _ in 0..<(try reader.count()) {
        values.append(try CodedValue(from: &reader, depth: depth + 1))
      }
      self = .list(values)
    case Tag.map:
      var values: [String: CodedValue] = [:]
      for _ in 0..<(try reader.count()) {
        let key = try reader.text()
        values[key] = try CodedValue(from: &reader, depth: depth + 1)
      }
      self = .map(values)
    default: throw reader.failure()
    }
  }
}

extension CheckpointWriter {
  /// Adds a value by way of its `Codable` form.
  mutating func write(coded value: some Encodable) {
    let node = CodedNode()
    do {
      try CodedEncoder(node: node, codingPath: []).encode(value)
    } catch {
      // Only a type that refuses to be encoded throws, and the engine's types do not.
      preconditionFailure("\(type(of: value)) cannot be encoded: \(error)")
    }
    node.value.encode(into: &self)
  }
}

extension CheckpointReader {
  /// A value by way of its `Codable` form.
  mutating func coded<Value: Decodable>(
    _ type: Value.Type = Value.self
  ) throws(CheckpointError) -> Value {
    let coded = try CodedValue(from: &self)
    do {
      return try CodedDecoder(value: coded, codingPath: []).decode(Value.self)
    } catch {
      throw failure()
    }
  }
}
