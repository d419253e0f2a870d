import Foundation
import Testing

@Suite struct EventSchemaTests {
  private func schema() throws -> JSONSchema {
    let path = repository + "/Documentation/events.schema.json"
    return JSONSchema(root: try JSON(parsing: String(contentsOfFile: path, encoding: .utf8)))
  }

  @Test(arguments: ["cascade", "silent-agent", "flapping"])
  func everyEventOfAReplayIsValid(_ name: String) throws {
    let schema = try schema()
    let outcome = try Fixture.replay(name)
    let events = try outcome.events
    #expect(events.count > 5, "\(outcome)")
    for event in events {
      let faults = schema.faults(in: event)
      #expect(faults.isEmpty, "\(event["event"]): \(faults.prefix(5))")
    }
    let kinds = Set(events.compactMap { $0["event"].string })
    #expect(kinds.isSuperset(of: ["alert.firing", "incident.opened", "summary"]))
  }

  @Test(arguments: [
    #"{"v":1,"event":"incident.exploded","at":"2026-01-15T14:30:00Z"}"#,
    #"{"v":2,"event":"change","at":"2026-01-15T14:30:00Z","id":"c","service":"s","kind":"k"}"#,
    #"{"v":1,"event":"change","at":"yesterday","id":"c","service":"s","kind":"k"}"#,
    #"{"v":1,"event":"change","at":"2026-01-15T14:30:00Z","id":"c","kind":"k"}"#,
    #"{"v":1,"event":"change","at":"2026-01-15T14:30:00Z","id":"c","service":"s","kind":"k","x":1}"#,
    #"{"event":"change","at":"2026-01-15T14:30:00Z","id":"c","service":"s","kind":"k"}"#,
  ])
  func theSchemaRefusesWhatIsNoEvent(_ line: String) throws {
    #expect(try !schema().faults(in: JSON(parsing: line)).isEmpty)
  }
}
