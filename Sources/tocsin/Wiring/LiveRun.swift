import API
import Dispatch
import Engine
import Evaluation
import Foundation
import Incidents
import Logging
import Model
import Notifications
import Reports
import Rules
import ServiceLifecycle
import Sources
import Storage

/// A live run: the engine, what feeds it and what serves it, started and stopped together.
struct LiveRun {
  private let configuration: LiveConfiguration
  private let inForce: ConfigurationInForce
  private let engine: LiveEngine
  private let hub: EventHub
  private let logger: Logger
  private let access: AccessKeeper
  private let scrapeClient: ScrapeClient
  private let targets: ScrapeTargets
  private let centre: NotificationCentre

  private let inputs: [String]
  private let logs: [LogInput]
  private let input: InputOptions
  private let keeper: CheckpointKeeper
  private let follows: Bool
  /// The process that this one takes over from; nil where there is none.
  private let takeOver: TakeOver?

  /// A run by what `read` says now, and at each reload.
  ///
  /// - Throws: also `CommandFailure` when another process runs with the store and `takesOver` is false.
  init(
    _ configuration: LiveConfiguration, read: @escaping @Sendable () throws -> LiveConfiguration,
    files: [String], follows: Bool, takesOver: Bool, input: InputOptions, output: OutputOptions,
    reports: [String]
  ) throws {
    let isFed = configuration.listen != nil || !configuration.scrape.isEmpty
    let logs = configuration.logs + input.logInputs
    inputs = files.isEmpty && logs.isEmpty && !isFed ? ["-"] : files
    self.logs = logs
    self.input = input
    self.configuration = configuration
    inForce = ConfigurationInForce(configuration, read: read)
    logger = Logger(label: "tocsin") { StreamLogHandler.standardError(label: $0) }
    hub = EventHub(listenersMax: configuration.limits.listeners)
    access = AccessKeeper(configuration.tokens)
    scrapeClient = ScrapeClient(secrets: readSecret)
    targets = ScrapeTargets(try configuration.scrape.map { try ScrapeTarget($0) })
    self.follows = follows
    let rules = try RuleOptions.load(
      configuration.rules, language: configuration.engineOptions.evaluation.language)
    let store = try Store.open(path: configuration.store, mode: .create)
    // From here on the other process stands still: what can be wrong was looked at before.
    takeOver = try TakeOver.begin(configuration.store, isWanted: takesOver)
    let centre = NotificationCentre(configuration, store: store, logger: logger)
    self.centre = centre
    let file = CheckpointFile(besideStore: configuration.store)
    let sources = inputs + logs.map(\.path)
    keeper = CheckpointKeeper(file)
    var parts = Session.Parts(
      rules: rules, engine: configuration.engineOptions, store: store,
      reports: reports, output: output)
    parts.checkpoints = file.candidates(inputs: sources) { StandardError.write($0) }
    // What the other process had saved before is not where it stands.
    if takeOver != nil { parts.checkpoints.removeAll { $0.path != file.path } }
    let context = IncidentContext(
      catalogue: parts.rules.catalogue, settings: parts.rules.incidents)
    parts.notifier = try centre.notifier(context)
    parts.forwarding = centre.forwarding
    parts.deliveries = { centre.figures }
    let reloading = Reloading(
      configuration: inForce, access: access, targets: targets, centre: centre)
    engine = try LiveEngine(
      parts, inputs: sources, checkpointInterval: configuration.checkpointInterval, store: store,
      storePath: configuration.store, hub: hub, reloading: reloading, clock: { wallClock() })
  }

  /// Runs until the inputs end or somebody stops the program; a server runs until it is stopped.
  func run(signals: TrappedSignals) async throws -> RunSummary {
    typealias Member = ServiceGroupConfiguration.ServiceConfiguration
    let server = try server()
    try await take()
    try await engine.takeAgain()
    await engine.beginWaiting()
    if await engine.resumed == nil {
      // Killed before the first state was saved, the next run must know that this one told something.
      await save()
    }
    var services: [Member] = []
    let isServed = configuration.listen != nil
    let isFed = isServed || !configuration.scrape.isEmpty
    services.append(Member(service: centre.service))
    services.append(Member(service: ClockService(engine: engine)))
    services.append(Member(service: CheckpointService(engine: engine, keeper: keeper)))
    services.append(Member(service: SelfMonitoringService(engine: engine)))
    services.append(
      Member(
        service: ReloadService(
          engine: engine, configuration: inForce, signals: signals.reload)))
    services.append(
      Member(
        service: StopService(signals: signals.stop),
        successTerminationBehavior: .gracefullyShutdownGroup))
    if !inputs.isEmpty || !logs.isEmpty {
      let pipe = InputReader.live(
        inputs, try input.decoder(), logs: logs, follows: follows,
        positions: await engine.resumed?.positions ?? [:], clock: { wallClock() })
      services.append(
        Member(
          service: FeedService(pipe: pipe, engine: engine),
          successTerminationBehavior: isFed ? .ignore : .gracefullyShutdownGroup))
    }
    if isFed {
      services.append(
        Member(service: ScrapeService(targets: targets, client: scrapeClient, engine: engine)))
    }
    services += handOver(server)
    if let server {
      services.append(
        Member(service: ServerService(server: server, hub: hub, logger: logger)))
    }
    var group = ServiceGroupConfiguration(services: services, logger: logger)
    group.maximumGracefulShutdownDuration = .seconds(10)
    if !isServed { ServiceManager.tell(.ready) }
    try await ServiceGroup(configuration: group).run()
    ServiceManager.tell(.stopping)
    // Another process goes on from here, and the state is its own now.
    if await engine.hasLeft { return try await engine.finish() }
    guard await engine.hasEnded, !isFed else {
      // Somebody stopped it: the next run goes on from here.
      await save()
      return try await engine.finish()
    }
    let summary = try await engine.finish()
    await keeper.remove()
    await engine.forgetArrivals()
    return summary
  }

  /// Takes the engine over, where another process has it.
  private func take() async throws {
    guard let takeOver else { return }
    guard await engine.resumed != nil else {
      throw TakeOver.failure(configuration.store, "this one cannot go on from its state")
    }
    try await takeOver.take(configuration.store)
  }

  /// The service that hands the engine over in turn, where that can be.
  private func handOver(_ server: Server?) -> [ServiceGroupConfiguration.ServiceConfiguration] {
    let path = HandOverSocket.path(besideStore: configuration.store)
    do throws(HandOverSocket.Failure) {
      let service = HandOverService(
        socket: try HandOverSocket(listeningAt: path), engine: engine, keeper: keeper,
        server: server, address: configuration.listen?.description ?? "-",
        obstacle: inputs.isEmpty || follows ? nil : "it reads \(inputs[0]) to its end")
      return [
        ServiceGroupConfiguration.ServiceConfiguration(
          service: service, successTerminationBehavior: .gracefullyShutdownGroup)
      ]
    } catch {
      StandardError.write("warning: no other process can take over from this one: \(error)")
      return []
    }
  }

  private func save() async {
    guard let checkpoint = await engine.checkpoint() else { return }
    await engine.note(saved: await keeper.keep(checkpoint))
  }

  private func server() throws -> Server? {
    guard let address = configuration.listen else { return nil }
    let build = BuildInfo(version: TocsinCommand.version, startTime: wallClock())
    var server = ServerConfiguration(address: address, build: build, clock: { wallClock() })
    server.limits = configuration.limits
    server.evaluation = configuration.engineOptions.evaluation
    server.access = { [access] in access.list(at: wallClock()) }
    server.tls = try configuration.tls.map { try $0.keeper().configuration() }
    server.assets = PageAssets(style: PageStyle.text, script: PageScript.text)
    if takeOver?.address == address.description { server.socket = takeOver?.socket }
    server.shown = { [inForce] in inForce.current.yaml }
    return Server(server, backend: engine, logger: logger)
  }
}

extension LiveConfiguration {
  /// The engine's options.
  var engineOptions: EngineOptions {
    var options = EngineOptions()
    options.interval = interval
    options.lateness = lateness
    options.ticksPerPass = 1
    options.retention = retentionInForce
    options.acceptsLateSamples = true
    options.tellsInWaves = true
    options.evaluation = Feature.evaluation(features)
    options.evaluation.labelNames = labelNames
    options.externalLabels = externalLabels
    options.externalURL = externalURL
    options.stopwatch = { DispatchTime.now().uptimeNanoseconds }
    options.keepsEvaluations = !notifications.alertmanagers.isEmpty
    if let seriesMax { options.limits.series = seriesMax }
    return options
  }
}

extension LiveConfiguration.TLSSettings {
  /// What knows the files' content, now and when they are rotated.
  ///
  /// - Throws: `CommandFailure` when one of the files is missing or no PEM, or they do not fit.
  fileprivate func keeper() throws -> CertificateKeeper {
    do {
      return try CertificateKeeper(
        CertificateKeeper.Files(
          certificate: certificate, key: key, clientAuthority: clientAuthority),
        warn: { StandardError.write("warning: \($0)") })
    } catch {
      throw CommandFailure.unusable(
        "error: tls: \(certificate) and \(key) cannot be used: \(error)")
    }
  }
}
