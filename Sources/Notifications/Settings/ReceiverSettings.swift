public import Model

/// A receiver as the configuration names it.
public struct ReceiverSettings: Sendable {
  /// The kinds of receivers with what each must know.
  public enum Kind: Hashable, Sendable {
    /// JSON to a program over HTTP.
    case webhook(WebhookConfiguration)
    /// A Slack incoming webhook.
    case slack(HTTPEndpoint)
    /// A workflow of Microsoft Teams.
    case teams(HTTPEndpoint)
    /// PagerDuty, Events API v2.
    case pagerDuty(PagerDutyConfiguration)
    /// Opsgenie.
    case opsgenie(OpsgenieConfiguration)
    /// Mail.
    case email(EmailConfiguration)
    /// An Alertmanager, which also gets every alert.
    case alertmanager(AlertmanagerConfiguration)
    /// A program of this machine.
    case command(CommandConfiguration)
  }

  /// What routes call it.
  public var name: String
  /// What it is.
  public var kind: Kind
  /// Words of its own for some stages.
  public var templates: MessageTemplates

  /// A receiver with its name.
  public init(name: String, kind: Kind, templates: MessageTemplates = MessageTemplates()) {
    self.name = name
    self.kind = kind
    self.templates = templates
  }

  /// The receiver, ready to deliver.
  public func receiver(
    over transport: HTTPTransport, secrets: @escaping SecretReader,
    limits: NotificationLimits = NotificationLimits()
  ) -> any Receiver {
    func target(_ endpoint: HTTPEndpoint) -> HTTPTarget {
      HTTPTarget(endpoint, transport, secrets)
    }
    return switch kind {
    case .webhook(let configuration):
      WebhookReceiver(configuration: configuration, target: target(configuration.endpoint))
    case .slack(let endpoint): SlackReceiver(target: target(endpoint))
    case .teams(let endpoint): TeamsReceiver(target: target(endpoint))
    case .pagerDuty(let configuration):
      PagerDutyReceiver(configuration: configuration, target: target(configuration.endpoint))
    case .opsgenie(let configuration):
      OpsgenieReceiver(configuration: configuration, target: target(configuration.endpoint))
    case .email(let configuration):
      EmailReceiver(configuration: configuration, secrets: secrets)
    case .alertmanager(let configuration):
      AlertmanagerReceiver(target: target(configuration.endpoint))
    case .command(let configuration):
      CommandReceiver(configuration: configuration, outputBytesMax: limits.commandOutputBytesMax)
    }
  }
}
