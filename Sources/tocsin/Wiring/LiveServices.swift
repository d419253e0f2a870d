import API
import Foundation
import Logging
import Model
import ServiceLifecycle
import Sources

/// Reads standard input, pipes and followed files into the engine until they end.
struct FeedService: Service {
  let pipe: DeliveryPipe
  let engine: LiveEngine

  func run() async throws {
    try await withTaskCancellationOrGracefulShutdownHandler {
      do {
        while let delivery = try await pipe.next() { try await engine.take(delivery) }
      } catch let error as SourceError {
        throw CommandFailure.unusable(error.diagnostic.description)
      }
    } onCancelOrGracefulShutdown: {
      pipe.cancel()
    }
  }
}

/// Lets the engine know that time passes.
struct ClockService: Service {
  let engine: LiveEngine

  /// How often, in ms.
  private static let interval = 250

  func run() async throws {
    try await cancelWhenGracefulShutdown {
      while !Task.isCancelled {
        try await engine.pass()
        try? await Task.sleep(for: .milliseconds(Self.interval))
      }
    }
  }
}

/// Scrapes targets until the program stops; then their series end.
struct ScrapeService: Service {
  let scrapers: [Scraper]
  let client: ScrapeClient

  func run() async throws {
    await cancelWhenGracefulShutdown {
      await withTaskGroup(of: Void.self) { group in
        for scraper in scrapers { group.addTask { await scraper.run() } }
      }
    }
    try await client.shutdown()
  }
}

/// Answers HTTP until the program stops.
struct ServerService: Service {
  let server: Server
  let hub: EventHub
  let logger: Logger

  func run() async throws {
    try await withGracefulShutdownHandler {
      try await server.run { port in
        logger.info("listening", metadata: ["port": "\(port)"])
        ServiceManager.tell(.ready)
      }
    } onGracefulShutdown: {
      // Streams of events would keep the server from stopping.
      hub.finish()
    }
  }
}
