import Glibc
public import Model

/// Ranks services as the cause of a trouble, from their metrics and who calls whom.
///
/// A service is suspect as far as it moved for the worse *beyond what the services it calls
/// explain*. Latency and failures travel from callee to caller, so of a caller's shift only what is
/// left after its callees' shifts, weighted by traffic, is its own; and a shift weighs as much as
/// it costs, by how many requests it hits. A resource that runs short does not travel and counts in
/// full. Time lost on the way to a service, which its callers see and it does not, is held against
/// the service called. When nothing moves clearly the answer is empty: no cause stands out.
public enum RootCause {
  /// A service with the case against it.
  public struct Candidate: Hashable, Sendable {
    /// The service.
    public var service: String
    /// The metric that speaks most against it.
    public var metric: Labels
    /// How strong the case is, 0...1: its share of all the evidence.
    public var score: Double
    /// How much evidence there is, whatever speaks against others: natural logarithms of rarity, so
    /// that 1 is a shift of about twice the usual scatter that is felt in full.
    public var evidence: Double
    /// When its first metric left its range.
    public var onset: Timestamp
    /// The reasons, strongest first.
    public var because: [String]
  }

  /// Where a trouble is felt, and as what.
  public struct Symptom: Hashable, Sendable {
    /// The service whose users feel it.
    public var service: String
    /// What they feel; nil when it is not known.
    public var signal: Signal?

    /// A symptom at a service.
    public init(service: String, signal: Signal? = nil) {
      self.service = service
      self.signal = signal
    }
  }

  /// From this strength on a shift supports a case or explains another one.
  static let supportMin = 2.0
  /// From this strength on a shift is beyond doubt.
  static let certainMin = 5.0
  /// A case below this much evidence is no more than normal operation brings about now and then.
  public static let evidenceMin = 1.0
  /// What a shift weighs that is not of the symptom's kind: slowness among failures, or failures
  /// among slowness.
  static let otherKind = 0.3
  /// What is left of a caller's shift when a callee is sick in a way that cannot be compared.
  static let leftOver = 0.3
  /// Shifts that cost less than this share of all that users wait for are felt by nobody.
  static let feltMin = 0.01
  /// A shift that costs this share of all that users wait for weighs in full.
  static let feltFully = 0.02
  /// A callee adds at least what was measured of it: retries, queues and repeated calls add more.
  static let explainedWeight = 2.0

  /// The services that may be the cause, most probable first; empty when none stands out.
  ///
  /// `symptom` says where the trouble is felt, if it is known: only services that it depends on can
  /// then be the cause, and what is of its kind weighs most. Cases that all stay below
  /// `evidenceMin` name nothing.
  public static func rank(
    _ histories: [MetricHistory], graph: ServiceGraph, symptom: Symptom? = nil,
    evidenceMin: Double = RootCause.evidenceMin
  ) -> [Candidate] {
    let system = SystemCase(histories, graph: graph, symptom: symptom)
    var candidates: [Candidate] = []
    for service in system.services {
      if let candidate = system.candidate(service) { candidates.append(candidate) }
    }
    guard system.isFelt, candidates.contains(where: { $0.score >= evidenceMin }) else { return [] }
    let total = candidates.reduce(0) { $0 + $1.score }
    for index in candidates.indices { candidates[index].score /= total }
    func depth(_ service: String) -> Int {
      candidates.count { graph.distance(from: service, to: $0.service) != nil }
    }
    return candidates.sorted {
      (-$0.score, $0.onset, depth($0.service), $0.service)
        < (-$1.score, $1.onset, depth($1.service), $1.service)
    }
  }
}

/// All the shifts of a system, service by service, with what they explain of each other.
private struct SystemCase {
  let graph: ServiceGraph
  /// The services that can be the cause, sorted.
  let services: [String]
  private var cases: [String: ServiceCase]
  /// What each service's own shifts cost, by signal.
  private var costs: [String: [Signal: Double]] = [:]
  /// What the costs of a signal are measured against: the largest of them, and at least the share
  /// of the whole load that users would feel.
  private var scale: [Signal: Double] = [:]
  /// True when something that travels moved so much that users may feel it.
  private(set) var isFelt = false
  /// What the users feel; nil when it is not known.
  private let symptom: Signal?
  /// How clear the symptom itself is, from a half to 1; 1 when it is not known.
  private var clarity = 1.0

  init(_ histories: [MetricHistory], graph: ServiceGraph, symptom: RootCause.Symptom?) {
    self.graph = graph
    self.symptom = symptom?.signal
    let members = Dictionary(grouping: histories.indices) { histories[$0].service }
    cases = members.mapValues { ServiceCase(histories, at: $0) }
    let place = symptom.flatMap { graph.contains($0.service) ? $0.service : nil }
    services = cases.keys.sorted().filter { service in
      place.map { graph.distance(from: $0, to: service) != nil } ?? true
    }
    for signal in Signal.allCases where signal.travels {
      let load = services.compactMap { cases[$0]?.load[signal] }.max() ?? 0
      let own = services.map { cost(of: signal, at: $0) }
      for (service, cost) in zip(services, own) { costs[service, default: [:]][signal] = cost }
      let largest = own.max() ?? 0
      scale[signal] = max(largest, RootCause.feltFully * load)
      if largest > 0, largest >= RootCause.feltMin * load { isFelt = true }
    }
    if let symptom, let signal = symptom.signal, let place = cases[symptom.service] {
      let kin = place.shifts.filter { $0.history.signal.isKin(of: signal) }
      let strength = kin.map(\.strength).max() ?? 0
      clarity = min(1, 0.5 + 0.5 * strength / RootCause.supportMin)
    }
  }

  /// The case against one service; nil when nothing of its own moved.
  ///
  /// Quantiles of one latency say the same thing several times: of a signal that travels the middle
  /// between the largest and the mean counts. Of resources one that runs short is enough, so the
  /// largest counts. Different signals support each other, so their sum counts.
  func candidate(_ service: String) -> RootCause.Candidate? {
    guard let own = cases[service] else { return nil }
    var best: (weight: Double, shift: Shift)?
    var largest: [EvidenceKind: Double] = [:]
    var mean: [EvidenceKind: Double] = [:]
    for shift in own.shifts where shift.strength >= RootCause.supportMin {
      let weight = weight(of: shift, at: service)
      let kind = EvidenceKind(shift.history)
      largest[kind] = max(largest[kind] ?? 0, weight)
      mean[kind, default: 0] += weight / Double(own.counts[kind] ?? 1)
      if weight > (best?.weight ?? 0) { best = (weight, shift) }
    }
    guard let best else { return nil }
    // What hardly shows where it should be felt is hardly a cause of anything.
    let score =
      clarity
      * EvidenceKind.allCases.reduce(0) { sum, kind in
        let most = largest[kind] ?? 0
        return sum + (kind.signal.travels ? (most + (mean[kind] ?? 0)) / 2 : most)
      }
    let onset = own.shifts.filter { $0.strength >= RootCause.supportMin }.map(\.onset).min()
    return RootCause.Candidate(
      service: service, metric: best.shift.history.metric, score: score,
      evidence: score, onset: Timestamp(milliseconds: onset ?? best.shift.onset),
      because: reasons(for: service, best.shift))
  }

  /// How much a shift speaks against its service: its rarity, as far as it is the service's own, by
  /// its part of the largest cost.
  private func weight(of shift: Shift, at service: String) -> Double {
    let signal = shift.history.signal
    let rarity = log(1 + shift.strength)
    guard signal.travels else { return rarity * signal.directness }
    let largest = scale[signal] ?? 0
    let cost = costs[service]?[signal] ?? 0
    let kinship = symptom.map { signal.isKin(of: $0) ? 1 : RootCause.otherKind } ?? 1
    return rarity * kinship * ownShare(of: shift, at: service) * (largest > 0 ? cost / largest : 1)
  }

  /// What a service's own part of its shifts of a signal costs: amount times requests hit.
  private func cost(of signal: Signal, at service: String) -> Double {
    guard let own = cases[service] else { return 0 }
    var byKind: [EvidenceKind: Double] = [:]
    for shift in own.shifts
    where shift.history.signal == signal && shift.strength >= RootCause.supportMin {
      let kind = EvidenceKind(shift.history)
      let amount = shift.amount * ownShare(of: shift, at: service)
      byKind[kind, default: 0] += amount / Double(own.counts[kind] ?? 1)
    }
    return byKind.values.reduce(0, max) * (own.requests ?? 1)
  }

  /// The part of a shift, 0...1, that the callees' shifts leave over.
  private func ownShare(of shift: Shift, at service: String) -> Double {
    guard shift.history.signal.travels, shift.history.caller == nil else { return 1 }
    var explained = 0.0
    var isSuspicious = false
    for callee in graph.dependencies(of: service) {
      guard let other = cases[callee] else { continue }
      let calls = callsPerRequest(from: service, to: callee)
      let inside = other.counterpart(of: shift)?.amount ?? 0
      let onTheWay = shift.history.signal == .latency ? other.delay(seenBy: service) : 0
      explained += (inside + onTheWay) * calls
      // Sick before its caller, in a way that cannot be compared: a likely explanation.
      let kind = EvidenceKind(shift.history)
      if other.counts[kind] == nil, other.isSick(before: shift.onset) {
        isSuspicious = true
      }
    }
    let share = min(1, max(0, 1 - RootCause.explainedWeight * explained / shift.amount))
    return isSuspicious ? min(share, RootCause.leftOver) : share
  }

  /// How often a caller calls a callee for each of its own requests; 1 when traffic is unknown.
  private func callsPerRequest(from caller: String, to callee: String) -> Double {
    guard let ours = cases[caller]?.requests, let theirs = cases[callee]?.requests, ours > 0 else {
      return 1
    }
    return min(theirs / ours, 100)
  }

  /// From so many times the usual scatter on the number tells a reader nothing.
  private static let beyondCounting = 100.0

  private func reasons(for service: String, _ shift: Shift) -> [String] {
    let name = MetricWords.spoken(shift.history.name)
    let unit = MetricWords.unit(of: shift.history.name)
    let verb = shift.isAbove ? "rose" : "fell"
    let distance =
      shift.strength >= Self.beyondCounting
      ? "far outside its usual range" : "\(number(shift.strength)) times its usual scatter"
    var reasons = [
      "\(name) of \(service) \(verb) from \(spoken(shift.level, unit)) to "
        + "\(spoken(shift.value, unit)), \(distance)"
    ]
    if let caller = shift.history.caller {
      reasons.append("\(caller) waits for \(service) longer than \(service) works")
    }
    let known = graph.dependencies(of: service).filter { cases[$0] != nil }
    let sick = known.filter { cases[$0]?.isSick ?? false }
    if !known.isEmpty {
      let share = ownShare(of: shift, at: service)
      reasons.append(
        sick.isEmpty
          ? "what it depends on stayed normal: \(list(known))"
          : "\(spoken(share, .ratio)) of it is not explained by \(list(sick))")
    }
    let callers = graph.dependants(of: service).filter { cases[$0]?.isSick ?? false }
    if !callers.isEmpty { reasons.append("its callers suffer too: \(list(callers))") }
    return reasons
  }
}

/// Metrics that say the same kind of thing about a service.
private struct EvidenceKind: Hashable, CaseIterable {
  let signal: Signal
  /// Measured by the callers as the time on the way, not by the service itself.
  let isOnTheWay: Bool

  init(_ history: MetricHistory) {
    signal = history.signal
    isOnTheWay = history.caller != nil
  }

  private init(signal: Signal, isOnTheWay: Bool) {
    self.signal = signal
    self.isOnTheWay = isOnTheWay
  }

  static var allCases: [EvidenceKind] {
    Signal.allCases.flatMap {
      [EvidenceKind(signal: $0, isOnTheWay: false), EvidenceKind(signal: $0, isOnTheWay: true)]
    }
  }
}

/// What moved at one service.
private struct ServiceCase {
  /// The shifts for the worse, in the order of the histories; what it measured of others is
  /// left out.
  let shifts: [Shift]
  /// How many metrics of each kind were looked at.
  let counts: [EvidenceKind: Int]
  /// What users normally wait for, or could lose, at this service: level times requests, by signal.
  let load: [Signal: Double]
  /// Requests since the start, in whatever unit all services share; nil when unknown.
  let requests: Double?

  /// The case from those among `histories` that belong to the service.
  init(_ histories: [MetricHistory], at members: [Int]) {
    var shifts: [Shift] = []
    var counts: [EvidenceKind: Int] = [:]
    var requests: Double?
    for index in members {
      let history = histories[index]
      if requests == nil, history.signal == .traffic, !history.since.isEmpty {
        requests = history.since.reduce(0, +) / Double(history.since.count)
      }
      guard !history.isOutgoing else { continue }
      if let shift = Shift(history) { shifts.append(shift) }
      counts[EvidenceKind(history), default: 0] += 1
    }
    self.shifts = shifts
    self.counts = counts
    self.requests = requests
    var load: [Signal: Double] = [:]
    for index in members where histories[index].signal.travels {
      let history = histories[index]
      guard !history.isOutgoing, history.caller == nil else { continue }
      let level = history.past?.normal.level ?? Robust.median(history.before)
      guard level.isFinite else { continue }
      // A ratio of failures can grow to 1, whatever its level was.
      let whole = history.signal == .errors && !history.countsSuccess ? 1 : abs(level)
      let count = Double(counts[EvidenceKind(history)] ?? 1)
      load[history.signal, default: 0] += whole / count * (requests ?? 1)
    }
    self.load = load
  }

  var isSick: Bool { shifts.contains { $0.strength >= RootCause.certainMin } }

  /// True when something moved clearly, and not after `onset`.
  func isSick(before onset: Int64) -> Bool {
    shifts.contains { $0.strength >= RootCause.certainMin && $0.onset <= onset }
  }

  /// The shift that could explain a caller's: of the same metric, else the largest of the signal.
  func counterpart(of shift: Shift) -> Shift? {
    let same = shifts.filter {
      $0.history.signal == shift.history.signal && $0.history.caller == nil
        && $0.strength >= RootCause.supportMin
    }
    return same.first { $0.history.name == shift.history.name }
      ?? same.max { $0.amount < $1.amount }
  }

  /// The time lost on the way from `caller`.
  func delay(seenBy caller: String) -> Double {
    shifts.first { $0.history.caller == caller && $0.strength >= RootCause.supportMin }?.amount
      ?? 0
  }
}

extension Signal {
  /// True for what callers feel from their callees.
  var travels: Bool { self == .latency || self == .errors || self == .availability }

  /// True when one is a sign of the other without anything else.
  ///
  /// Failures are failures, whether they are counted as errors or as lost availability.
  /// A symptom that does not travel may come of anything.
  func isKin(of other: Signal) -> Bool {
    let failures: Set<Signal> = [.errors, .availability]
    return self == other || (failures.contains(self) && failures.contains(other)) || !other.travels
  }

  /// How directly a move of something that does not travel speaks of trouble at its own service.
  var directness: Double {
    switch self {
    case .saturation: 1
    case .other: 0.25
    // Less traffic is what a caller does, not what the service does.
    case .traffic, .latency, .errors, .availability: 0
    }
  }
}
