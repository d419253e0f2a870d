public import Model
public import PromQL

extension UnitTestFile {
  /// Reads a file of rule unit tests.
  ///
  ///     let (file, diagnostics) = UnitTestFile.read(text, path: "tests/disk.yml")
  ///
  /// - Parameters:
  ///   - text: The whole text.
  ///   - path: For the places in diagnostics.
  ///   - options: The language of the expressions.
  /// - Returns: The file, nil when one of the diagnostics is an error; and all there is to say.
  public static func read(
    _ text: String, path: String? = nil, options: ParserOptions = ParserOptions()
  ) -> (file: UnitTestFile?, diagnostics: [Diagnostic]) {
    var yaml = YAMLReader(path: path, text: text)
    let root = yaml.document(text)
    var reader = UnitTestReader(rules: RuleReader(yaml: yaml, options: options))
    let file = reader.file(root)
    let diagnostics = reader.yaml.diagnostics.inFileOrder
    return (reader.yaml.hasErrors ? nil : file, diagnostics)
  }
}
