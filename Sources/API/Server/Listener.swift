import Glibc
import HummingbirdCore
import Logging
import NIOCore
import NIOPosix
import Synchronization

/// Accepts connections on a socket, a new one or one that another process handed over.
///
/// The socket can be handed on while it is listened on: connections that nobody accepted yet wait in
/// it until somebody does.
final class Listener: Sendable {
  /// What to listen on.
  enum Socket {
    /// A new socket at this address.
    case address(ServerConfiguration.Address)
    /// A socket that listens already; the listener closes it.
    case descriptor(CInt)
  }

  private struct State {
    var server: (any Channel)?
    var connections: [ObjectIdentifier: any Channel] = [:]
    var isAccepting = true
    var isOver = false
    /// Whoever waits for the end although nothing is accepted any more.
    var waiter: CheckedContinuation<Void, Never>?
    /// What answers on the connections, by their turn.
    var tasks: [Int: Task<Void, Never>] = [:]
    var taskCount = 0
    var isCancelled = false
    /// Whoever waits for the last of the tasks.
    var lastWaiter: CheckedContinuation<Void, Never>?
  }

  private let state = Mutex(State())

  /// Connections that the system keeps waiting for this program.
  private static let backlog: CInt = 256

  /// Listens until `shutDown`, then until the requests under way are answered.
  ///
  /// Cancelled, it ends them at once.
  /// - Parameters:
  ///   - connection: Sets up each connection and answers on it.
  ///   - socket: What to listen on.
  ///   - connectionsMax: More wait to be accepted.
  ///   - logger: Hears of trouble with connections.
  ///   - onReady: Called with the port.
  /// - Throws: what keeps it from listening.
  func run(
    _ connection: some ServerChildChannel, on socket: Socket, connectionsMax: Int, logger: Logger,
    onReady: @Sendable (Int) -> Void
  ) async throws {
    let bootstrap = ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .serverChannelOption(.backlog, value: Self.backlog)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelOption(.allowRemoteHalfClosure, value: true)
      .serverChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(
            AvailableConnectionsChannelHandler(maxConnections: connectionsMax))
        }
      }
    // NIO lets go of a connection that is set up when the listening socket is closed already, and a
    // writer that is let go of unfinished ends the program. So each has its task before NIO hears of it.
    let setUp = { @Sendable (channel: any Channel) in
      self.add(channel)
      return connection.setup(channel: channel, logger: logger).map { value in
        self.begin { await connection.handle(value: value, logger: logger) }
      }
    }
    let server =
      switch socket {
      case .address(let address):
        try await bootstrap.bind(
          host: address.host, port: address.port, childChannelInitializer: setUp)
      case .descriptor(let descriptor):
        try await bootstrap.bind(descriptor, childChannelInitializer: setUp)
      }
    let isOver = state.withLock { state in
      state.server = server.channel
      return state.isOver
    }
    if isOver {
      server.channel.close(promise: nil)
    } else {
      onReady(server.channel.localAddress?.port ?? 0)
    }
    await withTaskCancellationHandler {
      do {
        try await server.executeThenClose { accepted in
          for try await _ in accepted {}
        }
      } catch {
        logger.error("no connection is accepted any more", metadata: ["error": "\(error)"])
      }
      await waitForTheEnd()
      await waitForTheLastAnswer()
    } onCancel: {
      shutDown()
      cancelAll()
    }
  }

  /// Where somebody asked for nothing to be accepted any more: waits until all of it is to end.
  private func waitForTheEnd() async {
    await withCheckedContinuation { continuation in
      let isEnd = state.withLock { state in
        let isEnd = state.isAccepting || state.isOver
        if !isEnd { state.waiter = continuation }
        return isEnd
      }
      if isEnd { continuation.resume() }
    }
  }

  private func waitForTheLastAnswer() async {
    await withCheckedContinuation { continuation in
      let isIdle = state.withLock { state in
        if !state.tasks.isEmpty { state.lastWaiter = continuation }
        return state.tasks.isEmpty
      }
      if isIdle { continuation.resume() }
    }
  }

  /// Has a task of its own do `body`, for which `run` waits.
  private func begin(_ body: @escaping @Sendable () async -> Void) {
    state.withLock { state in
      let number = state.taskCount
      state.taskCount += 1
      let task = Task {
        await body()
        self.end(number)
      }
      state.tasks[number] = task
      if state.isCancelled { task.cancel() }
    }
  }

  private func end(_ number: Int) {
    let waiter = state.withLock { state in
      state.tasks[number] = nil
      guard state.tasks.isEmpty else { return CheckedContinuation<Void, Never>?.none }
      defer { state.lastWaiter = nil }
      return state.lastWaiter
    }
    waiter?.resume()
  }

  private func cancelAll() {
    let tasks = state.withLock { state in
      state.isCancelled = true
      return Array(state.tasks.values)
    }
    for task in tasks { task.cancel() }
  }

  /// Accepts nothing any more; connections stay.
  func stopAccepting() {
    let server = state.withLock { state in
      state.isAccepting = false
      return state.server
    }
    server?.close(promise: nil)
  }

  /// Accepts nothing any more, and closes each connection once it is idle.
  func shutDown() {
    let (server, connections, waiter) = state.withLock { state in
      defer { state.waiter = nil }
      state.isOver = true
      return (state.server, Array(state.connections.values), state.waiter)
    }
    waiter?.resume()
    server?.close(promise: nil)
    for channel in connections { Self.quiesce(channel) }
  }

  /// The socket once more, for another process; nil while nothing is listened on.
  func duplicate() async -> CInt? {
    guard let server = state.withLock({ $0.server }) else { return nil }
    let copy = try? await server.eventLoop.submit {
      try server.pipeline.syncOperations.withUnsafeTransportIfAvailable(
        of: NIOBSDSocket.Handle.self
      ) { fcntl($0, F_DUPFD_CLOEXEC, 0) }
    }.get()
    return copy.flatMap(\.self).flatMap { $0 < 0 ? nil : $0 }
  }

  private func add(_ channel: any Channel) {
    let isOver = state.withLock { state in
      state.connections[ObjectIdentifier(channel)] = channel
      return state.isOver
    }
    channel.closeFuture.whenComplete { _ in
      _ = self.state.withLock { $0.connections.removeValue(forKey: ObjectIdentifier(channel)) }
    }
    if isOver { Self.quiesce(channel) }
  }

  private static func quiesce(_ channel: any Channel) {
    channel.eventLoop.execute {
      channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
    }
  }
}
