import HTTPTypes
import NIOCore
import NIOEmbedded
import NIOHTTP1
import NIOHTTPTypes
import Testing

@testable import API

@Suite("Input that nobody reads")
struct UnreadInputTests {
  /// Counts how often the channel was asked to read.
  private final class Reads: ChannelOutboundHandler {
    typealias OutboundIn = Any
    var count = 0

    func read(context: ChannelHandlerContext) {
      count += 1
      context.read()
    }
  }

  private static let restMax = 1000

  private let reads = Reads()
  private let channel = EmbeddedChannel()

  init() throws {
    try channel.pipeline.syncOperations.addHandlers([reads, UnreadInput(restMax: Self.restMax)])
    try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
  }

  private func reading() -> Bool {
    let before = reads.count
    channel.read()
    return reads.count > before
  }

  private func request(_ parts: HTTPRequestPart...) throws {
    for part in parts { try channel.writeInbound(part) }
  }

  private func begin() throws {
    try request(.head(HTTPRequest(method: .post, scheme: "http", authority: "a", path: "/")))
  }

  private func body(_ bytes: Int) throws {
    try request(.body(ByteBuffer(repeating: 0x61, count: bytes)))
  }

  private func answer(_ status: HTTPResponse.Status) throws {
    for part in [HTTPResponsePart.head(HTTPResponse(status: status)), .end(nil)] {
      try channel.writeOutbound(part)
      #expect(try channel.readOutbound(as: HTTPResponsePart.self) == part)
    }
  }

  private func wait(_ time: TimeAmount) { channel.embeddedEventLoop.advanceTime(by: time) }

  @Test("after a request that is none nothing is read, and the connection ends after the answer")
  func noRequest() throws {
    #expect(reading())
    channel.pipeline.fireErrorCaught(HTTPParserError.headerOverflow)
    #expect(!reading())
    #expect(throws: HTTPParserError.headerOverflow) { try channel.throwIfErrorCaught() }
    // However long the answer takes.
    wait(.hours(1))
    #expect(channel.isActive)
    try answer(.badRequest)
    wait(UnreadInput.patience - .nanoseconds(1))
    #expect(channel.isActive)
    wait(.nanoseconds(1))
    #expect(!channel.isActive)
  }

  @Test("of a body that is answered only so much more is read")
  func longBody() throws {
    try begin()
    try body(Self.restMax + 1)
    // Somebody reads it.
    #expect(reading())
    try answer(.contentTooLarge)
    try body(Self.restMax)
    #expect(reading())
    try body(1)
    #expect(!reading())
    try body(1)
    wait(UnreadInput.patience)
    #expect(!channel.isActive)
  }

  @Test("a client that sends no more than that uses the connection again")
  func again() throws {
    for _ in 0..<3 {
      try begin()
      try answer(.unauthorized)
      try body(Self.restMax)
      try request(.end(nil))
    }
    // The next request comes before this one is answered.
    try begin()
    try request(.end(nil))
    try begin()
    try answer(.ok)
    try body(Self.restMax + 1)
    #expect(reading())
    try answer(.ok)
    wait(.hours(1))
    #expect(channel.isActive)
  }

  @Test("other trouble is not its business")
  func passes() throws {
    channel.pipeline.fireErrorCaught(ChannelError.inputClosed)
    #expect(throws: ChannelError.inputClosed) { try channel.throwIfErrorCaught() }
    #expect(reading())
    try begin()
    try request(.end(nil))
    try answer(.ok)
    wait(.hours(1))
    #expect(channel.isActive)
  }
}
