public import Model

/// Ranks services as the cause of a trouble, from their metrics and who calls whom.
///
/// A service is suspect as far as it deviates *more than the services it calls explain*: latency
/// and failures travel from callee to caller, so what is left after taking off the callees' share,
/// weighted by traffic, is its own. A resource that runs short does not travel and counts in full.
/// Of equal cases the one that began first, then the deepest, comes first. When nothing deviates
/// clearly the answer is empty: no cause stands out.
public enum RootCause {
  /// A service with the case against it.
  public struct Candidate: Hashable, Sendable {
    /// The service.
    public var service: String
    /// The metric that speaks most against it.
    public var metric: Labels
    /// How strong the case is, 0...1: its share of all the unexplained deviation.
    public var score: Double
    /// When its first metric left its range.
    public var onset: Timestamp
    /// The reasons, strongest first.
    public var because: [String]
  }

  /// The services that may be the cause, most probable first; empty when none stands out.
  ///
  /// `symptom` is the service where the trouble is felt, if it is known: only services that it
  /// depends on can then be the cause.
  public static func rank(
    _ observations: [Observation], graph: ServiceGraph, symptom: String? = nil
  ) -> [Candidate] {
    let cases = Dictionary(grouping: observations, by: \.service).mapValues(ServiceCase.init)
    var candidates: [Candidate] = []
    for service in cases.keys.sorted() {
      if let symptom, graph.contains(symptom),
        graph.distance(from: symptom, to: service) == nil
      {
        continue
      }
      if let candidate = candidate(service, among: cases, graph: graph) {
        candidates.append(candidate)
      }
    }
    let total = candidates.reduce(0) { $0 + $1.score }
    guard total > 0 else { return [] }
    for index in candidates.indices { candidates[index].score /= total }
    func depth(_ service: String) -> Int {
      candidates.count { graph.distance(from: service, to: $0.service) != nil }
    }
    return candidates.sorted {
      (-$0.score, $0.onset, depth($0.service), $0.service)
        < (-$1.score, $1.onset, depth($1.service), $1.service)
    }
  }

  /// The case against one service; nil when nothing of its own deviates.
  private static func candidate(
    _ service: String, among cases: [String: ServiceCase], graph: ServiceGraph
  ) -> Candidate? {
    guard let own = cases[service] else { return nil }
    var best: (weight: Double, shift: Shift, share: Double)?
    for shift in own.shifts {
      let share = unexplainedShare(of: shift, by: service, among: cases, graph: graph)
      let weight = shift.strength * share
      if weight > (best?.weight ?? 0) { best = (weight, shift, share) }
    }
    guard let best, best.weight >= DeviationScan.strengthMin else { return nil }
    let onset = own.shifts.map(\.onset).min() ?? best.shift.onset
    return Candidate(
      service: service, metric: best.shift.observation.metric, score: best.weight, onset: onset,
      because: reasons(for: service, best.shift, share: best.share, cases: cases, graph: graph))
  }

  /// The part of a shift, 0...1, that the callees' shifts of the same signal leave over.
  private static func unexplainedShare(
    of shift: Shift, by service: String, among cases: [String: ServiceCase], graph: ServiceGraph
  ) -> Double {
    guard shift.observation.signal.travels, shift.amount > 0 else { return 1 }
    var explained = 0.0
    for callee in graph.dependencies(of: service) {
      guard let other = cases[callee], let theirs = other.counterpart(of: shift) else { continue }
      explained += theirs.amount * callsPerRequest(from: cases[service], to: other)
    }
    return min(1, max(0, 1 - explained / shift.amount))
  }

  /// How often a caller calls a callee for each of its own requests; 1 when traffic is unknown.
  private static func callsPerRequest(from caller: ServiceCase?, to callee: ServiceCase) -> Double {
    guard let ours = caller?.requests, let theirs = callee.requests, ours > 0 else { return 1 }
    return min(theirs / ours, 100)
  }

  private static func reasons(
    for service: String, _ shift: Shift, share: Double, cases: [String: ServiceCase],
    graph: ServiceGraph
  ) -> [String] {
    let name = shift.observation.name
    let verb = shift.isAbove ? "rose" : "fell"
    var reasons = [
      "\(name) of \(service) \(verb) from \(number(shift.level)) to \(number(shift.value)), "
        + "\(number(shift.strength)) times its usual scatter"
    ]
    let sick = graph.dependencies(of: service).filter {
      cases[$0].map { !$0.shifts.isEmpty } ?? false
    }
    let callees = graph.dependencies(of: service).filter { cases[$0] != nil }
    if !callees.isEmpty {
      reasons.append(
        sick.isEmpty
          ? "what it depends on stayed normal: \(list(callees))"
          : "\(spoken(share, .ratio)) of it is not explained by \(list(sick))")
    }
    let callers = graph.dependants(of: service).filter {
      cases[$0].map { !$0.shifts.isEmpty } ?? false
    }
    if !callers.isEmpty { reasons.append("its callers suffer too: \(list(callers))") }
    return reasons
  }
}

/// How one series moved in its bad direction.
struct Shift: Hashable, Sendable {
  let observation: Observation
  /// The level before.
  let level: Double
  /// The level since: the mean of what was seen.
  let value: Double
  /// Multiples of the usual scatter, for the worst value seen.
  let strength: Double
  /// When it left its range.
  let onset: Timestamp

  var amount: Double { abs(value - level) }
  var isAbove: Bool { value > level }
}

/// What moved at one service.
struct ServiceCase {
  /// The shifts in their bad directions, in the order of the observations.
  let shifts: [Shift]
  /// Requests since the start, in whatever unit all services share; nil when unknown.
  let requests: Double?

  init(_ observations: [Observation]) {
    shifts = observations.compactMap { observation in
      guard let normal = DeviationScan.Normal(observation.before),
        let deviation = DeviationScan.deviation(of: observation)
      else { return nil }
      let mean = observation.since.reduce(0, +) / Double(observation.since.count)
      let isAbove = deviation.direction == .above
      guard observation.isBad(above: isAbove), (mean > normal.level) == isAbove else { return nil }
      return Shift(
        observation: observation, level: normal.level, value: mean, strength: deviation.strength,
        onset: deviation.onset)
    }
    let traffic = observations.first { $0.signal == .traffic && !$0.since.isEmpty }
    requests = traffic.map { $0.since.reduce(0, +) / Double($0.since.count) }
  }

  /// The shift that could explain a caller's: of the same metric, else the largest of the signal.
  func counterpart(of shift: Shift) -> Shift? {
    let same = shifts.filter { $0.observation.signal == shift.observation.signal }
    return same.first { $0.observation.name == shift.observation.name }
      ?? same.max { $0.amount < $1.amount }
  }
}

extension Signal {
  /// True for what callers feel from their callees.
  var travels: Bool { self == .latency || self == .errors || self == .availability }
}

extension Observation {
  /// True when a move in this direction is a move for the worse.
  func isBad(above: Bool) -> Bool {
    switch signal {
    case .errors, .availability: above != countsSuccess
    case .latency, .saturation: above
    case .traffic: !above
    case .other: true
    }
  }

  /// True for metrics that count what went well: success ratio, availability, up.
  private var countsSuccess: Bool {
    signal == .availability
      ? !words(of: name).contains { ["down", "unavailable", "absent"].contains($0.lowercased()) }
      : words(of: name).contains { $0.lowercased() == "success" }
  }
}
