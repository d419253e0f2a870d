import API
import Foundation
import Model
import Reports
import ServiceLifecycle
import Storage

extension LiveEngine {
  /// How this run does now.
  ///
  /// The engine is asked for its numbers alone; the store and the system are, while it goes on.
  nonisolated func figures() async -> SelfFigures {
    var figures = SelfFigures(time: clock())
    figures.version = TocsinCommand.version
    (figures.engine, figures.live) = await ownFigures()
    figures.deliveries = deliveries()
    if let waiting = try? store.waitingMessages() {
      figures.waitingMessages = waiting.mapValues(\.count)
      figures.oldestWaiting = waiting.values.map(\.oldest).min()
    } else {
      figures.waitingMessages = nil
    }
    for target in await targets() {
      if target.lastScrape == nil {
        figures.targets.unknown += 1
      } else if target.lastError == nil {
        figures.targets.up += 1
      } else {
        figures.targets.down += 1
      }
    }
    figures.storeBytes = Self.bytes(ofStore: store.path)
    figures.process = ProcessFigures.read()
    return figures
  }

  /// The database with the log that SQLite writes first; nil when there is no such file.
  private static func bytes(ofStore path: String) -> Int? {
    let sizes = [path, path + "-wal"].map { path -> Int? in
      let facts = try? FileManager.default.attributesOfItem(atPath: path)
      return (facts?[.size] as? NSNumber)?.intValue
    }
    return sizes[0].map { $0 + (sizes[1] ?? 0) }
  }

  nonisolated func selfMetrics() async -> String { SelfMetrics.text(await figures()) }

  nonisolated func health() async -> String {
    let figures = await figures()
    var metrics: [HealthPage.Metric] = []
    var help = ""
    for line in SelfMetrics.text(figures).split(separator: "\n") {
      if line.hasPrefix("# HELP ") {
        help = line.split(separator: " ", maxSplits: 3).dropFirst(3).first.map(String.init) ?? ""
      } else if !line.hasPrefix("#"), let space = line.lastIndex(of: " ") {
        metrics.append(
          HealthPage.Metric(
            name: String(line[..<space]), value: String(line[line.index(after: space)...]),
            help: help))
      }
    }
    let targets = await targets().map { target in
      HealthPage.Target(url: target.url, error: target.lastError, last: target.lastScrape)
    }
    return HealthPage.render(
      vitals: Vitals(figures, history.points).all, metrics: metrics, targets: targets)
  }
}

/// Remembers how the run does, every quarter of a minute.
struct SelfMonitoringService: Service {
  let engine: LiveEngine

  func run() async throws {
    await cancelWhenGracefulShutdown {
      while !Task.isCancelled {
        engine.history.add(SelfHistory.Point(await engine.figures()))
        try? await Task.sleep(for: .milliseconds(SelfHistory.interval))
      }
    }
  }
}
