import Synchronization
import Testing

@testable import Notifications

@Suite(.timeLimit(.minutes(1)))
struct `Waiting for a bell` {
  @Test func `ends when it rings, also after a wait that ended by itself`() async {
    let wakeUp = WakeUp()
    let isDone = Mutex(false)
    for _ in 0..<3 { await wakeUp.wait(atMost: 1) { _ in } }
    let task = Task {
      await wakeUp.wait(atMost: nil) { _ in }
      isDone.withLock { $0 = true }
    }
    for _ in 0..<1000 { await Task.yield() }
    #expect(!isDone.withLock { $0 }, "nothing rang")
    wakeUp.ring()
    await task.value
  }

  @Test func `a ring before the wait counts, once`() async {
    let wakeUp = WakeUp()
    wakeUp.ring()
    wakeUp.ring()
    await wakeUp.wait(atMost: nil) { _ in }
    let task = Task { await wakeUp.wait(atMost: nil) { _ in } }
    task.cancel()
    await task.value
  }
}
