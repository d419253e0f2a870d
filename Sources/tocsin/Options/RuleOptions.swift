import ArgumentParser
import Evaluation
import Foundation
import Model
import PromQL
import Rules

/// Which rules and services are in force.
struct RuleOptions: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      "Rule file, catalogue or folder of them; may be repeated. Default: ./rules.",
      valueName: "path"))
  var rules: [String] = []

  @OptionGroup var features: FeatureOptions

  /// The rules of all paths.
  ///
  /// - Throws: `CommandFailure` with every diagnostic when one of them is an error.
  func load() throws -> RuleSet {
    try Self.load(rules, language: features.evaluation.language)
  }

  /// The rules of all paths; none when none is named and there is no ./rules.
  func loadIfThere() throws -> RuleSet {
    rules.isEmpty && !FileManager.default.fileExists(atPath: "rules") ? RuleSet() : try load()
  }

  /// The rules of all `paths`; of ./rules when none is named.
  ///
  /// - Throws: `CommandFailure` with every diagnostic when one of them is an error.
  static func load(_ named: [String], language: ParserOptions) throws -> RuleSet {
    let paths = named.isEmpty ? ["rules"] : named
    let loaded = RuleSet.load(paths, from: .disk, options: language)
    guard let set = loaded.ruleSet else {
      let errors = loaded.diagnostics.filter { $0.level == .error }
      let words = errors.map(\.description).joined(separator: "\n")
      let hint =
        named.isEmpty ? "\nname rule files or a folder of them with --rules PATH" : ""
      throw CommandFailure.unusable(words + hint)
    }
    return set
  }
}

extension RuleSet.Files {
  /// The files of this machine.
  static var disk: RuleSet.Files {
    RuleSet.Files(
      list: { path in
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
          throw CommandFailure.unusable("no such file or folder")
        }
        guard isFolder.boolValue else { return nil }
        return try FileManager.default.contentsOfDirectory(atPath: path)
          .map { path.hasSuffix("/") ? path + $0 : path + "/" + $0 }
      },
      read: { path in
        // A URL costs more than the reading; it is made to hear what is wrong.
        try [UInt8](
          FileManager.default.contents(atPath: path)
            ?? Data(contentsOf: URL(fileURLWithPath: path)))
      })
  }
}

extension CommandFailure: CustomStringConvertible {
  var description: String { message }
}
