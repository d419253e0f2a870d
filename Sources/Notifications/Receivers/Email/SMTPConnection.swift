import Model
import NIOCore
import NIOPosix
import NIOSSL

/// Runs an SMTP session over a socket.
struct SMTPConnection: Sendable {
  let configuration: EmailConfiguration

  private typealias Channel = NIOAsyncChannel<ByteBuffer, ByteBuffer>

  /// Delivers by `session` within the configured time.
  func run(_ session: SMTPSession) async -> DeliveryAnswer {
    await withTaskGroup(of: DeliveryAnswer.self) { group in
      group.addTask { await self.talk(session) }
      group.addTask {
        try? await Task.sleep(for: .milliseconds(configuration.timeout))
        return .retry(because: TransportFailure(.timedOut).description)
      }
      let first = await group.next() ?? .retry(because: TransportFailure(.cancelled).description)
      group.cancelAll()
      return first
    }
  }

  private func talk(_ session: SMTPSession) async -> DeliveryAnswer {
    do {
      let isImplicit = configuration.encryption == .implicit
      let tls = configuration.encryption == .none ? nil : try self.tls()
      let host = configuration.host
      let channel = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
        .connectTimeout(.seconds(10))
        .connect(host: host, port: configuration.port) { channel in
          channel.eventLoop.makeCompletedFuture {
            if isImplicit, let tls {
              try channel.pipeline.syncOperations.addHandler(Self.handler(tls, host))
            }
            return try Channel(wrappingChannelSynchronously: channel)
          }
        }
      return try await channel.executeThenClose { inbound, outbound in
        try await self.exchange(session, channel, inbound, outbound, tls)
      }
    } catch {
      return .retry(because: TransportFailure(error).description)
    }
  }

  private func exchange(
    _ session: SMTPSession, _ channel: Channel, _ inbound: NIOAsyncChannelInboundStream<ByteBuffer>,
    _ outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>, _ tls: NIOSSLContext?
  ) async throws -> DeliveryAnswer {
    var session = session
    var reader = SMTPReplyReader()
    var bytes = inbound.makeAsyncIterator()
    // Until something comes through it, a new encryption is the first suspect when all breaks.
    var isSecuring = configuration.encryption == .implicit
    while true {
      let reply: SMTPReply
      do {
        reply = try await Self.next(&reader, &bytes)
        isSecuring = false
      } catch is SMTPReplyReader.Malformed {
        return .retry(because: "the answer is no SMTP")
      } catch {
        throw isSecuring ? TransportFailure(.insecure) : error
      }
      var action = session.receive(reply)
      if action == .startTLS {
        // What came in plain text behind the reply could be anybody's (RFC 3207, section 6).
        guard reader.isEmpty, let tls else {
          return .retry(because: "the server sent something before the encryption began")
        }
        try await secure(channel, tls)
        isSecuring = true
        action = session.secured()
      }
      switch action {
      case .send(let text):
        do {
          try await outbound.write(ByteBuffer(string: text))
        } catch {
          throw isSecuring ? TransportFailure(.insecure) : error
        }
      case .startTLS: return .retry(because: "the server spoke out of turn")
      case .finish(let answer):
        // The outcome stands; whether the goodbye arrives does not matter.
        try? await outbound.write(ByteBuffer(string: "QUIT\r\n"))
        return answer
      }
    }
  }

  /// The next reply, from as many bytes as it takes.
  private static func next(
    _ reader: inout SMTPReplyReader,
    _ bytes: inout NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator
  ) async throws -> SMTPReply {
    while true {
      if let reply = try reader.next() { return reply }
      guard let more = try await bytes.next() else { throw TransportFailure(.broken) }
      reader.append(more.readableBytesView)
    }
  }

  private func secure(_ channel: Channel, _ tls: NIOSSLContext) async throws {
    let host = configuration.host
    let pipeline = channel.channel.pipeline
    try await channel.channel.eventLoop.submit {
      try pipeline.syncOperations.addHandler(Self.handler(tls, host), position: .first)
    }.get()
  }

  private func tls() throws -> NIOSSLContext {
    var tls = TLSConfiguration.makeClientConfiguration()
    if let file = configuration.authorityFile { tls.trustRoots = .file(file) }
    return try NIOSSLContext(configuration: tls)
  }

  /// A server that is named by an address has no name to ask for; its address is verified instead.
  private static func handler(_ tls: NIOSSLContext, _ host: String) throws -> NIOSSLClientHandler {
    let isAddress = (try? SocketAddress(ipAddress: host, port: 0)) != nil
    return try NIOSSLClientHandler(context: tls, serverHostname: isAddress ? nil : host)
  }
}
