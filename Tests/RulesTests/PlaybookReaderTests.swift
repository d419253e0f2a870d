import Model
import Testing

@testable import Rules

@Suite struct PlaybookReaderTests {
  @Test func `a playbook is read`() throws {
    let text = """
      playbooks:
        - name: pool
          match: {service: [db, cache], alert: "Pool.*", signal: saturation, change: prisma, severity: high}
          steps:
            - kind: rollback
              text: Put {previous} back
              commands: ["./deploy {service} {previous}"]
            - kind: scale
              text: Double it
              run: [/bin/double, "{service}"]
              time_limit: 30s
      """
    let read = Catalogue.read(text)
    #expect(read.diagnostics.isEmpty, "\(read.diagnostics)")
    let entry = try #require(read.playbooks.first)
    #expect(entry.name == "pool" && entry.match.services == ["db", "cache"])
    #expect(entry.match.severity == .high && entry.match.changes == ["prisma"])
    #expect(entry.match.alert?.matches(["alert": "PoolFull"]) == true)
    #expect(entry.steps.map(\.kind) == ["rollback", "scale"])
    #expect(entry.steps[1].run == ["/bin/double", "{service}"])
    #expect(entry.steps[1].timeLimit == 30_000)
  }

  static let mistakes: [(text: String, want: String)] = [
    ("- {match: {}, steps: [{kind: scale, text: x}]}", "missing"),
    ("- {name: a, steps: []}", "at least one step"),
    ("- {name: a, steps: [{kind: scal, text: x}]}", "did you mean \"scale\"?"),
    ("- {name: a, steps: [{kind: scale}]}", "text is missing"),
    ("- {name: a, steps: [{kind: scale, text: 'x {servce}'}]}", "did you mean \"service\"?"),
    ("- {name: a, steps: [{kind: scale, text: x, run: ['{service}']}]}", "must be written out"),
    ("- {name: a, steps: [{kind: scale, text: x, time_limit: 2h}]}", "at most 1h"),
    ("- {name: a, match: {signal: saturatoin}, steps: [{kind: scale, text: x}]}", "saturation"),
    ("- {name: a, match: {alert: '('}, steps: [{kind: scale, text: x}]}", "alert"),
    ("- {name: a, wat: 1, steps: [{kind: scale, text: x}]}", "wat"),
  ]

  @Test(arguments: mistakes)
  func `a mistake has its place`(_ mistake: (text: String, want: String)) {
    let read = Catalogue.read("playbooks:\n  \(mistake.text)\n", path: "p.yaml")
    #expect(read.playbooks.isEmpty)
    let words = read.diagnostics.map(\.description).joined(separator: "\n")
    #expect(words.contains(mistake.want) && words.contains("p.yaml:2:"), "\(words)")
  }

  @Test func `playbooks stand beside services in a rule folder`() throws {
    let sources = [
      RuleSet.Source(path: "a.yaml", text: "services: {db: {}}\n"),
      RuleSet.Source(
        path: "b.yaml",
        text: "playbooks: [{name: a, steps: [{kind: hotfix, text: look at the log}]}]\n"),
    ]
    let set = try #require(RuleSet.read(sources).ruleSet)
    #expect(set.catalogue.playbooks.map(\.name) == ["a"] && set.catalogue.services.count == 1)
  }
}
