/// How a whole text is matched: by comparing bytes where the expression allows it, else by the
/// automaton.
enum PatternPlan: Sendable, Equatable {
  /// `abc`
  case literal([UInt8])
  /// `abc|def`, sorted.
  case literals([[UInt8]])
  /// `abc.*`, `abc.+`, `.*abc`, `.*abc.*`, `.*`, …: a text around which anything may stand.
  case part([UInt8], before: Gap, after: Gap)
  /// Anything else; the text must begin with the bytes.
  case automaton(prefix: [UInt8])

  /// What may stand beside a text.
  enum Gap: Sendable { case nothing, anything, something }

  init(_ node: PatternNode) {
    if let literal = Self.literal(node) {
      self = .literal(literal)
    } else if case .choice(let nodes) = node.ungrouped,
      case let literals = nodes.compactMap(Self.literal), literals.count == nodes.count
    {
      self = .literals(literals.sorted { $0.lexicographicallyPrecedes($1) })
    } else {
      self = Self.part(node) ?? .automaton(prefix: Self.prefix(node))
    }
  }

  /// The only text that `node` matches.
  private static func literal(_ node: PatternNode) -> [UInt8]? {
    switch node.ungrouped {
    case .empty: []
    // U+FFFD also matches bytes that are no UTF-8.
    case .set(let set) where set.single != "\u{FFFD}":
      set.single.flatMap(UTF8.encode).map(Array.init)
    case .sequence(let nodes): joined(nodes.map(literal))
    default: nil
    }
  }

  private static func joined(_ parts: [[UInt8]?]) -> [UInt8]? {
    var out: [UInt8] = []
    for part in parts {
      guard let part else { return nil }
      out += part
    }
    return out
  }

  private static func gap(_ node: PatternNode?) -> Gap? {
    guard case .repetition(let inner, let least, nil, _)? = node?.ungrouped, least <= 1,
      inner.ungrouped == .set(.everything)
    else { return nil }
    return least == 0 ? .anything : .something
  }

  private static func part(_ node: PatternNode) -> PatternPlan? {
    var nodes = [node.ungrouped]
    if case .sequence(let items) = nodes[0] { nodes = items }
    let before = gap(nodes.first)
    if before != nil { nodes.removeFirst() }
    let after = gap(nodes.last)
    if after != nil { nodes.removeLast() }
    guard before != nil || after != nil, let literal = joined(nodes.map(literal)) else {
      return nil
    }
    // `.*` and `.+` alone are all gap.
    if nodes.isEmpty, after != nil { return nil }
    return .part(literal, before: before ?? .nothing, after: after ?? .nothing)
  }

  private static func prefix(_ node: PatternNode) -> [UInt8] {
    guard case .sequence(let nodes) = node.ungrouped else { return [] }
    var out: [UInt8] = []
    for node in nodes {
      guard let part = literal(node) else { break }
      out += part
    }
    return out
  }

  /// The answer; nil when the automaton has to be asked.
  func matchesWhole(_ bytes: borrowing Span<UInt8>) -> Bool? {
    switch self {
    case .literal(let literal):
      return literal.count == bytes.count && Self.isEqual(bytes, 0, literal)
    case .literals(let literals): return Self.search(literals, bytes)
    case .part(let literal, let before, let after):
      let first = before == .something ? 1 : 0
      let last = bytes.count - literal.count - (after == .something ? 1 : 0)
      guard last >= first else { return false }
      if before == .nothing, after == .nothing {
        return literal.count == bytes.count && Self.isEqual(bytes, 0, literal)
      }
      if before == .nothing { return Self.isEqual(bytes, 0, literal) }
      if after == .nothing { return Self.isEqual(bytes, last, literal) }
      return (first...last).contains { Self.isEqual(bytes, $0, literal) }
    case .automaton(let prefix):
      return bytes.count >= prefix.count && Self.isEqual(bytes, 0, prefix) ? nil : false
    }
  }

  private static func isEqual(
    _ bytes: borrowing Span<UInt8>, _ offset: Int, _ literal: [UInt8]
  ) -> Bool {
    for index in literal.indices where bytes[offset + index] != literal[index] { return false }
    return true
  }

  private static func search(_ literals: [[UInt8]], _ bytes: borrowing Span<UInt8>) -> Bool {
    var low = 0
    var high = literals.count
    while low < high {
      let middle = (low + high) / 2
      switch compare(literals[middle], bytes) {
      case 0: return true
      case ..<0: low = middle + 1
      default: high = middle
      }
    }
    return false
  }

  /// Below 0 when `literal` comes before `bytes`.
  private static func compare(_ literal: [UInt8], _ bytes: borrowing Span<UInt8>) -> Int {
    for index in 0..<min(literal.count, bytes.count) where literal[index] != bytes[index] {
      return Int(literal[index]) - Int(bytes[index])
    }
    return literal.count - bytes.count
  }
}

extension PatternNode {
  /// The node without groups around it; for a plan it does not matter what they note.
  fileprivate var ungrouped: PatternNode {
    var node = self
    while case .group(_, let inner) = node { node = inner }
    return node
  }
}
