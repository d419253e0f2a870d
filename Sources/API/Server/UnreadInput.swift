import NIOCore
import NIOHTTP1
import NIOHTTPTypes

/// Reads no further from a client that sends what nobody will look at, and ends its connection.
///
/// That is a request that is none, such as too long a head: the answer (400) comes from a task that has
/// to wait for its turn, and until then all that comes would be read and thrown away, as fast as the
/// client sends. And it is the rest of a body whose request was answered already: that it is too large,
/// say, or that the client is not known. As much as a body may have is still read: many clients send
/// on to the end, and only then look at the answer.
final class UnreadInput: ChannelDuplexHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPRequestPart
  typealias OutboundIn = HTTPResponsePart

  /// How long the client may take to read the answer: then it is reset, for nobody reads what it sends.
  static let patience = TimeAmount.seconds(2)

  /// Bytes of a body that are read after the answer.
  private let restMax: Int
  private var isOver = false
  /// Closes the connection; put off by each part of an answer.
  private var end: Scheduled<Void>?
  /// Requests that began to come, and those that were answered.
  private var requests = 0
  private var answers = 0
  /// Bytes that came of the newest request after its answer.
  private var rest = 0

  init(restMax: Int) { self.restMax = restMax }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head:
      requests += 1
      rest = 0
    case .body(let part) where answers == requests:
      rest += part.readableBytes
      if rest > restMax, !isOver {
        isOver = true
        closeSoon(context)
      }
    case .body, .end: break
    }
    context.fireChannelRead(data)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    // The answer is yet to come; its last part lets the connection end.
    if error is HTTPParserError { isOver = true }
    context.fireErrorCaught(error)
  }

  func read(context: ChannelHandlerContext) {
    if !isOver { context.read() }
  }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    if case .end = unwrapOutboundIn(data) { answers += 1 }
    if isOver { closeSoon(context) }
    context.write(data, promise: promise)
  }

  func channelInactive(context: ChannelHandlerContext) {
    end?.cancel()
    context.fireChannelInactive()
  }

  private func closeSoon(_ context: ChannelHandlerContext) {
    end?.cancel()
    let channel = context.channel
    end = context.eventLoop.scheduleTask(in: Self.patience) { channel.close(promise: nil) }
  }
}
