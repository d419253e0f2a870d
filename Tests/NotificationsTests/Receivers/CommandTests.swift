import Foundation
import Model
import Testing

@testable import Notifications

private func run(
  _ script: String, _ arguments: String..., timeout: Milliseconds = 20_000,
  of delivery: Delivery = delivery()
) async -> DeliveryAnswer {
  let configuration = CommandConfiguration(
    arguments: ["/bin/sh", "-c", script, "sh"] + arguments, timeout: timeout)
  return await CommandReceiver(configuration: configuration, outputBytesMax: 4096)
    .deliver(delivery)
}

@Suite(.timeLimit(.minutes(2)))
struct `Commands` {
  @Test func `get the message on standard input`() async throws {
    let path = NSTemporaryDirectory() + "tocsin-command-\(UUID().uuidString)"
    #expect(await run("cat > \"$1\"; echo $TOCSIN_KEY $TOCSIN_STAGE >> \"$1\"", path) == .delivered)
    let text = try String(contentsOfFile: path, encoding: .utf8)
    try FileManager.default.removeItem(atPath: path)
    #expect(text == WebhookReceiver.body(delivery()) + "k1 opened\n")
  }

  @Test func `arguments are not read by a shell`() async throws {
    let path = NSTemporaryDirectory() + "tocsin-command-\(UUID().uuidString)"
    let configuration = CommandConfiguration(arguments: ["/bin/echo", "$(touch \(path))", ";", "x"])
    let answer = await CommandReceiver(configuration: configuration, outputBytesMax: 100)
      .deliver(delivery())
    #expect(answer == .delivered && !FileManager.default.fileExists(atPath: path))
  }

  @Test(arguments: [
    ("exit 0", DeliveryAnswer.delivered), ("exit 75", .retry(because: "exit status 75")),
    ("exit 3", .rejected(because: "exit status 3")),
    ("kill -TERM $$", .retry(because: "killed by signal 15")),
  ])
  func `say by their status what became of it`(script: String, want: DeliveryAnswer) async {
    let answer = await run(script)
    #expect(answer == want)
  }

  @Test func `may write without end, of which the beginning is kept`() async {
    let answer = await run("echo no such pager; head -c 1000000 /dev/zero | tr '\\0' x; exit 1")
    #expect(answer.reason?.hasPrefix("exit status 1") == true)
    #expect((answer.reason?.count ?? 0) < 250)
  }

  @Test func `need not read a long message`() async {
    var long = delivery()
    long.message.text = String(repeating: "x", count: 1_000_000)
    #expect(await run("exit 0", of: long) == .delivered)
  }

  @Test func `that do not end are killed with all they started`() async {
    let answer = await run("sleep 600 & sleep 600", timeout: 100)
    #expect(answer == .retry(because: "did not end within 100 ms"))
  }

  @Test func `that are not there are said`() async {
    let configuration = CommandConfiguration(arguments: ["/no/such/program"])
    let answer = await CommandReceiver(configuration: configuration, outputBytesMax: 100)
      .deliver(delivery())
    #expect(answer == .retry(because: "\"/no/such/program\" cannot be started"))
  }
}
