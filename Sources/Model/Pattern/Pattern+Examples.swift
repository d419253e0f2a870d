extension Pattern {
  /// Texts that the whole expression matches, each another one, the plainest first.
  ///
  ///     try Pattern("5..|timeout").examples(atMost: 2)   // ["5xx", "timeout"]
  ///
  /// For whoever has to make data that a selector will find. None for an expression that matches
  /// nothing, or only texts that are not looked for, such as those of `\Bx\B`.
  ///
  /// - Parameter limit: How many at most, at least 1.
  /// - Returns: The texts.
  public func examples(atMost limit: Int) -> [String] {
    var parser = PatternParser(source, dotMatchesNewline: true)
    guard let node = try? parser.parse() else { return [] }
    var seen: Set<String> = []
    let found = node.examples(atMost: 4 * limit).filter {
      matchesWhole($0) && seen.insert($0).inserted
    }
    return Array(found.prefix(limit))
  }
}

extension PatternNode {
  /// Texts of the node alone; what assertions ask for is left to the caller.
  fileprivate func examples(atMost limit: Int) -> [String] {
    switch self {
    case .empty, .assertion: return [""]
    case .set(let set): return set.examples(atMost: limit).map { String($0) }
    case .group(_, let node): return node.examples(atMost: limit)
    case .choice(let nodes):
      // One text of each alternative before the second of any.
      let all = nodes.map { $0.examples(atMost: limit) }
      let turns = (0..<(all.map(\.count).max() ?? 0)).flatMap { turn in
        all.compactMap { turn < $0.count ? $0[turn] : nil }
      }
      return Array(turns.prefix(limit))
    case .sequence(let nodes):
      return nodes.reduce([""]) { heads, node in
        Self.product(heads, node.examples(atMost: limit), atMost: limit)
      }
    case .repetition(let node, let least, let most, _):
      let once = most == 0 ? [""] : node.examples(atMost: limit)
      var out = once
      for _ in 1..<max(1, least) { out = Self.product(out, once, atMost: limit) }
      return Array((out + (least == 0 ? [""] : [])).prefix(limit))
    }
  }

  private static func product(_ heads: [String], _ tails: [String], atMost limit: Int) -> [String] {
    // The first tail for every head, then the second.
    let all = tails.lazy.flatMap { tail in heads.lazy.map { $0 + tail } }
    return Array(all.prefix(limit))
  }
}

extension ScalarSet {
  /// Scalars of the set, letters and digits first.
  fileprivate func examples(atMost limit: Int) -> [Unicode.Scalar] {
    let plain = "xyabc0125ABC_-./: ".unicodeScalars.filter { contains($0.value) }
    guard plain.isEmpty else { return Array(plain.prefix(limit)) }
    return Array(ranges.lazy.compactMap { Unicode.Scalar($0.lowerBound) }.prefix(limit))
  }
}
