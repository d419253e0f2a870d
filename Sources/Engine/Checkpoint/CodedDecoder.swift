/// Makes a `Codable` value from its coded form.
struct CodedDecoder: Decoder {
  let value: CodedValue
  let codingPath: [any CodingKey]
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  private func mismatch(_ type: Any.Type) -> DecodingError {
    .typeMismatch(
      type, DecodingError.Context(codingPath: codingPath, debugDescription: "another kind of value")
    )
  }

  func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
    guard case .map(let values) = value else { throw mismatch([String: Any].self) }
    return KeyedDecodingContainer(Keyed<Key>(values: values, codingPath: codingPath))
  }

  func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
    guard case .list(let values) = value else { throw mismatch([Any].self) }
    return Unkeyed(values: values, codingPath: codingPath)
  }

  func singleValueContainer() -> any SingleValueDecodingContainer { Single(decoder: self) }

  func decode<T: Decodable>(_ type: T.Type) throws -> T {
    let plain: (any Decodable)?
    if let integer = type as? any FixedWidthInteger.Type {
      plain = number(integer) as? any Decodable
    } else {
      switch (value, type) {
      case (.bool(let value), is Bool.Type): plain = value
      case (.text(let value), is String.Type): plain = value
      case (.double(let value), is Double.Type): plain = value
      case (.double(let value), is Float.Type): plain = Float(value)
      case (_, is Bool.Type), (_, is String.Type), (_, is Double.Type), (_, is Float.Type):
        throw mismatch(type)
      default: return try T(from: self)
      }
    }
    guard let result = plain as? T else { throw mismatch(type) }
    return result
  }

  private func number<N: FixedWidthInteger>(_ type: N.Type) -> N? {
    switch value {
    case .integer(let value): N(exactly: value)
    case .unsigned(let value): N(exactly: value)
    default: nil
    }
  }

  private var isNull: Bool {
    if case .null = value { true } else { false }
  }

  private struct Keyed<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let values: [String: CodedValue]
    let codingPath: [any CodingKey]

    var allKeys: [Key] { values.keys.sorted().compactMap { Key(stringValue: $0) } }

    func contains(_ key: Key) -> Bool { values[key.stringValue] != nil }

    private func decoder(_ key: any CodingKey) throws -> CodedDecoder {
      guard let value = values[key.stringValue] else {
        throw DecodingError.keyNotFound(
          key, DecodingError.Context(codingPath: codingPath, debugDescription: "missing"))
      }
      return CodedDecoder(value: value, codingPath: codingPath + [key])
    }

    func decodeNil(forKey key: Key) throws -> Bool { try decoder(key).isNull }

    func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T {
      try decoder(key).decode(type)
    }

    func nestedContainer<Nested: CodingKey>(
      keyedBy type: Nested.Type, forKey key: Key
    ) throws -> KeyedDecodingContainer<Nested> { try decoder(key).container(keyedBy: type) }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
      try decoder(key).unkeyedContainer()
    }

    func superDecoder() throws -> any Decoder {
      CodedDecoder(value: values["super"] ?? .null, codingPath: codingPath)
    }

    func superDecoder(forKey key: Key) throws -> any Decoder { try decoder(key) }
  }

  private struct Unkeyed: UnkeyedDecodingContainer {
    let values: [CodedValue]
    let codingPath: [any CodingKey]
    private(set) var currentIndex = 0

    init(values: [CodedValue], codingPath: [any CodingKey]) {
      self.values = values
      self.codingPath = codingPath
    }

    var count: Int? { values.count }
    var isAtEnd: Bool { currentIndex == values.count }

    private func decoder() throws -> CodedDecoder {
      guard !isAtEnd else {
        throw DecodingError.valueNotFound(
          Any.self, DecodingError.Context(codingPath: codingPath, debugDescription: "the end"))
      }
      return CodedDecoder(value: values[currentIndex], codingPath: codingPath)
    }

    mutating func decodeNil() throws -> Bool {
      let isNull = try decoder().isNull
      if isNull { currentIndex += 1 }
      return isNull
    }

    mutating func decode<T: Decodable>(_ type: T.Type) throws -> T {
      let result = try decoder().decode(type)
      currentIndex += 1
      return result
    }

    mutating func nestedContainer<Nested: CodingKey>(
      keyedBy type: Nested.Type
    ) throws -> KeyedDecodingContainer<Nested> {
      let container = try decoder().container(keyedBy: type)
      currentIndex += 1
      return container
    }

    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
      let container = try decoder().unkeyedContainer()
      currentIndex += 1
      return container
    }

    mutating func superDecoder() throws -> any Decoder {
      let found = try decoder()
      currentIndex += 1
      return found
    }
  }

  private struct Single: SingleValueDecodingContainer {
    let decoder: CodedDecoder
    var codingPath: [any CodingKey] { decoder.codingPath }

    func decodeNil() -> Bool { decoder.isNull }

    func decode<T: Decodable>(_ type: T.Type) throws -> T { try decoder.decode(type) }
  }
}
