public import Model
public import PromQL

extension RuleFile {
  /// Reads a rule file.
  ///
  ///     let (file, diagnostics) = RuleFile.read(text, path: "rules/disk.yml")
  ///
  /// The whole text is checked before anything is said: the diagnostics are all there are, in the
  /// order of the file, each with its place. The file is nil when one of them is an error.
  /// Verdicts are those of `promtool check rules` (Prometheus 3) for what Prometheus knows.
  public static func read(
    _ text: String, path: String? = nil, options: ParserOptions = ParserOptions()
  ) -> (file: RuleFile?, diagnostics: [Diagnostic]) {
    var yaml = YAMLReader(path: path, text: text)
    let root = yaml.document(text)
    var reader = RuleReader(yaml: yaml, options: options)
    let groups = reader.groups(root)
    let diagnostics = reader.yaml.diagnostics.inFileOrder
    guard !reader.yaml.hasErrors else { return (nil, diagnostics) }
    return (RuleFile(path: path, groups: groups), diagnostics)
  }
}

extension [Diagnostic] {
  /// By file, line and column; those of one place in the order they were found.
  var inFileOrder: [Diagnostic] {
    func key(_ diagnostic: Diagnostic) -> (String, Int, Int) {
      let location = diagnostic.location
      return (location?.file ?? "", location?.line ?? 0, location?.column ?? 0)
    }
    return enumerated().sorted { a, b in
      key(a.element) == key(b.element) ? a.offset < b.offset : key(a.element) < key(b.element)
    }.map(\.element)
  }
}
