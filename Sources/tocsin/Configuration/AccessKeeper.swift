import API
import Foundation
import Model
import Synchronization

/// Knows which tokens are valid now, while the files that hold them are rotated.
///
/// A value that has been replaced stays valid for its grace period, so that agents can follow.
final class AccessKeeper: Sendable {
  fileprivate struct State {
    var tokens: [LiveConfiguration.TokenSettings]
    var values: [String: String] = [:]
    var replaced: [(name: String, value: String, until: Timestamp)] = []
    var checkedAt = Timestamp(milliseconds: .min)
    var list = AccessList()
  }

  private let state: Mutex<State>

  /// How often the values are read again, in ms.
  private static let checkInterval: Milliseconds = 1000

  init(_ tokens: [LiveConfiguration.TokenSettings]) {
    state = Mutex(State(tokens: tokens))
  }

  /// Puts other tokens in force.
  func replace(_ tokens: [LiveConfiguration.TokenSettings]) {
    state.withLock { state in
      state.tokens = tokens
      state.checkedAt = Timestamp(milliseconds: .min)
    }
  }

  /// Who may use the server at `now`.
  func list(at now: Timestamp) -> AccessList {
    state.withLock { state in
      if state.checkedAt.milliseconds == .min || now - state.checkedAt >= Self.checkInterval {
        state.refresh(at: now)
      }
      return state.list
    }
  }
}

extension AccessKeeper.State {
  fileprivate mutating func refresh(at now: Timestamp) {
    checkedAt = now
    for token in tokens {
      // A secret that cannot be read just now, in the middle of a rotation, changes nothing.
      guard let value = try? token.token.reveal(readSecret), !value.isEmpty else { continue }
      if let old = values[token.name], old != value {
        replaced.append((token.name, old, now + token.grace))
      }
      values[token.name] = value
    }
    replaced.removeAll { $0.until < now }
    list = AccessList()
    // Tokens without a value shut the door: the list is not open because none could be read.
    list.isClosed = !tokens.isEmpty
    for token in tokens {
      let old = replaced.filter { $0.name == token.name }.map(\.value)
      for value in [values[token.name]].compactMap(\.self) + old {
        list.tokens.append(AccessList.Token(name: token.name, role: token.role, text: value))
      }
    }
  }
}

/// Gives what a reference of a secret stands for now.
func readSecret(_ reference: Secret.Reference) throws(SecretError) -> String {
  switch reference {
  case .environment(let name):
    guard let value = ProcessInfo.processInfo.environment[name] else {
      throw SecretError(.missing, reference)
    }
    return value
  case .file(let path):
    guard let data = FileManager.default.contents(atPath: path) else {
      throw SecretError(.missing, reference)
    }
    guard let text = String(validating: data, as: UTF8.self) else {
      throw SecretError(.unreadable, reference)
    }
    return text
  }
}
