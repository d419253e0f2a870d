import Foundation
import Glibc
import Testing

/// What a running server says of itself, and the rules that are shipped for it.
@Suite struct SelfMonitoringTests {
  private func root() -> URL {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../..").standardizedFileURL
  }

  @Test("every metric that rules/tocsin.yml looks at is exported, in a form that can be read")
  func pack() throws {
    let folder = try ScratchFolder()
    try folder.write(
      "rules.yml", "groups: [{name: 'a \"b\"', rules: [{record: 'h:h', expr: heat}]}]\n")
    let sidecar = try #require(
      try Sidecar(["--listen", "127.0.0.1:0", "--rules", "rules.yml"], in: folder))
    #expect(try sidecar.push("heat 1\n").status == 200)
    var text = ""
    #expect(
      sidecar.running.wait {
        text = (try? sidecar.ask("/metrics").text) ?? ""
        return text.contains("tocsin_last_checkpoint_timestamp_seconds")
      })
    let exported = Set(
      text.split(separator: "\n").filter { $0.hasPrefix("# TYPE ") }
        .compactMap { $0.split(separator: " ").dropFirst(2).first.map(String.init) })
    let pack = try String(
      contentsOf: root().appendingPathComponent("rules/tocsin.yml"), encoding: .utf8)
    let named = Set(pack.matches(of: /\b(?:tocsin|process)_[a-z_]+/).map { String($0.output) })
    #expect(named.count > 15)
    #expect(named.subtracting(exported).isEmpty)
    // A file of it is an input as any other, and what has two samples of one name is no exposition.
    try folder.write("metrics.prom", text)
    let asked = try tocsin("query", "count({__name__=~'tocsin_.*'})", "metrics.prom", in: folder)
    #expect(asked.status == 0 && asked.errors.isEmpty, "\(asked)")
    let samples = text.split(separator: "\n").filter { !$0.hasPrefix("#") }
      .map { $0.prefix(upTo: $0.lastIndex(of: " ") ?? $0.endIndex) }
    #expect(Set(samples).count == samples.count)
    sidecar.running.send(SIGTERM)
    #expect(sidecar.running.outcome(seconds: 60).status == 0)
  }

  @Test("the page of health says what is well, and what is not")
  func page() throws {
    let folder = try ScratchFolder()
    let good = "groups: [{name: g, rules: [{record: 'h:h', expr: heat}]}]\n"
    try folder.write("rules.yml", good)
    let sidecar = try #require(
      try Sidecar(
        ["--listen", "127.0.0.1:0", "--rules", "rules.yml", "--store", "tocsin.sqlite"], in: folder)
    )
    #expect(try sidecar.push("heat 1\n").status == 200)
    #expect(try sidecar.ask("/health").text.contains("Tocsin is well"))
    try folder.write("rules.yml", "groups: [{name: g, rules: [{record: 'h:h', expr: 'heat('}]}]\n")
    #expect(try sidecar.ask("/-/reload", "POST").status != 200)
    let page = try sidecar.ask("/health").text
    #expect(page.contains("needs attention") && page.contains("tocsin check"), "\(page)")
    try folder.write("rules.yml", good)
    #expect(try sidecar.ask("/-/reload", "POST").status == 200)
    #expect(try sidecar.ask("/health").text.contains("Tocsin is well"))
    sidecar.running.send(SIGTERM)
    #expect(sidecar.running.outcome(seconds: 60).status == 0)
  }
}
