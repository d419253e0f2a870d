import Foundation
import Incidents
import Model
import Rules
import Statistics
import Testing

@Suite struct StreamPropertyTests {
  /// Random alerts coming and going, minute by minute, as an alert machine could give them.
  static func stream(seed: UInt64, minutes: Int) -> [[AlertTransition]] {
    var random = SplitMix64(seed: seed)
    let services = ["checkout", "api", "db", "search", "logo", "elsewhere"]
    let alerts = ["ErrorRateHigh", "CPUHigh"]
    var firing: Set<Int> = []
    return (0..<minutes).map { at in
      var transitions: [AlertTransition] = []
      for index in 0..<services.count * alerts.count where random.below(25) == 0 {
        let alert = alerts[index % 2]
        let service = services[index / 2]
        if firing.remove(index) != nil {
          transitions.append(
            transition(
              .resolved, alert, service, at: Double(at),
              ending: random.below(4) == 0 ? .vanished : .cleared))
        } else {
          firing.insert(index)
          let score = Double(random.below(8))
          transitions.append(
            transition(
              .firing, alert, service, at: Double(at), since: Double(at - random.below(5)),
              value: random.below(20) == 0 ? .nan : score
            ) { $0.score = score })
        }
      }
      return transitions
    }
  }

  @Test(arguments: 1...16)
  func `every firing alert is in exactly one open incident`(seed: UInt64) {
    var bench = Bench()
    var firing: Set<String> = []
    for (at, transitions) in Self.stream(seed: seed, minutes: 300).enumerated() {
      for transition in transitions {
        let id = AlertRecord.id(of: transition)
        if transition.kind == .firing { firing.insert(id) } else { firing.remove(id) }
      }
      bench.step(Double(at), transitions)
      let open: [String] = bench.book.openIncidents.flatMap {
        $0.alerts.filter(\.isFiring).map(\.id)
      }
      #expect(open.sorted() == firing.sorted(), "seed \(seed), minute \(at)")
      let states = bench.book.openIncidents.map(\.state)
      #expect(states.contains(.resolved) == false)
      for incident in bench.book.watchedIncidents {
        #expect(incident.state == .resolved && incident.alerts.allSatisfy { !$0.isFiring })
        #expect(incident.end != nil && incident.ending != nil)
      }
    }
  }

  @Test(arguments: 1...8)
  func `a replay cut in two by a checkpoint ends the same`(seed: UInt64) throws {
    let stream = Self.stream(seed: seed, minutes: 200)
    var whole = Bench()
    for (at, transitions) in stream.enumerated() { whole.step(Double(at), transitions) }
    var halves = Bench()
    for (at, transitions) in stream.enumerated() {
      if at == 77 + Int(seed) { halves.book = try restored(halves.book) }
      halves.step(Double(at), transitions)
    }
    #expect(lines(whole.log) == lines(halves.log))
    let stored = (try encoded(whole.book), try encoded(halves.book))
    #expect(stored.0 == stored.1)
  }

  @Test(arguments: 1...4)
  func `event ids are never used twice`(seed: UInt64) {
    var bench = Bench()
    for (at, transitions) in Self.stream(seed: seed, minutes: 200).enumerated() {
      bench.step(Double(at), transitions)
    }
    let ids = bench.log.flatMap { $0.events.map(\.id) }
    #expect(Set(ids).count == ids.count)
  }

  private func lines(_ log: [IncidentChange]) -> [String] { log.map { EventJSON.line($0) } }

  private func encoded(_ book: IncidentBook) throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "+", negativeInfinity: "-", nan: "nan")
    return try encoder.encode(book)
  }

  private func restored(_ book: IncidentBook) throws -> IncidentBook {
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "+", negativeInfinity: "-", nan: "nan")
    return try decoder.decode(IncidentBook.self, from: try encoded(book))
  }
}
