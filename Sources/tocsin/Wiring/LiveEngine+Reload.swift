import API
import Engine
import Evaluation
import Incidents
import Model
import Notifications
import Sources

/// What a live engine needs to put another configuration in force.
struct Reloading: Sendable {
  let configuration: ConfigurationInForce
  let access: AccessKeeper
  let targets: ScrapeTargets
  let centre: NotificationCentre
}

extension LiveEngine {
  /// Reads configuration and rules again; all of it comes in force between two ticks, or nothing.
  ///
  /// Rules that are the same keep their timers and baselines; alerts of rules that are gone end.
  func reload() -> [Diagnostic] {
    do {
      try checkIsHere()
      let new = try reloading.configuration.read()
      // Features are those of the start, as the engine's are.
      let language = reloading.configuration.current.engineOptions.evaluation.language
      let rules = try RuleOptions.load(new.rules, language: language)
      let targets = try new.scrape.map { target throws(ScrapeError) in try ScrapeTarget(target) }
      try session.reload(rules) { $0.replace(reloading.centre.policy(new.notifications, $1)) }
      reloading.centre.replace(new.notifications)
      session.replace(reloading.centre.forwarding)
      reloading.access.replace(new.tokens)
      reloading.targets.replace(targets)
      let late = reloading.configuration.replace(new)
      note(isReloaded: true)
      return late.map {
        Diagnostic(
          .warning, code: "next-start", "\($0) has changed; it takes effect at the next start")
      }
    } catch {
      note(isReloaded: false)
      return [Diagnostic(.error, code: "reload", Self.words(of: error))]
    }
  }

  private static func words(of error: any Error) -> String {
    switch error {
    case let error as CommandFailure:
      error.message.hasPrefix("error: ") ? String(error.message.dropFirst(7)) : error.message
    case is BackendUnavailable: "the engine goes over to another process"
    case let error as ScrapeError: "scrape: \(error.message)"
    default: "\(error)"
    }
  }
}
