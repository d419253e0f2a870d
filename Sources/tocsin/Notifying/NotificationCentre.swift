import Incidents
import Logging
import Model
import Notifications
import ServiceLifecycle
import Storage

/// Everything of a live run that leaves the program towards people and Alertmanagers: what the
/// session plans with, and the services that deliver.
struct NotificationCentre {
  private let settings: NotificationSettings
  private let externalURL: String
  private let transport: HTTPTransport
  private let dispatcher: Dispatcher
  private let senders: [(name: String, resend: Milliseconds, sender: AlertSender)]
  private let store: Store

  /// The outlets of `configuration`, whose messages wait in `store`.
  init(_ configuration: LiveConfiguration, store: Store, logger: Logger) {
    settings = configuration.notifications
    self.store = store
    let address = configuration.listen.map { "http://\($0)" } ?? "http://localhost"
    externalURL = configuration.externalURL.isEmpty ? address : configuration.externalURL
    let transport = HTTPTransport(limits: settings.limits)
    self.transport = transport
    dispatcher = settings.dispatcher(
      store: StoreOutbox(store: store), over: transport, secrets: readSecret,
      time: Dispatcher.Time(now: { wallClock() }), logger: logger)
    let limits = settings.limits
    senders = settings.alertmanagers.map { name, configuration in
      let sender = AlertSender(
        configuration, over: transport, secrets: readSecret, limits: limits, logger: logger)
      return (name, configuration.resend, sender)
    }
  }

  /// What turns effects into messages.
  func notifier(_ context: IncidentContext) throws -> Notifier {
    try Notifier(
      policy(settings, context), store: store, clock: { wallClock() },
      wake: { [dispatcher] in dispatcher.wake() })
  }

  /// Who is told of what, by `settings`; receivers are those of the start.
  func policy(
    _ settings: NotificationSettings, _ context: IncidentContext
  ) -> NotificationPolicy {
    NotificationPolicy(
      routes: RouteTree(settings.routes), calendars: settings.calendars, context: context,
      externalURL: externalURL, limits: settings.limits)
  }

  /// What forwards alerts; nil when no Alertmanager is configured.
  var forwarding: AlertForwarding? {
    guard !senders.isEmpty else { return nil }
    return AlertForwarding(
      senders.map { ($0.resend, $0.sender) }, externalURL: externalURL)
  }

  /// Delivers until the program stops.
  var service: any Service {
    DeliveryService(
      dispatcher: dispatcher, senders: senders.map(\.sender), transport: transport)
  }

  /// How deliveries have fared, in the Prometheus text format.
  var metrics: String {
    let total = "tocsin_notifications_total"
    var text = "# HELP \(total) Messages by receiver and outcome.\n# TYPE \(total) counter\n"
    for (name, counts) in dispatcher.receiverCounts.sorted(by: { $0.key < $1.key }) {
      for (outcome, count) in [
        ("delivered", counts.delivered), ("retried", counts.retried), ("rejected", counts.rejected),
      ] {
        text += "\(total){receiver=\(quoted(name)),outcome=\"\(outcome)\"} \(count)\n"
      }
    }
    guard !senders.isEmpty else { return text }
    let alerts = "tocsin_forwarded_alerts_total"
    text += "# HELP \(alerts) Alerts by Alertmanager and outcome.\n# TYPE \(alerts) counter\n"
    for (name, _, sender) in senders {
      let counts = sender.counts
      for (outcome, count) in [
        ("delivered", counts.delivered), ("dropped", counts.dropped), ("failed", counts.failed),
      ] {
        text += "\(alerts){receiver=\(quoted(name)),outcome=\"\(outcome)\"} \(count)\n"
      }
    }
    return text
  }
}

/// Delivers messages and alerts; what is not delivered by the end of the program waits in the store.
private struct DeliveryService: Service {
  let dispatcher: Dispatcher
  let senders: [AlertSender]
  let transport: HTTPTransport

  func run() async throws {
    await cancelWhenGracefulShutdown {
      await withDiscardingTaskGroup { group in
        group.addTask { await dispatcher.run() }
        for sender in senders { group.addTask { await sender.run() } }
      }
    }
    await transport.shutdown()
  }
}
