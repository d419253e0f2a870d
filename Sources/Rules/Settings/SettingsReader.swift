public import Model
import Yams

/// A value of a settings file, with its place.
///
/// Only a `SettingsReader` looks into it.
public struct SettingsNode {
  let node: Node

  /// True for a mapping of keys and values.
  public var isMapping: Bool {
    if case .mapping = node { true } else { false }
  }
}

/// Reads a YAML settings file by name and collects everything that is wrong with it.
///
///     var settings = SettingsReader(path: "tocsin.yaml", text: text)
///     let top = settings.fields(settings.root, "the configuration", known: ["listen", "scrape"])
///     let listen = settings.text(top["listen"], "listen")
///     guard !settings.hasErrors else { return settings.diagnostics }
///
/// A value that is left out, or null, is nil; a bad one is nil and reported with file, line, column,
/// the text underlined and, where one is near, a suggestion. Reading goes on, so that one look at a
/// file tells all that is wrong with it.
public struct SettingsReader {
  private var yaml: YAMLReader
  /// The whole document; nil when the file is empty or no YAML, which is reported.
  public let root: SettingsNode?

  /// Reads `text`, which stands in the file `path`.
  public init(path: String?, text: String) {
    var yaml = YAMLReader(path: path, text: text)
    root = yaml.document(text).map(SettingsNode.init)
    self.yaml = yaml
  }

  /// What is wrong, in the order in which it was found.
  public var diagnostics: [Diagnostic] { yaml.diagnostics }

  /// True when the file cannot be used.
  public var hasErrors: Bool { yaml.hasErrors }

  /// Reports an error at `node`.
  ///
  /// - Parameters:
  ///   - code: One of a bounded set of words in kebab case.
  ///   - message: What is wrong, the value in quotes, what is wanted; lower case, no full stop.
  ///   - node: What it is about.
  public mutating func error(_ code: String, _ message: String, at node: SettingsNode) {
    yaml.error(code, message, at: node.node)
  }

  // MARK: Mappings and lists

  /// The values of a mapping by key; keys that are not among `known` are reported.
  public mutating func fields(
    _ node: SettingsNode?, _ what: String, known: [String]
  ) -> [String: SettingsNode] {
    yaml.fields(node?.node, what, known: known).mapValues(SettingsNode.init)
  }

  /// The keys of a mapping and their values, in the order of the file.
  public mutating func pairs(
    _ node: SettingsNode?, _ what: String
  ) -> [(key: String, value: SettingsNode)] {
    var found: [(key: String, value: SettingsNode)] = []
    for (key, value) in yaml.pairs(node?.node, what) {
      guard let name = yaml.text(key, "a key of \(what)") else { continue }
      found.append((name, SettingsNode(node: value)))
    }
    return found
  }

  /// The elements of a list; one value that is no list counts as a list of one.
  public mutating func list(_ node: SettingsNode?, _ what: String) -> [SettingsNode] {
    guard let node, !YAMLReader.isNull(node.node) else { return [] }
    if case .sequence = node.node { return yaml.list(node.node, what).map(SettingsNode.init) }
    return [node]
  }

  // MARK: Values

  /// A text; a number or boolean may stand in its place.
  public mutating func text(_ node: SettingsNode?, _ what: String) -> String? {
    guard let node = present(node) else { return nil }
    return yaml.text(node, what)
  }

  /// A length of time such as `30s` or `1h30m`, in ms.
  public mutating func duration(_ node: SettingsNode?, _ what: String) -> Milliseconds? {
    yaml.duration(node?.node, what)
  }

  /// A number.
  public mutating func number(_ node: SettingsNode?, _ what: String) -> Double? {
    yaml.number(node?.node, what)
  }

  /// A whole number in `range`.
  public mutating func integer(
    _ node: SettingsNode?, _ what: String, in range: ClosedRange<Int> = 0...Int.max
  ) -> Int? {
    guard let node = present(node), let value = yaml.integer(node, what) else { return nil }
    guard range.contains(value) else {
      let bound =
        range.upperBound == .max
        ? "at least \(range.lowerBound)" : "\(range.lowerBound) to \(range.upperBound)"
      yaml.error("out-of-range", "expected \(bound) for \(what), found \(value)", at: node)
      return nil
    }
    return value
  }

  /// `true` or `false`.
  public mutating func flag(_ node: SettingsNode?, _ what: String) -> Bool? {
    guard let node = present(node) else { return nil }
    return yaml.choice(node, what, among: [("true", true), ("false", false)])
  }

  /// One of several words.
  public mutating func choice<Value>(
    _ node: SettingsNode?, _ what: String, among choices: [(String, Value)]
  ) -> Value? {
    guard let node = present(node) else { return nil }
    return yaml.choice(node, what, among: choices)
  }

  /// Labels: a mapping from names to texts.
  public mutating func labels(_ node: SettingsNode?, _ what: String) -> Labels {
    var labels: [String: String] = [:]
    for (name, value) in pairs(node, what) {
      guard let text = text(value, "label \(quoted(name)) of \(what)") else { continue }
      labels[name] = text
    }
    return Labels(labels)
  }

  private func present(_ node: SettingsNode?) -> Node? {
    guard let node, !YAMLReader.isNull(node.node) else { return nil }
    return node.node
  }
}
