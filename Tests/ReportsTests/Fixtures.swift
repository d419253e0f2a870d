import Glibc
import Incidents
import Model

/// A moment of the day of the fixtures: 2026-01-15, `hour:minute:second` UTC.
func at(_ hour: Int, _ minute: Int, _ second: Int = 0) -> Timestamp {
  let midnight: Int64 = 1_768_435_200_000
  return Timestamp(milliseconds: midnight + Int64(hour * 3600 + minute * 60 + second) * 1000)
}

/// The outage of a shop: the pool of its database runs full, checkout fails, scaling helps.
enum Shop {
  static let deploy = ChangeEvent(
    time: at(14, 12), service: "checkout", kind: "kubernetes", version: "v2.14.0",
    previousVersion: "v2.13.2")

  static func window(
    _ title: String, _ name: String, unit: String, service: String, threshold: Double?,
    normal: Double, worst: Double, from onset: Int, to end: Int
  ) -> EvidenceWindow {
    let times = stride(from: at(13, 40).milliseconds, through: at(15, 0).milliseconds, by: 15_000)
    var seed: UInt64 = 7
    let values = times.map { time -> Double in
      seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let noise = Double(seed >> 40) / Double(1 << 24) - 0.5
      let minute = Double(time - at(14, 0).milliseconds) / 60_000
      let rise = 1 / (1 + exp(-(minute - Double(onset) - 1.5) * 2))
      let fall = 1 / (1 + exp((minute - Double(end) + 1.5) * 2))
      return normal * (1 + 0.4 * noise) + (worst - normal) * rise * fall * (1 + 0.06 * noise)
    }
    var window = EvidenceWindow(
      labels: ["__name__": name, "service": service], title: title, unit: unit, service: service,
      times: Array(times), values: values)
    window.expected = times.map { _ in normal }
    window.lower = times.map { _ in max(0, normal * 0.5) }
    window.upper = times.map { _ in normal * 1.6 }
    window.threshold = threshold
    return window
  }

  static var incident: Incident {
    var incident = Incident(
      id: "5e1c0ffee0ddba11", title: "checkout: error ratio 38 %, probable cause orders-db",
      services: ["orders-db", "checkout"], severity: .high, start: at(14, 30), openedAt: at(14, 31))
    incident.peakSeverity = .critical
    incident.state = .resolved
    incident.ending = .verified
    incident.end = at(14, 45)
    incident.acknowledgedAt = at(14, 33, 20)
    incident.acknowledgedBy = "ada"
    incident.events = [
      IncidentEvent(
        incident: incident.id, sequence: 0, time: at(14, 31), kind: .opened, text: "opened",
        severity: .high)
    ]
    incident.factors = [
      SeverityFactor(
        .usersAffected, .high, because: "38 % of checkout requests failed (412 of 1 083/s)",
        value: 0.38, isEstimate: true, counterfactual: "critical from 50 % on; now 38 %"),
      SeverityFactor(
        .degradation, .high, because: "error ratio of checkout 38 %, normal 0.4 %", value: 0.38),
      SeverityFactor(.scope, .high, because: "core service checkout is broken"),
      SeverityFactor(
        .capacity, .medium, because: "connection pool of orders-db at 100 %", value: 1),
      SeverityFactor(.declared, .critical, because: "rule DatabaseDown says critical"),
    ]
    incident.timeline = [
      TimelineEntry(
        time: at(14, 12), kind: .change, text: "change: kubernetes checkout v2.13.2 → v2.14.0",
        service: "checkout"),
      TimelineEntry(
        time: at(14, 30), kind: .symptom,
        text: "error ratio of checkout rose to 38 % (baseline 0.4 %)", service: "checkout"),
      TimelineEntry(time: at(14, 31), kind: .state, text: "incident opened, severity high"),
      TimelineEntry(
        time: at(14, 33, 20), kind: .state, text: "ada took the incident"),
      TimelineEntry(
        time: at(14, 35), kind: .symptom, text: "CPU of orders-db crossed 80 %",
        service: "orders-db"),
      TimelineEntry(
        time: at(14, 37), kind: .change, text: "change: database scaled t3.medium → t3.large",
        service: "orders-db"),
      TimelineEntry(
        time: at(14, 40), kind: .recovery, text: "error ratio of checkout back in its band",
        service: "checkout"),
      TimelineEntry(time: at(14, 45), kind: .state, text: "resolved: verified for 5 min"),
    ]
    incident.suspects = [
      Suspect(
        .metric(service: "orders-db", metric: "db_connection_pool_in_use"), rank: 1, score: 0.83,
        because: [
          "left its range 40 s before checkout did", "checkout depends on orders-db",
        ]),
      Suspect(
        .change(deploy), rank: 2, score: 0.41, because: ["18 min before the start", "same service"]),
    ]
    incident.nextSteps = [
      NextStep(
        .rollback, service: "checkout", text: "go back to v2.13.2, the version before the start",
        commands: [
          "kubectl rollout undo deployment/checkout", "kubectl rollout status deployment/checkout",
        ]),
      NextStep(.scale, service: "orders-db", text: "its connection pool is full"),
    ]
    incident.actionItems = [
      ActionItem(
        incident: incident.id, text: "Alert when the connection pool is above 70 %",
        owner: "payments-team", due: at(24, 0), state: .done),
      ActionItem(
        incident: incident.id, text: "Load-test checkout at twice the peak", isDraft: true),
      ActionItem(incident: incident.id, text: "Cache the price list", state: .dropped),
    ]
    return incident
  }

  static var report: Report {
    var report = Report(of: incident, at: at(15, 0))
    report.summary = [
      Report.Passage(
        "The connection pool of orders-db ran full at 14:30; from then on 38 % of checkout requests "
          + "failed. Scaling the database at 14:37 ended it.")
    ]
    report.impact.usersAffected = Report.Passage(
      "38 % of users (estimated from failed requests)")
    report.impact.services = [
      Report.ServiceImpact(
        service: "orders-db", tier: "core", text: "connection pool at 100 %, CPU at 100 %"),
      Report.ServiceImpact(service: "checkout", tier: "core", text: "error ratio up to 38 %"),
    ]
    report.impact.dataImpact = Report.Passage("No sign of data loss.", isDraft: true)
    report.rootCause.passages = [
      Report.Passage(
        "orders-db ran out of connections under the load of the sale; checkout, which depends on it, "
          + "failed 40 s later.", isDraft: true)
    ]
    report.rootCause.suspects = incident.suspects
    report.rootCause.deviations = [
      Deviation(
        service: "orders-db", metric: ["__name__": "db_connection_pool_in_use"],
        onset: at(14, 29, 20), strength: 21, channel: "levelShift", direction: .above,
        expected: 34, observed: 100),
      Deviation(
        service: "checkout",
        metric: ["__name__": "http_requests_total", "service": "checkout", "code": "500"],
        onset: at(14, 30), strength: 64, channel: "spike", direction: .above, expected: 4.2,
        observed: 412),
    ]
    report.rootCause.stayedNormal = ["traffic of checkout", "latency and errors of auth"]
    report.resolution = [
      Report.Passage(
        "orders-db was scaled from t3.medium to t3.large at 14:37. The error ratio was back in its "
          + "band at 14:40 and stayed there for 5 min.")
    ]
    report.prevention = [
      Report.Prevention(
        because: "the connection pool peaked at 100 % and no rule watched it",
        proposal: "alert when it is above 70 %",
        rule: """
          groups:
            - name: proposed
              rules:
                - alert: ConnectionPoolNearExhaustion
                  expr: db_connection_pool_in_use / db_connection_pool_size > 0.70
                  for: 1m

          """)
    ]
    report.charts = charts
    return report
  }

  /// The same at 14:36, before it was scaled.
  static var ongoing: Report {
    var report = report
    report.state = .acknowledged
    report.ending = nil
    report.end = nil
    report.currentSeverity = .high
    report.duration = at(14, 36) - at(14, 30)
    report.madeAt = at(14, 36)
    report.nextSteps = incident.nextSteps
    report.resolution = []
    report.timeline.removeAll { $0.time > at(14, 36) }
    report.charts = charts.map { chart in
      let count = chart.window.times.prefix { $0 <= at(14, 36).milliseconds }.count
      var chart = chart
      chart.window.times.removeSubrange(count...)
      chart.window.values.removeSubrange(count...)
      chart.window.expected?.removeSubrange(count...)
      chart.window.lower?.removeSubrange(count...)
      chart.window.upper?.removeSubrange(count...)
      chart.alerts = chart.alerts.map { Report.Span(name: $0.name, start: $0.start, end: nil) }
      return chart
    }
    return report
  }

  static var charts: [Report.Chart] {
    let scaling = Report.Mark(name: "scale t3.medium → t3.large", time: at(14, 37))
    let rollout = Report.Mark(name: "kubernetes v2.14.0", time: at(14, 12))
    var errors = window(
      "Error ratio of checkout", "errors", unit: "ratio", service: "checkout", threshold: 0.05,
      normal: 0.004, worst: 0.38, from: 29, to: 41)
    for index in 40..<56 { errors.values[index] = .nan }
    return [
      Report.Chart(
        window: errors,
        alerts: [Report.Span(name: "ErrorRateHigh", start: at(14, 31), end: at(14, 41))],
        changes: [rollout, scaling]),
      Report.Chart(
        window: window(
          "Connections in use", "db_connection_pool_in_use", unit: "connections",
          service: "orders-db", threshold: 70, normal: 34, worst: 100, from: 28, to: 40),
        alerts: [Report.Span(name: "PoolExhausted", start: at(14, 30, 30), end: at(14, 39))],
        changes: [scaling]),
      Report.Chart(
        window: window(
          "95th percentile of latency", "latency", unit: "seconds", service: "checkout",
          threshold: nil, normal: 0.18, worst: 2.4, from: 29, to: 41),
        changes: [rollout, scaling]),
    ]
  }

  /// Every text of the report hostile.
  static func hostile(_ text: String) -> Report {
    var report = report
    report.title = text
    report.incident = text
    report.predecessor = text
    report.summary = [Report.Passage(text)]
    report.factors = [SeverityFactor(.scope, .low, because: text, counterfactual: text)]
    report.impact.usersAffected = Report.Passage(text)
    report.impact.dataImpact = Report.Passage(text)
    report.impact.services = [Report.ServiceImpact(service: text, tier: text, text: text)]
    report.timeline = [TimelineEntry(time: at(1, 0), kind: .note, text: text)]
    report.rootCause.passages = [Report.Passage(text)]
    report.rootCause.suspects = [
      Suspect(.metric(service: text, metric: text), rank: 1, score: .nan, because: [text])
    ]
    report.rootCause.deviations = [
      Deviation(
        service: text, metric: ["__name__": text, text: text], onset: at(1, 0), strength: 1,
        channel: text, direction: .above, expected: .nan, observed: .infinity)
    ]
    report.rootCause.stayedNormal = [text]
    report.resolution = [Report.Passage(text)]
    report.nextSteps = [NextStep(.hotfix, service: text, text: text, commands: [text])]
    report.prevention = [Report.Prevention(because: text, proposal: text, rule: text)]
    report.actionItems = [ActionItem(incident: text, text: text, owner: text)]
    var window = EvidenceWindow(
      labels: [:], title: text, unit: text, service: text, times: [.min, 0, .max],
      values: [.nan, .infinity, -1e308])
    window.threshold = .nan
    report.charts = [
      Report.Chart(
        window: window, alerts: [Report.Span(name: text, start: at(0, 0), end: nil)],
        changes: [Report.Mark(name: text, time: at(0, 0))])
    ]
    return report
  }
}
