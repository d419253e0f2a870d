import Foundation
import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

/// An SMTP server on loopback that takes mail, with TLS and AUTH as a test says.
final class SMTPServer: Sendable {
  struct Mail: Sendable, Equatable {
    var from = ""
    var to: [String] = []
    var text = ""
    var isEncrypted = false
    var login: String?
  }

  struct Behaviour: Sendable {
    var tls: NIOSSLContext?
    /// Encrypted from the first byte.
    var isImplicit = false
    var methods = "PLAIN LOGIN"
    /// Sent behind the reply to STARTTLS, in plain text.
    var injection = ""
    /// Answers that stand in place of the usual ones, by command.
    var replies: [String: String] = [:]
    /// Says nothing at all.
    var isSilent = false
  }

  let port: Int
  private let channel: any NIOCore.Channel
  private let book = Book()

  fileprivate final class Book: Sendable {
    let mails = Mutex<[Mail]>([])
    let plainText = Mutex("")
  }

  init(_ behaviour: Behaviour = Behaviour()) async throws {
    let book = book
    channel = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          if behaviour.isImplicit, let tls = behaviour.tls {
            try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls))
          }
          try channel.pipeline.syncOperations.addHandler(Handler(book, behaviour))
        }
      }.bind(host: "127.0.0.1", port: 0).get()
    port = channel.localAddress?.port ?? 0
  }

  var mails: [Mail] { book.mails.withLock { $0 } }

  /// Everything that came over the wire unencrypted.
  var plainText: String { book.plainText.withLock { $0 } }

  func close() async throws { try await channel.close() }

  private final class Handler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let book: Book
    private let behaviour: Behaviour
    private var buffer = ""
    private var mail = Mail()
    private var isData = false
    private var loginSteps: [String]?

    init(_ book: Book, _ behaviour: Behaviour) {
      self.book = book
      self.behaviour = behaviour
      mail.isEncrypted = behaviour.isImplicit
    }

    func channelActive(context: ChannelHandlerContext) {
      if !behaviour.isSilent { say(behaviour.replies["GREETING"] ?? "220 test", context) }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      let text = String(buffer: unwrapInboundIn(data))
      if !mail.isEncrypted { book.plainText.withLock { $0 += text } }
      buffer += text
      while let end = buffer.firstRange(of: "\r\n") {
        let line = String(buffer[..<end.lowerBound])
        buffer.removeSubrange(..<end.upperBound)
        take(line, context)
      }
    }

    private func take(_ line: String, _ context: ChannelHandlerContext) {
      if isData { return takeData(line, context) }
      if loginSteps != nil { return takeLogin(line, context) }
      let verb = line.prefix { $0 != " " && $0 != ":" }.uppercased()
      if let reply = behaviour.replies[verb] { return say(reply, context) }
      switch verb {
      case "EHLO":
        let offersTLS = behaviour.tls != nil && !mail.isEncrypted
        say(
          "250-test\r\n" + (offersTLS ? "250-STARTTLS\r\n" : "") + "250 AUTH \(behaviour.methods)",
          context)
      case "STARTTLS": startTLS(context)
      case "AUTH" where line.hasPrefix("AUTH PLAIN "):
        mail.login = decoded(String(line.dropFirst(11))).replacingOccurrences(of: "\0", with: "|")
        say("235 ok", context)
      case "AUTH":
        loginSteps = []
        say("334 VXNlcm5hbWU6", context)
      case "MAIL":
        mail.from = line
        say("250 ok", context)
      case "RCPT":
        mail.to.append(line)
        say("250 ok", context)
      case "DATA":
        isData = true
        say("354 go", context)
      case "QUIT": context.close(promise: nil)
      default: say("502 what", context)
      }
    }

    private func takeLogin(_ line: String, _ context: ChannelHandlerContext) {
      loginSteps?.append(decoded(line))
      guard let steps = loginSteps, steps.count == 2 else {
        return say("334 UGFzc3dvcmQ6", context)
      }
      mail.login = "|" + steps.joined(separator: "|")
      loginSteps = nil
      say("235 ok", context)
    }

    private func takeData(_ line: String, _ context: ChannelHandlerContext) {
      guard line == "." else {
        mail.text += (line.hasPrefix(".") ? String(line.dropFirst()) : line) + "\n"
        return
      }
      isData = false
      let done = mail
      book.mails.withLock { $0.append(done) }
      say("250 queued", context)
    }

    private func startTLS(_ context: ChannelHandlerContext) {
      guard let tls = behaviour.tls else { return say("454 no", context) }
      say("220 go" + (behaviour.injection.isEmpty ? "" : "\r\n" + behaviour.injection), context)
      mail.isEncrypted = true
      try? context.pipeline.syncOperations.addHandler(
        NIOSSLServerHandler(context: tls), position: .first)
    }

    private func say(_ text: String, _ context: ChannelHandlerContext) {
      context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text + "\r\n")), promise: nil)
    }

    private func decoded(_ text: String) -> String {
      Data(base64Encoded: text).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }
  }
}
