import Model
import Rules
import Testing

@testable import Incidents

@Suite struct SeverityTests {
  struct Case: CustomTestStringConvertible {
    let name: String
    let severity: Severity
    let factor: SeverityFactor.Kind
    let because: String
    var alert = "ErrorRateHigh"
    var service = "checkout"
    var value = 0.4
    var labels: [String: String] = [:]
    var measure = AlertTransition.Measure()
    var measures = ServiceMeasures()
    var testDescription: String { name }

    init(
      _ name: String, _ severity: Severity, _ factor: SeverityFactor.Kind, _ because: String,
      _ set: (inout Case) -> Void
    ) {
      self.name = name
      self.severity = severity
      self.factor = factor
      self.because = because
      set(&self)
    }
  }

  static let cases = [
    Case(
      "estimated users", .high, .usersAffected,
      "38 % of checkout requests failed (412 of 1 083/s) → high"
    ) {
      $0.measures.requestRate = 1083
      $0.measures.errorRate = 412
    },
    Case(
      "measured users", .critical, .usersAffected,
      "60 % of checkout users are affected (600 of 1 000) → critical"
    ) {
      $0.measures.totalUsers = 1000
      $0.measures.affectedUsers = 600
      $0.measures.requestRate = 1000
      $0.measures.errorRate = 1
    },
    Case(
      "all instances down", .critical, .availability,
      "every instance of checkout is down (0 of 3 up) → critical"
    ) {
      $0.measures.instancesUp = 0
      $0.measures.instancesTotal = 3
    },
    Case(
      "traffic gone", .critical, .availability,
      "traffic of checkout collapsed to 0/s (normally 120/s) → critical"
    ) {
      $0.measures.requestRate = 0
      $0.measures.expectedRequestRate = 120
    },
    Case(
      "no success", .critical, .availability, "only 2 % of checkout requests succeed → critical"
    ) {
      $0.measures.requestRate = 100
      $0.measures.errorRate = 98
    },
    Case("data", .critical, .dataAtRisk, "BackupStale fires: data is at risk → critical") {
      $0.alert = "BackupStale"
      $0.service = "logo"
      $0.labels = ["impact": "data_loss"]
    },
    Case("breach", .critical, .security, "LoginFlood fires: security is at risk → critical") {
      $0.alert = "LoginFlood"
      $0.labels = ["impact": "security"]
    },
    Case(
      "far beyond the threshold", .high, .degradation,
      "error rate of logo is 40 %, 8 times its threshold 5 % → high"
    ) {
      $0.service = "logo"
      $0.measure.threshold = 0.05
    },
    Case(
      "cosmetic service", .low, .scope, "cosmetic service logo is broken → low"
    ) { $0.service = "logo" },
    Case("core service", .high, .scope, "core service checkout is broken → high") { _ in },
    Case(
      "time left", .medium, .capacity, "disk of search is exhausted in 20 min → medium"
    ) {
      $0.alert = "DiskNearExhaustion"
      $0.service = "search"
      $0.measure.exhaustedIn = 20 * 60_000
    },
    Case("time enough", .low, .capacity, "disk of search is exhausted in 3 h → low") {
      $0.alert = "DiskNearExhaustion"
      $0.service = "search"
      $0.measure.exhaustedIn = 3 * 3_600_000
    },
    Case("declared", .critical, .declared, "the rule QueueOdd says page → critical") {
      $0.alert = "QueueOdd"
      $0.service = "logo"
      $0.labels = ["severity": "page"]
    },
    Case(
      "declared, not borne out", .high, .declared,
      "the rule Odd says critical, which the measured impact does not bear out → high"
    ) {
      $0.alert = "Odd"
      $0.service = "logo"
      $0.labels = ["severity": "critical"]
      $0.measures.requestRate = 1000
      $0.measures.errorRate = 20
    },
    Case(
      "workaround", .medium, .workaround,
      "ErrorRateHigh says a workaround exists: one level less, high → medium"
    ) { $0.labels = ["workaround": "true"] },
    Case(
      "workaround against users", .high, .workaround,
      "ErrorRateHigh says a workaround exists: nothing comes off: the measured impact alone is high"
    ) {
      $0.labels = ["workaround": "true"]
      $0.measures.requestRate = 100
      $0.measures.errorRate = 20
    },
  ]

  @Test(arguments: cases)
  func grade(_ wanted: Case) {
    var firing = transition(
      .firing, wanted.alert, wanted.service, at: 0, value: wanted.value, labels: wanted.labels)
    firing.measure = wanted.measure
    let alert = AlertRecord(firing: firing, service: wanted.service)
    let grade = SeverityGrader(IncidentContext(catalogue: shop())).grade(
      SeverityGrader.Evidence(alerts: [alert], services: [(wanted.service, wanted.measures)]))
    #expect(grade.severity == wanted.severity, "\(grade.factors.map(\.because))")
    let factor = grade.factors.first { $0.factor == wanted.factor }
    #expect(factor?.because == wanted.because)
  }

  @Test func `the counterfactual names the next step of the ladder`() {
    var measures = ServiceMeasures()
    measures.requestRate = 1083
    measures.errorRate = 412
    let alert = AlertRecord(
      firing: transition(.firing, "ErrorRateHigh", "checkout", at: 0), service: "checkout")
    let grade = SeverityGrader(IncidentContext()).grade(
      SeverityGrader.Evidence(alerts: [alert], services: [("checkout", measures)]))
    let users = grade.factors.first { $0.factor == .usersAffected }
    #expect(users?.counterfactual == "critical from 50 % on; now 38 %")
    #expect(users?.isEstimate == true)
  }

  @Test func `five services in trouble are high, whatever their tier`() {
    let names = ["a", "b", "c", "d", "e"]
    let alerts = names.map {
      AlertRecord(firing: transition(.firing, "Odd", $0, at: 0), service: $0)
    }
    let grade = SeverityGrader(IncidentContext()).grade(
      SeverityGrader.Evidence(alerts: alerts, services: names.map { ($0, ServiceMeasures()) }))
    #expect(grade.severity == .high)
  }
}
