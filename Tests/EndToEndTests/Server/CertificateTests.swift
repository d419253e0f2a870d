import Foundation
import Glibc
import Testing

private let openssl = "/usr/bin/openssl"

/// The server's certificate while its files are rotated, looked at with openssl.
@Suite(
  .enabled(
    if: FileManager.default.isExecutableFile(atPath: openssl),
    "openssl is not installed"))
struct CertificateTests {
  /// Writes a certificate for `name` that signs itself, and its key.
  private func make(_ name: String, in folder: ScratchFolder) throws {
    let made = try Running(
      [
        "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
        "-subj", "/CN=\(name)", "-addext", "subjectAltName=IP:127.0.0.1", "-days", "2", "-out",
        "\(name).crt", "-keyout", "\(name).key",
      ], in: folder, executable: openssl
    ).outcome()
    #expect(made.status == 0, "\(made)")
    try folder.write("r.yml", "groups: []\n")
  }

  /// The subject that the server on `port` shows.
  private func subject(_ port: Int, in folder: ScratchFolder) throws -> String {
    let shown = try Running(
      ["s_client", "-connect", "127.0.0.1:\(port)"], in: folder, executable: openssl
    ).outcome()
    let line = shown.output.split(separator: "\n").first { $0.hasPrefix("subject=") }
    return line.map { $0.filter { $0 != " " } } ?? "none"
  }

  @Test func `a new certificate is shown to who comes next; half a pair changes nothing`() throws {
    let folder = try ScratchFolder()
    for name in ["one", "two"] { try make(name, in: folder) }
    try folder.write("server.crt", folder.text("one.crt"))
    try folder.write("server.key", folder.text("one.key"))
    try folder.write(
      "t.yaml",
      """
      listen: 127.0.0.1:0
      rules: [r.yml]
      tls: {certificate: server.crt, key: server.key}

      """)
    let sidecar = try #require(try Sidecar(["--config", "t.yaml"], in: folder))
    defer { sidecar.running.send(SIGTERM) }
    #expect(try subject(sidecar.port, in: folder) == "subject=CN=one")
    try folder.write("server.crt", folder.text("two.crt"))
    let isTold = sidecar.running.wait {
      let seen = try? subject(sidecar.port, in: folder)
      #expect(seen == "subject=CN=one")
      return sidecar.running.errors.contains("warning: tls: server.crt and server.key")
    }
    #expect(isTold, "\(sidecar.running.errors)")
    try folder.write("server.key", folder.text("two.key"))
    #expect(
      sidecar.running.wait { (try? subject(sidecar.port, in: folder)) == "subject=CN=two" },
      "\(sidecar.running.errors)")
  }

  @Test func `a file that is gone is told, and the old certificate stays`() throws {
    let folder = try ScratchFolder()
    try make("one", in: folder)
    try folder.write(
      "t.yaml",
      "listen: 127.0.0.1:0\nrules: [r.yml]\ntls: {certificate: one.crt, key: one.key}\n")
    let sidecar = try #require(try Sidecar(["--config", "t.yaml"], in: folder))
    defer { sidecar.running.send(SIGTERM) }
    try FileManager.default.removeItem(atPath: folder.path + "/one.key")
    let isTold = sidecar.running.wait {
      let seen = try? subject(sidecar.port, in: folder)
      #expect(seen == "subject=CN=one")
      return sidecar.running.errors.contains("warning: tls: one.crt and one.key")
    }
    #expect(isTold, "\(sidecar.running.errors)")
  }

  /// Runs a server that wants to see "scraper", and one that scrapes it with what `tls` says.
  private func scrape(_ tls: String, in folder: ScratchFolder) throws -> (Sidecar, Sidecar) {
    for name in ["target", "scraper", "other"] { try make(name, in: folder) }
    try folder.write("ca.crt", folder.text("target.crt"))
    try folder.write(
      "target.yaml",
      """
      listen: 127.0.0.1:0
      rules: [r.yml]
      store: target.sqlite
      tls: {certificate: target.crt, key: target.key, client_ca: scraper.crt}

      """)
    let target = try #require(try Sidecar(["--config", "target.yaml"], in: folder))
    try folder.write(
      "t.yaml",
      """
      listen: 127.0.0.1:0
      rules: [r.yml]
      scrape:
        - {url: "https://127.0.0.1:\(target.port)/metrics", interval: 500ms, tls_config: {\(tls)}}

      """)
    return (target, try #require(try Sidecar(["--config", "t.yaml"], in: folder)))
  }

  private func isUp(_ value: Int, at sidecar: Sidecar) -> Bool {
    sidecar.running.wait {
      let answer = try? sidecar.ask("/api/v1/query?query=up%3D%3D\(value)")
      return answer?.json["data"]["result"].items.isEmpty == false
    }
  }

  @Test func `a target is scraped by whom it knows, as long as an authority vouches for it`() throws
  {
    let folder = try ScratchFolder()
    let (target, scraper) = try scrape(
      "ca_file: ca.crt, cert_file: scraper.crt, key_file: scraper.key", in: folder)
    defer { for each in [target, scraper] { each.running.send(SIGTERM) } }
    #expect(isUp(1, at: scraper), "\(scraper.running.errors)")
    // Rotated to an authority that does not know the target, to no authority, and back.
    try folder.write("ca.crt", folder.text("other.crt"))
    #expect(isUp(0, at: scraper))
    #expect(scraper.running.errors.contains("no secure connection"), "\(scraper.running.errors)")
    try folder.write("ca.crt", "none")
    #expect(
      scraper.running.wait {
        scraper.running.errors.contains("expected certificates in ca.crt, PEM")
      }, "\(scraper.running.errors)")
    try folder.write("ca.crt", folder.text("target.crt"))
    #expect(isUp(1, at: scraper), "\(scraper.running.errors)")
  }

  @Test(arguments: [
    ("insecure_skip_verify: true, cert_file: scraper.crt, key_file: scraper.key", 1),
    // Another than the target asks for, none, and one whose key is gone.
    ("ca_file: ca.crt, cert_file: other.crt, key_file: other.key", 0), ("ca_file: ca.crt", 0),
    ("ca_file: ca.crt, cert_file: scraper.crt, key_file: gone.key", 0),
    ("insecure_skip_verify: false, cert_file: scraper.crt, key_file: scraper.key", 0),
  ])
  func `what is shown to a target and asked of it`(_ tls: String, _ up: Int) throws {
    let folder = try ScratchFolder()
    let (target, scraper) = try scrape(tls, in: folder)
    defer { for each in [target, scraper] { each.running.send(SIGTERM) } }
    #expect(isUp(up, at: scraper), "\(scraper.running.errors)")
  }

  @Test func `a key of another certificate is refused at the start`() throws {
    let folder = try ScratchFolder()
    for name in ["one", "two"] { try make(name, in: folder) }
    try folder.write(
      "t.yaml",
      "listen: 127.0.0.1:0\nrules: [r.yml]\ntls: {certificate: one.crt, key: two.key}\n")
    let outcome = try tocsin("run", "--config", "t.yaml", in: folder)
    #expect(outcome.status == 65 && outcome.errors.contains("error: tls: one.crt and two.key"))
  }
}
