import Testing

/// The style of the project as a test: reads the repository and prints `path:line: error: …`.
struct TidyTests {
  let repository = Repository()

  private func report(_ findings: [Finding]) {
    for finding in findings { Issue.record("\(finding)") }
  }

  private func floors() throws -> FloorTable {
    FloorTable(manifest: try repository.file("Package.swift").text)
  }

  @Test func `imports point down and outside modules stay at home`() throws {
    let floors = try floors()
    report(try repository.swiftFiles().flatMap { importFindings(in: $0, floors: floors) })
  }

  @Test func `every folder of Sources is on a floor`() throws {
    let floors = try floors()
    let folders = try repository.subfolders(of: "Sources")
    #expect(Set(folders) == Set(floors.modules.keys))
  }

  @Test func `the core has no clock, no environment and no chance in it`() throws {
    let floors = try floors()
    report(
      try repository.swiftFiles().flatMap { file -> [Finding] in
        guard let floor = file.module.flatMap({ floors.modules[$0]?.floor }) else { return [] }
        return bannedCodeFindings(in: file, floor: floor)
      })
  }

  @Test func `files and functions are short`() throws {
    report(try repository.swiftFiles().flatMap(lengthFindings))
  }

  @Test func `no stray blanks`() throws {
    report(try repository.files().flatMap(blankFindings))
  }

  @Test func `no unfinished marks and no foreign words`() throws {
    report(try repository.files().flatMap(wordFindings))
  }

  @Test func `every module says what it owns`() throws {
    let floors = try floors()
    let modules = Set(floors.modules.keys).subtracting(floors.systemLibraries).sorted()
    report(
      modules.flatMap { module in
        let readme = try? repository.file("Sources/\(module)/README.md").text
        return readmeFindings(module: module, readme: readme)
      })
  }

  @Test func `the repository is where these tests think it is`() throws {
    #expect(try repository.swiftFiles().count > 20)
    #expect(try floors().modules["Model"]?.floor == 0)
  }
}
