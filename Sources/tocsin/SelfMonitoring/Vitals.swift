import Model
import Reports

/// What of a live run is well and what is not, with the last hour of it.
///
/// The bounds are those of the alerts in `rules/tocsin.yml`, which say the same to who scrapes `/metrics`.
struct Vitals {
  private let now: SelfFigures
  private let history: [SelfHistory.Point]
  /// The point that is nearest to five minutes ago, or the oldest.
  private let before: SelfHistory.Point

  private static let recent: Milliseconds = 300_000
  /// Share of samples that may be lost.
  private static let lostShareMax = 0.01
  private static let seriesShareMax = 0.9
  private static let memoryShareMax = 0.85
  private static let loadMax = 0.5
  private static let delayMax: Milliseconds = 60_000
  private static let checkpointAgeMax: Milliseconds = 300_000
  private static let waitingAgeMax: Milliseconds = 300_000

  init(_ now: SelfFigures, _ history: [SelfHistory.Point]) {
    self.now = now
    let here = SelfHistory.Point(now)
    self.history = history.filter { $0.time < here.time } + [here]
    before =
      self.history.last { $0.time <= now.time - Self.recent } ?? self.history.first ?? here
  }

  /// All of them, in the order of a sample's way through the program.
  var all: [HealthPage.Vital] {
    [arriving, lost, series, evaluation, saving, store, messages, targets, configuration, memory]
      .compactMap(\.self)
  }

  private func vital(
    _ name: String, _ figure: String, trouble: String? = nil, unit: String? = nil,
    _ value: (SelfHistory.Point) -> Double?
  ) -> HealthPage.Vital {
    HealthPage.Vital(
      name: name, figure: figure, trouble: trouble, unit: unit,
      history: history.map { (time: $0.time, value: value($0) ?? .nan) })
  }

  /// `count` a second between the points of the history.
  private func rate(
    _ name: String, _ figure: String, trouble: String?, _ count: (SelfHistory.Point) -> Int
  ) -> HealthPage.Vital {
    var rates: [(time: Timestamp, value: Double)] = []
    for (last, point) in zip(history, history.dropFirst()) {
      let length = point.time - last.time
      // What comes in batches does not come evenly: a short stretch would say nothing, or far too much.
      guard length >= SelfHistory.interval / 2 else { continue }
      let seconds = Double(length) / 1000
      rates.append((point.time, Double(max(0, count(point) - count(last))) / seconds))
    }
    return HealthPage.Vital(
      name: name, figure: figure, trouble: trouble, unit: "/s", history: rates)
  }

  private func perSecond(_ count: Int) -> Double {
    Double(max(0, count)) / max(1, Double(now.time - before.time) / 1000)
  }

  // MARK: The vitals

  private var arriving: HealthPage.Vital {
    rate(
      "Samples", Quantity.text(perSecond(now.live.samples - before.samples), unit: "/s"),
      trouble: nil
    ) { $0.samples }
  }

  private var lost: HealthPage.Vital {
    let arrived = now.live.samples - before.samples
    let lost = now.engine.lost - before.lost
    let isTrouble = Double(lost) > Self.lostShareMax * Double(max(1, arrived))
    return rate(
      "Samples dropped", "\(Quantity.text(Double(lost))) in 5 min",
      trouble: isTrouble
        ? "more than one in a hundred: the figures below say why" : nil
    ) { $0.lost }
  }

  private var series: HealthPage.Vital {
    let engine = now.engine
    let share = Double(engine.series) / Double(max(1, engine.seriesMax))
    return vital(
      "Series",
      "\(Quantity.text(Double(engine.series))) of \(Quantity.text(Double(engine.seriesMax)))",
      trouble: share > Self.seriesShareMax
        ? "new series are refused at the limit: raise --max-series, or drop a label that grows"
        : nil
    ) { Double($0.series) }
  }

  private var evaluation: HealthPage.Vital {
    let engine = now.engine
    var trouble: String?
    if engine.failingRules > 0 {
      trouble = "\(engine.failingRules) of the rules fail: see the page of rules"
    } else if engine.delay > Self.delayMax {
      trouble = "ticks are \(Moment.duration(engine.delay)) behind what has arrived"
    } else if engine.load > Self.loadMax {
      trouble = "a group takes more than half of its interval: split it, or make its rules cheaper"
    }
    return vital(
      "Evaluation", "\(Quantity.text(engine.load, unit: "ratio")) of its interval",
      trouble: trouble, unit: "ratio"
    ) { $0.load }
  }

  private var saving: HealthPage.Vital {
    let live = now.live
    let age = live.lastCheckpoint.map { max(0, now.time - $0) }
    let hasNews = now.live.samples > before.samples
    var trouble: String?
    if live.checkpointFailures > before.checkpointFailures {
      trouble = "the state cannot be saved: see the log, and whether the disk is full"
    } else if hasNews, let age, age > Self.checkpointAgeMax {
      trouble = "a kill now would read all of that time again"
    } else if !live.arrivalsAreKept {
      trouble = "what arrives is not written down, so a kill would lose it: see the log"
    }
    return vital(
      "State saved", age.map { "\(Moment.duration($0)) ago" } ?? "not yet",
      trouble: trouble, unit: "ms"
    ) { Double($0.checkpointPause) }
  }

  private var store: HealthPage.Vital {
    let waiting = now.live.waitingEffects
    let size = now.storeBytes.map { Quantity.text(Double($0), unit: "bytes") } ?? "not to be seen"
    return vital(
      "Store", waiting > 0 ? "\(waiting) wait for it" : size,
      trouble: waiting > 0 || now.waitingMessages == nil
        ? "it cannot be used, so nobody is told of anything: see the log, and whether the disk is full"
        : nil
    ) { Double($0.unstoredEffects) }
  }

  private var messages: HealthPage.Vital? {
    guard !now.deliveries.receivers.isEmpty || now.waitingMessages?.isEmpty == false else {
      return nil
    }
    let waiting = now.waitingMessages?.values.reduce(0, +) ?? 0
    let age = now.oldestWaiting.map { now.time - $0 } ?? 0
    var trouble: String?
    if now.deliveries.rejected > before.rejected {
      trouble = "a receiver refuses messages: see the log"
    } else if age > Self.waitingAgeMax {
      trouble = "the oldest has waited for \(Moment.duration(age))"
    }
    return vital("Messages waiting", "\(waiting)", trouble: trouble) {
      $0.waitingMessages.map { Double($0) }
    }
  }

  private var targets: HealthPage.Vital? {
    let targets = now.targets
    let count = targets.up + targets.down + targets.unknown
    guard count > 0 else { return nil }
    return vital(
      "Targets up", "\(targets.up) of \(count)",
      trouble: targets.down > 0 ? "\(targets.down) down: see below why" : nil
    ) { Double(count - $0.targetsDown) }
  }

  private var configuration: HealthPage.Vital {
    let when = now.live.reloadedAt.map {
      "reloaded \(Moment.duration(max(0, now.time - $0))) ago"
    }
    return HealthPage.Vital(
      name: "Configuration", figure: when ?? "as at the start",
      trouble: now.live.isReloaded
        ? nil : "the files are wrong, what was before is in force: tocsin check says where",
      unit: nil, history: [])
  }

  private var memory: HealthPage.Vital? {
    guard let held = now.process.residentBytes else { return nil }
    let limit = now.process.memoryLimitBytes
    let share = limit.map { Double(held) / Double(max(1, $0)) } ?? 0
    let text = Quantity.text(Double(held), unit: "bytes")
    return vital(
      "Memory",
      limit.map { "\(text) of \(Quantity.text(Double($0), unit: "bytes"))" } ?? text,
      trouble: share > Self.memoryShareMax
        ? "near the limit: keep fewer series or less retention, or raise the limit" : nil,
      unit: "bytes"
    ) { $0.residentBytes.map { Double($0) } }
  }
}
