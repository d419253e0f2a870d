import NIOCore
import NIOEmbedded
import NIOHTTP1
import Testing

@testable import API

@Suite("Requests that cannot be read")
struct UnreadableRequestsTests {
  /// Counts how often the channel was asked to read.
  private final class Reads: ChannelOutboundHandler {
    typealias OutboundIn = Any
    var count = 0

    func read(context: ChannelHandlerContext) {
      count += 1
      context.read()
    }
  }

  private let reads = Reads()
  private let channel = EmbeddedChannel()

  init() throws {
    try channel.pipeline.syncOperations.addHandlers([reads, UnreadableRequests()])
    try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
  }

  private func readCount() -> Int {
    let before = reads.count
    channel.read()
    return reads.count - before
  }

  @Test("nothing more is read, and the connection ends soon after the answer")
  func ends() throws {
    #expect(readCount() == 1)
    channel.pipeline.fireErrorCaught(HTTPParserError.headerOverflow)
    #expect(readCount() == 0)
    #expect(throws: HTTPParserError.headerOverflow) { try channel.throwIfErrorCaught() }
    // However long the answer takes, and each part of it.
    for part in ["HTTP/1.1 400 ", "Bad Request"] {
      channel.embeddedEventLoop.advanceTime(by: UnreadableRequests.patience - .milliseconds(1))
      try channel.writeOutbound(ByteBuffer(string: part))
      #expect(try channel.readOutbound(as: ByteBuffer.self) == ByteBuffer(string: part))
    }
    channel.embeddedEventLoop.advanceTime(by: UnreadableRequests.patience - .milliseconds(1))
    #expect(channel.isActive)
    channel.embeddedEventLoop.advanceTime(by: .milliseconds(1))
    #expect(!channel.isActive)
  }

  @Test("other trouble is not its business")
  func passes() throws {
    channel.pipeline.fireErrorCaught(ChannelError.inputClosed)
    #expect(readCount() == 1)
    try channel.writeOutbound(ByteBuffer(string: "answer"))
    channel.embeddedEventLoop.advanceTime(by: .hours(1))
    #expect(channel.isActive)
  }
}
