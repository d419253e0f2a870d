public import Logging
public import Model

/// The section `notifications:` of the configuration.
public struct NotificationSettings: Sendable {
  /// Who is told of which incidents.
  public var routes: [Route]
  /// Who can be told.
  public var receivers: [ReceiverSettings]
  /// Stretches of time that routes speak of.
  public var calendars: [NotificationCalendar]
  /// The bounds of what is kept and sent.
  public var limits: NotificationLimits

  /// Nobody is told anything without an argument.
  public init(
    routes: [Route] = [], receivers: [ReceiverSettings] = [],
    calendars: [NotificationCalendar] = [], limits: NotificationLimits = NotificationLimits()
  ) {
    self.routes = routes
    self.receivers = receivers
    self.calendars = calendars
    self.limits = limits
  }

  /// The receivers that every alert is forwarded to, by name.
  public var alertmanagers: [(name: String, configuration: AlertmanagerConfiguration)] {
    receivers.compactMap { settings in
      guard case .alertmanager(let configuration) = settings.kind else { return nil }
      return (settings.name, configuration)
    }
  }

  /// A dispatcher to all receivers.
  ///
  /// - Parameters:
  ///   - store: where messages wait.
  ///   - transport: carries the requests; stays open until its owner shuts it down.
  ///   - secrets: gives the present values of secrets.
  ///   - time: the clock and how to wait by it.
  ///   - logger: is told of tries that failed.
  ///   - tally: counts what becomes of messages.
  ///   - onUndelivered: called once for each message that is given up.
  /// - Returns: a dispatcher, to be run by its owner.
  public func dispatcher(
    store: any OutboxStore, over transport: HTTPTransport, secrets: @escaping SecretReader,
    time: Dispatcher.Time, logger: Logger, tally: DispatchTally = DispatchTally(),
    onUndelivered: @escaping @Sendable (UndeliveredMessage) -> Void = { _ in }
  ) -> Dispatcher {
    Dispatcher(
      receivers.map {
        ($0.name, $0.receiver(over: transport, secrets: secrets, limits: limits), $0.templates)
      }, store: store, time: time, limits: limits, logger: logger, tally: tally,
      onUndelivered: onUndelivered)
  }
}
