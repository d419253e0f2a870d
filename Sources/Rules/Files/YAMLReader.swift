import Model
import Yams

/// Reads a YAML document and collects everything that is wrong with it, each with its place.
///
/// Values follow Go's yaml.v3, which Prometheus reads its files with: a number or boolean may stand
/// where a text is wanted, null counts as left out.
struct YAMLReader {
  let path: String?
  let lines: SourceLines
  private(set) var diagnostics: [Diagnostic] = []

  /// The largest file that is read: 16 MiB.
  static let fileBytesMax = 16 << 20

  init(path: String?, text: String) {
    self.path = path
    lines = SourceLines(Self.withoutMark(text))
  }

  /// `text` without a byte order mark before it: the parser would take it for an indent.
  private static func withoutMark(_ text: String) -> String {
    guard text.unicodeScalars.first == "\u{feff}" else { return text }
    return String(text.unicodeScalars.dropFirst())
  }

  /// The first document of `text`; nil when there is none, or when it is no YAML.
  mutating func document(_ text: String) -> Node? {
    guard text.utf8.count <= Self.fileBytesMax else {
      report(
        .error, "file-too-large", "file is larger than \(Self.fileBytesMax) bytes",
        at: SourceText.Place(line: 1, column: 1))
      return nil
    }
    if let (version, line) = foreignVersion {
      report(
        .error, "yaml", "no valid YAML: version \(quoted(version)) is not supported, want \"1.1\"",
        at: SourceText.Place(line: line, column: 1))
      return nil
    }
    do {
      // What a scalar is, this reader says itself; the parser's own rules are regular expressions,
      // which take a millisecond to compile.
      let parser = try Parser(yaml: Self.withoutMark(text), resolver: .basic)
      let root = try parser.nextRoot()
      if root != nil, let next = (try? parser.nextRoot()).flatMap({ $0 }) {
        report(
          .warning, "more-documents", "only the first document of the file is read", at: place(next)
        )
      }
      return root
    } catch let error as YamlError {
      report(error)
    } catch {
      report(.error, "yaml", "\(error)", at: SourceText.Place(line: 1, column: 1))
    }
    return nil
  }

  /// The version that a `%YAML` directive asks for, and its line, unless it is 1.1.
  ///
  /// Go's yaml.v3 refuses any other, and with it Prometheus.
  private var foreignVersion: (version: String, line: Int)? {
    for line in 1...max(1, lines.count) {
      let words = lines[line]
        .split(whereSeparator: \.isWhitespace)
      switch words.first {
      case "%YAML":
        let version = words.dropFirst().first ?? ""
        return version == "1.1" ? nil : (String(version), line)
      case nil: continue
      case let word? where word.hasPrefix("#") || word.hasPrefix("%"): continue
      default: return nil
      }
    }
    return nil
  }

  private mutating func report(_ error: YamlError) {
    switch error {
    case .scanner(let context, let problem, let mark, _),
      .parser(let context, let problem, let mark, _),
      .composer(let context, let problem, let mark, _):
      let reason = (context.map { $0.text + ": " } ?? "") + problem
      report(.error, "yaml", "no valid YAML: \(reason)", at: place(mark))
    case .duplicatedKeysInMapping(let keys, let context):
      let names = keys.map(quoted).joined(separator: ", ")
      report(.error, "duplicate-key", "key \(names) is set twice", at: place(context.mark))
    case .reader(let problem, let offset, _, _):
      report(.error, "yaml", "no valid YAML: \(problem)", at: place(ofByte: offset ?? 0))
    default:
      report(.error, "yaml", "no valid YAML: \(error)", at: SourceText.Place(line: 1, column: 1))
    }
  }

  // MARK: Places

  func place(_ mark: Mark?) -> SourceText.Place {
    guard let mark else { return .init(line: 1, column: 1) }
    // The parser counts characters, diagnostics count bytes.
    return .init(
      line: mark.line, column: lines.column(ofScalar: mark.column, inLine: mark.line))
  }

  func place(_ node: Node) -> SourceText.Place { place(node.mark) }

  func location(_ node: Node) -> SourceLocation {
    let place = place(node)
    return SourceLocation(file: path, line: place.line, column: place.column)
  }

  private func place(ofByte offset: Int) -> SourceText.Place {
    let before = lines.bytes.prefix(offset)
    let line = before.count { $0 == 0x0a } + 1
    return .init(line: line, column: offset - lines.bytes(of: line).lowerBound + 1)
  }

  // MARK: Diagnostics

  mutating func report(
    _ level: Diagnostic.Level, _ code: String, _ message: String, at place: SourceText.Place,
    length: Int = 1
  ) {
    diagnostics.append(
      Diagnostic(
        level, code: code, message,
        at: SourceLocation(file: path, line: place.line, column: place.column),
        sourceLine: lines[place.line], length: length))
  }

  mutating func error(_ code: String, _ message: String, at node: Node) {
    report(.error, code, message, at: place(node), length: node.scalar?.string.utf8.count ?? 1)
  }

  mutating func report(_ diagnostic: Diagnostic) {
    diagnostics.append(diagnostic)
  }

  var hasErrors: Bool { diagnostics.contains { $0.level == .error } }

  // MARK: Values

  /// True for `~`, `null` and nothing at all.
  static func isNull(_ node: Node) -> Bool {
    guard case .scalar(let scalar) = node, scalar.style == .plain || scalar.style == .any else {
      return false
    }
    return ["", "~", "null", "Null", "NULL"].contains(scalar.string)
  }

  /// How a node is called in a message.
  private static func kind(_ node: Node) -> String {
    switch node {
    case .mapping: "a mapping"
    case .sequence: "a list"
    case .scalar(let scalar): quoted(scalar.string)
    case .alias: "an alias"
    }
  }

  /// The text of a scalar, "" for null; nil, and reported, for lists and mappings.
  mutating func text(_ node: Node, _ what: String) -> String? {
    guard case .scalar(let scalar) = node else {
      error("bad-value", "expected a text for \(what), found \(Self.kind(node))", at: node)
      return nil
    }
    return Self.isNull(node) ? "" : scalar.string
  }

  /// A length of time; nil when there is none or it is bad, which is reported.
  mutating func duration(_ node: Node?, _ what: String) -> Milliseconds? {
    guard let node, !Self.isNull(node), let text = text(node, what) else { return nil }
    switch PrometheusDuration.parse(text) {
    case .success(let length): return length
    case .failure(let failure):
      error("bad-duration", "\(failure.message(for: text)) for \(what)", at: node)
      return nil
    }
  }

  /// A number; nil when there is none or it is bad, which is reported.
  mutating func number(_ node: Node?, _ what: String) -> Double? {
    guard let node, !Self.isNull(node) else { return nil }
    if case .scalar(let scalar) = node, scalar.style == .plain {
      switch goNumber(scalar.string) {
      case .integer(let value): return Double(value)
      case .number(let value): return value
      default: break
      }
    }
    error("bad-number", "expected a number for \(what), found \(Self.kind(node))", at: node)
    return nil
  }

  /// An integer; nil when there is none or it is bad.
  ///
  /// A fraction is cut off, as yaml.v3 does.
  mutating func integer(_ node: Node?, _ what: String) -> Int? {
    guard let node, !Self.isNull(node) else { return nil }
    if case .scalar(let scalar) = node, scalar.style == .plain {
      switch goNumber(scalar.string) {
      case .integer(let value): return Int(value)
      case .number(let value):
        if let whole = Int(exactly: value.rounded(.towardZero)) { return whole }
      default: break
      }
    }
    error("bad-number", "expected an integer for \(what), found \(Self.kind(node))", at: node)
    return nil
  }

  /// One of several words.
  mutating func choice<Value>(
    _ node: Node, _ what: String, among choices: [(String, Value)]
  ) -> Value? {
    guard let text = self.text(node, what) else { return nil }
    if let choice = choices.first(where: { $0.0 == text }) { return choice.1 }
    let words = choices.map(\.0)
    let near = suggestion(for: text, among: words)
    error(
      "bad-value",
      "expected \(words.dropLast().joined(separator: ", ")) or \(words.last ?? "") for \(what), "
        + "found \(quoted(text))" + (near.map { "; did you mean \(quoted($0))?" } ?? ""), at: node)
    return nil
  }

  /// The elements of a list; empty when it is left out or, reported, something else.
  mutating func list(_ node: Node?, _ what: String) -> [Node] {
    guard let node, !Self.isNull(node) else { return [] }
    guard case .sequence(let sequence) = node else {
      error("bad-value", "expected a list for \(what), found \(Self.kind(node))", at: node)
      return []
    }
    // yaml.v3 leaves out the nulls of a list.
    return sequence.filter { element in
      guard Self.isNull(element) else { return true }
      report(
        .warning, "empty-element", "an empty element of \(what) is left out", at: place(element))
      return false
    }
  }

  /// Keys and values of a mapping with `<<` merged in; empty when it is left out or, reported,
  /// something else.
  ///
  /// As yaml.v3 does, a key that is null is left out with its value.
  mutating func pairs(_ node: Node?, _ what: String) -> [(key: Node, value: Node)] {
    guard let node, !Self.isNull(node) else { return [] }
    guard case .mapping(let mapping) = node else {
      error("bad-value", "expected a mapping for \(what), found \(Self.kind(node))", at: node)
      return []
    }
    var out: [(key: Node, value: Node)] = []
    var merged: [Node] = []
    for (key, value) in mapping {
      guard !Self.isNull(key) else {
        report(.warning, "empty-key", "a key of \(what) without a name is left out", at: place(key))
        continue
      }
      guard case .scalar(let scalar) = key, scalar.string == "<<", scalar.style == .plain else {
        out.append((key, value))
        continue
      }
      if case .sequence(let sources) = value {
        merged += Array(sources)
      } else {
        merged.append(value)
      }
    }
    // Keys of the mapping itself win over merged ones, and of those the first.
    for source in merged {
      guard case .mapping(let mapping) = source else {
        error("bad-value", "expected a mapping to merge, found \(Self.kind(source))", at: source)
        continue
      }
      for (key, value) in mapping where !out.contains(where: { $0.key.string == key.string }) {
        out.append((key, value))
      }
    }
    return out
  }

  /// The values of a mapping by key; keys that are not among `known` are reported.
  mutating func fields(_ node: Node?, _ what: String, known: [String]) -> [String: Node] {
    var out: [String: Node] = [:]
    for (key, value) in pairs(node, what) {
      guard let name = text(key, "a key of \(what)") else { continue }
      guard known.contains(name) else {
        let near = suggestion(for: name, among: known)
        error(
          "unknown-key",
          "unknown key \(quoted(name)) in \(what)"
            + (near.map { "; did you mean \(quoted($0))?" } ?? ""), at: key)
        continue
      }
      out[name] = value
    }
    return out
  }

  /// A scalar with the places of its bytes.
  func source(_ node: Node) -> SourceText {
    let start = place(node)
    guard case .scalar(let scalar) = node else {
      return SourceText("", file: path, lines: lines, start: start, places: [])
    }
    let style: ScalarPlaces.Style =
      switch scalar.style {
      case .any, .plain: .plain
      case .singleQuoted: .singleQuoted
      case .doubleQuoted: .doubleQuoted
      case .literal: .literal
      case .folded: .folded
      }
    let places = ScalarPlaces.find(scalar.string, style: style, from: start, in: lines)
    return SourceText(scalar.string, file: path, lines: lines, start: start, places: places)
  }
}
