import Foundation
import Glibc
import Testing

/// Ten secrets of a live configuration, each in use, and lines of a log that give three of them away.
@Suite struct LiveSecretTests {
  static let planted = (0..<10).map { "live-secret-\($0)-Kx4p" }

  private func configuration(_ folder: ScratchFolder) throws -> String {
    let secret = Self.planted
    for index in [1, 4, 6, 7] { try folder.write("secret-\(index)", secret[index] + "\n") }
    // Nobody listens on port 1: every delivery and scrape fails and says so.
    return """
      listen: 127.0.0.1:0
      rules: [rules.yml]
      store: tocsin.sqlite
      tokens:
        - {name: ann, role: operator, token: \(secret[0])}
        - {name: agents, role: write, token: "${file:\(folder["secret-1"])}"}
      scrape:
        - {url: "http://127.0.0.1:1/metrics", interval: 1s, bearer: \(secret[2])}
        - {url: "http://127.0.0.1:1/other", interval: 1s,
           basic_auth: {username: u, password: \(secret[3])}}
      logs:
        - {path: app.log, service: oven}
      notifications:
        routes: [{receiver: all}]
        receivers:
          - {name: all, webhook: {url: "http://127.0.0.1:1/\(secret[5])",
             signing_key: "${file:\(folder["secret-4"])}"}}
          - {name: chat, slack: {url: "http://127.0.0.1:1/${file:\(folder["secret-6"])}"}}
          - {name: pager, pagerduty: {routing_key: "${file:\(folder["secret-7"])}",
             url: "http://127.0.0.1:1/enqueue"}}
          - {name: mail, email: {host: 127.0.0.1, port: 1, tls: none, user: u,
             password: \(secret[8]), from: a@example.org, to: [b@example.org]}}

      """
  }

  @Test func noneIsToldByALiveRun() throws {
    let folder = try ScratchFolder()
    try folder.write(
      "rules.yml",
      """
      groups:
        - name: g
          interval: 1s
          rules: [{alert: Hot, expr: heat > 10, labels: {service: oven, severity: critical}}]
      """)
    try folder.write("tocsin.yaml", try configuration(folder))
    let secret = Self.planted
    try folder.write(
      "app.log",
      """
      ERROR login failed password=\(secret[9])
      ERROR Authorization: Bearer \(secret[2])
      ERROR cannot post to http://127.0.0.1:1/hook?token=\(secret[5])

      """)
    let sidecar = try #require(try Sidecar(["--config", "tocsin.yaml"], in: folder))
    let ann = ["Authorization": "Bearer \(secret[0])"]
    let agents = ["Authorization": "Bearer \(secret[1])"]
    #expect(try sidecar.push("heat 11\n", headers: agents).status == 200)
    #expect(sidecar.running.wait { sidecar.running.output.contains("incident opened") })
    #expect(sidecar.running.wait { sidecar.running.errors.contains("all") })
    var told = ""
    let id = try sidecar.ask("/api/v1/incidents", headers: ann).json["data"].items.first?["id"]
    let incident = try #require(id?.string)
    for path in [
      "/", "/rules", "/changes", "/health", "/metrics", "/incidents/\(incident)",
      "/api/v1/incidents", "/api/v1/incidents/\(incident)/report", "/api/v1/status/config",
      "/api/v1/targets", "/api/v1/query?query=log_lines_total", "/api/v1/openapi.json",
    ] {
      let answer = try sidecar.ask(path, headers: ann)
      #expect(answer.status == 200, "\(path): \(answer.text)")
      told += answer.text
    }
    sidecar.running.send(SIGTERM)
    let outcome = sidecar.running.outcome(seconds: 60)
    #expect(outcome.status == 0, "\(outcome)")
    told += outcome.output + outcome.errors
    for words in [
      ["run", "--config", "tocsin.yaml", "--print-config"], ["incident", "show", incident],
      ["db", "backup", "b.sqlite"], ["query", "log_lines_total", "--logs", "app.log"],
      ["incident", "report", incident, "--rules", "rules.yml", "--report", "r.html"],
    ] {
      let outcome = try Running(words, in: folder).outcome()
      #expect(outcome.status == 0, "\(words) \(outcome)")
      told += outcome.output + outcome.errors
    }
    let own: Set<String> = [
      "tocsin.yaml", "app.log", "secret-1", "secret-4", "secret-6", "secret-7",
    ]
    let files = try FileManager.default.subpathsOfDirectory(atPath: folder.path)
      .filter { !own.contains($0) }
    #expect(files.contains("tocsin.sqlite"))
    for (index, value) in secret.enumerated() {
      #expect(!told.contains(value), "secret \(index) was told")
      for file in files {
        let bytes = FileManager.default.contents(atPath: folder[file]) ?? Data()
        #expect(bytes.range(of: Data(value.utf8)) == nil, "secret \(index) lies in \(file)")
      }
    }
  }
}
