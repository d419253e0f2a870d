import Foundation
import Incidents
import Model

@testable import Storage

/// A folder that goes away with the value.
final class Folder {
  let path: String

  init() throws {
    let name = "tocsin-storage-\(UUID().uuidString)"
    path = FileManager.default.temporaryDirectory.appendingPathComponent(name).path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func callAsFunction(_ name: String) -> String { "\(path)/\(name)" }

  var names: [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted()
  }
}

func minute(_ number: Int) -> Timestamp {
  Timestamp(milliseconds: 1_768_487_400_000 + Int64(number) * 60_000)
}

func makeIncident(
  _ id: String = "00000000000000a1", at number: Int = 0, severity: Severity = .high,
  services: [String] = ["checkout", "orders-db"]
) -> Incident {
  var incident = Incident(
    id: id, title: "checkout: error ratio 38 %", services: services, severity: severity,
    start: minute(number - 1), openedAt: minute(number))
  incident.events = [
    IncidentEvent(
      incident: id, sequence: 0, time: minute(number), kind: .opened, text: "opened",
      severity: severity)
  ]
  incident.timeline = [
    TimelineEntry(time: minute(number), kind: .symptom, text: "errors rose", service: "checkout")
  ]
  incident.factors = [
    SeverityFactor(.usersAffected, .high, because: "38 % of users", value: .infinity)
  ]
  incident.actionItems = [ActionItem(incident: id, text: "alert on the pool", isDraft: true)]
  return incident
}

func makeWindow(points: Int = 600) -> EvidenceWindow {
  let times = (0..<points).map { minute(0).milliseconds + Int64($0) * 15_000 }
  var window = EvidenceWindow(
    labels: ["__name__": "errors", "service": "checkout"], title: "Error ratio", unit: "ratio",
    service: "checkout", times: times,
    values: times.indices.map { $0 % 97 == 5 ? .nan : 0.004 + Double($0 % 7) / 1000 })
  window.upper = times.map { _ in 0.02 }
  window.threshold = 0.05
  return window
}

func makeBatch(_ incidents: [Incident] = [makeIncident()], asOf number: Int = 1) -> StoreBatch {
  var batch = StoreBatch(asOf: minute(number))
  batch.incidents = incidents
  batch.evidence = incidents.map {
    StoreBatch.Evidence(incident: $0.id, position: 0, window: makeWindow())
  }
  batch.changes = [
    ChangeEvent(time: minute(-5), service: "checkout", kind: "kubernetes", version: "v2")
  ]
  batch.outbox = [
    OutboxMessage(key: "k1", receiver: "on-call", createdAt: minute(number), body: "{}")
  ]
  batch.positions = [InputPosition(source: "a.prom", identity: "1:2", offset: 4096)]
  return batch
}

/// The schema version of this release.
let release = Schema.migrations.programVersion

/// A step as the next release would add it: expands only.
let expansion = Migration(
  version: release + 1, name: "expansion", oldestProgram: 1,
  up: [
    "ALTER TABLE incidents ADD COLUMN team TEXT",
    "CREATE TABLE extras (id TEXT PRIMARY KEY) STRICT",
  ],
  down: ["DROP TABLE extras", "ALTER TABLE incidents DROP COLUMN team"])

/// The step after it, which programs of this release do not understand any more.
let contraction = Migration(
  version: release + 2, name: "contraction", oldestProgram: release + 1,
  up: ["ALTER TABLE outbox RENAME COLUMN body TO payload"],
  down: ["ALTER TABLE outbox RENAME COLUMN payload TO body"])
