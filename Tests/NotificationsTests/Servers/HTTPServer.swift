import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import Synchronization

/// An HTTP server on loopback that answers as a test says and keeps what it was asked.
final class HTTPServer: Sendable {
  struct Request: Sendable {
    var method: String
    var path: String
    var headers: [(String, String)]
    var body: String

    func header(_ name: String) -> String? {
      headers.first { $0.0.lowercased() == name }?.1
    }
  }

  enum Answer: Sendable {
    case status(Int, headers: [(String, String)] = [], body: String = "")
    /// Never anything.
    case silence
    /// A body that has no end.
    case flood
    /// The head of an answer and then one byte at a time, for ever.
    case trickle
    /// The connection is closed.
    case hangUp
  }

  let port: Int
  private let channel: any NIOCore.Channel
  private let book: Book

  fileprivate final class Book: Sendable {
    let requests = Mutex<[Request]>([])
    let answer: @Sendable (Int, Request) -> Answer
    let arrivals = AsyncStream<Request>.makeStream()

    init(_ answer: @escaping @Sendable (Int, Request) -> Answer) { self.answer = answer }
  }

  /// A server on `port`, 0 for any; `answer` is asked with the number of the request from 0.
  init(
    port: Int = 0, tls: NIOSSLContext? = nil,
    _ answer: @escaping @Sendable (Int, Request) -> Answer = { _, _ in .status(200) }
  ) async throws {
    let book = Book(answer)
    self.book = book
    channel = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          if let tls {
            try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls))
          }
          try channel.pipeline.syncOperations.configureHTTPServerPipeline()
          try channel.pipeline.syncOperations.addHandler(Handler(book))
        }
      }.bind(host: "127.0.0.1", port: port).get()
    self.port = channel.localAddress?.port ?? 0
  }

  var url: String { "http://127.0.0.1:\(port)" }

  var requests: [Request] { book.requests.withLock { $0 } }

  /// The requests as they come.
  var arrivals: AsyncStream<Request> { book.arrivals.stream }

  func close() async throws { try await channel.close() }

  private final class Handler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let book: Book
    private var head: HTTPRequestHead?
    private var body = ""

    init(_ book: Book) { self.book = book }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      switch unwrapInboundIn(data) {
      case .head(let head):
        self.head = head
        body = ""
      case .body(let buffer): body += String(buffer: buffer)
      case .end:
        guard let head else { return }
        let request = Request(
          method: head.method.rawValue, path: head.uri,
          headers: head.headers.map { ($0.name, $0.value) },
          body: body)
        let number = book.requests.withLock {
          $0.append(request)
          return $0.count - 1
        }
        respond(book.answer(number, request), context)
        book.arrivals.continuation.yield(request)
      }
    }

    private func respond(_ answer: Answer, _ context: ChannelHandlerContext) {
      switch answer {
      case .silence: return
      case .hangUp: context.close(promise: nil)
      case .status(let status, let headers, let body):
        var fields = HTTPHeaders(headers)
        fields.add(name: "content-length", value: "\(body.utf8.count)")
        write(status, fields, context)
        context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: body)))), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
      case .flood:
        write(500, [:], context)
        pour(String(repeating: "x", count: 65_536), every: .milliseconds(0), context)
      case .trickle:
        write(200, [:], context)
        pour("x", every: .milliseconds(5), context)
      }
    }

    private func write(_ status: Int, _ headers: HTTPHeaders, _ context: ChannelHandlerContext) {
      let head = HTTPResponseHead(
        version: .http1_1, status: .init(statusCode: status), headers: headers)
      context.writeAndFlush(wrapOutboundOut(.head(head)), promise: nil)
    }

    /// Writes until the client goes away.
    private func pour(_ text: String, every pause: TimeAmount, _ context: ChannelHandlerContext) {
      let loopBound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
      let part = HTTPServerResponsePart.body(.byteBuffer(ByteBuffer(string: text)))
      context.writeAndFlush(wrapOutboundOut(part)).whenSuccess {
        let (_, context) = loopBound.value
        context.eventLoop.scheduleTask(in: pause) {
          let (handler, context) = loopBound.value
          handler.pour(text, every: pause, context)
        }
      }
    }
  }
}
