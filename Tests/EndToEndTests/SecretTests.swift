import Foundation
import Testing

/// Ten secrets planted where a careless program would let them out.
@Suite struct SecretTests {
  /// Each with a text of its own, so that a leak names its way.
  static let planted = (0..<10).map { "planted-secret-\($0)-Zq7w" }

  /// Programs print what they know: four from the environment, six from files.
  static let playbook = """
    playbooks:
      - name: leaky
        match: {service: shop}
        steps:
          - kind: rollback
            text: Talk
            run:
              - /bin/sh
              - -c
              - |
                echo "token=$ZERO_TOKEN"
                echo "$ONE_PASSWORD"
                echo "postgres://ann:$(cat secret-2)@db/shop" 1>&2
                echo "Authorization: Bearer $(cat secret-3)"
                echo "curl https://x.example/?api_key=$(cat secret-4)&n=1"
                echo "{\\"password\\": \\"$(cat secret-5)\\"}"
                echo "client_secret: $(cat secret-6)"
                echo "$SEVEN_API_KEY"
                echo "SECRET=$(cat secret-8)"
                echo "$NINE_DSN"

    """

  @Test func noneComesOutAgain() throws {
    let folder = try BusyHost.folder()
    let environment = [
      "ZERO_TOKEN": Self.planted[0], "ONE_PASSWORD": Self.planted[1],
      "SEVEN_API_KEY": Self.planted[7], "NINE_DSN": Self.planted[9],
    ]
    for index in [2, 3, 4, 5, 6, 8] {
      try folder.write("secret-\(index)", Self.planted[index])
    }
    try folder.write("playbooks.yml", Self.playbook)
    let rules = ["--rules", "rules.yml", "--rules", "playbooks.yml"]
    func run(_ words: [String]) throws -> Outcome {
      let assignments = environment.map { "\($0.key)=\($0.value)" }.sorted()
      return try Running(
        assignments + [program] + words, in: folder, executable: "/usr/bin/env"
      ).outcome()
    }
    var said = try run(
      ["replay", "cpu.prom", "--store", "tocsin.sqlite", "--output", "json"] + rules
    ).output
    let id = try #require(
      try tocsin("incident", "list", "--output", "json", in: folder).summary["incident"].string)
    let ran = try run(["incident", "run", id, "1"] + rules)
    #expect(ran.status == 0 && ran.output.contains("***"), "\(ran)")
    said += ran.description
    try folder.write("status-page.yaml", "services: [{service: shop, title: Shop}]\n")
    let commands = [
      ["incident", "show", id], ["incident", "show", id, "--output", "json"],
      ["incident", "report", id, "--report", "r.html"] + rules,
      ["incident", "report", id, "--report", "r.md"] + rules,
      ["incident", "report", id, "--report", "r.json"] + rules,
      ["status-page", "--out", "public"], ["db", "backup", "b.sqlite"], ["db", "verify"],
    ]
    for command in commands {
      let outcome = try run(command)
      #expect(outcome.status == 0, "\(command) \(outcome)")
      said += outcome.output + outcome.errors
    }
    let files = try FileManager.default.subpathsOfDirectory(atPath: folder.path)
      .filter { !$0.hasPrefix("secret-") && $0 != "playbooks.yml" }
    for (index, secret) in Self.planted.enumerated() {
      #expect(!said.contains(secret), "secret \(index) was printed")
      for file in files {
        let bytes = FileManager.default.contents(atPath: folder[file]) ?? Data()
        #expect(bytes.range(of: Data(secret.utf8)) == nil, "secret \(index) lies in \(file)")
      }
    }
  }
}
