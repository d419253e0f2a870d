import Exposition
public import Model

/// Scrapes one target, turn by turn, until its task is cancelled.
///
///     let client = ScrapeClient(secrets: secrets)
///     let scraper = Scraper(try ScrapeTarget(configuration), client: client) { delivery in
///       try await engine.take(delivery)
///     }
///     await scraper.run()
///
/// A scrape is taken over as a whole or, when it fails, not at all: then `up` is 0 and all series of
/// the target end. A line that cannot be read costs only itself, as everywhere in Tocsin, unless there
/// is none that can. A turn that comes while the one before is still going on is left out.
public actor Scraper {
  /// How a target does.
  public struct Status: Sendable, Hashable {
    /// Whether the last scrape went well; nil before the first.
    public var isUp: Bool?
    /// Why the last scrape failed; nil when it did not.
    public var lastError: ScrapeError?
    /// When the last scrape began; nil before the first.
    public var lastScrape: Timestamp?
    /// How long the last scrape took, in seconds.
    public var lastDurationSeconds = 0.0
  }

  /// What is scraped.
  public nonisolated let target: ScrapeTarget
  /// How the target does.
  public private(set) var status = Status()

  private let client: ScrapeClient
  private let clock: any ScrapeClock
  private let deliver: @Sendable (Delivery) async throws -> Void
  private var series: TargetSeries
  private var progress: InputProgress
  /// Kinds of bad lines that were reported; each scrape would repeat them.
  private var reportedCodes: Set<String> = []

  /// Wall clock and turn may be so far apart, in ms, to be taken for the same.
  private static let tolerance: Int64 = 2

  /// A scraper that has done nothing yet.
  ///
  /// - Parameters:
  ///   - target: What is scraped.
  ///   - client: Who fetches.
  ///   - clock: What time it is.
  ///   - deliver: Takes over what each turn gives; the scraper waits for it.
  public init(
    _ target: ScrapeTarget, client: ScrapeClient, clock: any ScrapeClock = SystemScrapeClock(),
    deliver: @escaping @Sendable (Delivery) async throws -> Void
  ) {
    self.target = target
    self.client = client
    self.clock = clock
    self.deliver = deliver
    series = TargetSeries(target)
    progress = InputProgress(path: target.configuration.url)
  }

  /// Scrapes at every turn; returns when the task is cancelled or nobody takes over any more.
  public func run() async {
    var turn = target.turn(atOrAfter: clock.now())
    while !Task.isCancelled {
      do {
        try await clock.sleep(until: turn)
        let now = clock.now()
        let isOnTime = abs(now.milliseconds - turn.milliseconds) <= Self.tolerance
        let delivery = try await scrape(at: isOnTime ? turn : now)
        try await deliver(delivery)
      } catch {
        return
      }
      let after = max(clock.now().milliseconds, turn.milliseconds) + 1
      turn = target.turn(atOrAfter: Timestamp(milliseconds: after))
    }
  }

  /// Ends all series of the target, for when it is given up; after `run` returned.
  public func end() async throws {
    var delivery = Delivery()
    let now = clock.now()
    series.end(at: now, into: &delivery.batch)
    if delivery.batch.count > 0 { try await deliver(delivery) }
  }

  /// Scrapes once.
  ///
  /// - Throws: `CancellationError` alone.
  func scrape(at time: Timestamp) async throws -> Delivery {
    let start = clock.uptimeNanoseconds()
    var delivery = Delivery()
    var report = ScrapeReport()
    var failure: ScrapeError?
    do {
      let page = try await client.fetch(target)
      report.seconds = seconds(since: start)
      let batches = try decode(page, at: time, &delivery.diagnostics)
      report.isUp = true
      report.samples = batches.reduce(0) { $0 + $1.count }
      report.added = series.take(batches, at: time, into: &delivery.batch)
    } catch let error as ScrapeError {
      // Who stops in the middle says nothing of the target.
      try Task.checkCancellation()
      failure = error
      report.seconds = seconds(since: start)
      series.end(at: time, into: &delivery.batch)
    }
    series.report(report, at: time, into: &delivery.batch)
    if let failure, status.lastError?.code != failure.code {
      delivery.diagnostics.append(
        Diagnostic(
          .warning, code: failure.code.rawValue, "\(target.configuration.url): \(failure.message)"))
    }
    progress.samples += report.samples
    delivery.progress = [progress]
    status = Status(
      isUp: report.isUp, lastError: failure, lastScrape: time, lastDurationSeconds: report.seconds)
    return delivery
  }

  /// All samples of a page.
  private func decode(
    _ page: ScrapeClient.Page, at time: Timestamp, _ diagnostics: inout [Diagnostic]
  ) throws(ScrapeError) -> [SampleBatch] {
    let samplesMax = target.configuration.samplesMax
    var decoder = SampleDecoder(
      DecoderOptions(format: page.format, file: target.configuration.url))
    progress.bytes += page.body.count
    decoder.feed(page.body, arrival: time)
    decoder.finish()
    var batches: [SampleBatch] = []
    var count = 0
    var batch = SampleBatch()
    while decoder.next(into: &batch) {
      count += batch.count
      guard count <= samplesMax else {
        throw ScrapeError(.tooManySamples, "expected at most \(samplesMax) samples")
      }
      batches.append(batch)
    }
    let reports = decoder.takeDiagnostics()
    progress.lines += decoder.counts.lines
    progress.badLines += decoder.counts.badLinesTotal
    if count == 0, let first = reports.first {
      throw ScrapeError(.badBody, "no line can be read: \(first.message)")
    }
    diagnostics += reports.filter { reportedCodes.insert($0.code).inserted }
    return batches
  }

  private func seconds(since start: UInt64) -> Double {
    Double(clock.uptimeNanoseconds() - start) / 1e9
  }
}
