import Glibc

/// One name and value of a label set.
public struct Label: Hashable, Comparable, Sendable {
  /// Any non-empty UTF-8 text; `[a-zA-Z_][a-zA-Z0-9_]*` where it must be written without quotes.
  public var name: String
  /// Any UTF-8 text.
  public var value: String

  /// The label `name="value"`.
  public init(_ name: String, _ value: String) {
    self.name = name
    self.value = value
  }

  /// By name, then by value, both in byte order.
  public static func < (a: Label, b: Label) -> Bool { a.order(b) < 0 }

  /// Negative when this label comes before `other`, 0 when they are equal.
  fileprivate func order(_ other: Label) -> Int {
    let names = byteOrder(name, other.name)
    return names != 0 ? names : byteOrder(value, other.value)
  }
}

/// The identity of a series: labels sorted by name, each name once, none with an empty value.
///
///     let labels = Labels(["job": "api", "__name__": "up"])
///     labels.description  // up{job="api"}
///
/// A label with an empty value is the same as no label (Prometheus data model), so it is left out.
/// - Complexity: look-up by name is O(number of labels); sets are small.
public struct Labels: Hashable, Sendable {
  /// Sorted by name in byte order.
  public private(set) var pairs: [Label]

  /// The label that holds a metric's name.
  public static let metricName = "__name__"

  /// No labels at all.
  public static let empty = Labels()

  /// The empty set.
  public init() {
    pairs = []
  }

  /// The set of `pairs` in any order; of two with one name the later wins.
  public init(_ pairs: some Sequence<Label>) {
    self.init(sorting: Array(pairs))
  }

  /// The set of `pairs` in any order, in the memory that they have where nobody else holds it.
  init(sorting pairs: consuming [Label]) {
    self.pairs = pairs
    if !sortPairs() { keepLastOfEach() }
  }

  /// Puts the pairs in order, those of one name as they came; each is looked for from the end, where
  /// most belong.
  ///
  /// - Returns: false when a value is empty or a name stands twice.
  private mutating func sortPairs() -> Bool {
    var isSet = true
    for index in pairs.indices {
      var place = index
      var order = -1
      while place > 0 {
        order = byteOrder(pairs[place - 1].name, pairs[index].name)
        if order <= 0 { break }
        place -= 1
      }
      if order == 0 || pairs[index].value.isEmpty { isSet = false }
      if place < index { pairs.insert(pairs.remove(at: index), at: place) }
    }
    return isSet
  }

  /// Makes a set of pairs in order: the last of each name counts, and an empty value is none.
  private mutating func keepLastOfEach() {
    let all = pairs
    pairs.removeAll()
    for (index, pair) in all.enumerated() where !pair.value.isEmpty {
      let isLast = index + 1 == all.count || byteOrder(pair.name, all[index + 1].name) != 0
      if isLast { pairs.append(pair) }
    }
  }

  /// The set of pairs that are known to be sorted, each name once, none with an empty value.
  init(ordered pairs: [Label]) {
    self.pairs = pairs
  }

  /// The set of a dictionary's pairs.
  public init(_ dictionary: [String: String]) {
    pairs = dictionary.filter { !$0.value.isEmpty }.map { Label($0.key, $0.value) }
    pairs.sort()
  }

  /// The value of label `name`; nil when there is none.
  ///
  /// Setting nil or "" removes it.
  public subscript(_ name: String) -> String? {
    get { pairs.first { $0.name == name }?.value }
    set {
      let index = pairs.firstIndex { !$0.name.utf8.lexicographicallyPrecedes(name.utf8) }
      let value = newValue ?? ""
      if let index, pairs[index].name == name {
        if value.isEmpty { pairs.remove(at: index) } else { pairs[index].value = value }
      } else if !value.isEmpty {
        pairs.insert(Label(name, value), at: index ?? pairs.endIndex)
      }
    }
  }

  /// The metric's name; nil when the set has none.
  public var metricName: String? { self[Self.metricName] }

  /// True for the empty set.
  public var isEmpty: Bool { pairs.isEmpty }

  /// The set without the label `name`.
  public func removing(_ name: String) -> Labels {
    filter { $0 != name }
  }

  /// The labels whose names `isKept` accepts.
  public func filter(_ isKept: (String) -> Bool) -> Labels {
    guard let gap = pairs.firstIndex(where: { !isKept($0.name) }) else { return self }
    var kept = Labels()
    guard pairs.count > 1 else { return kept }
    kept.pairs.reserveCapacity(pairs.count - 1)
    kept.pairs += pairs[..<gap]
    for pair in pairs[(gap + 1)...] where isKept(pair.name) { kept.pairs.append(pair) }
    return kept
  }

  /// This set with every label of `other` put over it.
  public func merging(_ other: Labels) -> Labels {
    var copy = self
    for pair in other.pairs { copy[pair.name] = pair.value }
    return copy
  }

  /// The pairs as a dictionary.
  public var dictionary: [String: String] {
    Dictionary(uniqueKeysWithValues: pairs.map { ($0.name, $0.value) })
  }

  /// A 64-bit hash that is equal on every machine and in every run.
  public var stableHash: UInt64 {
    var hash = StableHash()
    for pair in pairs {
      hash.combine(pair.name)
      hash.combine(pair.value)
    }
    return hash.value
  }
}

extension Labels {
  /// Feeds one number made from all bytes, which is faster than feeding text after text.
  public func hash(into hasher: inout Hasher) {
    var hash = UInt64(pairs.count)
    for pair in pairs {
      hash = hash &* 0x9e37_79b9_7f4a_7c15 ^ hashedText(pair.name)
      hash = hash &* 0x9e37_79b9_7f4a_7c15 ^ hashedText(pair.value)
    }
    hasher.combine(hash)
  }
}

extension Labels: Comparable {
  /// Pair by pair; a set that is a beginning of another comes first.
  ///
  /// The order of results.
  public static func < (a: Labels, b: Labels) -> Bool {
    for (mine, other) in zip(a.pairs, b.pairs) {
      let order = mine.order(other)
      if order != 0 { return order < 0 }
    }
    return a.pairs.count < b.pairs.count
  }
}

extension Labels: ExpressibleByDictionaryLiteral {
  /// The set of a literal's pairs.
  public init(dictionaryLiteral elements: (String, String)...) {
    self.init(elements.map { Label($0.0, $0.1) })
  }
}

extension Labels: CustomStringConvertible {
  /// The notation of PromQL: `up{job="api"}`, `{job="api"}` without a name, `{}` when empty.
  public var description: String {
    let name = metricName ?? ""
    let isPlain = isMetricIdentifier(name)
    let rest = pairs.filter { !(isPlain && $0.name == Self.metricName) }
    if rest.isEmpty { return isPlain ? name : "{}" }
    let inner = rest.map { pair in
      let label = isLabelIdentifier(pair.name) ? pair.name : quoted(pair.name)
      return "\(label)=\(quoted(pair.value))"
    }
    return (isPlain ? name : "") + "{" + inner.joined(separator: ", ") + "}"
  }
}

extension Labels: Codable {
  /// Reads an object of strings.
  public init(from decoder: any Decoder) throws {
    self.init(try decoder.singleValueContainer().decode([String: String].self))
  }

  /// Writes an object of strings.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(dictionary)
  }
}

/// A hash of a text's bytes; any text can be read as bytes once it is made contiguous.
private func hashedText(_ text: String) -> UInt64 {
  if let hash = text.utf8.withContiguousStorageIfAvailable(hashedBytes) { return hash }
  return Array(text.utf8).withUnsafeBufferPointer(hashedBytes)
}

/// Negative when `a` comes before `b` in byte order, 0 when their bytes are equal.
private func byteOrder(_ a: String, _ b: String) -> Int {
  let order = a.utf8.withContiguousStorageIfAvailable { a in
    b.utf8.withContiguousStorageIfAvailable { b -> Int in
      guard let first = a.baseAddress, let second = b.baseAddress else { return a.count - b.count }
      let order = memcmp(first, second, min(a.count, b.count))
      return order != 0 ? Int(order) : a.count - b.count
    }
  }
  if let order, let order { return order }
  return a.utf8.lexicographicallyPrecedes(b.utf8)
    ? -1 : b.utf8.lexicographicallyPrecedes(a.utf8) ? 1 : 0
}

/// True for `[a-zA-Z_][a-zA-Z0-9_]*`: a label name that needs no quotes.
public func isLabelIdentifier(_ text: String) -> Bool {
  isIdentifier(text, colon: false)
}

/// True for `[a-zA-Z_:][a-zA-Z0-9_:]*`: a metric name that needs no quotes.
public func isMetricIdentifier(_ text: String) -> Bool {
  isIdentifier(text, colon: true)
}

private func isIdentifier(_ text: String, colon: Bool) -> Bool {
  var isFirst = true
  for byte in text.utf8 {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "_"):
      break
    case UInt8(ascii: "0")...UInt8(ascii: "9"): if isFirst { return false }
    case UInt8(ascii: ":"): if !colon { return false }
    default: return false
    }
    isFirst = false
  }
  return !isFirst
}

/// `text` in double quotes, with `\`, `"`, line breaks and control bytes escaped.
public func quoted(_ text: String) -> String {
  var out = "\""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "\\": out += "\\\\"
    case "\"": out += "\\\""
    case "\n": out += "\\n"
    case "\t": out += "\\t"
    case "\r": out += "\\r"
    case "\u{0}"..."\u{1f}", "\u{7f}":
      let hex = String(scalar.value, radix: 16)
      out += "\\x" + String(repeating: "0", count: 2 - hex.utf8.count) + hex
    default: out.unicodeScalars.append(scalar)
    }
  }
  return out + "\""
}
