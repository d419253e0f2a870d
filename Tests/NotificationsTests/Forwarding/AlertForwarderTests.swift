import Model
import Rules
import Statistics
import Testing

@testable import Notifications

/// Seconds to the time of a test.
private func second(_ seconds: Int64) -> Timestamp { Timestamp(milliseconds: seconds * 1000) }

private let name: Labels = ["alertname": "A"]

private func firing(_ firedAt: Int64, note: String = "") -> ActiveAlert {
  ActiveAlert(
    state: .firing, labels: name, annotations: note.isEmpty ? .empty : ["summary": note], value: 1,
    activeSince: second(firedAt - 5), firedAt: second(firedAt))
}

private func resolved(_ firedAt: Int64, _ resolvedAt: Int64) -> ActiveAlert {
  var alert = firing(firedAt)
  alert.state = .inactive
  alert.resolvedAt = second(resolvedAt)
  return alert
}

private func step(
  _ forwarder: inout AlertForwarder, _ alerts: [ActiveAlert], at time: Int64, interval: Int64 = 10
) -> [AlertPayload] {
  forwarder.step(
    group: "g", [EvaluatedRule(id: "r", generatorURL: "http://t/graph", alerts: alerts)],
    at: second(time), interval: interval * 1000)
}

struct `Forwarding of alerts` {
  @Test func `firing at once, repeated after more than the delay, with the times of the protocol`()
  {
    var forwarder = AlertForwarder(resend: 25_000)
    let first = step(&forwarder, [firing(100, note: "a")], at: 100)
    #expect(
      first == [
        AlertPayload(
          labels: name, annotations: ["summary": "a"], startsAt: second(100), endsAt: second(200),
          generatorURL: "http://t/graph")
      ], "four times the longer of delay and interval")
    #expect(step(&forwarder, [firing(100)], at: 110) == [])
    #expect(step(&forwarder, [firing(100)], at: 120) == [])
    let again = step(&forwarder, [firing(100, note: "b")], at: 130)
    #expect(again.map(\.startsAt) == [second(100)])
    #expect(again.map(\.endsAt) == [second(230)])
    #expect(again.map(\.annotations) == [["summary": "b"]])
  }

  @Test func `a repeat lies more than the delay after the last one`() {
    var forwarder = AlertForwarder(resend: 20_000)
    let sent = stride(from: Int64(100), through: 160, by: 10).filter {
      !step(&forwarder, [firing(100)], at: $0).isEmpty
    }
    #expect(sent == [100, 130, 160])
  }

  @Test func `a long interval stretches the end`() {
    var forwarder = AlertForwarder(resend: 25_000)
    let payload = step(&forwarder, [firing(100)], at: 100, interval: 60)
    #expect(payload.map(\.endsAt) == [second(340)])
  }

  @Test func `resolved at once and again, with both times kept`() {
    var forwarder = AlertForwarder(resend: 25_000)
    _ = step(&forwarder, [firing(100)], at: 100)
    let end = step(&forwarder, [resolved(100, 110)], at: 110)
    #expect(end.map(\.startsAt) == [second(100)])
    #expect(end.map(\.endsAt) == [second(110)])
    #expect(step(&forwarder, [resolved(100, 110)], at: 130) == [])
    #expect(step(&forwarder, [resolved(100, 110)], at: 140) == end)
    #expect(step(&forwarder, [], at: 150) == [], "pending again or too old")
    let next = step(&forwarder, [firing(160)], at: 160)
    #expect(next.map(\.startsAt) == [second(160)], "a new life")
  }

  @Test func `what was only pending is not sent`() {
    var forwarder = AlertForwarder()
    let pending = ActiveAlert(state: .pending, labels: name, value: 1, activeSince: second(100))
    #expect(step(&forwarder, [pending], at: 100) == [])
  }

  @Test func `groups and rules do not know each other's alerts`() {
    var forwarder = AlertForwarder(resend: 25_000)
    let rules = ["a", "b"].map {
      EvaluatedRule(id: $0, generatorURL: $0, alerts: [firing(100)])
    }
    #expect(
      forwarder.step(group: "g", rules, at: second(100), interval: 10_000).map(\.generatorURL)
        == ["a", "b"])
    #expect(forwarder.step(group: "h", rules, at: second(100), interval: 10_000).count == 2)
    #expect(forwarder.step(group: "g", rules, at: second(110), interval: 10_000) == [])
    forwarder.keep(groups: ["h"])
    #expect(forwarder.step(group: "g", rules, at: second(120), interval: 10_000).count == 2)
  }

  @Test func `the body is what an Alertmanager takes`() {
    let payload = AlertPayload(
      labels: ["alertname": "A\"b"], annotations: ["s": "x\ny"], startsAt: second(1),
      endsAt: second(2), generatorURL: AlertPayload.generatorURL(of: "up == 0", at: "http://t:1/"))
    #expect(
      AlertPayload.body([payload])
        == #"[{"labels":{"alertname":"A\"b"},"annotations":{"s":"x\ny"},"#
        + #""startsAt":"1970-01-01T00:00:01Z","endsAt":"1970-01-01T00:00:02Z","#
        + #""generatorURL":"http://t:1/graph?g0.expr=up%20%3D%3D%200&g0.tab=1"}]"#)
  }
}

/// What the protocol says of one alert, told from the whole of its life at once.
private struct NaiveForwarder {
  var resend: Int64
  var interval: Int64
  /// State at each evaluation, from evaluation 0: inactive, pending or firing.
  var states: [AlertState]

  func sent() -> [AlertPayload] {
    var payloads: [AlertPayload] = []
    var lastSent: Int64?
    for (index, state) in states.enumerated() {
      let time = Int64(index) * interval
      if state == .firing {
        var start = index
        while start > 0, states[start - 1] == .firing { start -= 1 }
        if index == start { lastSent = nil }
        if lastSent.map({ time - $0 > resend }) ?? true {
          lastSent = time
          payloads.append(payload(start, end: time + 4 * max(interval, resend)))
        }
      } else if state == .inactive, let last = states[..<index].lastIndex(of: .firing),
        states[last + 1..<index].allSatisfy({ $0 == .inactive }),
        time - Int64(last + 1) * interval <= 900
      {
        var start = last
        while start > 0, states[start - 1] == .firing { start -= 1 }
        let end = Int64(last + 1) * interval
        if time == end || lastSent.map({ time - $0 > resend }) ?? true {
          lastSent = time
          payloads.append(payload(start, end: end))
        }
      }
    }
    return payloads
  }

  private func payload(_ start: Int, end: Int64) -> AlertPayload {
    AlertPayload(
      labels: name, startsAt: second(Int64(start) * interval), endsAt: second(end),
      generatorURL: "http://t/graph")
  }
}

struct `Forwarder against its naive twin` {
  @Test(arguments: 0..<200 as Range<UInt64>)
  func `random lives give the same payloads`(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    let interval = Int64([5, 15, 30, 60][random.below(4)])
    let resend = Int64([0, 7, 30, 60, 150][random.below(5)])
    var states: [AlertState] = []
    while states.count < 150 {
      let run = 1 + random.below(30)
      let previous = states.last ?? .inactive
      // Pending leads to firing or to nothing; firing never leads to pending.
      let next: AlertState =
        switch previous {
        case .inactive: random.below(2) == 0 ? .pending : .firing
        case .pending: random.below(2) == 0 ? .inactive : .firing
        case .firing: .inactive
        }
      states += [AlertState](repeating: next, count: run)
    }
    var forwarder = AlertForwarder(resend: resend * 1000)
    var sent: [AlertPayload] = []
    var firedAt: Int64 = 0
    var resolvedAt: Int64?
    for (index, state) in states.enumerated() {
      let time = Int64(index) * interval
      let before = index > 0 ? states[index - 1] : .inactive
      if state == .firing, before != .firing { firedAt = time }
      if state != .inactive { resolvedAt = nil } else if before == .firing { resolvedAt = time }
      var alerts: [ActiveAlert] = []
      if state == .firing { alerts = [firing(firedAt)] }
      if let resolvedAt, time - resolvedAt <= 900 { alerts = [resolved(firedAt, resolvedAt)] }
      sent += step(&forwarder, alerts, at: time, interval: interval)
    }
    let want = NaiveForwarder(resend: resend, interval: interval, states: states).sent()
    #expect(sent == want, "seed \(seed)")
  }
}
