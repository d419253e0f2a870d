import Foundation
import Testing

/// Tocsin among the programs that it is used with, as Debian packages them.
@Suite(.serialized, .enabled(if: Peer.isSupported, Comment(rawValue: Peer.reason)))
struct PeerTests {
  /// A server of Tocsin's on a port that the system chose.
  private struct Server {
    let company: Company
    let port: Int

    var url: String { "http://127.0.0.1:\(port)" }
    var running: Running { company.running }

    init(in folder: ScratchFolder, _ more: String...) throws {
      let arguments = [
        "run", "--listen", "127.0.0.1:0", "--rules", "rules.yml", "--interval", "1s", "--output",
        "json",
      ]
      company = Company(try Running(arguments + more, in: folder))
      let running = company.running
      try #require(
        running.wait { running.errors.contains(" port=") }, "\(running.errors)")
      let text = try #require(running.errors.split(separator: " port=").dropFirst().first)
      port = try #require(Int(text.prefix { $0.isNumber }))
    }
  }

  /// A folder with a rule that fires once something of job `node` is up.
  private func folder() throws -> ScratchFolder {
    let folder = try ScratchFolder()
    try folder.write(
      "rules.yml",
      """
      groups:
        - name: peers
          interval: 1s
          rules:
            - record: job:up:sum
              expr: sum by (job) (up)
            - alert: NodeIsUp
              expr: up{job="node"} == 1
              labels: {severity: warning}
      """)
    return folder
  }

  private func nodeExporter(in folder: ScratchFolder) throws -> (company: Company, port: Int) {
    let port = try freePort()
    let company = try Peer.nodeExporter.start(
      [
        "--web.listen-address=127.0.0.1:\(port)", "--collector.disable-defaults",
        "--collector.loadavg", "--collector.meminfo", "--collector.stat",
      ], in: folder)
    try #require(
      company.running.wait { page("http://127.0.0.1:\(port)/metrics") != nil },
      "\(company.running.errors)")
    return (company, port)
  }

  /// Waits until promtool finds a result of `query` on the server, and gives it.
  private func answer(
    _ query: String, of server: Server, in folder: ScratchFolder
  ) throws -> String {
    var found = ""
    let isThere = server.running.wait {
      let outcome = try? Peer.promtool.run("query", "instant", server.url, query, in: folder)
      found = outcome.map { $0.output + $0.errors } ?? ""
      return outcome?.status == 0 && found.contains("=>")
    }
    #expect(isThere, "\(query): \(found)\n\(server.running.errors.suffix(2000))")
    return found
  }

  @Test func `Prometheus writes into it, promtool reads back, and its alerts arrive`() throws {
    let folder = try folder()
    let server = try Server(in: folder)
    let exporter = try nodeExporter(in: folder)
    let port = try freePort()
    try folder.write(
      "alerts.yml",
      """
      groups:
        - name: foreign
          interval: 1s
          rules:
            - alert: SaidByPrometheus
              expr: up{job="node"} == 1
              labels: {severity: critical, service: checkout}
              annotations: {summary: "told by another"}
      """)
    try folder.write(
      "prometheus.yml",
      """
      global: {scrape_interval: 1s, evaluation_interval: 1s}
      rule_files: [alerts.yml]
      scrape_configs:
        - job_name: node
          static_configs: [{targets: ["127.0.0.1:\(exporter.port)"]}]
      remote_write:
        - url: \(server.url)/api/v1/write
          queue_config: {batch_send_deadline: 500ms}
      alerting:
        alertmanagers:
          - api_version: v2
            static_configs: [{targets: ["127.0.0.1:\(server.port)"]}]
      """)
    let prometheus = try Peer.prometheus.start(
      [
        "--config.file=prometheus.yml", "--storage.tsdb.path=data",
        "--web.listen-address=127.0.0.1:\(port)", "--log.level=warn",
      ], in: folder)
    let up = try answer(#"up{job="node"}"#, of: server, in: folder)
    #expect(up.contains(#"instance="127.0.0.1:\#(exporter.port)""#), "\(up)")
    #expect(up.contains("=> 1 @"))
    _ = try answer("job:up:sum", of: server, in: folder)
    _ = try answer("rate(node_context_switches_total[30s]) > 0", of: server, in: folder)
    let labels = try Peer.promtool.run("query", "labels", server.url, "job", in: folder)
    #expect(labels.output.split(separator: "\n").contains("node"), "\(labels)")
    let series = try Peer.promtool.run(
      "query", "series", "--match=node_load1", server.url, in: folder)
    #expect(series.output.contains("node_load1"), "\(series)")
    let rules = try #require(page(server.url + "/api/v1/rules"))
    #expect(rules.contains("NodeIsUp") && rules.contains("job:up:sum"), "\(rules)")
    let hasBoth = server.running.wait {
      let incidents = page(server.url + "/api/v1/incidents") ?? ""
      return incidents.contains("SaidByPrometheus")
        || server.running.output.contains("SaidByPrometheus")
    }
    #expect(hasBoth, "\(server.running.output.suffix(3000))\n\(prometheus.running.errors)")
    #expect(!prometheus.running.errors.contains("level=error"), "\(prometheus.running.errors)")
    withExtendedLifetime((exporter.company, prometheus)) {}
  }

  @Test func `vmagent writes into it`() throws {
    let folder = try folder()
    let server = try Server(in: folder)
    let exporter = try nodeExporter(in: folder)
    let port = try freePort()
    try folder.write(
      "scrape.yml",
      """
      global: {scrape_interval: 1s}
      scrape_configs:
        - job_name: node
          static_configs: [{targets: ["127.0.0.1:\(exporter.port)"]}]
      """)
    let agent = try Peer.vmagent.start(
      [
        "-promscrape.config=scrape.yml", "-remoteWrite.url=\(server.url)/api/v1/write",
        "-remoteWrite.flushInterval=500ms", "-remoteWrite.tmpDataPath=queue",
        "-httpListenAddr=127.0.0.1:\(port)",
      ], in: folder)
    let load = try answer(#"node_load1{job="node"}"#, of: server, in: folder)
    #expect(load.contains(#"instance="127.0.0.1:\#(exporter.port)""#), "\(load)")
    let isFiring = server.running.wait {
      server.running.output.contains("alert.firing")
    }
    #expect(isFiring, "\(server.running.output.suffix(2000))")
    withExtendedLifetime((exporter.company, agent)) {}
  }

  @Test func `it scrapes the node exporter, and says when that is gone`() throws {
    let folder = try folder()
    var exporter: (company: Company, port: Int)? = try nodeExporter(in: folder)
    let port = try #require(exporter?.port)
    try folder.write(
      "tocsin.yml",
      """
      scrape:
        - url: http://127.0.0.1:\(port)/metrics
          interval: 1s
          labels: {job: node}
      """)
    let server = try Server(in: folder, "--config", "tocsin.yml")
    _ = try answer(#"up{job="node"} == 1"#, of: server, in: folder)
    _ = try answer("rate(node_context_switches_total[30s]) > 0", of: server, in: folder)
    _ = try answer("scrape_samples_scraped > 50", of: server, in: folder)
    let targets = try #require(page(server.url + "/api/v1/targets"))
    #expect(targets.contains(#""health":"up""#), "\(targets)")
    exporter = nil
    _ = try answer(#"up{job="node"} == 0"#, of: server, in: folder)
    let gone = try answer("count(up) unless on() count(node_load1)", of: server, in: folder)
    #expect(gone.contains("{} => 1"), "\(gone)")
  }
}
