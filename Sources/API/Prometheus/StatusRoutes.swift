import Engine
import Evaluation
import Hummingbird
public import Model

/// What the server is and how it does, as tools of Prometheus ask for it.
struct StatusRoutes: Sendable {
  let backend: any Backend
  let build: BuildInfo
  /// The configuration in force as YAML, secrets masked.
  let configuration: @Sendable () -> String

  func add(to router: some RouterMethods<APIContext>) {
    router.get("/api/v1/status/buildinfo") { _, _ in buildInfo() }
    router.get("/api/v1/status/config") { _, _ in
      Response.success { json in json.object { $0.field("yaml", configuration()) } }
    }
    router.get("/api/v1/status/flags") { _, _ in Response.success { $0.object { _ in } } }
    router.get("/api/v1/status/runtimeinfo") { _, _ in try await runtimeInfo() }
    router.get("/api/v1/status/tsdb") { _, _ in try await seriesStatistics() }
    router.get("/api/v1/targets") { _, _ in await targets() }
    router.get("/api/v1/alertmanagers") { _, _ in
      Response.success { json in
        json.object { json in
          json.key("activeAlertmanagers")
          json.array { _ in }
          json.key("droppedAlertmanagers")
          json.array { _ in }
        }
      }
    }
  }

  private func buildInfo() -> Response {
    .success { json in
      json.object { json in
        // Clients choose by it what they may ask for.
        json.field("version", BuildInfo.prometheusVersion)
        json.field("application", "tocsin")
        json.field("applicationVersion", build.version)
        for name in ["revision", "branch", "buildUser", "buildDate", "goVersion"] {
          json.field(name, "")
        }
      }
    }
  }

  private func runtimeInfo() async throws -> Response {
    let (series, newest) = try await backend.read { tocsin in
      (tocsin.store.seriesCount, tocsin.store.newestTime)
    }
    let isReloaded = await backend.reloadSucceeded
    return .success { json in
      json.object { json in
        json.field("startTime", build.startTime)
        json.field("timeSeriesCount", series)
        json.field("reloadConfigSuccess", isReloaded)
        if newest > .min { json.field("lastSampleTime", Timestamp(milliseconds: newest)) }
      }
    }
  }

  private func seriesStatistics() async throws -> Response {
    let (count, names) = try await backend.read { tocsin in
      (tocsin.store.seriesCount, tocsin.store.seriesCounts())
    }
    let top = names.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(10)
    return .success { json in
      json.object { json in
        json.key("headStats")
        json.object { $0.field("numSeries", count) }
        json.key("seriesCountByMetricName")
        json.array { json in
          for (name, count) in top {
            json.object { json in
              json.field("name", name)
              json.field("value", count)
            }
          }
        }
      }
    }
  }

  private func targets() async -> Response {
    let targets = await backend.targets()
    return .success { json in
      json.object { json in
        json.key("activeTargets")
        json.array { json in
          for target in targets { json.target(target) }
        }
        json.key("droppedTargets")
        json.array { _ in }
      }
    }
  }
}

/// What program this is.
public struct BuildInfo: Sendable, Hashable {
  /// The program's version.
  public var version: String
  /// When this process began.
  public var startTime: Timestamp

  /// The API of Prometheus that is answered here.
  static let prometheusVersion = "3.0.0"

  /// A program of a version, started at a time.
  public init(version: String, startTime: Timestamp) {
    self.version = version
    self.startTime = startTime
  }
}

extension JSONWriter {
  fileprivate mutating func target(_ target: TargetStatus) {
    object { json in
      json.field("discoveredLabels", target.labels)
      json.field("labels", target.labels)
      json.field("scrapePool", target.labels["job"] ?? "")
      json.field("scrapeUrl", target.url)
      json.field("globalUrl", target.url)
      json.field("lastError", target.lastError ?? "")
      json.field("lastScrape", target.lastScrape?.description ?? "0001-01-01T00:00:00Z")
      json.field("lastScrapeDuration", Double(target.lastDuration) / 1000)
      let health =
        target.lastScrape == nil ? "unknown" : target.lastError == nil ? "up" : "down"
      json.field("health", health)
      json.field("scrapeInterval", "\(target.interval)ms")
      json.field("scrapeTimeout", "\(target.timeout)ms")
    }
  }
}
