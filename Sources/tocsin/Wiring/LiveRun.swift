import API
import Dispatch
import Engine
import Evaluation
import Foundation
import Incidents
import Logging
import Model
import NIOSSL
import Notifications
import Reports
import Rules
import ServiceLifecycle
import Sources
import Storage
import UnixSignals

/// A live run: the engine, what feeds it and what serves it, started and stopped together.
struct LiveRun {
  private let configuration: LiveConfiguration
  private let engine: LiveEngine
  private let hub: EventHub
  private let logger: Logger
  private let access: AccessKeeper
  private let scrapeClient: ScrapeClient
  private let centre: NotificationCentre

  init(_ configuration: LiveConfiguration, output: OutputOptions, reports: [String]) throws {
    self.configuration = configuration
    logger = Logger(label: "tocsin") { StreamLogHandler.standardError(label: $0) }
    hub = EventHub(listenersMax: configuration.limits.listeners)
    access = AccessKeeper(configuration.tokens)
    scrapeClient = ScrapeClient(secrets: readSecret)
    let store = try Store.open(path: configuration.store, mode: .create)
    let centre = NotificationCentre(configuration, store: store, logger: logger)
    self.centre = centre
    var parts = Session.Parts(
      rules: try RuleOptions.load(
        configuration.rules, language: configuration.engineOptions.evaluation.language),
      engine: configuration.engineOptions,
      store: store, reports: reports, output: output)
    let context = IncidentContext(
      catalogue: parts.rules.catalogue, settings: parts.rules.incidents)
    parts.notifier = try centre.notifier(context)
    parts.forwarding = centre.forwarding
    parts.moreMetrics = { centre.metrics }
    engine = LiveEngine(parts, store: store, hub: hub, clock: { wallClock() })
  }

  /// Runs until the inputs end or somebody stops the program; a server runs until it is stopped.
  func run(_ files: [String], _ input: InputOptions, follows: Bool) async throws -> RunSummary {
    typealias Member = ServiceGroupConfiguration.ServiceConfiguration
    var services: [Member] = []
    let isServed = configuration.listen != nil
    let isFed = isServed || !configuration.scrape.isEmpty
    let logs = configuration.logs + input.logs.map(\.input)
    let inputs = files.isEmpty && logs.isEmpty && !isFed ? ["-"] : files
    services.append(Member(service: centre.service))
    services.append(Member(service: ClockService(engine: engine)))
    if !inputs.isEmpty || !logs.isEmpty {
      let pipe = InputReader.live(
        inputs, try input.decoder(), logs: logs, follows: follows, clock: { wallClock() })
      services.append(
        Member(
          service: FeedService(pipe: pipe, engine: engine),
          successTerminationBehavior: isFed ? .ignore : .gracefullyShutdownGroup))
    }
    let scrapers = try scrapers()
    if !scrapers.isEmpty {
      await engine.watch(scrapers)
      services.append(
        Member(service: ScrapeService(scrapers: scrapers, client: scrapeClient)))
    }
    if let server = try server() {
      services.append(
        Member(service: ServerService(server: server, hub: hub, logger: logger)))
    }
    var group = ServiceGroupConfiguration(services: services, logger: logger)
    group.gracefulShutdownSignals = [.sigterm, .sigint]
    group.maximumGracefulShutdownDuration = .seconds(10)
    if !isServed { ServiceManager.tell(.ready) }
    try await ServiceGroup(configuration: group).run()
    ServiceManager.tell(.stopping)
    return try await engine.finish()
  }

  private func scrapers() throws -> [Scraper] {
    try configuration.scrape.map { target in
      Scraper(try ScrapeTarget(target), client: scrapeClient) { [engine] delivery in
        try await engine.take(delivery)
      }
    }
  }

  private func server() throws -> Server? {
    guard let address = configuration.listen else { return nil }
    let build = BuildInfo(version: TocsinCommand.version, startTime: wallClock())
    var server = ServerConfiguration(address: address, build: build, clock: { wallClock() })
    server.limits = configuration.limits
    server.evaluation = configuration.engineOptions.evaluation
    server.access = { [access] in access.list(at: wallClock()) }
    server.tls = try configuration.tls.map { try $0.load() }
    server.assets = PageAssets(style: PageStyle.text, script: PageScript.text)
    server.shown = { [configuration] in configuration.yaml }
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
  /// The files' content, ready for a server.
  ///
  /// - Throws: `CommandFailure` when one of the files is missing or no PEM.
  fileprivate func load() throws -> TLSConfiguration {
    do {
      let chain = try NIOSSLCertificate.fromPEMFile(certificate).map {
        NIOSSLCertificateSource.certificate($0)
      }
      var tls = TLSConfiguration.makeServerConfiguration(
        certificateChain: chain,
        privateKey: .privateKey(try NIOSSLPrivateKey(file: key, format: .pem)))
      if let clientAuthority {
        tls.certificateVerification = .noHostnameVerification
        tls.trustRoots = .file(clientAuthority)
      }
      return tls
    } catch {
      throw CommandFailure.unusable(
        "error: tls: \(certificate) and \(key) cannot be used: \(error)")
    }
  }
}
