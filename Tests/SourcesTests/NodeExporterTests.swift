import Foundation
import Model
import Testing

@testable import Sources

/// Scrapes the node exporter of Debian's package.
@Suite(
  .enabled(
    if: NodeExporter.isSupported,
    "Scripts/peers.sh needs apt-get to fetch prometheus-node-exporter"))
struct NodeExporterTests {
  @Test func `two scrapes, and then it is gone`() async throws {
    let exporter = try NodeExporter()
    let url = try #require(await exporter.url())
    let client = ScrapeClient(secrets: { _ in "" })
    let scraper = Scraper(
      try ScrapeTarget(ScrapeConfiguration(url: url, labels: ["job": "node"])), client: client,
      deliver: { _ in })
    let first = try await scraper.scrape(at: Timestamp(milliseconds: 1000))
    let second = try await scraper.scrape(at: Timestamp(milliseconds: 2000))
    exporter.stop()
    let third = try await scraper.scrape(at: Timestamp(milliseconds: 3000))
    try await client.shutdown()
    #expect(first.diagnostics.isEmpty, "\(first.diagnostics)")
    for delivery in [first, second] {
      let names = try (0..<delivery.batch.count).map {
        try delivery.batch.labels(ofRow: $0).metricName ?? ""
      }
      #expect(names.contains("node_load1"))
      #expect(names.contains("node_exporter_build_info"))
      let up = try #require(names.firstIndex(of: "up"))
      #expect(delivery.batch.values[up] == 1)
      #expect(delivery.batch.metadata.contains { $0.name == "node_load1" && $0.type == "gauge" })
    }
    let page = second.batch.count - 5
    #expect(third.batch.values.prefix(page).allSatisfy(StaleMarker.isStale))
    #expect(third.batch.values.dropFirst(page).allSatisfy { !StaleMarker.isStale($0) })
    #expect(third.batch.values[page] == 0)
    #expect(third.diagnostics.map(\.code) == ["scrape-unreachable"])
  }
}

/// A node exporter that runs.
final class NodeExporter {
  private static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path
  private static let folder = root + "/.build/peers"

  /// Where there is no apt-get, there is no exporter.
  static let isSupported: Bool = {
    let script = Process()
    script.executableURL = URL(fileURLWithPath: root + "/Scripts/peers.sh")
    script.arguments = [folder]
    guard (try? script.run()) != nil else { return true }
    script.waitUntilExit()
    return script.terminationStatus != 3
  }()

  private let process = Process()
  private let port: Int

  init() throws {
    // The port was free a moment ago.
    let server = try LoopbackServer { _ in .text("") }
    port = server.port
    server.stop()
    process.executableURL = URL(fileURLWithPath: Self.folder + "/prometheus-node-exporter")
    process.arguments = [
      "--web.listen-address=127.0.0.1:\(port)", "--collector.disable-defaults",
      "--collector.loadavg", "--collector.meminfo",
    ]
    process.standardError = FileHandle.nullDevice
    try process.run()
  }

  deinit { stop() }

  /// Where it answers; nil when it does not within 20 s.
  func url() async -> String? {
    let url = "http://127.0.0.1:\(port)/metrics"
    let client = ScrapeClient(secrets: { _ in "" })
    var isThere = false
    for _ in 0..<200 where !isThere {
      if let target = try? ScrapeTarget(ScrapeConfiguration(url: url)) {
        isThere = (try? await client.fetch(target)) != nil
      }
      if !isThere { try? await Task.sleep(for: .milliseconds(100)) }
    }
    try? await client.shutdown()
    return isThere ? url : nil
  }

  /// Ends it.
  func stop() {
    guard process.isRunning else { return }
    process.terminate()
    process.waitUntilExit()
  }
}
