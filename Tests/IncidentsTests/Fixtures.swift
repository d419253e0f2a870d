import Incidents
import Model
import Rules

/// 2026-01-15T14:30:00Z plus minutes: the time of the tests.
func minute(_ minutes: Double) -> Timestamp {
  Timestamp(milliseconds: 1_768_487_400_000 + Int64(minutes * 60_000))
}

/// A shop: checkout calls api, api calls db; search stands apart.
func shop() -> Catalogue {
  func service(
    _ name: String, _ tier: Catalogue.Tier, dependsOn: [String] = [], kind: String? = nil
  ) -> Catalogue.Service {
    var service = Catalogue.Service(name: name)
    service.tier = tier
    service.dependsOn = dependsOn
    service.changeKind = kind
    service.owner = "team-\(name)"
    return service
  }
  return Catalogue(services: [
    service("checkout", .core, dependsOn: ["api"], kind: "kubernetes"),
    service("api", .core, dependsOn: ["db"], kind: "docker-compose"),
    service("db", .core), service("search", .minor), service("logo", .cosmetic),
  ])
}

/// A transition of an alert of `service` at minute `at`.
func transition(
  _ kind: AlertTransition.Kind, _ alert: String, _ service: String?, at: Double,
  since: Double? = nil, value: Double = 1, ending: AlertTransition.Ending? = nil,
  labels: [String: String] = [:], measure: (inout AlertTransition.Measure) -> Void = { _ in }
) -> AlertTransition {
  var all = Labels(labels)
  all["alertname"] = alert
  all["service"] = service
  var evidence = AlertTransition.Measure()
  measure(&evidence)
  return AlertTransition(
    time: minute(at), kind: kind, ending: kind == .resolved ? ending ?? .cleared : nil,
    group: "g", alert: alert, labels: all, value: value, activeSince: minute(since ?? at),
    measure: evidence)
}

/// Measurements that a test writes down.
struct Script: MeasurementSource {
  var services: [String: ServiceMeasures] = [:]
  /// By the alert's name; a reading is given from its minute on.
  var readings: [String: [(from: Double, reading: AlertReading?)]] = [:]
  var evidence: [EvidenceWindow] = []

  func measures(of service: String, at tick: Timestamp) -> ServiceMeasures {
    services[service] ?? ServiceMeasures()
  }

  func reading(of alert: AlertRecord, at tick: Timestamp) -> AlertReading? {
    readings[alert.alert]?.last { minute($0.from) <= tick }?.reading
  }

  func hasPast(of services: [String], before cut: Timestamp) -> Bool {
    evidence.contains { window in
      services.contains(window.service ?? "")
        && window.times.contains { $0 < cut.milliseconds }
    }
  }

  func windows(
    of services: [String], from start: Timestamp, to end: Timestamp
  ) -> [EvidenceWindow] {
    evidence.filter { services.contains($0.service ?? "") }
  }
}

/// A book with its context, driven minute by minute.
struct Bench {
  var book = IncidentBook()
  var context: IncidentContext
  var source = Script()
  var log: [IncidentChange] = []

  init(
    catalogue: Catalogue = shop(), settings: (inout IncidentSettings) -> Void = { _ in }
  ) {
    var values = IncidentSettings()
    settings(&values)
    context = IncidentContext(catalogue: catalogue, settings: values)
  }

  /// Applies transitions at their own time, then moves on to that time.
  @discardableResult
  mutating func step(_ at: Double, _ transitions: [AlertTransition] = []) -> [IncidentChange] {
    let changes =
      book.apply(transitions, at: minute(at), context: context, measuring: source)
      + book.advance(to: minute(at), context: context, measuring: source)
    log += changes
    return changes
  }

  /// Ticks every half minute.
  mutating func run(from: Double, to: Double) {
    for half in Int(from * 2)...Int(to * 2) { step(Double(half) / 2) }
  }

  mutating func change(
    _ service: String, _ kind: String, at: Double, version: String? = "v2",
    previous: String? = "v1"
  ) {
    log += book.apply(
      change: ChangeEvent(
        time: minute(at), service: service, kind: kind, version: version,
        previousVersion: previous), at: minute(at), context: context)
  }

  /// Open and watched incidents, by opening.
  var incidents: [Incident] {
    (book.openIncidents + book.watchedIncidents).sorted { $0.openedAt < $1.openedAt }
  }
}

/// A window of one value a minute from -30 to `to`: `before` until minute 0, then `since`.
func window(
  _ metric: String, of service: String, before: Double, since: Double, from onset: Double = 0,
  to end: Int = 10, noise: Double = 0.02
) -> EvidenceWindow {
  var labels: Labels = ["service": service]
  labels[Labels.metricName] = metric
  let minutes = Array(-30...end)
  return EvidenceWindow(
    labels: labels, title: "\(metric) of \(service)", service: service,
    times: minutes.map { minute(Double($0)).milliseconds },
    values: minutes.map { position in
      let wobble = 1 + noise * Double((position * 7 % 5 + 5) % 5 - 2) / 2
      return (Double(position) >= onset ? since : before) * wobble
    })
}
