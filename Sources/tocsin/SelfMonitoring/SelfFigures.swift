import Engine
import Evaluation
import Incidents
import Model
import Notifications

/// How a live run does at one moment, as numbers.
struct SelfFigures: Sendable {
  /// When this was so, by the wall clock.
  var time: Timestamp
  var engine = EngineFigures()
  var live = LiveCounts()
  var deliveries = DeliveryFigures()
  /// Messages that wait in the outbox by receiver; nil when the store cannot say.
  var waitingMessages: [String: Int]? = [:]
  /// When the oldest of them was due first; nil when none waits.
  var oldestWaiting: Timestamp?
  /// Scrape targets by how their last scrape went.
  var targets = TargetFigures()
  /// Bytes of the store's files; nil when they cannot be seen.
  var storeBytes: Int?
  var process = ProcessFigures()
  var version = ""
}

/// What an engine holds and has done.
struct EngineFigures: Sendable {
  var stored = 0
  var reordered = 0
  /// Samples that were not stored, by reason, in a fixed order.
  var dropped: [(reason: String, count: Int)] = []
  var series = 0
  /// Most series that may be held.
  var seriesMax = 0
  var refusedSeries = 0
  var ticks = 0
  var openIncidents = 0
  /// Time of the newest sample; nil before the first.
  var newestSample: Timestamp?
  var groups: [GroupPace] = []

  init() {}

  init(_ tocsin: borrowing Tocsin) {
    let counts = tocsin.store.counts
    stored = counts.stored
    reordered = counts.reordered
    dropped = [
      ("late", counts.late), ("duplicate", counts.duplicate),
      ("conflicting", counts.conflicting), ("over_limit", counts.overLimit),
      ("malformed", counts.malformed), ("unselected", counts.unselected),
      ("implausible", tocsin.implausibleCount),
    ]
    series = tocsin.store.seriesCount
    seriesMax = tocsin.store.limits.series
    refusedSeries = counts.seriesRefused
    ticks = tocsin.tickCount
    openIncidents = tocsin.book.openIncidents.count
    if tocsin.store.newestTime > .min {
      newestSample = Timestamp(milliseconds: tocsin.store.newestTime)
    }
    groups = tocsin.groupPaces()
  }

  /// Samples that were lost though somebody wanted them: not those that no rule looks at, nor repeats.
  var lost: Int {
    dropped.reduce(0) { $0 + (["unselected", "duplicate"].contains($1.reason) ? 0 : $1.count) }
  }

  /// How long the tick that waits longest is due, in ms of event time.
  var delay: Milliseconds { groups.map(\.delay).max() ?? 0 }

  var failingRules: Int { groups.reduce(0) { $0 + $1.failingRules } }

  /// The greatest share of its interval that a group took for its last pass.
  var load: Double {
    groups.map { Double($0.evaluationNanoseconds) / (1e6 * Double(max(1, $0.interval))) }.max() ?? 0
  }
}

/// How deliveries have fared.
struct DeliveryFigures: Sendable {
  /// Messages to people, by receiver.
  var receivers: [String: DispatchCounts] = [:]
  /// Alerts forwarded, by Alertmanager, in the order of the configuration.
  var alertmanagers: [(name: String, delivered: Int, dropped: Int, failed: Int)] = []

  /// Messages that nobody will get.
  var rejected: Int { receivers.values.reduce(0) { $0 + $1.rejected } }
}

/// Scrape targets by how their last scrape went.
struct TargetFigures: Sendable {
  var up = 0
  var down = 0
  /// Not scraped yet.
  var unknown = 0
}
