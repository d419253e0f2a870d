import Model

/// Collects the files of paths and folders, each once, in an order that does not depend on the disk.
struct RuleFolder {
  /// What a YAML file is for, by the keys at its top.
  enum Kind {
    case rules, catalogue, unitTest
  }

  let files: RuleSet.Files
  private(set) var sources: [RuleSet.Source] = []
  private(set) var diagnostics: [Diagnostic] = []
  private var seen: Set<String> = []

  init(files: RuleSet.Files) { self.files = files }

  /// Takes the file or folder at `path`.
  mutating func visit(_ path: String) {
    visit(path, depth: 0)
  }

  private mutating func visit(_ path: String, depth: Int) {
    do {
      guard let entries = try files.list(path) else {
        try take(path, isNamed: depth == 0)
        return
      }
      guard depth < RuleSet.folderDepthMax else {
        fail(path, "folders are nested deeper than \(RuleSet.folderDepthMax)")
        return
      }
      let visible = entries.filter { !Self.name(of: $0).hasPrefix(".") }
      for entry in visible.sorted(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) }) {
        let isYAML = entry.hasSuffix(".yml") || entry.hasSuffix(".yaml")
        // Anything without a dot in its name may be a folder.
        if isYAML || !Self.name(of: entry).contains(".") { visit(entry, depth: depth + 1) }
      }
    } catch {
      fail(path, "\(error)")
    }
  }

  private mutating func take(_ path: String, isNamed: Bool) throws {
    guard isNamed || path.hasSuffix(".yml") || path.hasSuffix(".yaml") else { return }
    guard seen.insert(path).inserted else { return }
    guard sources.count < RuleSet.filesMax else {
      fail(path, "more than \(RuleSet.filesMax) rule files")
      return
    }
    let bytes = try files.read(path)
    guard let text = String(validating: bytes, as: UTF8.self) else {
      fail(path, "the file is not UTF-8 text")
      return
    }
    if !isNamed, Self.kind(of: text) == .unitTest { return }
    sources.append(RuleSet.Source(path: path, text: text))
  }

  private mutating func fail(_ path: String, _ reason: String) {
    diagnostics.append(
      Diagnostic(
        .error, code: "unreadable-file", reason,
        at: SourceLocation(file: path, line: 1, column: 1)))
  }

  private static func name(of path: String) -> Substring {
    path.split(separator: "/").last ?? ""
  }

  /// Reads the keys at the left edge only; the file's own reader checks them thoroughly.
  static func kind(of text: String) -> Kind {
    var kind = Kind.rules
    for line in text.utf8.split(whereSeparator: { $0 == 0x0a || $0 == 0x0d }) {
      let word = line.prefix { isWordByte($0) }
      guard !word.isEmpty, line.dropFirst(word.count).first == UInt8(ascii: ":") else { continue }
      switch String(decoding: word, as: UTF8.self) {
      case "groups": return .rules
      case "services", "incidents", "playbooks": kind = .catalogue
      case "rule_files", "tests": kind = .unitTest
      default: break
      }
    }
    return kind
  }
}
