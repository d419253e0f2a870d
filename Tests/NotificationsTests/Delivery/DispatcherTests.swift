import Logging
import Model
import Synchronization
import Testing

@testable import Notifications

/// A clock that jumps ahead whenever somebody waits by it.
private final class JumpingClock: Sendable {
  private let time = Mutex(at(0))
  private let onJump: @Sendable (Timestamp) async -> Void

  init(onJump: @escaping @Sendable (Timestamp) async -> Void = { _ in }) { self.onJump = onJump }

  var now: Timestamp { time.withLock { $0 } }

  var asTime: Dispatcher.Time {
    Dispatcher.Time(
      now: { self.now },
      sleep: { pause in
        try Task.checkCancellation()
        let now = self.time.withLock { time in
          time = time + pause
          return time
        }
        await self.onJump(now)
        await Task.yield()
      })
  }
}

private func entry(
  _ key: String, incident: String = "i1", to receiver: String = "a", minute: Int64 = 0
) -> OutboxEntry {
  OutboxEntry(
    key: key, incident: incident, receiver: receiver, createdAt: at(minute),
    body: delivery(key: key).notice.json)
}

private func webhook(
  _ name: String, _ url: String, timeout: Milliseconds = 10_000, token: Secret? = nil
) throws -> ReceiverSettings {
  ReceiverSettings(
    name: name,
    kind: .webhook(
      WebhookConfiguration(
        endpoint: HTTPEndpoint(
          url: try Secret(url), authorization: token.map { .bearer($0) }, timeout: timeout))))
}

/// Runs a dispatcher over `outbox` while `body` runs.
private func dispatching<Result>(
  _ receivers: [ReceiverSettings], _ outbox: MemoryOutbox, clock: JumpingClock = JumpingClock(),
  secrets: SecretBox = SecretBox(), log: LogBook = LogBook(),
  limits: NotificationLimits = NotificationLimits(),
  undelivered: @escaping @Sendable (UndeliveredMessage) -> Void = { _ in },
  _ body: (Dispatcher) async throws -> Result
) async throws -> Result {
  let transport = HTTPTransport()
  let settings = NotificationSettings(receivers: receivers, limits: limits)
  let dispatcher = settings.dispatcher(
    store: outbox, over: transport, secrets: secrets.reader, time: clock.asTime,
    logger: log.logger, onUndelivered: undelivered)
  let task = Task { await dispatcher.run() }
  let outcome: Swift.Result<Result, any Error>
  do {
    outcome = .success(try await body(dispatcher))
  } catch {
    outcome = .failure(error)
  }
  task.cancel()
  await task.value
  await transport.shutdown()
  return try outcome.get()
}

@Suite(.timeLimit(.minutes(2)))
struct `Dispatching` {
  @Test func `what waits is delivered with its key, and what comes later too`() async throws {
    let server = try await HTTPServer()
    let outbox = MemoryOutbox([entry("k1")])
    try await dispatching([try webhook("a", server.url)], outbox) { dispatcher in
      await outbox.settled()
      await outbox.add(entry("k2", minute: 1))
      dispatcher.wake()
      await outbox.settled()
      #expect(dispatcher.receiverCounts["a"]?.delivered == 2)
    }
    #expect(server.requests.map { $0.header("idempotency-key") } == ["k1", "k2"])
    #expect(await outbox.rows.map(\.state) == ["delivered", "delivered"])
    try await server.close()
  }

  @Test func `a receiver that is down gets it when it is up again`() async throws {
    let gone = try await HTTPServer()
    let port = gone.port
    try await gone.close()
    let back = Mutex<HTTPServer?>(nil)
    let jumps = Mutex(0)
    let clock = JumpingClock { _ in
      let count = jumps.withLock { count in
        count += 1
        return count
      }
      guard count == 5, let server = try? await HTTPServer(port: port) else { return }
      back.withLock { $0 = server }
    }
    let outbox = MemoryOutbox([entry("k1")])
    let receiver = try webhook("a", "http://127.0.0.1:\(port)")
    try await dispatching([receiver], outbox, clock: clock) { _ in await outbox.settled() }
    let row = try #require(await outbox.row("k1"))
    #expect(row.state == "delivered" && row.postponed.count >= 5)
    let server = try #require(back.withLock { $0 })
    #expect(server.requests.count == 1)
    try await server.close()
  }

  @Test func `a busy receiver is given the time it asks for`() async throws {
    let server = try await HTTPServer { number, _ in
      number == 0 ? .status(429, headers: [("retry-after", "120")]) : .status(202)
    }
    let outbox = MemoryOutbox([entry("k1")])
    let clock = JumpingClock()
    try await dispatching([try webhook("a", server.url)], outbox, clock: clock) { _ in
      await outbox.settled()
    }
    #expect(await outbox.row("k1")?.postponed == [at(2)])
    #expect(clock.now >= at(2) && server.requests.count == 2)
    try await server.close()
  }

  @Test func `what is refused is given up at once, and that is said`() async throws {
    let server = try await HTTPServer { _, _ in .status(400, body: "no such field") }
    let outbox = MemoryOutbox([entry("k1")])
    let log = LogBook()
    let lost = Mutex<[UndeliveredMessage]>([])
    try await dispatching(
      [try webhook("a", server.url)], outbox, log: log,
      undelivered: { message in lost.withLock { $0.append(message) } }
    ) { dispatcher in
      await outbox.settled()
      while lost.withLock({ $0.isEmpty }) { await Task.yield() }
      #expect(dispatcher.receiverCounts["a"]?.rejected == 1)
    }
    #expect(lost.withLock { $0.map(\.reason) } == ["answered 400: no such field"])
    #expect(lost.withLock { $0.map(\.entry.key) } == ["k1"])
    #expect(server.requests.count == 1)
    #expect(log.text.contains("error notification given up"))
    try await server.close()
  }

  @Test func `after so many tries it is given up`() async throws {
    let server = try await HTTPServer { _, _ in .status(500) }
    var limits = NotificationLimits()
    limits.triesMax = 4
    let outbox = MemoryOutbox([entry("k1")])
    try await dispatching([try webhook("a", server.url)], outbox, limits: limits) { _ in
      await outbox.settled()
    }
    #expect(server.requests.count == 4)
    #expect(await outbox.row("k1")?.reason == "given up after 4 tries: answered 500")
    try await server.close()
  }

  @Test func `a receiver that hangs holds up nobody else`() async throws {
    let silent = try await HTTPServer { _, _ in .silence }
    let server = try await HTTPServer()
    let entries = (0..<30).flatMap { number in
      ["slow", "fast"].map { entry("\($0)\(number)", incident: "i\(number)", to: $0) }
    }
    let outbox = MemoryOutbox(entries)
    let receivers = [
      try webhook("slow", silent.url, timeout: 60_000), try webhook("fast", server.url),
    ]
    try await dispatching(receivers, outbox) { _ in
      var count = 0
      for await _ in server.arrivals {
        count += 1
        if count == 30 { break }
      }
    }
    #expect(server.requests.count == 30)
    #expect(silent.requests.count <= NotificationLimits().deliveriesPerReceiverMax)
    try await silent.close()
    try await server.close()
  }

  @Test func `messages of one incident keep their order, those of others do not wait`() async throws
  {
    let server = try await HTTPServer { _, request in
      // The first message fails until others have come.
      request.header("idempotency-key") == "i1-1" && !request.body.isEmpty
        ? .status(
          Self.failures.withLock { count in
            count += 1
            return count <= 3
          } ? 503 : 200) : .status(200)
    }
    let outbox = MemoryOutbox([
      entry("i1-1", minute: -3), entry("i1-2", minute: -2),
      entry("i2-1", incident: "i2", minute: -1),
    ])
    try await dispatching([try webhook("a", server.url)], outbox) { _ in await outbox.settled() }
    let keys = server.requests.compactMap { $0.header("idempotency-key") }
    #expect(keys.filter { $0 == "i1-1" }.count == 4)
    #expect(keys.last == "i1-2", "not before the first one arrived")
    #expect(keys.prefix(2).contains("i2-1"))
    try await server.close()
  }

  private static let failures = Mutex(0)

  @Test func `what was delivered is not sent again because the store cannot say so at once`()
    async throws
  {
    let server = try await HTTPServer()
    let outbox = MemoryOutbox([entry("k1")])
    await outbox.failNextDelivered()
    let log = LogBook()
    try await dispatching([try webhook("a", server.url)], outbox, log: log) { _ in
      await outbox.settled()
    }
    #expect(server.requests.map { $0.header("idempotency-key") } == ["k1"])
    #expect(log.text.contains("outbox cannot be used"))
    try await server.close()
  }

  @Test func `after a restart what waited is sent once`() async throws {
    let server = try await HTTPServer()
    let outbox = MemoryOutbox([entry("k1"), entry("k2", incident: "i2")])
    for _ in 0..<3 {
      try await dispatching([try webhook("a", server.url)], outbox) { _ in await outbox.settled() }
      await outbox.add(entry("k1"))
    }
    #expect(Set(server.requests.compactMap { $0.header("idempotency-key") }) == ["k1", "k2"])
    #expect(server.requests.count == 2)
    try await server.close()
  }

  @Test func `a message to nobody, or that cannot be read, does not wait for ever`() async throws {
    let outbox = MemoryOutbox([entry("k1", to: "gone"), entry("k2")])
    await outbox.add(
      OutboxEntry(key: "k3", incident: "i3", receiver: "a", createdAt: at(0), body: "{]"))
    let server = try await HTTPServer()
    try await dispatching([try webhook("a", server.url)], outbox) { _ in await outbox.settled() }
    #expect(
      await outbox.row("k1")?.reason == "no receiver \"gone\" is configured any more")
    #expect(await outbox.row("k2")?.state == "delivered")
    #expect(await outbox.row("k3")?.reason == "the stored message cannot be read")
    try await server.close()
  }

  @Test func `no secret is in a log, a stored reason or a count, whatever a receiver echoes`()
    async throws
  {
    let server = try await HTTPServer { number, request in
      .status(
        number == 0 ? 500 : 400,
        body: "\(request.path) \(request.header("authorization") ?? "") tok-s3cr3t")
    }
    let secrets = SecretBox([
      .environment("URL"): server.url + "/hooks/T0K3NPATH?key=QUERYSECRET",
      .environment("TOKEN"): "tok-s3cr3t",
    ])
    let (log, outbox) = (LogBook(), MemoryOutbox([entry("k1")]))
    let receiver = try webhook("a", "${env:URL}", token: try Secret("${env:TOKEN}"))
    try await dispatching([receiver], outbox, secrets: secrets, log: log) { dispatcher in
      await outbox.settled()
      let seen =
        log.text + "\(dispatcher.receiverCounts)" + "\(await outbox.rows)"
        + String(reflecting: receiver)
      for secret in ["T0K3NPATH", "QUERYSECRET", "tok-s3cr3t", "dG9r"] {
        #expect(!seen.contains(secret), "\(secret) in \(seen)")
      }
      #expect(seen.contains("answered 400: /hooks/***?key=*** Bearer *** ***"))
    }
    let request = try #require(server.requests.first)
    #expect(request.path == "/hooks/T0K3NPATH?key=QUERYSECRET")
    #expect(request.header("authorization") == "Bearer tok-s3cr3t")
    try await server.close()
  }

  @Test func `a secret that is missing is waited for, and a rotated one counts at once`()
    async throws
  {
    let server = try await HTTPServer { _, request in
      .status(request.header("authorization") == "Bearer new" ? 200 : 500)
    }
    let secrets = SecretBox()
    let count = Mutex(0)
    let clock = JumpingClock { _ in
      let count = count.withLock { count in
        count += 1
        return count
      }
      if count == 2 { secrets.set(.file("/run/token"), "old") }
      if count == 4 { secrets.set(.file("/run/token"), "new\n") }
    }
    let outbox = MemoryOutbox([entry("k1")])
    let receiver = try webhook("a", server.url, token: try Secret("${file:/run/token}"))
    let log = LogBook()
    try await dispatching([receiver], outbox, clock: clock, secrets: secrets, log: log) { _ in
      await outbox.settled()
    }
    #expect(server.requests.last?.header("authorization") == "Bearer new")
    #expect(log.text.contains("${file:/run/token} has no value"))
    try await server.close()
  }
}
