import Model
import Rules
import Testing

@testable import Incidents

@Suite struct PlaybookEntryTests {
  static func entry(_ match: (inout PlaybookEntry.Match) -> Void) -> PlaybookEntry {
    var wanted = PlaybookEntry.Match()
    match(&wanted)
    var step = PlaybookEntry.Step(kind: "rollback", text: "Put {previous} of {service} back")
    step.commands = ["./deploy {service} {previous}; echo {other}"]
    step.run = ["/bin/deploy", "{service}", "{previous}"]
    return PlaybookEntry(name: "own", match: wanted, steps: [step])
  }

  static func steps(
    _ entry: PlaybookEntry, previous: String? = "1.9; rm -rf /"
  ) -> [NextStep] {
    var incident = Incident(
      id: "a", title: "a", services: ["db", "api"], severity: .high, start: minute(0),
      openedAt: minute(1))
    let change = ChangeEvent(
      time: minute(-3), service: "api", kind: "k8s", version: "2", previousVersion: previous)
    incident.suspects = [Suspect(.change(change), rank: 1, score: 1, because: [])]
    incident.alerts = [
      AlertRecord(
        firing: transition(.firing, "ConnectionPoolHigh", "db", at: 1, since: 0), service: "db")
    ]
    let context = IncidentContext(catalogue: Catalogue(playbooks: [entry]))
    return Playbook(context: context).steps(for: incident, changes: [change])
      .filter { $0.playbook != nil }
  }

  @Test func `what matches comes with its values filled in`() throws {
    let step = try #require(Self.steps(Self.entry { $0.changes = ["kubernetes"] }).first)
    #expect(step.service == "api" && step.text == "Put 1.9; rm -rf / of api back")
    #expect(step.commands == ["./deploy api '1.9; rm -rf /'; echo {other}"])
    // No shell looks at these: one argument stays one argument.
    #expect(step.hook?.arguments == ["/bin/deploy", "api", "1.9; rm -rf /"])
  }

  @Test func `what nobody knows stays open`() {
    let steps = Self.steps(Self.entry { $0.services = ["api"] }, previous: nil)
    #expect(steps.first?.text == "Put <previous> of api back")
  }

  @Test func `a value is not looked into for placeholders`() {
    let steps = Self.steps(Self.entry { $0.services = ["api"] }, previous: "{incident}")
    #expect(steps.first?.text == "Put {incident} of api back")
  }

  static let matches:
    [(name: String, match: @Sendable (inout PlaybookEntry.Match) -> Void, applies: Bool)] =
      [
        ("nothing asked", { _ in }, true),
        ("service in trouble", { $0.services = ["db"] }, true),
        ("service elsewhere", { $0.services = ["search"] }, false),
        ("signal", { $0.signals = ["saturation"] }, true),
        ("other signal", { $0.signals = ["latency"] }, false),
        ("alert", { $0.alert = try? LabelMatcher("alert", .matches, "Connection.*") }, true),
        ("part of an alert", { $0.alert = try? LabelMatcher("alert", .matches, "Pool") }, false),
        ("change by another name", { $0.changes = ["helm"] }, true),
        ("other change", { $0.changes = ["prisma"] }, false),
        ("change to a service", { ($0.changes, $0.services) = (["kubernetes"], ["db"]) }, false),
        ("grave enough", { $0.severity = .high }, true),
        ("not grave enough", { $0.severity = .critical }, false),
      ]

  @Test(arguments: matches.indices)
  func `an entry applies or not`(index: Int) {
    let test = Self.matches[index]
    #expect(!Self.steps(Self.entry(test.match)).isEmpty == test.applies, "\(test.name)")
  }
}
