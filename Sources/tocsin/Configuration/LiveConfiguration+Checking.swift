import API
import Foundation

extension LiveConfiguration {
  /// Refuses what would be dangerous.
  ///
  /// - Throws: `CommandFailure` when everybody could use a server that others can reach.
  func check() throws {
    guard let listen, !listen.isLoopback, tokens.isEmpty, !allowsUnauthenticated else { return }
    throw CommandFailure.unusable(
      """
      error: \(listen) can be reached from other machines, and no token is configured
      Add tokens to the configuration file, listen on 127.0.0.1, or, behind a proxy that asks who \
      comes, set allow_unauthenticated: true.
      """)
  }

  /// Whether the file at `path` is a configuration, not a rule file or catalogue: by the names at its top.
  ///
  /// Only files that are called YAML are looked into: a pipe could be read but once.
  static func isConfiguration(_ path: String) -> Bool {
    guard path.hasSuffix(".yaml") || path.hasSuffix(".yml"),
      let data = FileManager.default.contents(atPath: path)
    else { return false }
    let names = String(decoding: data, as: UTF8.self).split(separator: "\n")
      .filter { $0.first?.isLetter == true }
      .map { $0.prefix { $0 != ":" } }
    return !names.contains("groups") && !names.contains("services")
      && ["listen", "store", "scrape", "tokens", "notifications"].contains { name in
        names.contains { $0 == name }
      }
  }
}
