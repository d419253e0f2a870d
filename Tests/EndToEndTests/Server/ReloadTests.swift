import Foundation
import Glibc
import Testing

/// Rules and configuration are put in force again while the program runs.
@Suite struct ReloadTests {
  /// Rules of which `extra` differs from reload to reload.
  private static func rules(extra: Int) -> String {
    """
    groups:
      - name: g
        interval: 15s
        rules:
          - record: step:copy
            expr: step
          - alert: Patient
            expr: step > 0
            for: 20m
          - record: extra
            expr: step * \(extra)

    """
  }

  private static func folder() throws -> ScratchFolder {
    let folder = try ScratchFolder()
    try folder.write("rules.yml", rules(extra: 0))
    return folder
  }

  private static let arguments = [
    "--listen", "127.0.0.1:0", "--rules", "rules.yml", "--store", "s.sqlite",
  ]

  private static func stop(_ sidecar: Sidecar) {
    sidecar.running.send(SIGTERM)
    #expect(sidecar.running.outcome().status == 0, "\(sidecar.running.errors)")
  }

  @Test func `a hundred reloads under load miss no tick and restart no timer`() throws {
    let folder = try Self.folder()
    let sidecar = try #require(try Sidecar(Self.arguments, in: folder))
    let steps = 100
    let start = (Int(Date().timeIntervalSince1970) - 3600) / 15 * 15
    for step in 0..<steps {
      let time = (start + step * 15) * 1000
      #expect(try sidecar.push("step \(step + 1) \(time)\n").status / 100 == 2)
      try folder.write("rules.yml", Self.rules(extra: step + 1))
      let answer = try sidecar.ask("/-/reload", "POST")
      #expect(answer.status == 200, "\(answer)")
    }
    // The last tick is evaluated once a later sample says that it is over.
    let end = start + steps * 15
    #expect(try sidecar.push("step 0 \(end * 1000)\n").status / 100 == 2)
    let query = "count_over_time(step:copy[\(steps * 15)s])&time=\(end - 15)"
    let copies = try sidecar.ask("/api/v1/query?query=\(query)").json
    #expect(
      copies["data"]["result"].items.first?["value"].items.last?.string == "\(steps)", "\(copies)")
    let alerts = try sidecar.ask("/api/v1/alerts").json["data"]["alerts"]
    #expect(alerts.items.first?["state"].string == "firing", "\(alerts)")
    let since = try #require(alerts.items.first?["activeAt"].string)
    let formatter = ISO8601DateFormatter()
    #expect(formatter.date(from: since) == Date(timeIntervalSince1970: Double(start)), "\(since)")
    Self.stop(sidecar)
  }

  @Test func `a bad file changes nothing and says why`() throws {
    let folder = try Self.folder()
    let sidecar = try #require(try Sidecar(Self.arguments, in: folder))
    try folder.write(
      "rules.yml", Self.rules(extra: 1).replacingOccurrences(of: "* 1", with: "* rte("))
    let answer = try sidecar.ask("/-/reload", "POST")
    #expect(answer.status == 400)
    #expect(answer.text.contains("rules.yml:11:"), "\(answer.text)")
    let status = try sidecar.ask("/api/v1/status/runtimeinfo").json["data"]
    #expect(status["reloadConfigSuccess"] == .bool(false), "\(status)")
    #expect(
      try sidecar.ask("/metrics").text.contains("tocsin_config_last_reload_successful 0\n"))
    let rules = try sidecar.ask("/api/v1/rules").text
    #expect(rules.contains("step * 0"), "\(rules)")
    Self.stop(sidecar)
  }

  @Test func `SIGHUP and a changed file have the rules read again`() throws {
    let folder = try Self.folder()
    let sidecar = try #require(try Sidecar(Self.arguments, in: folder))
    func isInForce(_ extra: Int) -> Bool {
      (try? sidecar.ask("/api/v1/rules").text.contains("step * \(extra)\"")) ?? false
    }
    #expect(isInForce(0))
    // The watch would find this too; a signal that came to nothing shows in the log.
    sidecar.running.send(SIGHUP)
    #expect(sidecar.running.wait { sidecar.running.errors.contains("rules reloaded") })
    try folder.write("rules.yml", Self.rules(extra: 7))
    #expect(sidecar.running.wait { isInForce(7) }, "\(sidecar.running.errors)")
    Self.stop(sidecar)
  }

  @Test func `targets, tokens and routes follow the configuration; the rest is named`() throws {
    let folder = try Self.folder()
    func configuration(token: String, interval: String) -> String {
      """
      listen: 127.0.0.1:0
      rules: [rules.yml]
      store: s.sqlite
      interval: \(interval)
      tokens:
        - {name: ops, role: operator, token: \(token), grace: 0s}
      scrape:
        - {url: "http://127.0.0.1:9/\(token)"}

      """
    }
    try folder.write("tocsin.yaml", configuration(token: "first", interval: "15s"))
    let sidecar = try #require(try Sidecar(["--config", "tocsin.yaml"], in: folder))
    func targets(_ token: String) throws -> Sidecar.Answer {
      try sidecar.ask("/api/v1/targets", headers: ["Authorization": "Bearer \(token)"])
    }
    #expect(try targets("first").text.contains("127.0.0.1:9/first"))
    try folder.write("tocsin.yaml", configuration(token: "second", interval: "30s"))
    sidecar.running.send(SIGHUP)
    #expect(sidecar.running.wait { (try? targets("second").status) == 200 })
    #expect(
      sidecar.running.wait {
        (try? targets("second").text.contains("127.0.0.1:9/second")) ?? false
      })
    #expect(try !targets("second").text.contains("127.0.0.1:9/first"))
    #expect(sidecar.running.wait { (try? targets("first").status) == 401 })
    #expect(
      sidecar.running.wait { sidecar.running.errors.contains("interval has changed") },
      "\(sidecar.running.errors)")
    Self.stop(sidecar)
  }
}
