import AsyncHTTPClient
import Foundation
import Model
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// Sends HTTP requests to places that a configuration names, and trusts none of them.
///
/// Redirects are not followed: a receiver could lead a request to an address inside the network.
/// Certificates are verified, every request has a time limit, and of a reply only the beginning is
/// read. One transport serves all receivers; `shutdown()` ends it.
public final class HTTPTransport: Sendable {
  private let client: HTTPClient
  private let replyBytesMax: Int

  /// A transport that is ready to send.
  public init(limits: NotificationLimits = NotificationLimits()) {
    var configuration = HTTPClient.Configuration()
    configuration.redirectConfiguration = .disallow
    configuration.timeout = .init(connect: .seconds(10), read: .seconds(30))
    // The outbox tries again; a try must not hide that nobody listens.
    configuration.connectionPool.retryConnectionEstablishment = false
    configuration.maximumUsesPerConnection = 1000
    client = HTTPClient(
      eventLoopGroup: .singletonMultiThreadedEventLoopGroup, configuration: configuration)
    replyBytesMax = limits.replyBytesMax
  }

  // The HTTP client wants to be told, also when nothing was sent. It lives until that is done.
  deinit { client.shutdown { _ in } }

  /// Closes all connections; nothing can be sent afterwards.
  public func shutdown() async {
    try? await client.shutdown()
  }

  /// Sends one request and reads the beginning of the reply.
  func send(
    _ request: HTTPClientRequest, timeout: Milliseconds
  ) async throws(TransportFailure) -> HTTPReply {
    let outcome = await withTaskGroup(of: Result<HTTPReply, TransportFailure>?.self) { group in
      group.addTask { await self.exchange(request, timeout: timeout) }
      group.addTask {
        // Ends an exchange whose body trickles in, which the client's own deadline does not.
        try? await Task.sleep(for: .milliseconds(timeout))
        return nil
      }
      let first = await group.next() ?? nil
      group.cancelAll()
      return first ?? .failure(TransportFailure(.timedOut))
    }
    return try outcome.get()
  }

  private func exchange(
    _ request: HTTPClientRequest, timeout: Milliseconds
  ) async -> Result<HTTPReply, TransportFailure> {
    do {
      let response = try await client.execute(request, timeout: .milliseconds(timeout))
      var bytes: [UInt8] = []
      for try await chunk in response.body {
        bytes += chunk.readableBytesView.prefix(replyBytesMax - bytes.count)
        if bytes.count >= replyBytesMax { break }
      }
      return .success(
        HTTPReply(
          status: Int(response.status.code),
          retryAfter: response.headers.first(name: "retry-after"),
          body: String(decoding: bytes, as: UTF8.self)))
    } catch {
      return .failure(TransportFailure(error))
    }
  }
}

/// Why no reply came; says nothing of the address, which may be a secret.
struct TransportFailure: Error, Hashable, Sendable, CustomStringConvertible {
  enum Code: String, Sendable, CaseIterable {
    case unresolved, unreachable, timedOut, insecure, badAddress, cancelled, broken
  }

  var code: Code

  init(_ code: Code) { self.code = code }

  init(_ error: any Error) {
    switch error {
    case let error as TransportFailure: code = error.code
    case is CancellationError: code = .cancelled
    case let error as NIOConnectionError:
      code = error.connectionErrors.isEmpty ? .unresolved : .unreachable
    case let error as IOError:
      let unreachable = [ECONNREFUSED, EHOSTUNREACH, ENETUNREACH, ETIMEDOUT]
      code = unreachable.contains(error.errnoCode) ? .unreachable : .broken
    case is NIOSSLError, is NIOSSLExtraError, is BoringSSLError: code = .insecure
    case let error as HTTPClientError:
      switch error {
      case .connectTimeout, .readTimeout, .writeTimeout, .deadlineExceeded,
        .getConnectionFromPoolTimeout, .tlsHandshakeTimeout:
        code = .timedOut
      case .cancelled: code = .cancelled
      case .invalidURL, .emptyHost, .emptyScheme, .missingSocketPath: code = .badAddress
      default:
        code = "\(error)".contains("unsupportedScheme") ? .badAddress : .broken
      }
    default: code = .broken
    }
  }

  var description: String {
    switch code {
    case .unresolved: "the host name is not known"
    case .unreachable: "nobody listens there, or the network does not lead there"
    case .timedOut: "no answer in time"
    case .insecure: "the certificate or the TLS handshake was not acceptable"
    case .badAddress: "the address is no http or https URL"
    case .cancelled: "the try was cut short"
    case .broken: "the connection broke"
    }
  }
}
