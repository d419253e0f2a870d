import Engine
import Evaluation
import Incidents
import Model

/// The program's own metrics, in the Prometheus text format.
enum SelfMetrics {
  /// What an engine holds and has done.
  static func text(_ tocsin: borrowing Tocsin, _ live: LiveCounts) -> String {
    let counts = tocsin.store.counts
    var text = ""
    func family(_ name: String, _ type: String, _ help: String, _ value: Int) {
      text += "# HELP \(name) \(help)\n# TYPE \(name) \(type)\n\(name) \(value)\n"
    }
    func dropped(_ reason: String, _ value: Int) {
      text += "tocsin_dropped_samples_total{reason=\"\(reason)\"} \(value)\n"
    }
    family("tocsin_samples_total", "counter", "Samples that arrived.", live.samples)
    family("tocsin_batches_total", "counter", "Batches of samples that arrived.", live.batches)
    family("tocsin_stored_samples_total", "counter", "Samples that were stored.", counts.stored)
    family("tocsin_series", "gauge", "Series held.", tocsin.store.seriesCount)
    family("tocsin_ticks_total", "counter", "Ticks evaluated, of all groups.", tocsin.tickCount)
    family(
      "tocsin_open_incidents", "gauge", "Incidents that are not over.",
      tocsin.book.openIncidents.count)
    family(
      "tocsin_checkpoints_total", "counter", "Times the state was saved.", live.checkpoints)
    family(
      "tocsin_checkpoint_failures_total", "counter", "Times the state could not be saved.",
      live.checkpointFailures)
    family(
      "tocsin_unstored_effects", "gauge", "What waits for a store that cannot be written.",
      live.waitingEffects)
    family(
      "tocsin_config_last_reload_successful", "gauge",
      "Whether the last reload put in force what the files say.", live.isReloaded ? 1 : 0)
    if let time = live.reloadedAt {
      family(
        "tocsin_config_last_reload_success_timestamp_seconds", "gauge",
        "When a reload last did.", Int(time.milliseconds / 1000))
    }
    text += "# HELP tocsin_dropped_samples_total Samples that were not stored.\n"
    text += "# TYPE tocsin_dropped_samples_total counter\n"
    dropped("late", counts.late)
    dropped("duplicate", counts.duplicate)
    dropped("conflicting", counts.conflicting)
    dropped("over_limit", counts.overLimit)
    dropped("malformed", counts.malformed)
    dropped("unselected", counts.unselected)
    dropped("implausible", tocsin.implausibleCount)
    return text
  }
}
