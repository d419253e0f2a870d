import Model
import Rules
import Statistics
import Testing

@testable import Incidents

/// What a ranking must not depend on: the names of services, the unit of a metric, the order in
/// which series and services are given.
@Suite struct InvarianceTests {
  /// A tree of ten services, one of them at fault, whose callers suffer with it.
  struct Outage {
    var edges: [(caller: String, callee: String)] = []
    var histories: [MetricHistory] = []
    let culprit: String

    /// An outage made from `seed`, in latencies or in errors.
    init(seed: Int, signal: Signal, naming name: (Int) -> String, scale: Double = 1) {
      var random = SplitMix64(seed: UInt64(seed))
      var caller: [Int: Int] = [:]
      for service in 1..<10 {
        let parent = random.below(service)
        caller[service] = parent
        edges.append((name(parent), name(service)))
      }
      let fault = 1 + random.below(9)
      culprit = name(fault)
      var above: Set<Int> = []
      var at = fault
      while let parent = caller[at] {
        above.insert(parent)
        at = parent
      }
      for service in 0..<10 {
        let level = (0.02 + 0.03 * random.uniform()) * (service == 0 ? 5 : 1)
        let isHit = service == fault || above.contains(service)
        let rise = isHit ? 0.4 : 0.0
        let metric = signal == .latency ? "request_latency" : "request_errors"
        histories += [
          Self.history(metric, name(service), signal, level * scale, rise * scale, &random),
          Self.history("requests", name(service), .traffic, 100, 0, &random),
          Self.history("cpu_ratio", name(service), .saturation, 0.3, 0, &random),
        ]
      }
    }

    private static func history(
      _ metric: String, _ service: String, _ signal: Signal, _ level: Double, _ rise: Double,
      _ random: inout SplitMix64
    ) -> MetricHistory {
      func values(_ count: Int, _ offset: Double) -> [Double] {
        (0..<count).map { _ in level * (0.95 + 0.1 * random.uniform()) + offset }
      }
      return MetricHistory(
        service: service, metric: [Labels.metricName: metric, "service": service],
        signal: signal, before: values(90, 0), recent: values(4, 0),
        times: (0..<6).map { minute(Double($0)).milliseconds }, since: values(6, rise))
    }

    func ranked() -> [String] {
      RootCause.rank(histories, graph: ServiceGraph(edges: edges)).map(\.service)
    }
  }

  static func plain(_ service: Int) -> String { "service-\(service)" }
  static let seeds = Array(1...25)

  @Test(arguments: seeds, [Signal.latency, .errors])
  func `the service at fault comes first wherever it stands`(seed: Int, signal: Signal) {
    let outage = Outage(seed: seed, signal: signal, naming: Self.plain)
    #expect(outage.ranked().first == outage.culprit)
  }

  @Test(arguments: seeds, [Signal.latency, .errors])
  func `other names give the same ranking`(seed: Int, signal: Signal) {
    let names = ["zeta", "Auth", "db", "web", "m", "api", "cart", "pay-2", "q", "0"]
    let outage = Outage(seed: seed, signal: signal, naming: Self.plain)
    let renamed = Outage(seed: seed, signal: signal, naming: { names[$0] })
    let translated = outage.ranked().map { names[Int($0.dropFirst(8)) ?? 0] }
    #expect(renamed.ranked() == translated)
  }

  @Test(arguments: seeds)
  func `another unit gives the same ranking`(seed: Int) {
    let seconds = Outage(seed: seed, signal: .latency, naming: Self.plain).ranked()
    for scale in [1000.0, 1e6, 1.0 / 3600] {
      let scaled = Outage(seed: seed, signal: .latency, naming: Self.plain, scale: scale).ranked()
      #expect(scaled == seconds)
    }
  }

  @Test(arguments: seeds, [Signal.latency, .errors])
  func `another order gives the same ranking`(seed: Int, signal: Signal) {
    let outage = Outage(seed: seed, signal: signal, naming: Self.plain)
    var shuffled = outage
    var random = SplitMix64(seed: 77)
    shuffled.histories.shuffle(using: &random)
    shuffled.edges.shuffle(using: &random)
    #expect(shuffled.ranked() == outage.ranked())
  }
}
