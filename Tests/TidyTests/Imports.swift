/// Where each outside module may be imported.
///
/// A new one gets its line here, with its one home.
let homes: [String: Set<String>] = [
  "Yams": ["Rules"],
  "GRDB": ["Storage"],
  "SwiftProtobuf": ["Wire"],
  "Hummingbird": ["API"],
  "HummingbirdCore": ["API"],
  "HummingbirdTLS": ["API"],
  "HTTPTypes": ["API"],
  "Crypto": ["API", "Notifications"],
  "NIOCore": ["API", "Notifications", "Sources"],
  "NIOSSL": ["API", "Notifications", "Sources", "tocsin"],
  "NIOHTTP1": ["API", "Notifications", "Sources"],
  "NIOHTTPTypes": ["API"],
  "NIOPosix": ["API", "Notifications"],
  "AsyncHTTPClient": ["Notifications", "Sources"],
  "Logging": ["API", "Notifications", "Sources", "tocsin"],
  "ArgumentParser": ["tocsin", "tocsin-conformance", "tocsin-fixtures"],
  "ServiceLifecycle": ["tocsin"],
  "UnixSignals": ["tocsin"],
]

/// Modules of the toolchain that any floor may use: no clock, no files, no threads.
let systemModulesOfAllFloors: Set<String> = ["Glibc", "Musl", "Synchronization"]

/// Modules of the toolchain that touch the world: floors 6 and 7 only.
let systemModulesOfTopFloors: Set<String> = [
  "Dispatch", "Foundation", "FoundationEssentials", "FoundationNetworking",
]

/// The first floor that may touch the world.
let firstWorldlyFloor = 6

/// The imports of `file` that point up or sideways, that are not declared, or that have no home here.
func importFindings(in file: Repository.File, floors: FloorTable) -> [Finding] {
  guard let module = file.module, let own = floors.modules[module] else { return [] }
  return imports(of: MaskedSwift(file.text)).compactMap { line, name in
    importComplaint(name, from: module, own, floors).map {
      Finding(path: file.path, line: line, message: $0)
    }
  }
}

private func importComplaint(
  _ name: String, from module: String, _ own: FloorTable.Module, _ floors: FloorTable
) -> String? {
  if let other = floors.modules[name] {
    if other.floor >= own.floor, !floors.systemLibraries.contains(name) {
      return "import of \"\(name)\" (floor \(other.floor)) from \"\(module)\" (floor \(own.floor));"
        + " imports point down"
    }
    return own.dependencies.contains(name)
      ? nil : "\"\(name)\" is not among the dependencies of \"\(module)\" in Package.swift"
  }
  if let home = homes[name] {
    return home.contains(module)
      ? nil : "\"\(name)\" has its home in \(home.sorted().joined(separator: ", "))"
  }
  if systemModulesOfAllFloors.contains(name) { return nil }
  if systemModulesOfTopFloors.contains(name) {
    return own.floor >= firstWorldlyFloor
      ? nil : "\"\(name)\" on floor \(own.floor); it touches the world, which begins on floor 6"
  }
  return "\"\(name)\" has no home; give it one in Tests/TidyTests/Imports.swift"
}

/// The imported modules with their lines, whatever attributes, access and kind stand at the import.
func imports(of code: MaskedSwift) -> [(line: Int, module: String)] {
  let kinds: Set<Substring> = [
    "struct", "class", "enum", "func", "var", "let", "protocol", "typealias", "actor",
  ]
  var found: [(Int, String)] = []
  for (index, line) in code.lines.enumerated() {
    let words = line.split(separator: " ")
    guard let at = words.firstIndex(of: "import"),
      words[..<at].allSatisfy({ $0.hasPrefix("@") || accessWords.contains($0) })
    else { continue }
    let named = words[(at + 1)...].first { !kinds.contains($0) }
    if let module = named?.split(separator: ".").first {
      found.append((index + 1, String(module)))
    }
  }
  return found
}

private let accessWords: Set<Substring> = [
  "public", "package", "internal", "fileprivate", "private",
]
