import Foundation
import Glibc
import Testing

/// `tocsin run --listen`: the sidecar as its users meet it.
@Suite struct ServerTests {
  private func folder() throws -> ScratchFolder {
    let folder = try ScratchFolder()
    try folder.write("rules.yml", Self.rules(bound: 10))
    return folder
  }

  private static func rules(bound: Int) -> String {
    """
    groups:
      - name: g
        interval: 1s
        rules:
          - alert: Hot
            expr: heat > \(bound)
            labels: {service: oven, severity: critical}
    """
  }

  private let arguments = ["--listen", "127.0.0.1:0", "--rules", "rules.yml", "--output", "json"]

  @Test("samples that are pushed become an incident, which is seen, taken and told of")
  func life() throws {
    let folder = try folder()
    let sidecar = try #require(try Sidecar(arguments, in: folder))
    #expect(try sidecar.ask("/-/ready").status == 200)
    #expect(try sidecar.push("heat 11\n").status == 200)
    #expect(sidecar.running.wait { sidecar.running.output.contains("incident.opened") })
    let list = try sidecar.ask("/api/v1/incidents?state=ongoing").json["data"].items
    let incident = try #require(list.first)
    let id = try #require(incident["id"].string)
    #expect(incident["services"] == .array([.string("oven")]))
    #expect(try sidecar.ask("/").text.contains(id))
    #expect(try sidecar.ask("/incidents/\(id)").status == 200)
    #expect(try sidecar.ask("/api/v1/incidents/\(id)/acknowledge", "POST").status == 200)
    #expect(try sidecar.ask("/api/v1/incidents/\(id)").json["state"] == .string("acknowledged"))
    #expect(try sidecar.ask("/metrics").text.contains("\ntocsin_open_incidents 1\n"))
    sidecar.running.send(SIGTERM)
    let outcome = sidecar.running.outcome(seconds: 60)
    #expect(outcome.status == 0, "\(outcome)")
  }

  @Test("an action item is added and ticked on the page, and outlives the server")
  func items() throws {
    let folder = try folder()
    let sidecar = try #require(try Sidecar(arguments + ["--store", "tocsin.sqlite"], in: folder))
    #expect(try sidecar.push("heat 11\n").status == 200)
    #expect(sidecar.running.wait { sidecar.running.output.contains("incident.opened") })
    let list = try sidecar.ask("/api/v1/incidents").json["data"].items
    let id = try #require(list.first?["id"].string)
    let form = ["Content-Type": "application/x-www-form-urlencoded"]
    func post(_ path: String, _ body: String) throws -> Int {
      try sidecar.ask(
        "/incidents/\(id)/actions\(path)", "POST", body: Data(body.utf8), headers: form
      ).status
    }
    #expect(try post("", "text=buy+a+fan&owner=ann&due=2026-02-01") == 303)
    let page = try sidecar.ask("/incidents/\(id)").text
    #expect(page.contains("buy a fan"))
    // A draft of the report can be ticked too: its button names it.
    let marks = page.ranges(of: "action=\"/incidents/\(id)/actions/").map { range in
      String(page[range.upperBound...].prefix { $0 != "\"" })
    }
    #expect(!marks.isEmpty)
    for item in marks { #expect(try post("/\(item)", "state=done") == 303) }
    #expect(try post("/none", "state=done") == 409)
    sidecar.running.send(SIGTERM)
    #expect(sidecar.running.outcome(seconds: 60).status == 0)
    let stored = try tocsin("incident", "action", "list", "--all", "--output", "json", in: folder)
    let items = try stored.events
    #expect(items.count == marks.count && items.contains { $0["text"].string == "buy a fan" })
    #expect(items.allSatisfy { $0["state"].string == "done" }, "\(stored)")
  }

  @Test("an address that is taken, or none of this machine, is said to be")
  func addresses() throws {
    let sidecar = try #require(try Sidecar(arguments, in: try folder()))
    defer { sidecar.running.send(SIGTERM) }
    for (address, want) in [
      ("127.0.0.1:\(sidecar.port)", "is taken"), ("192.0.2.1:9095", "no address of this machine"),
    ] {
      let other = try self.folder()
      try other.write(
        "t.yaml", "{listen: \"\(address)\", rules: [rules.yml], allow_unauthenticated: true}\n")
      let outcome = try tocsin("run", "--config", "t.yaml", in: other)
      #expect(outcome.status == 1, "\(outcome)")
      #expect(outcome.errors.contains("error: \(address) is ") && outcome.errors.contains(want))
    }
  }

  @Test("a server that others can reach needs tokens")
  func openDoor() throws {
    let folder = try folder()
    let outcome = try tocsin(
      "run", "--listen", "0.0.0.0:0", "--rules", "rules.yml", in: folder, seconds: 60)
    #expect(outcome.status == 65, "\(outcome)")
    #expect(outcome.errors.contains("no token is configured"))
  }

  /// The SHA-256 of "hashed-secret".
  private static let hashed =
    "4e598f5daafc2fda61641ddbb5956deb23fde6616366dc9dd5a7c9f47da4d787"

  @Test("tokens open the door, follow their files, and stand nowhere")
  func tokens() throws {
    let folder = try folder()
    try folder.write("agents", "first-secret\n")
    try folder.write(
      "tocsin.yaml",
      """
      listen: 127.0.0.1:0
      rules: [rules.yml]
      tokens:
        - {name: agents, role: write, token: "${file:\(folder["agents"])}", grace: 1h}
        - {name: ann, role: operator, token: planted-secret}
        # printf %s hashed-secret | sha256sum
        - {name: bob, role: read, token: "sha256:\(Self.hashed)"}
      """)
    let sidecar = try #require(try Sidecar(["--config", "tocsin.yaml"], in: folder))
    func push(_ token: String) throws -> Int {
      try sidecar.push("heat 1\n", headers: ["Authorization": "Bearer \(token)"]).status
    }
    #expect(try sidecar.push("heat 1\n").status == 401)
    #expect(try push("first-secret") == 200)
    try folder.write("agents", "second-secret\n")
    #expect(sidecar.running.wait { (try? push("second-secret")) == 200 })
    // Within its grace period the old one is still good.
    #expect(try push("first-secret") == 200)
    #expect(try push("third-secret") == 401)
    let ann = ["Authorization": "Bearer planted-secret"]
    func rules(_ authorization: String) throws -> Int {
      try sidecar.ask("/api/v1/rules", headers: ["Authorization": authorization]).status
    }
    let basic = Data("bob:hashed-secret".utf8).base64EncodedString()
    #expect(try rules("Basic \(basic)") == 200)
    #expect(try rules("Bearer hashed-secret") == 200)
    #expect(try rules("Bearer sha256:\(Self.hashed)") == 401, "the hash opens nothing")
    let shown = try sidecar.ask("/api/v1/status/config", headers: ann).text
    #expect(shown.contains("agents"))
    let printed = try tocsin("run", "--config", "tocsin.yaml", "--print-config", in: folder)
    #expect(printed.status == 0, "\(printed)")
    let told =
      shown + printed.output + sidecar.running.errors + sidecar.running.output
      + (try sidecar.ask("/metrics", headers: ann).text)
      + (try sidecar.ask("/health", headers: ann).text)
    for secret in ["planted-secret", "first-secret", "second-secret"] {
      #expect(!told.contains(secret))
    }
    sidecar.running.send(SIGTERM)
    #expect(sidecar.running.outcome(seconds: 60).status == 0)
  }

  @Test("a bad configuration is refused with every mistake and its place")
  func badConfiguration() throws {
    let folder = try folder()
    try folder.write(
      "tocsin.yaml", "lissen: x\ninterval: soon\nscrape: [{url: \"ftp://host\"}]\n")
    let outcome = try tocsin("run", "--config", "tocsin.yaml", in: folder, seconds: 60)
    #expect(outcome.status == 65, "\(outcome)")
    for words in [
      "tocsin.yaml:1:1: error: unknown key \"lissen\"", "did you mean \"listen\"",
      "tocsin.yaml:2:11: error", "tocsin.yaml:3:16: error",
    ] {
      #expect(outcome.errors.contains(words), "\(words)")
    }
  }

  @Test("a bomb, a huge body and a broken one are refused, and the server goes on")
  func hostileBodies() throws {
    let folder = try folder()
    try folder.write(
      "tocsin.yaml",
      """
      listen: 127.0.0.1:0
      rules: [rules.yml]
      limits: {body_bytes: 100000, decoded_bytes: 1000000}
      """)
    let sidecar = try #require(try Sidecar(["--config", "tocsin.yaml"], in: folder))
    let gzip = ["Content-Encoding": "gzip"]
    try folder.write("zeros", Array(repeating: 0x20, count: 20_000_000))
    let packed = try Running(["-k", "zeros"], in: folder, executable: "/usr/bin/gzip").outcome()
    #expect(packed.status == 0)
    let zeros = try Data(contentsOf: URL(fileURLWithPath: folder["zeros.gz"]))
    #expect(zeros.count < 100_000)
    #expect(try sidecar.ask("/api/v1/ingest", "POST", body: zeros, headers: gzip).status == 413)
    let huge = Data(repeating: 0x41, count: 200_000)
    #expect(try sidecar.ask("/api/v1/ingest", "POST", body: huge).status == 413)
    let cut = zeros.prefix(300)
    #expect(try sidecar.ask("/api/v1/ingest", "POST", body: cut, headers: gzip).status == 400)
    #expect(try sidecar.ask("/api/v1/write", "POST", body: Data("nonsense".utf8)).status == 400)
    for path in ["/../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/incidents/..%2f..%2fetc"] {
      #expect(try sidecar.ask(path).status == 404)
    }
    #expect(try sidecar.push("heat{a=\"<script>alert(1)</script>\"} 11\n").status == 200)
    #expect(sidecar.running.wait { (try? sidecar.ask("/rules").text.contains("firing")) == true })
    let page = try sidecar.ask("/rules").text + sidecar.ask("/explore?expr=heat").text
    #expect(!page.contains("<script>alert"))
    #expect(try sidecar.ask("/-/healthy").status == 200)
  }
}
