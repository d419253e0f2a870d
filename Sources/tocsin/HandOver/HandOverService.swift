import API
import Foundation
import Glibc
import ServiceLifecycle

/// Waits for a process that takes the store over, and hands it the engine; see the README.
///
/// Returns once the engine is with the other process.
struct HandOverService: Service {
  let socket: HandOverSocket
  let engine: LiveEngine
  let keeper: CheckpointKeeper
  let server: Server?
  let address: String
  /// Why this run cannot be taken over; nil when it can.
  let obstacle: String?

  /// How often somebody is looked for, in ms.
  private static let interval = 100
  /// How long the other process may take to read the state, in ms.
  private static let patience = 60_000
  /// How long clients that are connected have to send what is under way, and to be told to come anew.
  private static let farewell = 300

  func run() async throws {
    await cancelWhenGracefulShutdown {
      defer { socket.remove() }
      while !Task.isCancelled {
        if let conversation = socket.accept(), await handOver(conversation) {
          // Kept open to the very end: the other process waits for this one to be gone.
          await engine.keepUntilTheEnd(conversation)
          server?.stopAccepting()
          try? await Task.sleep(for: .milliseconds(Self.farewell))
          return
        }
        try? await Task.sleep(for: .milliseconds(Self.interval))
      }
    }
  }

  /// Hands the engine over; false when it stays here.
  private func handOver(_ other: Conversation) async -> Bool {
    guard case .line("take-over 1", _) = await line(from: other, within: 1000) else {
      // Somebody who only wanted to know whether anybody is there.
      return false
    }
    if let obstacle {
      _ = other.say("refused \(obstacle)")
      return false
    }
    StandardError.write("another process asks to take over")
    await server?.hold()
    await engine.hold()
    if await isTaken(by: other) {
      await engine.leave()
      StandardError.write("handed over; this process ends")
      return true
    }
    await engine.release()
    server?.release()
    StandardError.write("warning: the other process did not take over; this one goes on")
    return false
  }

  private func isTaken(by other: Conversation) async -> Bool {
    guard let state = await engine.checkpoint(), await keeper.keep(state) != nil else {
      _ = other.say("refused the state cannot be saved")
      return false
    }
    let listening = await server?.listeningSocket()
    let isSaid = other.say("held \(address)", with: listening)
    if let listening { close(listening) }
    guard isSaid, case .line("taken", _) = await line(from: other, within: Self.patience) else {
      return false
    }
    return other.say("yours")
  }

  /// What the other process says, waited for without holding a thread.
  private func line(from other: Conversation, within patience: Int) async -> Conversation.Heard {
    for _ in 0..<patience / 10 {
      if Task.isCancelled { return .end }
      switch other.hear(within: 0) {
      case .nothing: try? await Task.sleep(for: .milliseconds(10))
      case let heard: return heard
      }
    }
    return .nothing
  }
}
