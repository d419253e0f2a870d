public import Model

/// What became of one try to deliver a message.
public enum DeliveryAnswer: Hashable, Sendable {
  /// The receiver has it.
  case delivered
  /// It may work later: after so many ms when the receiver said so.
  case retry(after: Milliseconds? = nil, because: String)
  /// The receiver will never take it.
  case rejected(because: String)

  /// Why it was not delivered; nil when it was.
  public var reason: String? {
    switch self {
    case .delivered: nil
    case .retry(_, let reason), .rejected(let reason): reason
    }
  }
}
