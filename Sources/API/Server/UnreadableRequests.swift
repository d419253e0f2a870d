import NIOCore
import NIOHTTP1

/// Reads no further from a client whose request is none: too long a head, or no HTTP at all.
///
/// The answer (400) comes from a task that has to wait for its turn. Until then a client without an end
/// would be read and its bytes thrown away, as fast as it sends; and once it is answered, the connection
/// would stay for as long as the client likes.
final class UnreadableRequests: ChannelDuplexHandler, RemovableChannelHandler {
  typealias InboundIn = Any
  typealias OutboundIn = Any

  /// How long the client may take to read the answer: then it is reset, for nobody reads what it sends.
  static let patience = TimeAmount.seconds(2)

  private var isOver = false
  /// Closes the connection; put off by each part of an answer.
  private var end: Scheduled<Void>?

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    if error is HTTPParserError { isOver = true }
    context.fireErrorCaught(error)
  }

  func read(context: ChannelHandlerContext) {
    if !isOver { context.read() }
  }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    if isOver {
      end?.cancel()
      let channel = context.channel
      end = context.eventLoop.scheduleTask(in: Self.patience) { channel.close(promise: nil) }
    }
    context.write(data, promise: promise)
  }

  func channelInactive(context: ChannelHandlerContext) {
    end?.cancel()
    context.fireChannelInactive()
  }
}
