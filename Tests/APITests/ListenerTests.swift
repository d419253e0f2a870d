import Foundation
import Glibc
import HTTPTypes
import HummingbirdCore
import Logging
import NIOCore
import Synchronization
import Testing

@testable import API

/// A new connection to `port` of the loopback interface; nil when there is none.
private func connection(to port: Int) -> Int32? {
  let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
  var address = sockaddr_in()
  address.sin_family = sa_family_t(AF_INET)
  address.sin_port = in_port_t(port).bigEndian
  address.sin_addr.s_addr = inet_addr("127.0.0.1")
  let isConnected = withUnsafePointer(to: &address) { pointer in
    pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
      connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
    }
  }
  guard isConnected else {
    close(descriptor)
    return nil
  }
  return descriptor
}

@Suite("Handing a listening socket on")
struct ListenerTests {
  /// Clients that ask on one connection after another until they are told to stop.
  private final class Clients: Sendable {
    private struct State {
      var answers = 0
      var running: Int
      var isOver = false
    }

    private let state: Mutex<State>

    var answers: Int { state.withLock { $0.answers } }
    var isRunning: Bool { state.withLock { $0.running > 0 } }

    init(_ count: Int, asking port: Int) {
      state = Mutex(State(running: count))
      for _ in 0..<count {
        Thread.detachNewThread { [self] in
          while !state.withLock({ $0.isOver }) {
            let isAnswered = Self.ask(port)
            state.withLock { $0.answers += isAnswered ? 1 : 0 }
          }
          state.withLock { $0.running -= 1 }
        }
      }
    }

    func stop() { state.withLock { $0.isOver = true } }

    private static func ask(_ port: Int) -> Bool {
      guard let descriptor = connection(to: port) else { return false }
      defer { close(descriptor) }
      let request = Array("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".utf8)
      guard send(descriptor, request, request.count, Int32(MSG_NOSIGNAL)) > 0 else {
        return false
      }
      var answer = [UInt8](repeating: 0, count: 64)
      return recv(descriptor, &answer, answer.count, 0) > 0
        && answer.starts(with: "HTTP/1.1 200".utf8)
    }
  }

  private func start(
    _ listener: Listener, on socket: Listener.Socket
  ) async throws -> (port: Int, end: Task<Void, any Error>) {
    let connection = HTTP1Channel { _, writer, _ in
      let body = try await writer.writeHead(
        HTTPResponse(status: .ok, headerFields: [.contentLength: "0"]))
      try await body.finish(nil)
    }
    let (ports, isReady) = AsyncStream.makeStream(of: Int.self)
    let end = Task {
      try await listener.run(
        connection, on: socket, connectionsMax: 100, logger: Logger(label: "test")
      ) { isReady.yield($0) }
    }
    var iterator = ports.makeAsyncIterator()
    return (try #require(await iterator.next()), end)
  }

  @Test("connections that come just then do not end the program")
  func handOver() async throws {
    var listener = Listener()
    var (port, end) = try await start(
      listener, on: .address(ServerConfiguration.Address(host: "127.0.0.1", port: 0)))
    let clients = Clients(4, asking: port)
    for turn in 1...60 {
      while clients.answers < turn * 20 { try await Task.sleep(for: .milliseconds(1)) }
      let socket = try #require(await listener.duplicate())
      listener.stopAccepting()
      let next = Listener()
      let (_, nextEnd) = try await start(next, on: .descriptor(socket))
      listener.shutDown()
      try await end.value
      (listener, end) = (next, nextEnd)
    }
    clients.stop()
    while clients.isRunning { try await Task.sleep(for: .milliseconds(1)) }
    listener.shutDown()
    try await end.value
    #expect(clients.answers >= 60 * 20)
  }

  @Test("cancelled, it ends though a client is silent")
  func cancelled() async throws {
    let listener = Listener()
    let (port, end) = try await start(
      listener, on: .address(ServerConfiguration.Address(host: "127.0.0.1", port: 0)))
    let client = try #require(connection(to: port))
    defer { close(client) }
    end.cancel()
    try await end.value
  }
}
