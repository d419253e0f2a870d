/// Reads RE2's syntax, with the words of Go's `regexp/syntax` for what it refuses.
///
/// Syntax: https://github.com/google/re2/wiki/Syntax, less `\C` and the names of scripts.
struct PatternParser {
  struct Flags {
    var ignoresCase = false
    var isMultiline = false
    var dotMatchesNewline = false
    var isLazy = false
  }

  let scalars: [Unicode.Scalar]
  var position = 0
  var flags: Flags
  /// Names of the groups from 1 on.
  private(set) var names: [String?] = []
  private var nesting = 0

  init(_ source: String, dotMatchesNewline: Bool) {
    scalars = Array(source.unicodeScalars)
    flags = Flags(dotMatchesNewline: dotMatchesNewline)
  }

  var current: Unicode.Scalar? { position < scalars.count ? scalars[position] : nil }

  func peek(_ distance: Int) -> Unicode.Scalar? {
    position + distance < scalars.count ? scalars[position + distance] : nil
  }

  mutating func accept(_ scalar: Unicode.Scalar) -> Bool {
    guard current == scalar else { return false }
    position += 1
    return true
  }

  /// An error about the part of the expression from `start` up to `end`, or up to here.
  func error(_ message: String, from start: Int, to end: Int? = nil) -> PatternError {
    let part = String(
      String.UnicodeScalarView(scalars[start..<min(end ?? position, scalars.count)]))
    let offset = scalars[..<start].reduce(0) { $0 + UTF8.width($1) }
    return PatternError("\(message): `\(part)`", offset: offset)
  }

  /// Reads the whole expression.
  mutating func parse() throws(PatternError) -> PatternNode {
    let node = try parseChoice()
    if current == ")" { throw error("unexpected )", from: position, to: scalars.count) }
    if !isWithinLimits(node) { throw error("expression too large", from: 0, to: 0) }
    return node
  }

  private func isWithinLimits(_ node: PatternNode) -> Bool {
    guard node.size <= PatternLimits.instructionsMax else { return false }
    var sets: Set<ScalarSet> = []
    node.collectSets(into: &sets)
    let bounds = sets.reduce(0) { $0 + 2 * $1.ranges.count }
    return sets.count * bounds <= PatternLimits.classCellsMax
  }

  private mutating func parseChoice() throws(PatternError) -> PatternNode {
    var branches = [try parseSequence()]
    while accept("|") { branches.append(try parseSequence()) }
    return branches.count == 1 ? branches[0] : .choice(branches)
  }

  private mutating func parseSequence() throws(PatternError) -> PatternNode {
    var items: [PatternNode] = []
    var repetitionStart: Int?
    while let scalar = current, scalar != "|", scalar != ")" {
      let start = position
      if let count = try parseCount() {
        guard let last = items.popLast() else {
          throw error("missing argument to repetition operator", from: start)
        }
        if let repetitionStart {
          throw error("invalid nested repetition operator", from: repetitionStart)
        }
        let isLazy = accept("?") != flags.isLazy
        let node = PatternNode.repetition(
          last, least: count.least, most: count.most, isGreedy: !isLazy)
        if (count.most ?? count.least) > 1, node.repetitions > PatternLimits.repetitionsMax {
          throw error("invalid repeat count", from: start)
        }
        items.append(node)
        repetitionStart = start
      } else {
        repetitionStart = nil
        items += try parseAtom()
      }
    }
    switch items.count {
    case 0: return .empty
    case 1: return items[0]
    default: return .sequence(items)
    }
  }

  /// `*`, `+`, `?`, `{n}`, `{n,}`, `{n,m}`; nil for anything else, a brace that counts nothing too.
  private mutating func parseCount() throws(PatternError) -> (least: Int, most: Int?)? {
    let start = position
    switch current {
    case "*":
      position += 1
      return (0, nil)
    case "+":
      position += 1
      return (1, nil)
    case "?":
      position += 1
      return (0, 1)
    case "{":
      position += 1
      guard let least = parseInteger() else { break }
      var most: Int? = least
      if accept(",") {
        most = nil
        if current != "}" {
          guard let limit = parseInteger() else { break }
          most = limit
        }
      }
      guard accept("}") else { break }
      if least > PatternLimits.repetitionsMax || (most ?? 0) > PatternLimits.repetitionsMax
        || least > most ?? .max
      {
        throw error("invalid repeat count", from: start)
      }
      return (least, most)
    default: return nil
    }
    // Not a count after all: the brace is itself.
    position = start
    return nil
  }

  /// Digits without a leading zero; large numbers stay large without overflow.
  private mutating func parseInteger() -> Int? {
    let start = position
    var value = 0
    while let digit = current, digit >= "0", digit <= "9" {
      value = min(value * 10 + Int(digit.value - 0x30), 1_000_000)
      position += 1
    }
    if position == start || (scalars[start] == "0" && position - start > 1) { return nil }
    return value
  }

  /// One item, or several for `\Q…\E`, or none for `(?i)`.
  private mutating func parseAtom() throws(PatternError) -> [PatternNode] {
    guard let scalar = current else { return [] }
    switch scalar {
    case "(": return try parseGroup().map { [$0] } ?? []
    case "[": return [.set(try parseClass())]
    case "\\": return try parseBackslash()
    default: break
    }
    position += 1
    switch scalar {
    case ".": return [.set(flags.dotMatchesNewline ? .everything : ScalarSet.newline.inverted)]
    case "^": return [.assertion(flags.isMultiline ? .lineStart : .textStart)]
    case "$": return [.assertion(flags.isMultiline ? .lineEnd : .textEnd)]
    default: return [literal(scalar)]
    }
  }

  private func literal(_ scalar: Unicode.Scalar) -> PatternNode {
    let set = ScalarSet(scalar)
    return .set(flags.ignoresCase ? set.caseFolded : set)
  }

  private mutating func parseBackslash() throws(PatternError) -> [PatternNode] {
    let start = position
    switch peek(1) {
    case "A", "z", "b", "B":
      let letter = scalars[position + 1]
      position += 2
      switch letter {
      case "A": return [.assertion(.textStart)]
      case "z": return [.assertion(.textEnd)]
      case "b": return [.assertion(.wordBoundary)]
      default: return [.assertion(.notWordBoundary)]
      }
    case "Q":
      position += 2
      var items: [PatternNode] = []
      while let scalar = current {
        if scalar == "\\", peek(1) == "E" {
          position += 2
          break
        }
        items.append(literal(scalar))
        position += 1
      }
      return items
    default: break
    }
    if let set = try parseClassEscape() { return [.set(set)] }
    position = start
    return [literal(try parseEscape())]
  }

  private mutating func parseGroup() throws(PatternError) -> PatternNode? {
    let start = position
    nesting += 1
    defer { nesting -= 1 }
    guard nesting <= PatternLimits.nestingMax else {
      throw error("expression nests too deeply", from: 0, to: scalars.count)
    }
    position += 1
    let outer = flags
    var index: Int?
    if current == "?" {
      if peek(1) == "P" || peek(1) == "<" {
        names.append(try parseName(start))
        index = names.count
      } else if try !parseFlags(start) {
        return nil  // `(?i)` holds up to the end of the group it is in
      }
    } else {
      names.append(nil)
      index = names.count
    }
    let inner = try parseChoice()
    guard accept(")") else { throw error("missing closing )", from: 0, to: scalars.count) }
    flags = outer
    return index.map { .group($0, inner) } ?? inner
  }

  /// `?P<name>` or `?<name>`.
  private mutating func parseName(_ start: Int) throws(PatternError) -> String {
    position += peek(1) == "P" ? 2 : 1
    guard accept("<") else {
      throw error("invalid or unsupported Perl syntax", from: start, to: position + 1)
    }
    let nameStart = position
    while let scalar = current, scalar != ">" {
      guard
        scalar == "_" || (scalar.isASCII && scalar.properties.isAlphabetic)
          || ("0"..."9").contains(scalar)
      else { throw error("invalid named capture", from: start, to: position + 1) }
      position += 1
    }
    let name = String(String.UnicodeScalarView(scalars[nameStart..<position]))
    guard accept(">") else {
      throw error("invalid named capture", from: start, to: scalars.count)
    }
    if name.isEmpty { throw error("invalid named capture", from: start) }
    if names.contains(name) { throw error("duplicate named capture", from: start) }
    return name
  }

  /// `?ims-U:` or `?i)`; true when a group follows.
  private mutating func parseFlags(_ start: Int) throws(PatternError) -> Bool {
    position += 1
    var value = true
    var hasAny = false
    while let scalar = current {
      position += 1
      switch scalar {
      case "i": flags.ignoresCase = value
      case "m": flags.isMultiline = value
      case "s": flags.dotMatchesNewline = value
      case "U": flags.isLazy = value
      case "-" where value:
        value = false
        hasAny = false
        continue
      case ":" where value || hasAny: return true
      case ")" where value || hasAny: return false
      default: throw error("invalid or unsupported Perl syntax", from: start)
      }
      hasAny = true
    }
    throw error("missing closing )", from: 0, to: scalars.count)
  }
}
