import Analysis
import Glibc
import Incidents
import Model
import Statistics
import Testing

/// One service as it is measured every half minute: load comes and goes with the day, neighbours
/// resemble each other, a few values are wild, failures are counted among finite requests.
private struct SimulatedService {
  let name: String
  private var chance: SplitMix64
  private let phase: Double
  private let memory: Double
  private let spread: Double
  private let latency: Double
  private let errors: Double
  private let requests: Double
  private var wander = (latency: 0.0, errors: 0.0, load: 0.0)
  private var step = 0

  init(_ name: String, seed: UInt64) {
    self.name = name
    var chance = SplitMix64(seed: seed)
    phase = chance.uniform(0, 2 * .pi)
    memory = chance.uniform(0.4, 0.8)
    spread = chance.uniform(0.03, 0.06)
    latency = chance.uniform(0.02, 0.8)
    errors = chance.uniform(0.001, 0.02)
    requests = chance.uniform(400, 6000)
    self.chance = chance
  }

  /// `count` values of each metric, with latency scaled and errors raised.
  mutating func record(
    _ count: Int, slowdown: Double = 1, moreErrors: Double = 0
  ) -> [ServiceMetric] {
    var metrics = [
      ("latency p50", Signal.latency, "seconds"), ("latency p95", .latency, "seconds"),
      ("requests error ratio", .errors, "ratio"), ("requests rate", .traffic, "/s"),
      ("cpu_ratio", .saturation, "ratio"),
    ].map { ServiceMetric(service: name, name: $0.0, signal: $0.1, unit: $0.2, expression: "") }
    for _ in 0..<count {
      let time = Int64(step) * 30_000
      let load = next(\.load, 0.05) * (1 + 0.4 * sin(phase + 2 * .pi * Double(step) / 2880))
      let slow = next(\.latency, spread) * pow(load, 0.15) * slowdown
      let wild = chance.uniform() < 0.01 ? 2.5 : 1
      let total = max(1, (requests * load).rounded())
      let share = min(1, errors * next(\.errors, 0.15) + moreErrors)
      let failed = total * share + (total * share * (1 - share)).squareRoot() * chance.normal()
      let values = [
        latency * slow, latency * slow * 2.4 * wild * (1 + 0.04 * chance.normal()),
        max(0, failed.rounded()) / total, total / 30, 0.2 + 0.3 * load,
      ]
      for (index, value) in values.enumerated() {
        metrics[index].times.append(time)
        metrics[index].values.append(value)
      }
      step += 1
    }
    return metrics
  }

  private mutating func next(
    _ path: WritableKeyPath<(latency: Double, errors: Double, load: Double), Double>,
    _ spread: Double
  ) -> Double {
    let fresh = (1 - memory * memory).squareRoot() * spread * chance.normal()
    wander[keyPath: path] = memory * wander[keyPath: path] + fresh
    return max(0.05, 1 + wander[keyPath: path])
  }
}

@Suite struct GateTests {
  /// A change of `checkout`, on which `web` and `app` depend; half an hour on both sides.
  private func gate(seed: UInt64, slowdown: Double = 1, moreErrors: Double = 0) -> Gate {
    var before: [ServiceMetric] = []
    var after: [ServiceMetric] = []
    for (index, name) in ["checkout", "web", "app"].enumerated() {
      var service = SimulatedService(name, seed: seed &* 31 &+ UInt64(index))
      before += service.record(60)
      let isChanged = index == 0
      after += service.record(
        60, slowdown: isChanged ? slowdown : 1, moreErrors: isChanged ? moreErrors : 0)
    }
    return Gate(service: "checkout", before: before, after: after)
  }

  private func rollbacks(_ body: (UInt64) -> Gate) -> (count: Int, missed: [UInt64]) {
    var count = 0
    var missed: [UInt64] = []
    for seed in 1...200 as ClosedRange<UInt64> {
      if body(seed).verdict == .rollback { count += 1 } else { missed.append(seed) }
    }
    return (count, missed)
  }

  @Test func `of 200 harmless changes at most 10 are rolled back`() {
    let found = rollbacks { gate(seed: $0) }
    #expect(found.count <= 10, "\(found.count) of 200 rolled back")
  }

  @Test func `of 200 changes that cost a fifth of the speed at least 190 are rolled back`() {
    let found = rollbacks { gate(seed: $0, slowdown: 1.2) }
    #expect(found.count >= 190, "\(found.count) of 200; missed seeds \(found.missed)")
  }

  @Test func `of 200 changes that fail one more request in a hundred at least 190 are rolled back`()
  {
    let found = rollbacks { gate(seed: $0, moreErrors: 0.01) }
    #expect(found.count >= 190, "\(found.count) of 200; missed seeds \(found.missed)")
  }

  @Test func `harmless changes are mostly promoted, and never worse is called better`() {
    var promoted = 0
    for seed in 1...50 as ClosedRange<UInt64> {
      let gate = gate(seed: seed)
      if gate.verdict == .promote { promoted += 1 }
    }
    #expect(promoted >= 40, "\(promoted) of 50")
    let faster = gate(seed: 7, slowdown: 0.7)
    #expect(faster.verdict == .promote)
    #expect(faster.metrics.contains { $0.judgement == .better })
  }

  @Test func `too little and nothing is held, with the reason`() throws {
    let nothing = Gate(service: "checkout", before: [], after: [])
    #expect(nothing.verdict == .hold && nothing.reasons[0].contains("nothing is measured"))
    var service = SimulatedService("checkout", seed: 3)
    let few = Gate(
      service: "checkout", before: service.record(60), after: service.record(5, slowdown: 3))
    #expect(few.verdict == .hold)
    #expect(few.reasons[0].contains("at most 5 values"), "\(few.reasons)")
    #expect(few.metrics.allSatisfy { $0.judgement == .unknown })
  }

  @Test func `a dependant that suffers is a reason, in words with numbers`() throws {
    var checkout = SimulatedService("checkout", seed: 5)
    var web = SimulatedService("web", seed: 6)
    let gate = Gate(
      service: "checkout", before: checkout.record(60) + web.record(60),
      after: checkout.record(60) + web.record(60, moreErrors: 0.05))
    #expect(gate.verdict == .rollback)
    let reason = try #require(gate.reasons.first)
    #expect(reason.hasPrefix("web: requests error ratio rose by "), "\(reason)")
    #expect(gate.jsonLine().contains("\"verdict\":\"rollback\""))
  }
}
