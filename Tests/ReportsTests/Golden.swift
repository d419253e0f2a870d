import Foundation
import Testing

/// Compares `text` with the golden file `name`; with `TOCSIN_RECORD=1` writes it instead.
func expectGolden(_ text: String, _ name: String, _ location: SourceLocation = #_sourceLocation) {
  let url = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("Golden/\(name)")
  if ProcessInfo.processInfo.environment["TOCSIN_RECORD"] == "1" {
    #expect(throws: Never.self, sourceLocation: location) {
      try text.write(to: url, atomically: true, encoding: .utf8)
    }
    return
  }
  let golden = (try? String(contentsOf: url, encoding: .utf8)) ?? ""
  let lines = zip(text.split(separator: "\n"), golden.split(separator: "\n"))
  let difference = lines.first { $0 != $1 }
  #expect(
    text == golden,
    "\(name) differs; got \(difference?.0 ?? "more or fewer lines"); TOCSIN_RECORD=1 rewrites it",
    sourceLocation: location)
}
