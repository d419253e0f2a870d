import Foundation
import Statistics
import Testing

/// For every kind of change: a deploy that is the cause is suspected first and the way back is the right
/// one; the same deploy before a trouble that comes from elsewhere is not.
@Suite struct ChangeCauseTests {
  struct Kind: CustomTestStringConvertible {
    var kind: String
    var service: String
    var version: String
    var previous: String
    /// What undoes it.
    var rollback: String

    var testDescription: String { kind }
  }

  static let kinds = [
    Kind(
      kind: "vercel", service: "web", version: "dpl_new", previous: "dpl_old",
      rollback: "vercel rollback dpl_old"),
    Kind(
      kind: "docker-compose", service: "checkout", version: "3.9.0", previous: "3.8.2",
      rollback: "TAG=3.8.2 docker compose up -d --no-deps checkout"),
    Kind(
      kind: "docker-compose", service: "checkout", version: "compose.v2.yml",
      previous: "compose.v1.yml", rollback: "docker compose -f compose.v1.yml up -d"),
    Kind(
      kind: "blue-green", service: "checkout", version: "green", previous: "blue",
      rollback: "ln -sfn /etc/nginx/upstreams/blue.conf /etc/nginx/upstreams/active.conf"),
    Kind(
      kind: "kubernetes", service: "auth", version: "v12", previous: "v11",
      rollback: "kubectl rollout undo deployment/auth"),
    Kind(
      kind: "prisma", service: "orders-db", version: "20260115_split_name",
      previous: "20260101_init",
      rollback: "npx prisma migrate resolve --rolled-back 20260115_split_name"),
    Kind(
      kind: "sql-migration", service: "orders-db", version: "V7__drop_index", previous: "V6__more",
      rollback:
        "psql \"$DATABASE_URL\" --single-transaction -f <down script of V7__drop_index>"),
    Kind(
      kind: "feature-flag", service: "checkout", version: "new-prices", previous: "off",
      rollback: "<flag tool> set new-prices off"),
    Kind(
      kind: "config", service: "auth", version: "4f2a91c", previous: "77be012",
      rollback: "git revert --no-edit 4f2a91c"),
  ]

  /// Where the trouble comes from when it is not the changed service.
  private static func bystander(of service: String) -> String {
    service == "auth" ? "orders-db" : service == "orders-db" ? "auth" : "orders-db"
  }

  @Test(arguments: kinds, [1, 2])
  func theCauseIsSuspectedFirstAndUndoneRightly(_ kind: Kind, _ seed: UInt64) throws {
    let incident = try incident(kind, sick: kind.service, seed: seed)
    let first = try #require(incident["suspects"].items.first)
    #expect(first["change"]["kind"].string == kind.kind, "\(incident["suspects"])")
    #expect(first["change"]["service"].string == kind.service)
    let steps = incident["next_steps"].items
    #expect(steps.first?["kind"].string == "rollback", "\(steps)")
    #expect(steps.first?["commands"].items.contains(.string(kind.rollback)) == true, "\(steps)")
  }

  @Test(arguments: kinds, [1, 2])
  func aBystanderIsNotSuspectedFirst(_ kind: Kind, _ seed: UInt64) throws {
    let sick = Self.bystander(of: kind.service)
    let incident = try incident(kind, sick: sick, seed: seed)
    let first = try #require(incident["suspects"].items.first)
    #expect(first["change"]["kind"].string == nil, "\(incident["suspects"])")
    #expect(first["service"].string == sick)
  }

  /// The last view, while it went on, of the incident that a change and a trouble of `sick` made.
  private func incident(_ kind: Kind, sick: String, seed: UInt64) throws -> JSON {
    let folder = try ScratchFolder()
    var shop = Shop(seed: seed)
    try folder.write("metrics.prom", shop.recording(sick: sick))
    let change = """
      {"ts":\(Shop.start + Shop.changeAt),"change":{"service":"\(kind.service)",\
      "kind":"\(kind.kind)","version":"\(kind.version)","previous_version":"\(kind.previous)"}}

      """
    try folder.write("changes.jsonl", change)
    try folder.write("rules.yml", Shop.rules)
    try folder.write("services.yaml", Shop.catalogue)
    let outcome = try tocsin(
      "replay", "metrics.prom", "changes.jsonl", "--rules", "rules.yml", "--rules",
      "services.yaml", "--output", "json", in: folder)
    #expect(outcome.status == 0, "\(outcome)")
    let views = try outcome.events.filter { $0["event"].string?.hasPrefix("incident.") == true }
    return try #require(views.last { !$0["next_steps"].items.isEmpty }, "\(outcome)")
  }
}

/// A shop of four services for an hour and a half; one of them falls ill.
struct Shop {
  /// Epoch seconds: 2026-01-15T13:00:00Z.
  static let start = 1_768_482_000
  /// When the change is made and when the trouble begins, in seconds after the start.
  static let changeAt = 3600
  static let troubleAt = 3720
  private static let length = 4800

  private var random: SplitMix64

  init(seed: UInt64) { random = SplitMix64(seed: seed) }

  static let catalogue = """
    services:
      web: {tier: core, match: {service: web}, depends_on: [checkout, auth]}
      checkout: {tier: core, match: {service: checkout}, depends_on: [orders-db]}
      auth: {tier: core, match: {service: auth}}
      orders-db: {tier: core, match: {service: orders-db}}

    """

  static let rules = """
    groups:
      - name: shop
        rules:
          - alert: ErrorRatioHigh
            expr: |
              sum by (service) (rate(http_requests_total{code="500"}[1m]))
                / sum by (service) (rate(http_requests_total[1m])) > 0.1
            for: 30s
          - alert: LatencyHigh
            expr: |
              sum by (service) (rate(http_request_duration_seconds_sum[1m]))
                / sum by (service) (rate(http_request_duration_seconds_count[1m])) > 0.8
            for: 30s

    """

  private mutating func noise() -> Double { random.uniform(-0.5, 0.5) }

  /// Services that suffer when `sick` does.
  private static func suffers(_ service: String, of sick: String) -> Double {
    let callers = [
      "orders-db": ["checkout": 0.8, "web": 0.5], "checkout": ["web": 0.7],
      "auth": ["web": 0.7],
    ]
    return service == sick ? 1 : callers[sick]?[service] ?? 0
  }

  /// The samples in Prometheus text.
  mutating func recording(sick: String) -> String {
    var out = ""
    let services = ["web", "checkout", "auth", "orders-db"]
    var good = [String: Double](), bad = [String: Double](), spent = [String: Double]()
    for second in stride(from: 0, through: Self.length, by: 15) {
      let time = (Self.start + second) * 1000
      let isIll = second >= Self.troubleAt && second < Self.troubleAt + 600
      // Trouble grows for two minutes.
      let grown = isIll ? min(1, Double(second - Self.troubleAt + 15) / 120) : 0
      for (place, service) in services.enumerated() {
        let effect = grown * Self.suffers(service, of: sick)
        let requests = 15 * (80 - 10 * Double(place)) * (1 + 0.1 * noise())
        let failing = 0.003 + 0.3 * effect
        bad[service, default: 0] += (requests * failing * (1 + 0.2 * noise())).rounded()
        good[service, default: 0] += (requests * (1 - failing)).rounded()
        spent[service, default: 0] += requests * (0.12 + 1.4 * effect) * (1 + 0.1 * noise())
        let cpu = 0.35 + 0.04 * noise() + (service == sick ? 0.5 * grown : 0)
        out += """
          http_requests_total{service="\(service)",code="200"} \(good[service] ?? 0) \(time)
          http_requests_total{service="\(service)",code="500"} \(bad[service] ?? 0) \(time)
          http_request_duration_seconds_sum{service="\(service)"} \(spent[service] ?? 0) \(time)
          http_request_duration_seconds_count{service="\(service)"} \
          \((good[service] ?? 0) + (bad[service] ?? 0)) \(time)
          cpu_utilization_ratio{service="\(service)"} \(cpu) \(time)

          """
      }
    }
    return out
  }
}
