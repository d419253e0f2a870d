import Foundation
import Testing

/// The configuration file as a whole: its reference, what is printed of it, what the package makes of it.
@Suite struct ConfigurationTests {
  /// The reference, beside a folder of rules.
  private static func reference() throws -> ScratchFolder {
    let folder = try ScratchFolder()
    try folder.link("rules", to: "rules")
    try folder.link("tocsin.yaml", to: "Documentation/tocsin.yaml")
    return folder
  }

  @Test(arguments: [["--config", "tocsin.yaml"], ["tocsin.yaml"]])
  func `the reference is a configuration without a mistake`(arguments: [String]) throws {
    let folder = try Self.reference()
    let outcome = try Running(["check"] + arguments, in: folder).outcome()
    #expect(outcome.status == 0 && outcome.output.contains("0 errors"), "\(outcome)")
  }

  @Test func `what is printed reads back to the same, and leaves nothing out`() throws {
    let folder = try Self.reference()
    var text = folder.text("tocsin.yaml")
    // Masked, an address is none; one that stands somewhere else is told by where.
    for address in ["https://hooks.example/tocsin", "\"http://127.0.0.1:9093\""] {
      text = text.replacing(address, with: "\"${env:ADDRESS}\"")
    }
    try folder.write("all.yaml", text)
    let first = try tocsin("run", "--config", "all.yaml", "--print-config", in: folder)
    #expect(first.status == 0, "\(first)")
    try folder.write("printed.yaml", first.output)
    let second = try tocsin("run", "--config", "printed.yaml", "--print-config", in: folder)
    #expect(second.output == first.output, "\(second)")
    for part in [
      "timeout: 10000ms", "ca_file: \"ca.crt\", cert_file: \"client.crt\"", "honor_labels: false",
      "sample_limit: 500000", "zone: \"Europe/Berlin\"",
      "waiting_pushes: 64", "query_seconds: 10, query_samples: 10000000", "series: 2000000",
      "\"calendars\":{\"nights\"",
    ] { #expect(first.output.contains(part), "\(part)") }
  }

  @Test func `credentials of a target are printed by where they stand, never by what they are`()
    throws
  {
    let folder = try ScratchFolder()
    try folder.write(
      "t.yaml",
      """
      scrape:
        - {url: "http://a/m", basic_auth: {username: u, password: "s3cret"}}
        - {url: "http://b/m", bearer: "${env:B}"}
        - {url: "http://c/m", authorization: "Key s3cret"}

      """)
    let printed = try tocsin("run", "--config", "t.yaml", "--print-config", in: folder).output
    #expect(printed.contains("basic_auth: {username: \"u\", password: \"***\"}"), "\(printed)")
    #expect(printed.contains("bearer: \"${env:B}\"") && printed.contains("authorization: \"***\""))
    #expect(!printed.contains("s3cret"))
  }

  @Test(
    .enabled(
      if: FileManager.default.isExecutableFile(atPath: "/usr/bin/dpkg-deb"),
      "dpkg-deb is not installed"))
  func `the package's service can read its configuration, and nobody else can`() throws {
    let folder = try ScratchFolder()
    // The recipe asks the program for its version and completions alone.
    try folder.write("tocsin", "#!/bin/sh\necho tocsin 1.2.3\n")
    // This one is no program from which symbols could be taken.
    try folder.write("strip", "#!/bin/sh\n")
    for name in ["tocsin", "strip"] {
      try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder[name])
    }
    func run(_ program: String, _ arguments: String...) throws -> Outcome {
      try Running(arguments, in: folder, executable: program).outcome()
    }
    let made = try run(
      "/usr/bin/env", "PATH=\(folder.path):/usr/sbin:/usr/bin:/sbin:/bin",
      "\(repository)/Packaging/deb.sh", folder["tocsin"], folder.path)
    #expect(made.status == 0, "\(made)")
    let package = try #require(made.output.split(separator: "\n").last.map(String.init))
    let files = try run("/usr/bin/dpkg-deb", "--contents", package).output.split(separator: "\n")
    let configuration = try #require(files.first { $0.hasSuffix(" ./etc/tocsin/tocsin.yaml") })
    #expect(configuration.hasPrefix("-rw-r----- root/root"))
    #expect(files.contains { $0.hasSuffix("/doc/tocsin/examples/tocsin.yaml") })
    let control = try run("/usr/bin/dpkg-deb", "--info", package, "postinst").output
    let unit = try String(
      contentsOfFile: repository + "/Packaging/tocsin.service", encoding: .utf8)
    #expect(unit.contains("User=tocsin\nGroup=tocsin\n"))
    #expect(unit.contains("SystemCallErrorNumber=EPERM\n"), "threads set priorities")
    #expect(control.contains("adduser --system --group"))
    #expect(control.contains("chgrp tocsin /etc/tocsin/tocsin.yaml"))
  }
}
