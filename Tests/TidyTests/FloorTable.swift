/// The floors of the house as `Package.swift` declares them.
struct FloorTable {
  struct Module {
    var floor: Int
    /// Names in the dependency list, own modules and `let`s of outside products alike.
    var dependencies: [String]
  }

  /// Own modules by name; system library targets stand on floor 0.
  private(set) var modules: [String: Module] = [:]
  private(set) var systemLibraries: Set<String> = []

  /// Reads the `library(…)`, `program(…)` and `.systemLibrary(…)` calls of a manifest.
  init(manifest: String) {
    let library =
      /library\(\s*floor:\s*(\d+),\s*"([\w-]+)",\s*\[([^\]]*)\]/
    let program = /program\(\s*"([\w-]+)",\s*\[([^\]]*)\]/
    let system = /\.systemLibrary\(\s*name:\s*"(\w+)"/
    for match in manifest.matches(of: library) {
      modules[String(match.2)] = Module(
        floor: Int(match.1) ?? 0, dependencies: Self.names(in: match.3))
    }
    for match in manifest.matches(of: program) {
      modules[String(match.1)] = Module(floor: 7, dependencies: Self.names(in: match.2))
    }
    for match in manifest.matches(of: system) {
      modules[String(match.1)] = Module(floor: 0, dependencies: [])
      systemLibraries.insert(String(match.1))
    }
  }

  private static func names(in list: Substring) -> [String] {
    list.split { !($0.isLetter || $0.isNumber || $0 == "_" || $0 == "-") }.map(String.init)
  }
}
