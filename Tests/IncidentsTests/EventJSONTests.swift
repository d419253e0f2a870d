import Foundation
import Incidents
import Model
import Rules
import Testing

@Suite struct EventJSONTests {
  @Test func `an opened incident in one line`() throws {
    var bench = Bench()
    bench.source.services["checkout"] = {
      var measures = ServiceMeasures()
      measures.requestRate = 1083
      measures.errorRate = 412
      return measures
    }()
    bench.step(0, [transition(.firing, "HighErrorRate", "checkout", at: 0, value: 0.38)])
    let line = EventJSON.line(try #require(bench.log.first))
    #expect(line.hasPrefix(#"{"v":1,"event":"incident.opened","at":"2026-01-15T14:30:00Z","#))
    #expect(!line.contains("\n"))
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
    #expect(object["severity"] as? String == "high")
    #expect(object["services"] as? [String] == ["checkout"])
    let factors = try #require(object["factors"] as? [[String: Any]])
    #expect(factors.first?["factor"] as? String == "users_affected")
    #expect(factors.first?["level"] as? String == "high")
    #expect(factors.first?["estimate"] as? Bool == true)
  }

  @Test func `every kind of event is an object with version, kind and time`() throws {
    var bench = Bench()
    let firing = transition(.firing, "A\"\\\n\u{1}é", "search", at: 0, value: .nan)
    bench.step(0, [firing])
    bench.step(1, [transition(.resolved, "A\"\\\n\u{1}é", "search", at: 1)])
    bench.run(from: 1, to: 7)
    let change = ChangeEvent(time: minute(0), service: "search", kind: "vercel")
    let summary = RunSummary(
      start: minute(0), end: minute(7), samples: 9, series: 2, ticks: 7, badLines: 1,
      incidents: bench.incidents)
    let lines =
      [
        EventJSON.line(firing, service: "search"), EventJSON.line(change), EventJSON.line(summary),
      ] + bench.log.map { EventJSON.line($0) }
    for line in lines {
      let object = try #require(
        try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
      #expect(object["v"] as? Int == 1)
      #expect(object["event"] is String)
      #expect(object["at"] is String)
    }
    let transitionObject = try #require(
      try JSONSerialization.jsonObject(with: Data(lines[0].utf8)) as? [String: Any])
    #expect(transitionObject["alert"] as? String == "A\"\\\n\u{1}é")
    #expect(transitionObject["value"] is NSNull)
    #expect(lines[2].contains(#""low":1,"total":1"#))
  }
}
