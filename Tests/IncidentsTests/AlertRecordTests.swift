import Foundation
import Model
import Rules
import Statistics
import Testing

@testable import Incidents

/// What a record shares in memory shows neither in its value nor in what is stored of it.
@Suite struct AlertRecordTests {
  private func record(_ instance: String = "a") -> AlertRecord {
    let firing = transition(
      .firing, "DiskFull", "db", at: 1, value: 0.9,
      labels: ["instance": instance, "severity": "critical", "quantity": "disk"]
    ) { $0.threshold = 0.8 }
    return AlertRecord(firing: firing, service: "db")
  }

  @Test func `it is stored as one flat object`() throws {
    var alert = record()
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let firing = String(decoding: try encoder.encode(alert), as: UTF8.self)
    #expect(
      firing == """
        {"activeSince":\(minute(1).milliseconds),"alert":"DiskFull","annotations":{},\
        "firedAt":\(minute(1).milliseconds),"firings":1,"firstMeasure":{"threshold":0.8},\
        "firstValue":0.9,"group":"g","id":"\(alert.id)",\
        "labels":{"alertname":"DiskFull","instance":"a","quantity":"disk","service":"db",\
        "severity":"critical"},"lastValue":0.9,"measure":{"threshold":0.8},"service":"db"}
        """)
    alert.endedAt = minute(2)
    alert.ending = .vanished
    let back = try JSONDecoder().decode(AlertRecord.self, from: try encoder.encode(alert))
    #expect(back == alert)
    #expect(back.claim("severity") == "critical" && back.signal == .saturation)
  }

  @Test func `two are equal when all that is stored of them is`() {
    #expect(record() == record() && record().hashValue == record().hashValue)
    #expect(record() != record("b"))
    var later = record()
    later.lastValue = 0.95
    #expect(later != record())
  }

  @Test func `numbers and ids have one order`() {
    let identities = (0..<200).map { record("\($0)").identity }
    let byNumber = identities.sorted { $0.number < $1.number }
    #expect(byNumber.map(\.id) == identities.map(\.id).sorted())
  }

  @Test func `a vocabulary says what reading the names anew says`() {
    var random = SplitMix64(seed: 7)
    var vocabulary = Vocabulary()
    for _ in 0..<3 * Vocabulary.wordingsMax {
      let alert = ["DatabaseLatencyHigh", "SlowQueries", "CPUHigh", "5xx ratio"][random.below(4)]
      let service = [nil, "database", "host-\(random.below(9000))"][random.below(3)]
      #expect(vocabulary.wording(of: alert, at: service) == AlertWording(alert, at: service))
    }
  }
}
