import Evaluation
public import Model
public import Rules

/// A file of rule unit tests with the rules they test.
///
///     let loaded = UnitTestSuite.load("tests/disk.yml", from: .disk)
///     for outcome in loaded.suite?.run() ?? [] { print(outcome) }
public struct UnitTestSuite: Sendable {
  /// The tests.
  public var file: UnitTestFile
  /// The rules of the file's `rule_files`.
  public var rules: RuleSet
  /// Bounds and semantics; interval, external labels and URL are those of the tests.
  public var options: EngineOptions

  /// What came of reading a file.
  public struct Loaded: Sendable {
    /// Nil when the file or one of its rule files has an error.
    public var suite: UnitTestSuite?
    /// What there is to say, of all files.
    public var diagnostics: [Diagnostic]
  }

  /// Tests of `file` over `rules`.
  public init(file: UnitTestFile, rules: RuleSet, options: EngineOptions = EngineOptions()) {
    self.file = file
    self.rules = rules
    self.options = options
  }

  /// Reads a test file and its rule files.
  ///
  /// - Parameters:
  ///   - path: The test file.
  ///   - files: How files are reached.
  ///   - options: How the engine runs, its language included.
  /// - Returns: The suite, or the diagnostics that say why there is none.
  public static func load(
    _ path: String, from files: RuleSet.Files, options: EngineOptions = EngineOptions()
  ) -> Loaded {
    let language = options.evaluation.language
    var diagnostics: [Diagnostic] = []
    guard let text = text(path, from: files, at: nil, &diagnostics) else {
      return Loaded(suite: nil, diagnostics: diagnostics)
    }
    let (file, found) = UnitTestFile.read(text, path: path, options: language)
    guard let file else { return Loaded(suite: nil, diagnostics: found) }
    let (paths, remarks) = file.rulePaths(from: files)
    diagnostics = found + remarks
    var sources: [RuleSet.Source] = []
    for (path, entry) in paths {
      guard let text = Self.text(path, from: files, at: entry, &diagnostics) else { continue }
      sources.append(RuleSet.Source(path: path, text: text))
    }
    let loaded = RuleSet.read(sources, options: language)
    diagnostics += loaded.diagnostics
    guard let rules = loaded.ruleSet, !diagnostics.contains(where: { $0.level == .error }) else {
      return Loaded(suite: nil, diagnostics: diagnostics)
    }
    return Loaded(
      suite: UnitTestSuite(file: file, rules: rules, options: options), diagnostics: diagnostics)
  }

  private static func text(
    _ path: String, from files: RuleSet.Files, at location: SourceLocation?,
    _ diagnostics: inout [Diagnostic]
  ) -> String? {
    let place = location ?? SourceLocation(file: path, line: 1, column: 1)
    guard let bytes = try? files.read(path) else {
      diagnostics.append(
        Diagnostic(
          .error, code: "unreadable-file", "cannot read \(quoted(path))", at: place))
      return nil
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      diagnostics.append(
        Diagnostic(
          .error, code: "unreadable-file", "\(quoted(path)) is not UTF-8 text", at: place))
      return nil
    }
    return text
  }

  /// Runs the tests whose names (as written, "" for none) are chosen, in the order of the file.
  public func run(where isChosen: (_ name: String) -> Bool = { _ in true }) -> [UnitTestOutcome] {
    let groups = orderedGroups
    return file.tests.filter { isChosen($0.name) }.map { test in
      var options = options
      options.interval = file.evaluationInterval
      options.evaluation.subqueryStep = file.evaluationInterval
      options.externalLabels = test.externalLabels
      options.externalURL = test.externalURL
      var run = UnitTestRun(
        test: test, comparison: UnitTestComparison(isFuzzy: file.comparesFuzzily))
      run.execute(rules, groups: groups, options: options)
      return run.outcome
    }
  }

  /// Groups by their place in `group_eval_order`; those that it leaves out go with its first.
  private var orderedGroups: [RuleGroup] {
    var places: [String: Int] = [:]
    for (place, name) in file.groupOrder.enumerated() where places[name] == nil {
      places[name] = place
    }
    return rules.groups.enumerated().sorted { a, b in
      (places[a.element.name] ?? 0, a.offset) < (places[b.element.name] ?? 0, b.offset)
    }.map(\.element)
  }
}
