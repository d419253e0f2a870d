/// A regular expression as a program of small instructions (Thompson's construction).
///
/// Scalars that no set of the program tells apart form one class, so that a step looks at a small
/// number instead of a scalar.
struct PatternProgram: Sendable {
  enum Instruction: Sendable {
    /// Consumes a scalar of set `set`.
    case consume(set: Int, next: Int)
    /// Goes on at both; `first` is preferred.
    case split(first: Int, second: Int)
    /// Notes the position in `slot`.
    case save(slot: Int, next: Int)
    /// Goes on where the condition holds.
    case assert(PatternNode.Assertion, next: Int)
    case match
  }

  private(set) var instructions: [Instruction] = [.match]
  private(set) var start = 0
  let groupCount: Int
  /// True when a step can depend on what stands beside it.
  private(set) var hasAssertions = false
  private(set) var classes = ScalarClasses([])
  private var setIndexes: [ScalarSet: Int] = [:]

  init(_ node: PatternNode, groupCount: Int) {
    self.groupCount = groupCount
    start = emit(node, 0)
    var sets = [ScalarSet](repeating: ScalarSet(), count: setIndexes.count)
    for (set, index) in setIndexes { sets[index] = set }
    setIndexes = [:]
    if hasAssertions { sets += [.words, .newline] }
    classes = ScalarClasses(sets)
  }

  private mutating func add(_ instruction: Instruction) -> Int {
    instructions.append(instruction)
    return instructions.count - 1
  }

  /// Writes `node` so that it goes on at `next`, and gives its first instruction.
  private mutating func emit(_ node: PatternNode, _ next: Int) -> Int {
    switch node {
    case .empty: return next
    case .set(let set):
      let index = setIndexes[set] ?? setIndexes.count
      setIndexes[set] = index
      return add(.consume(set: index, next: next))
    case .sequence(let nodes): return nodes.reversed().reduce(next) { emit($1, $0) }
    case .choice(let nodes):
      let starts = nodes.map { emit($0, next) }
      return starts.dropLast().reversed().reduce(starts.last ?? next) {
        add(.split(first: $1, second: $0))
      }
    case .group(let index, let inner):
      let end = add(.save(slot: 2 * index + 1, next: next))
      return add(.save(slot: 2 * index, next: emit(inner, end)))
    case .assertion(let assertion):
      hasAssertions = true
      return add(.assert(assertion, next: next))
    case .repetition(let inner, let least, let most, let isGreedy):
      return emitRepetition(inner, least, most, isGreedy, next)
    }
  }

  private mutating func emitRepetition(
    _ inner: PatternNode, _ least: Int, _ most: Int?, _ isGreedy: Bool, _ next: Int
  ) -> Int {
    var start = next
    if let most {
      // x{2,4} is xx(x(x)?)?
      for _ in least..<max(least, most) {
        start = emitSplit(into: emit(inner, start), or: next, isGreedy)
      }
    } else {
      let loop = emitLoop(inner, isGreedy, next)
      start = loop.body
      // A part that can match nothing runs once before it may be left out (x* is (x+)?), which is
      // what gives its groups the values that Perl and RE2 give them.
      if least == 0 {
        return inner.isNullable ? emitSplit(into: loop.body, or: next, isGreedy) : loop.split
      }
    }
    let copies = most == nil ? least - 1 : least
    for _ in 0..<max(0, copies) { start = emit(inner, start) }
    return start
  }

  private mutating func emitSplit(into first: Int, or second: Int, _ isGreedy: Bool) -> Int {
    add(isGreedy ? .split(first: first, second: second) : .split(first: second, second: first))
  }

  /// x+: the body, then a split back into it; x* enters at the split.
  private mutating func emitLoop(
    _ inner: PatternNode, _ isGreedy: Bool, _ next: Int
  ) -> (body: Int, split: Int) {
    let split = add(.match)
    let body = emit(inner, split)
    instructions[split] =
      isGreedy ? .split(first: body, second: next) : .split(first: next, second: body)
    return (body, split)
  }
}

/// The classes of scalars that a list of sets tells apart.
struct ScalarClasses: Sendable {
  /// First scalar of each stretch.
  private var bounds: [UInt32] = [0]
  /// Class of each stretch.
  private var classOfStretch: [Int] = [0]
  private var ascii = [UInt16](repeating: 0, count: 128)
  private(set) var count = 1
  /// Whether each class is in each set, set by set.
  private var membership: [Bool] = []

  init(_ sets: [ScalarSet]) {
    var cuts: Set<UInt32> = [0]
    for set in sets {
      for range in set.ranges {
        cuts.insert(range.lowerBound)
        if range.upperBound < ScalarSet.lastScalar { cuts.insert(range.upperBound + 1) }
      }
    }
    bounds = cuts.sorted()
    var classes: [[Bool]: Int] = [:]
    var signatures: [[Bool]] = []
    classOfStretch = bounds.map { bound in
      let signature = sets.map { $0.contains(bound) }
      if let known = classes[signature] { return known }
      classes[signature] = signatures.count
      signatures.append(signature)
      return signatures.count - 1
    }
    count = signatures.count
    for set in sets.indices { membership += signatures.map { $0[set] } }
    for value in ascii.indices { ascii[value] = UInt16(clamping: search(UInt32(value))) }
  }

  /// The class of a scalar.
  func index(of scalar: UInt32) -> Int {
    scalar < 128 && count < UInt16.max ? Int(ascii[Int(scalar)]) : search(scalar)
  }

  private func search(_ scalar: UInt32) -> Int {
    var low = 0
    var high = bounds.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if bounds[middle] <= scalar { low = middle } else { high = middle }
    }
    return classOfStretch[low]
  }

  /// True when the scalars of `scalarClass` are in the set numbered `set`.
  func contains(_ scalarClass: Int, set: Int) -> Bool {
    membership[set * count + scalarClass]
  }

  /// The number of sets.
  var setCount: Int { membership.count / count }
}

/// What stands beside a place in the text.
enum PatternContext: UInt8, Sendable {
  case edge, newline, word, other

  /// True where `assertion` holds between `self` and `next`.
  func allows(_ assertion: PatternNode.Assertion, before next: PatternContext) -> Bool {
    switch assertion {
    case .textStart: self == .edge
    case .textEnd: next == .edge
    case .lineStart: self == .edge || self == .newline
    case .lineEnd: next == .edge || next == .newline
    case .wordBoundary: (self == .word) != (next == .word)
    case .notWordBoundary: (self == .word) == (next == .word)
    }
  }
}

extension PatternProgram {
  /// The context that a scalar of `scalarClass` makes; all alike when nothing asks for it.
  func context(of scalarClass: Int) -> PatternContext {
    guard hasAssertions else { return .other }
    let sets = classes.setCount
    if classes.contains(scalarClass, set: sets - 2) { return .word }
    return classes.contains(scalarClass, set: sets - 1) ? .newline : .other
  }
}

/// The scalar at `index` of UTF-8 text and its length in bytes; a byte that begins none gives U+FFFD.
func decodeScalar(_ bytes: borrowing Span<UInt8>, at index: Int) -> (value: UInt32, length: Int) {
  let first = bytes[index]
  if first < 0x80 { return (UInt32(first), 1) }
  let length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2
  guard first >= 0xC2, first < 0xF5, index + length <= bytes.count else { return (0xFFFD, 1) }
  var value = UInt32(first) & (0x7F >> UInt32(length))
  for offset in 1..<length {
    let byte = bytes[index + offset]
    guard UTF8.isContinuation(byte) else { return (0xFFFD, 1) }
    value = value << 6 | UInt32(byte & 0x3F)
  }
  guard Unicode.Scalar(value) != nil, length < 3 || value >= (length == 3 ? 0x800 : 0x1_0000) else {
    return (0xFFFD, 1)
  }
  return (value, length)
}
