public import Model
public import PromQL

/// All rules, services and settings that run together: several files, read as one.
public struct RuleSet: Sendable {
  /// The rule files by path.
  public var files: [RuleFile] = []
  /// The services of all catalogues.
  public var catalogue = Catalogue()
  /// The settings of the incident practice.
  public var incidents = IncidentSettings()

  /// No rules.
  public init() {}

  /// All groups, by file and in the order of the files.
  public var groups: [RuleGroup] { files.flatMap(\.groups) }

  /// A file with its text.
  public struct Source: Sendable {
    /// Path as the user gave it.
    public var path: String
    /// The whole text.
    public var text: String

    /// The file at `path`.
    public init(path: String, text: String) {
      self.path = path
      self.text = text
    }
  }

  /// How files are reached; the core itself touches no disk.
  public struct Files {
    /// Paths of the entries of a folder, in any order; nil when `path` is no folder.
    public var list: (_ path: String) throws -> [String]?
    /// The bytes of a file.
    public var read: (_ path: String) throws -> [UInt8]

    /// A way to reach files.
    public init(
      list: @escaping (_ path: String) throws -> [String]?,
      read: @escaping (_ path: String) throws -> [UInt8]
    ) {
      self.list = list
      self.read = read
    }
  }

  /// What came of reading files: the set, unless one of the diagnostics is an error.
  public struct Loaded: Sendable {
    /// Nil when any file has an error: all is used or nothing.
    public var ruleSet: RuleSet?
    /// Errors and warnings of all files, in their order.
    public var diagnostics: [Diagnostic]
  }

  /// Folders inside folders that are looked into.
  public static let folderDepthMax = 16
  /// Files that are read.
  public static let filesMax = 10_000

  /// Reads files and folders; a folder gives its `.yml` and `.yaml` files, also in folders below.
  ///
  /// Rule unit tests in a folder are passed over; a file whose top holds `services:`, `incidents:` or
  /// `playbooks:` is a catalogue.
  public static func load(
    _ paths: [String], from files: Files, options: ParserOptions = ParserOptions()
  ) -> Loaded {
    var walk = RuleFolder(files: files)
    for path in paths { walk.visit(path) }
    var loaded = read(walk.sources, options: options)
    loaded.diagnostics = walk.diagnostics + loaded.diagnostics
    if !walk.diagnostics.isEmpty { loaded.ruleSet = nil }
    return loaded
  }

  /// Reads texts as one set.
  public static func read(
    _ sources: [Source], options: ParserOptions = ParserOptions()
  ) -> Loaded {
    var set = RuleSet()
    var diagnostics: [Diagnostic] = []
    var services: [String: Catalogue.Service] = [:]
    var playbooks: [PlaybookEntry] = []
    var settingsFile: String?
    for source in sources {
      guard RuleFolder.kind(of: source.text) == .catalogue else {
        let (file, found) = RuleFile.read(source.text, path: source.path, options: options)
        diagnostics += found
        if let file { set.files.append(file) }
        continue
      }
      let part = Catalogue.read(source.text, path: source.path, options: options)
      diagnostics += part.diagnostics
      for service in part.services where services.updateValue(service, forKey: service.name) != nil
      {
        diagnostics.append(
          Diagnostic(
            .error, code: "duplicate-service",
            "service \(quoted(service.name)) stands in two catalogues",
            at: SourceLocation(file: source.path, line: 1, column: 1)))
      }
      playbooks += part.playbooks
      guard let settings = part.settings else { continue }
      if let settingsFile {
        diagnostics.append(
          Diagnostic(
            .error, code: "duplicate-settings",
            "'incidents' is set in two files, first in \(settingsFile)",
            at: SourceLocation(file: source.path, line: 1, column: 1)))
      }
      settingsFile = source.path
      set.incidents = settings
    }
    set.catalogue = Catalogue(
      services: services.values.sorted { $0.name < $1.name }, playbooks: playbooks)
    let isSound = !diagnostics.contains { $0.level == .error }
    return Loaded(ruleSet: isSound ? set : nil, diagnostics: diagnostics)
  }
}

extension Catalogue {
  /// Reads a catalogue; services and settings are empty where the diagnostics hold an error.
  public static func read(
    _ text: String, path: String? = nil, options: ParserOptions = ParserOptions()
  ) -> (
    services: [Service], settings: IncidentSettings?, playbooks: [PlaybookEntry],
    diagnostics: [Diagnostic]
  ) {
    var yaml = YAMLReader(path: path, text: text)
    let root = yaml.document(text)
    var reader = CatalogueReader(rules: RuleReader(yaml: yaml, options: options))
    let (services, node, entries) = reader.read(root)
    var settings = IncidentSettingsReader(yaml: reader.rules.yaml)
    let incidents = node.map { settings.read($0) }
    var written = PlaybookReader(yaml: settings.yaml)
    let playbooks = written.read(entries)
    let diagnostics = written.yaml.diagnostics.inFileOrder
    guard !written.yaml.hasErrors else { return ([], nil, [], diagnostics) }
    return (services, incidents, playbooks, diagnostics)
  }
}
