/// A place where a value will be, filled in by an encoder.
final class CodedNode {
  private enum Content {
    case leaf(CodedValue)
    case list([CodedNode])
    case map([String: CodedNode])
  }

  private var content = Content.leaf(.null)

  /// The value that the node has come to.
  var value: CodedValue {
    switch content {
    case .leaf(let value): value
    case .list(let nodes): .list(nodes.map(\.value))
    case .map(let nodes): .map(nodes.mapValues(\.value))
    }
  }

  func set(_ value: CodedValue) { content = .leaf(value) }

  var count: Int {
    if case .list(let nodes) = content { nodes.count } else { 0 }
  }

  func makeList() {
    if case .list = content { return }
    content = .list([])
  }

  func makeMap() {
    if case .map = content { return }
    content = .map([:])
  }

  /// A new node at the end of the list.
  func append() -> CodedNode {
    guard case .list(var nodes) = content else { return self }
    content = .leaf(.null)
    let node = CodedNode()
    nodes.append(node)
    content = .list(nodes)
    return node
  }

  /// A new node under `key` of the map.
  func put(_ key: String) -> CodedNode {
    guard case .map(var nodes) = content else { return self }
    content = .leaf(.null)
    let node = CodedNode()
    nodes[key] = node
    content = .map(nodes)
    return node
  }
}

/// Puts a `Codable` value into a node.
struct CodedEncoder: Encoder {
  let node: CodedNode
  let codingPath: [any CodingKey]
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
    node.makeMap()
    return KeyedEncodingContainer(Keyed<Key>(node: node, codingPath: codingPath))
  }

  func unkeyedContainer() -> any UnkeyedEncodingContainer {
    node.makeList()
    return Unkeyed(node: node, codingPath: codingPath)
  }

  func singleValueContainer() -> any SingleValueEncodingContainer {
    Single(node: node, codingPath: codingPath)
  }

  func encode(_ value: some Encodable) throws {
    switch value {
    case let value as Bool: node.set(.bool(value))
    case let value as String: node.set(.text(value))
    case let value as Double: node.set(.double(value))
    case let value as Float: node.set(.double(Double(value)))
    case let value as any FixedWidthInteger & SignedInteger:
      node.set(.integer(Int64(truncatingIfNeeded: value)))
    case let value as any FixedWidthInteger: node.set(.unsigned(UInt64(truncatingIfNeeded: value)))
    default: try value.encode(to: self)
    }
  }

  private struct Keyed<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let node: CodedNode
    let codingPath: [any CodingKey]

    private func encoder(_ key: any CodingKey) -> CodedEncoder {
      CodedEncoder(node: node.put(key.stringValue), codingPath: codingPath + [key])
    }

    mutating func encodeNil(forKey key: Key) { node.put(key.stringValue).set(.null) }

    mutating func encode<T: Encodable>(_ value: T, forKey key: Key) throws {
      try encoder(key).encode(value)
    }

    mutating func nestedContainer<Nested: CodingKey>(
      keyedBy type: Nested.Type, forKey key: Key
    ) -> KeyedEncodingContainer<Nested> { encoder(key).container(keyedBy: type) }

    mutating func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
      encoder(key).unkeyedContainer()
    }

    mutating func superEncoder() -> any Encoder {
      CodedEncoder(node: node.put("super"), codingPath: codingPath)
    }

    mutating func superEncoder(forKey key: Key) -> any Encoder { encoder(key) }
  }

  private struct Unkeyed: UnkeyedEncodingContainer {
    let node: CodedNode
    let codingPath: [any CodingKey]
    var count: Int { node.count }

    private func encoder() -> CodedEncoder {
      CodedEncoder(node: node.append(), codingPath: codingPath)
    }

    mutating func encodeNil() { node.append().set(.null) }

    mutating func encode<T: Encodable>(_ value: T) throws { try encoder().encode(value) }

    mutating func nestedContainer<Nested: CodingKey>(
      keyedBy type: Nested.Type
    ) -> KeyedEncodingContainer<Nested> { encoder().container(keyedBy: type) }

    mutating func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
      encoder().unkeyedContainer()
    }

    mutating func superEncoder() -> any Encoder { encoder() }
  }

  private struct Single: SingleValueEncodingContainer {
    let node: CodedNode
    let codingPath: [any CodingKey]

    mutating func encodeNil() { node.set(.null) }

    mutating func encode<T: Encodable>(_ value: T) throws {
      try CodedEncoder(node: node, codingPath: codingPath).encode(value)
    }
  }
}
