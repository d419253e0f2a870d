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
        if !pipe.isCancelled { await engine.endInput() }
      } catch is CancellationError {
        // The engine is with another process, which reads on from where this one was.
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

/// The targets to scrape: those of the start, then those of each reload.
struct ScrapeTargets: Sendable {
  let lists: AsyncStream<[ScrapeTarget]>
  private let next: AsyncStream<[ScrapeTarget]>.Continuation

  init(_ first: [ScrapeTarget]) {
    (lists, next) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    next.yield(first)
  }

  func replace(_ targets: [ScrapeTarget]) { next.yield(targets) }
}

/// Scrapes targets until the program stops; the series of one that is given up end.
struct ScrapeService: Service {
  let targets: ScrapeTargets
  let client: ScrapeClient
  let engine: LiveEngine

  func run() async throws {
    await cancelWhenGracefulShutdown {
      var running: [(scraper: Scraper, task: Task<Void, Never>)] = []
      for await list in targets.lists {
        var rest = list
        var going: [(scraper: Scraper, task: Task<Void, Never>)] = []
        for (scraper, task) in running {
          if let same = rest.firstIndex(where: { $0.configuration == scraper.target.configuration })
          {
            rest.remove(at: same)
            going.append((scraper, task))
          } else {
            task.cancel()
            await task.value
            // An engine that takes nothing any more is told of elsewhere.
            try? await scraper.end()
          }
        }
        for target in rest {
          let scraper = Scraper(target, client: client) { [engine] delivery in
            try await engine.take(scraped: delivery)
          }
          going.append((scraper, Task { await scraper.run() }))
        }
        running = going
        await engine.watch(running.map(\.scraper))
      }
      for (_, task) in running { task.cancel() }
      for (_, task) in running { await task.value }
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
      server.shutDown()
    }
  }
}
