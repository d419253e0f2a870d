import Incidents
import Logging
import Model
import Notifications
import ServiceLifecycle
import Storage
import Synchronization

/// Everything of a live run that leaves the program towards people and Alertmanagers: what the
/// session plans with, and the services that deliver.
final class NotificationCentre: Sendable {
  /// The Alertmanager of a receiver.
  private struct Forward: Sendable {
    var name: String
    var configuration: AlertmanagerConfiguration
    var sender: AlertSender
  }

  /// What is in force.
  private struct State: Sendable {
    var dispatcher: Dispatcher
    var forwards: [Forward]
  }

  private let state: Mutex<State>
  private let started: AsyncStream<Member>
  private let next: AsyncStream<Member>.Continuation
  private let transport: HTTPTransport
  private let tally = DispatchTally()
  private let externalURL: String
  private let store: Store
  private let logger: Logger
  private let first: NotificationSettings

  /// One that delivers, and is told when another one takes its place.
  fileprivate enum Member: Sendable {
    case dispatcher(Dispatcher)
    case sender(AlertSender)
  }

  /// The outlets of `configuration`, whose messages wait in `store`.
  init(_ configuration: LiveConfiguration, store: Store, logger: Logger) {
    first = configuration.notifications
    self.store = store
    self.logger = logger
    let address = configuration.listen.map { "http://\($0)" } ?? "http://localhost"
    externalURL = configuration.externalURL.isEmpty ? address : configuration.externalURL
    transport = HTTPTransport(limits: first.limits)
    (started, next) = AsyncStream.makeStream()
    state = Mutex(
      State(
        dispatcher: Self.dispatcher(first, store, transport, tally, logger), forwards: []))
    next.yield(.dispatcher(state.withLock { $0.dispatcher }))
    replaceForwards(by: first)
  }

  private static func dispatcher(
    _ settings: NotificationSettings, _ store: Store, _ transport: HTTPTransport,
    _ tally: DispatchTally, _ logger: Logger
  ) -> Dispatcher {
    settings.dispatcher(
      store: StoreOutbox(store: store), over: transport, secrets: readSecret,
      time: Dispatcher.Time(now: { wallClock() }), logger: logger, tally: tally)
  }

  /// Puts other receivers in force.
  ///
  /// What is being tried gets its answer from the receiver it was tried at, what waits goes to the
  /// receiver that now has the name. Where none has, it is given up, which is logged and counted.
  func replace(_ settings: NotificationSettings) {
    let new = Self.dispatcher(settings, store, transport, tally, logger)
    let old = state.withLock { state in
      defer { state.dispatcher = new }
      return state.dispatcher
    }
    // It waits for the old one to end, so that no message is tried by both.
    next.yield(.dispatcher(new))
    old.retire()
    replaceForwards(by: settings)
  }

  private func replaceForwards(by settings: NotificationSettings) {
    let (ended, begun) = state.withLock { state in
      var rest = state.forwards
      var begun: [AlertSender] = []
      state.forwards = settings.alertmanagers.map { name, configuration in
        if let same = rest.firstIndex(where: {
          $0.name == name && $0.configuration == configuration
        }) {
          return rest.remove(at: same)
        }
        let sender = AlertSender(
          configuration, over: transport, secrets: readSecret, limits: settings.limits,
          logger: logger)
        begun.append(sender)
        return Forward(name: name, configuration: configuration, sender: sender)
      }
      return (rest, begun)
    }
    for forward in ended { forward.sender.finish() }
    for sender in begun { next.yield(.sender(sender)) }
  }

  /// What turns effects into messages.
  func notifier(_ context: IncidentContext) throws -> Notifier {
    try Notifier(
      policy(first, context), store: store, clock: { wallClock() },
      wake: { [self] in state.withLock { $0.dispatcher }.wake() })
  }

  /// Who is told of what, by `settings`.
  func policy(
    _ settings: NotificationSettings, _ context: IncidentContext
  ) -> NotificationPolicy {
    NotificationPolicy(
      routes: RouteTree(settings.routes), calendars: settings.calendars, context: context,
      externalURL: externalURL, limits: settings.limits)
  }

  /// What forwards alerts; nil when no Alertmanager is configured.
  var forwarding: AlertForwarding? {
    let forwards = state.withLock { $0.forwards }
    guard !forwards.isEmpty else { return nil }
    return AlertForwarding(
      forwards.map { ($0.configuration.resend, $0.sender) }, externalURL: externalURL)
  }

  /// Delivers until the program stops.
  var service: any Service { DeliveryService(started: started, transport: transport) }

  /// How deliveries have fared.
  var figures: DeliveryFigures {
    DeliveryFigures(
      receivers: tally.byReceiver,
      alertmanagers: state.withLock { $0.forwards }.map { forward in
        let counts = forward.sender.counts
        return (forward.name, counts.delivered, counts.dropped, counts.failed)
      })
  }
}

/// Delivers messages and alerts; what is not delivered by the end of the program waits in the store.
private struct DeliveryService: Service {
  let started: AsyncStream<NotificationCentre.Member>
  let transport: HTTPTransport

  func run() async throws {
    await cancelWhenGracefulShutdown {
      await withTaskGroup(of: Void.self) { group in
        var last: Task<Void, Never>?
        for await member in started {
          switch member {
          case .sender(let sender): group.addTask { await sender.run() }
          case .dispatcher(let dispatcher):
            let before = last
            let task = Task {
              await before?.value
              await dispatcher.run()
            }
            group.addTask {
              await withTaskCancellationHandler {
                await task.value
              } onCancel: {
                task.cancel()
              }
            }
            last = task
          }
        }
        group.cancelAll()
      }
    }
    await transport.shutdown()
  }
}
