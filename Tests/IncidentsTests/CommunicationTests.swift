import Model
import Testing

@testable import Incidents

@Suite struct CommunicationTests {
  static func incident(_ change: (inout Incident) -> Void) -> Incident {
    var incident = Incident(
      id: "a", title: "inner words", services: ["checkout"], severity: .critical,
      start: minute(0), openedAt: minute(1))
    change(&incident)
    return incident
  }

  @Test func `a draft says that it is one, and when the next comes`() {
    let text = StakeholderUpdate(on: Self.incident { _ in }, at: minute(10)).text
    #expect(text.hasPrefix("DRAFT") && text.contains("CRITICAL: trouble with checkout"))
    #expect(text.contains("Nobody has taken it yet"))
    #expect(text.contains("The next update comes by \(minute(40).clock.dropLast(3)) UTC"))
    #expect(!text.contains("inner words"))
  }

  @Test func `an estimate is called one, a cause is never sure`() {
    let incident = Self.incident { incident in
      incident.factors = [
        SeverityFactor(
          .usersAffected, .high, because: "38 % of checkout requests failed → high", value: 0.38,
          isEstimate: true)
      ]
      incident.suspects = [
        Suspect(.metric(service: "db", metric: "m"), rank: 1, score: 0.5, because: [])
      ]
      incident.acknowledgedAt = minute(2)
      incident.acknowledgedBy = "ann"
    }
    let text = StakeholderUpdate(on: incident, at: minute(10)).text
    #expect(text.contains("38 % of checkout requests failed. How many users noticed it has not"))
    #expect(!text.contains("users of"))
    #expect(text.contains("not confirmed; it probably lies in db") && text.contains("ann leads"))
  }

  @Test func `data that stopped is no recovery`() {
    let incident = Self.incident { incident in
      (incident.state, incident.ending, incident.end) = (.resolved, .vanished, minute(5))
    }
    let update = StakeholderUpdate(on: incident, at: minute(9))
    #expect(update.subject.hasPrefix("NOT CONFIRMED"))
    #expect(update.text.contains("has to be confirmed") && !update.text.contains("next update"))
  }
}
