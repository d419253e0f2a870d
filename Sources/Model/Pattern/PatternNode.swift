/// A parsed regular expression.
indirect enum PatternNode: Hashable, Sendable {
  case empty
  /// One scalar of the set.
  case set(ScalarSet)
  case sequence([PatternNode])
  /// The first that leads to a match wins.
  case choice([PatternNode])
  /// `least` to `most` times; nil: no end.
  case repetition(PatternNode, least: Int, most: Int?, isGreedy: Bool)
  /// Group `index`, from 1.
  case group(Int, PatternNode)
  case assertion(Assertion)

  /// A condition on a place between scalars.
  enum Assertion: Hashable, Sendable {
    case textStart, textEnd, lineStart, lineEnd, wordBoundary, notWordBoundary
  }

  /// True when the empty text can match.
  var isNullable: Bool {
    switch self {
    case .empty, .assertion: true
    case .set: false
    case .sequence(let nodes): nodes.allSatisfy(\.isNullable)
    case .choice(let nodes): nodes.contains(where: \.isNullable)
    case .repetition(let node, let least, _, _): least == 0 || node.isNullable
    case .group(_, let node): node.isNullable
    }
  }

  /// How many instructions the node compiles to, about; never less.
  ///
  /// Stays in range: a factor is at most `PatternLimits.repetitionsMax` and sums are cut off.
  var size: Int {
    let size: Int
    switch self {
    case .empty: size = 0
    case .set, .assertion: size = 1
    case .sequence(let nodes): size = nodes.reduce(0) { min($0 + $1.size, 1 << 40) }
    case .choice(let nodes): size = nodes.reduce(0) { min($0 + $1.size + 1, 1 << 40) }
    case .repetition(let node, let least, let most, _):
      size = (node.size + 1) * max(1, most ?? least)
    case .group(_, let node): size = node.size + 2
    }
    return min(size, 1 << 40)
  }

  /// Adds every set of the node to `sets`.
  func collectSets(into sets: inout Set<ScalarSet>) {
    switch self {
    case .empty, .assertion: break
    case .set(let set): sets.insert(set)
    case .sequence(let nodes), .choice(let nodes):
      for node in nodes { node.collectSets(into: &sets) }
    case .repetition(let inner, _, _, _), .group(_, let inner): inner.collectSets(into: &sets)
    }
  }

  /// The most times that nested counted repetitions multiply to.
  var repetitions: Int {
    switch self {
    case .empty, .set, .assertion: 1
    case .sequence(let nodes), .choice(let nodes): nodes.map(\.repetitions).max() ?? 1
    case .repetition(let node, let least, let most, _):
      max(1, most ?? least, least) * node.repetitions
    case .group(_, let node): node.repetitions
    }
  }
}
