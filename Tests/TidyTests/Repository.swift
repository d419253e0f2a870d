import Foundation

/// The working tree that these tests were compiled from.
struct Repository {
  /// One text file.
  struct File {
    /// Path from the root: `Sources/Model/Labels.swift`.
    var path: String
    var text: String

    var isSwift: Bool { path.hasSuffix(".swift") }
    /// True for code that a generator wrote (`Scripts/protobuf.sh`): exempt from lengths and style.
    var isGenerated: Bool { path.contains("/Generated/") }
    /// The folder below `Sources` that the file is in; nil for files elsewhere.
    var module: String? {
      let parts = path.split(separator: "/")
      return parts.count > 2 && parts[0] == "Sources" ? String(parts[1]) : nil
    }
  }

  /// Folders that people write in; `fixtures` holds bad bytes on purpose, its READMEs and rules not.
  static let folders = [
    ".ci", "Benchmarks", "Documentation", "Scripts", "Sources", "Tests", "fixtures", "rules",
  ]
  static let endings = [".swift", ".md", ".yml", ".yaml", ".sh", ".test", ".modulemap", ".h"]
  static let namesWithoutEnding = ["Makefile", "run", ".gitignore", ".swift-format"]

  let root: URL

  init(testFile: String = #filePath) {
    root = URL(filePath: testFile).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
  }

  /// The text of one file.
  func file(_ path: String) throws -> File {
    File(path: path, text: try String(contentsOf: root.appending(path: path), encoding: .utf8))
  }

  /// All text files that people write, by path.
  func files() throws -> [File] {
    try paths().map(file)
  }

  /// The Swift files of `files()`.
  func swiftFiles() throws -> [File] {
    try paths().filter { $0.hasSuffix(".swift") }.map(file)
  }

  /// Names of the folders below `folder`.
  func subfolders(of folder: String) throws -> [String] {
    let urls = try FileManager.default.contentsOfDirectory(
      at: root.appending(path: folder), includingPropertiesForKeys: [.isDirectoryKey])
    return try urls.filter { try $0.resourceValues(forKeys: [.isDirectoryKey]).isDirectory == true }
      .map(\.lastPathComponent).sorted()
  }

  private func paths() throws -> [String] {
    let top = try FileManager.default.contentsOfDirectory(atPath: root.path)
    var paths = top.filter(isOurs)
    for folder in Self.folders {
      let inside = FileManager.default.enumerator(atPath: root.appending(path: folder).path)
      while let path = inside?.nextObject() as? String {
        if path.hasPrefix(".build") || path.contains("/.build") { continue }
        if isOurs(path) { paths.append("\(folder)/\(path)") }
      }
    }
    return paths.sorted()
  }

  private func isOurs(_ path: String) -> Bool {
    let name = path.split(separator: "/").last.map(String.init) ?? path
    return Self.endings.contains { name.hasSuffix($0) } || Self.namesWithoutEnding.contains(name)
  }
}
