public import Model

/// A message on its way to a receiver.
public struct Delivery: Sendable {
  /// What tells repeats of the message: the receiver's idempotency key.
  public var key: String
  /// The receiver's configured name.
  public var receiver: String
  /// What happened.
  public var notice: Notice
  /// Title and text for people.
  public var message: Message
  /// The moment of the try, by the clock.
  public var now: Timestamp

  /// A message with everything a receiver needs.
  public init(
    key: String, receiver: String, notice: Notice, message: Message, now: Timestamp
  ) {
    self.key = key
    self.receiver = receiver
    self.notice = notice
    self.message = message
    self.now = now
  }
}

/// Someone who can be told: one kind for each folder of `Receivers`.
public protocol Receiver: Sendable {
  /// Tries once; never throws, never waits longer than its time limit.
  func deliver(_ delivery: Delivery) async -> DeliveryAnswer
}

/// A receiver that is told by one HTTP request.
protocol HTTPReceiver: Receiver {
  /// Whom to ask.
  var target: HTTPTarget { get }
  /// The request for a message; nil when this receiver has no use for it.
  func post(_ delivery: Delivery) throws(SecretError) -> HTTPPost?
}

extension HTTPReceiver {
  /// Sends the request; a secret that is missing now may be there later.
  func deliver(_ delivery: Delivery) async -> DeliveryAnswer {
    do throws(SecretError) {
      guard let post = try post(delivery) else { return .delivered }
      return await target.send(post, now: delivery.now)
    } catch {
      return .retry(because: error.description)
    }
  }
}
