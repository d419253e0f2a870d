import Model
import Testing

@testable import Incidents

@Suite struct IncidentStatisticsTests {
  /// An incident that began at `start`, fired a minute later; lengths in minutes after that.
  static func incident(
    _ id: String, _ severity: Severity = .high, services: [String] = ["db"], at start: Double = 0,
    taken: Double? = nil, end: Double? = nil, ending: IncidentEnding = .verified,
    due: Double? = 60
  ) -> Incident {
    let opened = minute(start + 1)
    var incident = Incident(
      id: id, title: id, services: services, severity: severity, start: minute(start),
      openedAt: opened)
    incident.acknowledgedAt = taken.map { minute(start + 1 + $0) }
    incident.respondBy = due.map { minute(start + 1 + $0) }
    if let end {
      incident.end = minute(start + 1 + end)
      incident.state = .resolved
      incident.ending = ending
    }
    return incident
  }

  @Test func `no incidents have no lengths`() {
    let statistics = IncidentStatistics(of: [], since: nil, until: minute(0))
    #expect(statistics.total.incidents == 0 && statistics.total.timeToResolve == nil)
    #expect(statistics.bySeverity.isEmpty && statistics.byService.isEmpty)
    #expect(statistics.json.contains(#""by_service":[]"#))
  }

  @Test func `means, medians and the ninth tenth`() throws {
    let incidents = (1...10).map {
      Self.incident("\($0)", taken: Double($0), end: Double($0 * 10))
    }
    let row = IncidentStatistics(of: incidents, since: nil, until: minute(200)).total
    #expect(row.timeToDetect?.count == 10 && row.timeToDetect?.mean == 60_000)
    let taken = try #require(row.timeToAcknowledge)
    #expect(taken.mean == 330_000 && taken.median == 300_000 && taken.ninetieth == 540_000)
    let resolved = try #require(row.timeToResolve)
    #expect(resolved.mean == 3_300_000 && resolved.ninetieth == 5_400_000)
    #expect(row.acknowledgedInTime == 10 && row.acknowledgementDue == 10)
  }

  @Test func `what is not known does not count`() {
    var merged = Self.incident("m", end: 5)
    merged.mergedInto = "a"
    let incidents = [
      Self.incident("ongoing"), Self.incident("vanished", end: 9, ending: .vanished), merged,
      Self.incident("late hand", taken: 30, end: 20),
    ]
    let row = IncidentStatistics(of: incidents, since: nil, until: minute(30)).total
    #expect(row.incidents == 3 && row.ongoing == 1 && row.vanished == 1)
    #expect(row.timeToResolve?.count == 1 && row.timeToAcknowledge == nil)
    // Nobody had to take any of them yet.
    #expect(row.acknowledgementDue == 0)
  }

  @Test(arguments: [
    (0.0, 4.0, 1), (0, 6, 0), (60, 59, 1), (60, 61, 0),
  ])
  func `a target is met or not`(due: Double, taken: Double, inTime: Int) {
    let incident = Self.incident("a", taken: taken, end: 100, due: due)
    let row = IncidentStatistics(of: [incident], since: nil, until: minute(300)).total
    #expect(row.acknowledgementDue == 1 && row.acknowledgedInTime == inTime)
  }

  @Test func `groups are by peak, worst first, and by service, most first`() {
    let incidents = [
      Self.incident("a", .medium, services: ["db", "api"], end: 5),
      Self.incident("b", .critical, services: ["db"], end: 5),
      Self.incident("c", .critical, services: ["web"], at: 100, end: 5),
    ]
    let statistics = IncidentStatistics(of: incidents, since: minute(0), until: minute(90))
    #expect(statistics.bySeverity.map(\.name) == ["critical", "medium"])
    #expect(statistics.byService.map(\.name) == ["db", "api"])
    #expect(statistics.byService.map(\.incidents) == [2, 1])
    #expect(statistics.total.incidents == 2)
  }
}
