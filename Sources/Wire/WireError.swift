/// Why a whole body was refused; nothing of it was taken over.
public struct WireError: Error, Hashable, Sendable {
  /// A bounded set, also the code of a metric's label.
  public enum Code: String, CaseIterable, Sendable {
    /// The compression is damaged, or not what the headers say.
    case corruptBody = "corrupt-body"
    /// The body ends inside the compressed data.
    case truncatedBody = "truncated-body"
    /// The plain bytes are more than allowed.
    case bodyTooLarge = "body-too-large"
    /// The bytes are no message of the protocol.
    case malformedMessage = "malformed-message"
    /// The message has more parts than allowed.
    case tooManyParts = "too-many-parts"
  }

  /// What is wrong.
  public let code: Code
  /// What is wrong, the value, what is wanted; lower case, no full stop.
  public let message: String

  init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }

  /// Whether the sender should come again with smaller bodies instead of correct ones.
  public var isAboutSize: Bool { code == .bodyTooLarge || code == .tooManyParts }
}

extension WireError: CustomStringConvertible {
  /// The message.
  public var description: String { message }
}
