import Engine
import Model
import Notifications

/// The program's own metrics, in the Prometheus text format.
///
/// Source: https://prometheus.io/docs/instrumenting/exposition_formats/, and for names
/// https://prometheus.io/docs/practices/naming/
struct SelfMetrics {
  private var text = ""
  /// The family that samples are of.
  private var current = ""

  /// All that `figures` say.
  static func text(_ figures: SelfFigures) -> String {
    var metrics = SelfMetrics()
    metrics.family("tocsin_build_info", .gauge, "The version that runs, as a label.")
    metrics.sample(1, [("version", figures.version)])
    metrics.addArriving(figures)
    metrics.addEvaluating(figures.engine)
    metrics.addKeeping(figures)
    metrics.addTelling(figures)
    metrics.addProcess(figures.process)
    return metrics.text
  }

  private mutating func addArriving(_ figures: SelfFigures) {
    let engine = figures.engine
    add("tocsin_samples_total", .counter, "Samples that arrived.", figures.live.samples)
    add("tocsin_batches_total", .counter, "Batches of samples that arrived.", figures.live.batches)
    add("tocsin_stored_samples_total", .counter, "Samples that were stored.", engine.stored)
    add(
      "tocsin_reordered_samples_total", .counter,
      "Samples that were stored though newer ones of their series were there.", engine.reordered)
    family("tocsin_dropped_samples_total", .counter, "Samples that were not stored.")
    for (reason, count) in engine.dropped { sample(Double(count), [("reason", reason)]) }
    add("tocsin_series", .gauge, "Series held.", engine.series)
    add("tocsin_series_limit", .gauge, "Most series that may be held.", engine.seriesMax)
    add(
      "tocsin_refused_series_total", .counter, "Series that were refused because of a limit.",
      engine.refusedSeries)
    add(
      "tocsin_newest_sample_timestamp_seconds", .gauge, "Time of the newest sample.",
      engine.newestSample)
    family("tocsin_scrape_targets", .gauge, "Scrape targets, by how their last scrape went.")
    let targets = figures.targets
    for (state, count) in [
      ("up", targets.up), ("down", targets.down), ("unknown", targets.unknown),
    ] { sample(Double(count), [("state", state)]) }
  }

  private mutating func addEvaluating(_ engine: EngineFigures) {
    add("tocsin_ticks_total", .counter, "Ticks evaluated, of all groups.", engine.ticks)
    add("tocsin_open_incidents", .gauge, "Incidents that are not over.", engine.openIncidents)
    add(
      "tocsin_failing_rules", .gauge, "Rules whose last evaluation failed.", engine.failingRules)
    add(
      "tocsin_evaluation_delay_seconds", .gauge,
      "How long the tick that waits longest has been due, in event time.",
      Double(engine.delay) / 1000)
    addGroups("tocsin_rule_group_interval_seconds", "Distance of the ticks of a group.", engine) {
      Double($0.interval) / 1000
    }
    addGroups(
      "tocsin_rule_group_last_duration_seconds", "What the last pass of a group took.", engine
    ) { Double($0.evaluationNanoseconds) / 1e9 }
    addGroups(
      "tocsin_rule_group_last_evaluation_timestamp_seconds",
      "The last tick of a group that was evaluated.", engine
    ) { $0.lastEvaluation.map(Self.seconds) }
  }

  private mutating func addGroups(
    _ name: String, _ help: String, _ engine: EngineFigures, _ value: (GroupPace) -> Double?
  ) {
    family(name, .gauge, help)
    var told: Set<String> = []
    for group in engine.groups {
      let label = [group.file, group.name].compactMap(\.self).joined(separator: ";")
      // Two groups of one name in one file would be one series twice.
      guard told.insert(label).inserted, let value = value(group) else { continue }
      sample(value, [("rule_group", label)])
    }
  }

  private mutating func addKeeping(_ figures: SelfFigures) {
    let live = figures.live
    add("tocsin_checkpoints_total", .counter, "Times the state was saved.", live.checkpoints)
    add(
      "tocsin_checkpoint_failures_total", .counter, "Times the state could not be saved.",
      live.checkpointFailures)
    add(
      "tocsin_last_checkpoint_timestamp_seconds", .gauge, "When the state was last saved.",
      live.lastCheckpoint)
    add(
      "tocsin_last_checkpoint_size_bytes", .gauge, "Size of the state that was last saved.",
      live.checkpointBytes)
    add(
      "tocsin_last_checkpoint_pause_seconds", .gauge,
      "The longest that the engine stood still for the last saved state.",
      Double(live.checkpointPause) / 1000)
    add(
      "tocsin_arrival_journal_bytes", .gauge,
      "What arrived since the last saved state and was written down.", live.arrivalBytes)
    add(
      "tocsin_arrival_journal_writable", .gauge,
      "Whether what arrives can be written down; if not, a kill loses it.",
      live.arrivalsAreKept ? 1 : 0)
    add(
      "tocsin_unstored_effects", .gauge, "What waits for a store that cannot be written.",
      live.waitingEffects)
    add("tocsin_store_size_bytes", .gauge, "Size of the store's files.", figures.storeBytes)
    add(
      "tocsin_config_last_reload_successful", .gauge,
      "Whether the last reload put in force what the files say.", live.isReloaded ? 1 : 0)
    add(
      "tocsin_config_last_reload_success_timestamp_seconds", .gauge, "When a reload last did.",
      live.reloadedAt)
  }

  private mutating func addTelling(_ figures: SelfFigures) {
    family("tocsin_notifications_total", .counter, "Messages by receiver and outcome.")
    let deliveries = figures.deliveries
    for (name, counts) in deliveries.receivers.sorted(by: { $0.key < $1.key }) {
      for (outcome, count) in [
        ("delivered", counts.delivered), ("retried", counts.retried), ("rejected", counts.rejected),
      ] { sample(Double(count), [("receiver", name), ("outcome", outcome)]) }
    }
    if let waiting = figures.waitingMessages {
      family("tocsin_waiting_notifications", .gauge, "Messages that wait in the outbox.")
      let names = Set(waiting.keys).union(deliveries.receivers.keys)
      for name in names.sorted() { sample(Double(waiting[name] ?? 0), [("receiver", name)]) }
      let age = figures.oldestWaiting.map { max(0, figures.time - $0) } ?? 0
      add(
        "tocsin_oldest_waiting_notification_age_seconds", .gauge,
        "How long the oldest message in the outbox has waited; 0 when none does.",
        Double(age) / 1000)
    }
    family("tocsin_forwarded_alerts_total", .counter, "Alerts by Alertmanager and outcome.")
    for outlet in deliveries.alertmanagers {
      for (outcome, count) in [
        ("delivered", outlet.delivered), ("dropped", outlet.dropped), ("failed", outlet.failed),
      ] { sample(Double(count), [("receiver", outlet.name), ("outcome", outcome)]) }
    }
  }

  private mutating func addProcess(_ process: ProcessFigures) {
    add(
      "tocsin_memory_limit_bytes", .gauge,
      "Most memory the program can have: of its control group, else of the machine.",
      process.memoryLimitBytes)
    add("process_resident_memory_bytes", .gauge, "Memory held.", process.residentBytes)
    add("process_virtual_memory_bytes", .gauge, "Address space.", process.virtualBytes)
    add(
      "process_cpu_seconds_total", .counter, "User and system time spent.", process.cpuSeconds)
    add("process_threads", .gauge, "Threads.", process.threads)
    add("process_open_fds", .gauge, "Open file descriptors.", process.openFiles)
    add("process_max_fds", .gauge, "Most file descriptors that may be open.", process.filesMax)
    add(
      "process_start_time_seconds", .gauge, "When the process began, since 1970.",
      process.startSeconds)
  }
}

// MARK: - The format

extension SelfMetrics {
  private enum Kind: String {
    case counter, gauge
  }

  /// A family of one sample without labels, or nothing where its value is not known.
  private mutating func add(_ name: String, _ kind: Kind, _ help: String, _ value: Double?) {
    guard let value else { return }
    family(name, kind, help)
    sample(value, [])
  }

  private mutating func add(_ name: String, _ kind: Kind, _ help: String, _ value: Int?) {
    add(name, kind, help, value.map { Double($0) })
  }

  private mutating func add(_ name: String, _ kind: Kind, _ help: String, _ time: Timestamp?) {
    add(name, kind, help, time.map(Self.seconds))
  }

  private static func seconds(_ time: Timestamp) -> Double { Double(time.milliseconds) / 1000 }

  /// The lines before the samples of a family.
  private mutating func family(_ name: String, _ kind: Kind, _ help: String) {
    text += "# HELP \(name) \(help)\n# TYPE \(name) \(kind.rawValue)\n"
    current = name
  }

  private mutating func sample(_ value: Double, _ labels: [(name: String, value: String)]) {
    text += current
    if !labels.isEmpty {
      text += "{"
      for (index, label) in labels.enumerated() {
        text += "\(index > 0 ? "," : "")\(label.name)=\"\(Self.escaped(label.value))\""
      }
      text += "}"
    }
    // A whole number is written as one, as people read it so.
    text += value.magnitude < 1e15 && value == value.rounded() ? " \(Int(value))\n" : " \(value)\n"
  }

  private static func escaped(_ value: String) -> String {
    var out = ""
    for character in value.unicodeScalars {
      switch character {
      case "\\": out += "\\\\"
      case "\"": out += "\\\""
      case "\n": out += "\\n"
      default: out.unicodeScalars.append(character)
      }
    }
    return out
  }
}
