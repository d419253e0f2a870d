import API
import Logs
import Model
import Notifications
import Sources
import Synchronization

/// The configuration that a live run goes by, and where it is read from again.
///
/// What a reload cannot change while the program runs stays as it was at the start.
final class ConfigurationInForce: Sendable {
  private let state: Mutex<LiveConfiguration>
  private let reading: @Sendable () throws -> LiveConfiguration

  /// `first`, until `read` has brought another one and that was put in force.
  init(_ first: LiveConfiguration, read: @escaping @Sendable () throws -> LiveConfiguration) {
    state = Mutex(first)
    reading = read
  }

  /// What is in force now.
  var current: LiveConfiguration { state.withLock { $0 } }

  /// What file, environment and flags say now; it is not in force yet.
  ///
  /// - Throws: `CommandFailure` when one of them is wrong.
  func read() throws -> LiveConfiguration { try reading() }

  /// Puts `new` in force.
  ///
  /// - Returns: Names of settings that differ and take effect at the next start only.
  func replace(_ new: LiveConfiguration) -> [String] {
    state.withLock { current in
      let late = new.settingsForNextStart(since: current)
      current.rules = new.rules
      current.scrape = new.scrape
      current.tokens = new.tokens
      current.notifications = new.notifications
      return late
    }
  }

  /// The files that decide what is in force.
  var files: [String] {
    let current = current
    return [current.file].compactMap(\.self) + (current.rules.isEmpty ? ["rules"] : current.rules)
  }
}

extension LiveConfiguration {
  /// Settings in which this differs from `old`, by their names in the file, of those that a running
  /// program cannot change.
  fileprivate func settingsForNextStart(since old: LiveConfiguration) -> [String] {
    let settings: [(name: String, isSame: Bool)] = [
      ("listen", listen.map { "\($0)" } == old.listen.map { "\($0)" }),
      ("store", store == old.store),
      (
        "logs",
        logs.map { [$0.path, $0.options.service, logZones[$0.path]] }
          == old.logs.map { [$0.path, $0.options.service, old.logZones[$0.path]] }
      ),
      ("tls", tls == old.tls),
      ("allow_unauthenticated", allowsUnauthenticated == old.allowsUnauthenticated),
      ("interval", interval == old.interval),
      ("lateness", lateness == old.lateness),
      ("retention", retention == old.retention),
      ("limits", seriesMax == old.seriesMax && limits == old.limits),
      ("external_labels", externalLabels == old.externalLabels),
      ("external_url", externalURL == old.externalURL),
      ("metric_name_validation_scheme", labelNames == old.labelNames),
      ("enable_features", features == old.features),
    ]
    return settings.filter { !$0.isSame }.map(\.name)
  }
}
