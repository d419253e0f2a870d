public import Model

extension UnitTestFile {
  /// The rule files, each once, in the order of the patterns; those of one pattern by name.
  ///
  /// A pattern that fits no file is a warning, as in Prometheus.
  ///
  /// - Parameter files: How folders are listed.
  /// - Returns: Each path with its entry in `rule_files`, and what there is to say about the entries.
  public func rulePaths(
    from files: RuleSet.Files
  ) -> (paths: [(path: String, entry: SourceLocation)], diagnostics: [Diagnostic]) {
    var paths: [(path: String, entry: SourceLocation)] = []
    var seen: Set<String> = []
    var diagnostics: [Diagnostic] = []
    let folder = path.flatMap { $0.lastIndex(of: "/").map { slash in path?[...slash] ?? "" } } ?? ""
    for pattern in ruleFiles {
      let full = pattern.text.hasPrefix("/") ? pattern.text : folder + pattern.text
      let found = PathPattern(full).matches(in: files)
      if found.isEmpty {
        diagnostics.append(
          Diagnostic(
            .warning, code: "no-rule-file", "no file matches \(quoted(pattern.text))",
            at: pattern.location))
      }
      for path in found where seen.insert(path).inserted { paths.append((path, pattern.location)) }
    }
    return (paths, diagnostics)
  }
}

/// A path in which `*`, `?` and `[…]` stand for parts of names, as in Go's `filepath.Match`.
struct PathPattern {
  private let parts: [Substring]
  private let isAbsolute: Bool

  init(_ text: String) {
    parts = text.split(separator: "/")
    isAbsolute = text.hasPrefix("/")
  }

  /// Paths that fit and are there, sorted.
  func matches(in files: RuleSet.Files) -> [String] {
    var found = [isAbsolute ? "/" : ""]
    var isListed = false
    for (index, part) in parts.enumerated() {
      // Folders on the way need not be listable as long as they are named.
      isListed =
        isListed || index == parts.count - 1 || part.contains { "*?[\\".contains($0) }
      guard isListed, part != ".", part != ".." else {
        found = found.map { $0 + (Self.needsSlash($0) ? "/" : "") + part }
        continue
      }
      found = found.flatMap { folder -> [String] in
        let entries = (try? files.list(folder.isEmpty ? "." : folder)).flatMap { $0 } ?? []
        let names = entries.compactMap { $0.split(separator: "/").last }
        return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
          .filter { Self.fits(Array($0), Array(part)) }
          .map { folder + (Self.needsSlash(folder) ? "/" : "") + $0 }
      }
    }
    return found.filter { !$0.isEmpty }
  }

  private static func needsSlash(_ path: String) -> Bool { !path.isEmpty && !path.hasSuffix("/") }

  /// Matches with one place to fall back to, the last `*`: linear but for that.
  static func fits(_ name: [Character], _ pattern: [Character]) -> Bool {
    var (n, p) = (0, 0)
    var fallback: (n: Int, p: Int)?
    while n < name.count {
      if p < pattern.count, pattern[p] == "*" {
        fallback = (n, p)
        p += 1
      } else if let next = step(name[n], pattern, p) {
        n += 1
        p = next
      } else if let last = fallback {
        n = last.n + 1
        p = last.p + 1
        fallback = (n, last.p)
      } else {
        return false
      }
    }
    return pattern[p...].allSatisfy { $0 == "*" }
  }

  /// The place after the sign at `p` when it stands for `character`.
  private static func step(_ character: Character, _ pattern: [Character], _ p: Int) -> Int? {
    guard p < pattern.count else { return nil }
    switch pattern[p] {
    case "?": return p + 1
    case "[": return set(character, pattern, p + 1)
    case "\\" where p + 1 < pattern.count: return pattern[p + 1] == character ? p + 2 : nil
    default: return pattern[p] == character ? p + 1 : nil
    }
  }

  /// Reads `abc]`, `a-z]` or `^…]`.
  private static func set(_ character: Character, _ pattern: [Character], _ start: Int) -> Int? {
    var p = start
    let isNegated = p < pattern.count && pattern[p] == "^"
    if isNegated { p += 1 }
    var isIn = false
    while p < pattern.count, pattern[p] != "]" {
      let low = pattern[p]
      let isRange = p + 2 < pattern.count && pattern[p + 1] == "-" && pattern[p + 2] != "]"
      let high = isRange ? pattern[p + 2] : low
      if low <= character, character <= high { isIn = true }
      p += isRange ? 3 : 1
    }
    guard p < pattern.count, isIn != isNegated else { return nil }
    return p + 1
  }
}
