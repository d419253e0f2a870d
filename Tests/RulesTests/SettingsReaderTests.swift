import Model
import Rules
import Testing

@Suite struct SettingsReaderTests {
  @Test("values are read by name, and what is left out is nil")
  func values() throws {
    var reader = SettingsReader(
      path: "t.yaml",
      text: """
        listen: 127.0.0.1:9095
        retention: 1h30m
        workers: 4
        strict: true
        rules: rules/
        labels: {job: node, zone: "a"}
        nothing: ~
        """)
    let top = reader.fields(
      reader.root, "the configuration",
      known: ["listen", "retention", "workers", "strict", "rules", "labels", "nothing"])
    #expect(reader.text(top["listen"], "listen") == "127.0.0.1:9095")
    #expect(reader.duration(top["retention"], "retention") == 5_400_000)
    #expect(reader.integer(top["workers"], "workers", in: 1...8) == 4)
    #expect(reader.flag(top["strict"], "strict") == true)
    #expect(reader.list(top["rules"], "rules").count == 1)
    #expect(reader.labels(top["labels"], "labels") == Labels(["job": "node", "zone": "a"]))
    #expect(reader.text(top["nothing"], "nothing") == nil)
    #expect(reader.text(top["absent"], "absent") == nil)
    #expect(reader.diagnostics.isEmpty)
  }

  @Test("every mistake is told at once, each with its place")
  func mistakes() {
    var reader = SettingsReader(
      path: "t.yaml",
      text: """
        lisen: x
        workers: 99
        strict: maybe
        labels: [a]
        """)
    let top = reader.fields(
      reader.root, "the configuration", known: ["listen", "workers", "strict", "labels"])
    _ = reader.integer(top["workers"], "workers", in: 1...8)
    _ = reader.flag(top["strict"], "strict")
    _ = reader.labels(top["labels"], "labels")
    #expect(reader.hasErrors)
    let told = reader.diagnostics.map {
      "\($0.location?.line ?? 0):\($0.location?.column ?? 0) \($0.message)"
    }
    #expect(
      told == [
        "1:1 unknown key \"lisen\" in the configuration; did you mean \"listen\"?",
        "2:10 expected 1 to 8 for workers, found 99",
        "3:9 expected true or false for strict, found \"maybe\"",
        "4:9 expected a mapping for labels, found a list",
      ])
  }
}
