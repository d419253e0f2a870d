import Incidents
import Logging
import Model
import Rules
import Synchronization

@testable import Notifications

/// Minute `minute` of the tests' day, Thursday 2026-01-15.
func at(_ minute: Int64, seconds: Int64 = 0) -> Timestamp {
  Timestamp(milliseconds: 1_768_435_200_000 + minute * 60_000 + seconds * 1000)
}

/// An incident of one firing alert.
func incident(
  _ id: String = "i1", _ severity: Severity = .high, services: [String] = ["checkout"],
  labels: Labels = ["team": "payments"], at start: Timestamp = at(0)
) -> Incident {
  var incident = Incident(
    id: id, title: "checkout and api in trouble, probably because of orders-db",
    services: services, severity: severity, start: start, openedAt: start)
  let transition = AlertTransition(
    time: start, kind: .firing, group: "shop", alert: "ErrorRatioHigh",
    labels: labels.merging(["alertname": "ErrorRatioHigh"]),
    annotations: ["summary": "errors & more", "runbook_url": "https://wiki.example/errors"],
    value: 0.38, activeSince: start)
  incident.alerts = [AlertRecord(firing: transition, service: services.first)]
  incident.factors = [
    SeverityFactor(.scope, .medium, because: "minor service api is slow → medium"),
    SeverityFactor(
      .usersAffected, severity,
      because: "38 % of checkout users are affected → \(severity.rawValue)"),
  ]
  incident.suspects = [
    Suspect(
      .metric(service: "orders-db", metric: "db_connections"), rank: 1, score: 0.9,
      because: ["db_connections of orders-db rose from 40 to 100"])
  ]
  incident.nextSteps = [
    NextStep(
      .rollback, service: "checkout", text: "undo the deploy of checkout 3.9.0",
      commands: ["docker compose -f checkout-3.8.2.yml up -d"])
  ]
  return incident
}

/// A change of `incident` with events of the given kinds.
func change(
  _ incident: Incident, _ kinds: IncidentEvent.Kind..., at time: Timestamp
) -> IncidentChange {
  let kind: IncidentChange.Kind =
    kinds.contains(.opened)
    ? .opened
    : kinds.contains(.reopened)
      ? .reopened
      : kinds.contains(.resolved) ? .resolved : kinds.contains(.severity) ? .severity : .updated
  let first = Int(time.milliseconds % 100_000_000)
  return IncidentChange(
    kind: kind, time: time, incident: incident,
    events: kinds.enumerated().map { offset, kind in
      IncidentEvent(
        incident: incident.id, sequence: first + offset, time: time, kind: kind,
        text: "\(kind.rawValue) happened")
    })
}

/// A delivery of a notice of `stage` with the program's own words.
func delivery(
  _ stage: Stage = .opened, _ incident: Incident = incident(), key: String = "k1",
  links: [Notice.Link] = [.init(name: "incident", url: "https://tocsin.example/incidents/i1")]
) -> Delivery {
  let notice = Notice(
    stage: stage, time: at(5), incident: incident,
    news: change(incident, .severity, at: at(5)).events, previousSeverity: .medium, links: links)
  return Delivery(
    key: key, receiver: "on-call", notice: notice,
    message: MessageTemplates().message(for: notice, limit: 16_384), now: at(5))
}

/// Secrets by reference; changeable, as a rotation changes them.
final class SecretBox: Sendable {
  private let values: Mutex<[Secret.Reference: String]>

  init(_ values: [Secret.Reference: String] = [:]) {
    self.values = Mutex(values)
  }

  func set(_ reference: Secret.Reference, _ value: String) {
    values.withLock { $0[reference] = value }
  }

  var reader: SecretReader {
    { [self] reference throws(SecretError) in
      guard let value = values.withLock({ $0[reference] }) else {
        throw SecretError(.missing, reference)
      }
      return value
    }
  }
}

/// Keeps what is logged.
final class LogBook: Sendable {
  private let lines = Mutex<[String]>([])

  var text: String { lines.withLock { $0.joined(separator: "\n") } }

  var logger: Logger {
    Logger(label: "test") { _ in Handler(book: self) }
  }

  private struct Handler: LogHandler {
    let book: LogBook
    var metadata = Logger.Metadata()
    var logLevel = Logger.Level.trace

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
      get { metadata[key] }
      set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
      let fields = metadata.merging(event.metadata ?? [:]) { $1 }
      let line =
        "\(event.level) \(event.message) "
        + fields.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: " ")
      book.lines.withLock { $0.append(line) }
    }
  }
}
