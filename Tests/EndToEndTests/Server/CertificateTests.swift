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
        "-subj", "/CN=\(name)", "-days", "2", "-out", "\(name).crt", "-keyout", "\(name).key",
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
