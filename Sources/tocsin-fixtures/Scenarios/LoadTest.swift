import Model
import Statistics

/// A load test that ramps up until the connection pool is full: the same run as k6 and JMeter wrote it.
///
/// Virtual users ask, wait for the answer, think, ask again. The service answers from a pool of
/// connections; who waits longer than the timeout gets a 503. So the knee of the curve is where the
/// pool is full, and it follows from the numbers below, nobody drew it.
enum LoadTest: Story {
  static let name = "load-test"

  static func files() -> [String: [UInt8]] {
    let run = simulate()
    return ["k6.csv": K6.csv(of: run), "results.jtl": JMeter.jtl(of: run)]
  }

  /// One request and its answer.
  struct Request {
    /// When it was sent.
    var start: Timestamp
    var elapsed: Milliseconds
    /// Of that, waiting for a connection.
    var waited: Milliseconds
    var user: Int
    var endpoint: Endpoint
    var hasFailed: Bool
    /// Virtual users at the time.
    var users: Int
    /// Connections in use at the time, this one included.
    var connections: Int
  }

  enum Endpoint: String, CaseIterable {
    case basket = "GET /basket"
    case order = "POST /orders"
  }

  static let start = midnight(2026, 1, 20) + 9 * hour
  private static let length = 8 * minute
  private static let usersMax = 150
  private static let poolSize = 6
  private static let timeout: Milliseconds = 2_000

  /// One user more every few seconds, all of them after three quarters of the run.
  private static func users(at inRun: Milliseconds) -> Int {
    min(usersMax, 1 + Int(inRun) * usersMax * 4 / (Int(length) * 3))
  }

  private static func simulate() -> [Request] {
    var random = SplitMix64(seed: 20_260_120)
    // When each user asks next, and when each connection is free again: in milliseconds of the run.
    var next: [Milliseconds] = (0..<usersMax).map { index in
      (0..<length).first { users(at: $0) > index } ?? length
    }
    var freeAt = [Milliseconds](repeating: 0, count: poolSize)
    var requests: [Request] = []
    while let user = next.indices.min(by: { (next[$0], $0) < (next[$1], $1) }), next[user] < length
    {
      let sent = next[user]
      let endpoint = random.uniform() < 0.7 ? Endpoint.basket : .order
      let work = (endpoint == .basket ? 90 : 380) * (0.7 + 0.6 * random.uniform())
      let busy = freeAt.filter { $0 > sent }.count
      let connection = freeAt.indices.min { (freeAt[$0], $0) < (freeAt[$1], $1) } ?? 0
      let waited = max(0, freeAt[connection] - sent)
      let hasFailed = waited > timeout
      let elapsed = hasFailed ? timeout : waited + Milliseconds(work)
      if !hasFailed { freeAt[connection] = sent + elapsed }
      requests.append(
        Request(
          start: start + sent, elapsed: elapsed, waited: min(waited, timeout), user: user + 1,
          endpoint: endpoint, hasFailed: hasFailed, users: users(at: sent),
          connections: min(poolSize, busy + 1)))
      next[user] = sent + elapsed + 800 + Milliseconds(random.below(800))
    }
    return requests
  }
}
