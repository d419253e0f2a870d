import Glibc

/// A store that another process has in use, on its way into this one; see the README.
///
/// Let go before `take`, the other process goes on as if nothing had been.
final class TakeOver: Sendable {
  private let conversation: Conversation
  /// What the other process listens on, as its configuration says; `-` for nothing.
  let address: String
  /// Its listening socket, for whoever listens at the same address.
  let socket: CInt?

  /// How long the other process may take to stand still and save its state, in ms.
  private static let patience: CInt = 120_000

  private init(_ conversation: Conversation, address: String, socket: CInt?) {
    self.conversation = conversation
    self.address = address
    self.socket = socket
  }

  /// Asks whoever has `store` in use to stand still; nil when nobody has.
  ///
  /// - Throws: `CommandFailure` when somebody has and this run was not told to take over, or when the
  ///   other process refuses.
  static func begin(_ store: String, isWanted: Bool) throws -> TakeOver? {
    let path = HandOverSocket.path(besideStore: store)
    guard let conversation = HandOverSocket.connect(to: path) else {
      if isWanted {
        StandardError.write("nobody runs with \(store); there is nothing to take over")
      }
      return nil
    }
    guard isWanted else {
      throw CommandFailure.unusable(
        "error: \(store) is in use by another `tocsin run`; stop it, name another --store, "
          + "or take over from it with --take-over")
    }
    guard conversation.say("take-over 1") else { throw failure(store, "it is gone") }
    switch conversation.hear(within: patience) {
    case .line(let line, let socket):
      let words = line.split(separator: " ", maxSplits: 1).map(String.init)
      guard words.count == 2, words[0] == "held" else {
        if let socket { close(socket) }
        throw failure(store, words.count == 2 ? words[1] : line)
      }
      return TakeOver(conversation, address: words[1], socket: socket)
    case .nothing: throw failure(store, "it did not answer")
    case .end: throw failure(store, "it ended without a word")
    }
  }

  /// Says that this process goes on from the state, and waits until the other one is gone.
  ///
  /// - Throws: `CommandFailure` when the other process has gone on by itself.
  func take(_ store: String) async throws {
    guard conversation.say("taken"), case .line("yours", _) = conversation.hear(within: 10_000)
    else {
      throw Self.failure(store, "it went on by itself")
    }
    while !conversation.hearsEnd(within: 0) { try await Task.sleep(for: .milliseconds(10)) }
    StandardError.write("taken over from the process that had \(store) in use")
  }

  /// The engine cannot go on from the state of the other process.
  static func failure(_ store: String, _ why: String) -> CommandFailure {
    CommandFailure.unusable(
      "error: the process that has \(store) in use is not taken over from: \(why)")
  }
}
