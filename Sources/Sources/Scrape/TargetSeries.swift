import Model

/// The series of one target from scrape to scrape: puts the target's labels on them, and tells which
/// are new and which are gone.
///
/// Memory is that of the series of one scrape.
struct TargetSeries {
  /// A series by the spelling that the page has for it.
  private struct Series {
    /// The spelling with the target's labels.
    var key: [UInt8]
    /// The number of the scrape that had it last; negative when it had a time of its own there.
    var lastScrape = 0
  }

  private let target: ScrapeTarget
  private var series: [[UInt8]: Series] = [:]
  private var scrapes = 0

  init(_ target: ScrapeTarget) {
    self.target = target
  }

  /// Adds the samples of a scrape to `out`, and stale markers of the series that are gone.
  ///
  /// - Parameters:
  ///   - pages: The samples as they came.
  ///   - time: When the scrape was.
  ///   - out: Where rows are added.
  /// - Returns: how many series were not in the scrape before.
  mutating func take(
    _ pages: [SampleBatch], at time: Timestamp, into out: inout SampleBatch
  ) -> Int {
    scrapes += 1
    var added = 0
    for page in pages {
      let first = out.count
      for row in 0..<page.count {
        let spelling = Array(page.bytes[Int(page.keyStarts[row])..<Int(page.keyEnds[row])])
        var entry = series[spelling] ?? Series(key: labelled(page, row))
        let isOfPage = page.times[row] != time.milliseconds
        let keepsTime = isOfPage && target.configuration.honorsTimestamps
        if abs(entry.lastScrape) < scrapes - 1 || entry.lastScrape == 0 { added += 1 }
        // A series with times of its own ends when they do; Prometheus does not mark it either.
        entry.lastScrape = keepsTime ? -scrapes : scrapes
        series[spelling] = entry
        append(
          entry.key, keepsTime ? page.times[row] : time.milliseconds, page.values[row], to: &out)
      }
      for entry in page.histograms {
        out.histograms.append((row: first + entry.row, histogram: entry.histogram))
      }
      for entry in page.startTimes {
        out.startTimes.append((row: first + entry.row, time: entry.time))
      }
      out.metadata += page.metadata
    }
    endSeries(before: scrapes, at: time, in: &out)
    return added
  }

  /// Adds stale markers of all series to `out`: the target gave no answer, or is given up.
  mutating func end(at time: Timestamp, into out: inout SampleBatch) {
    scrapes += 1
    endSeries(before: scrapes, at: time, in: &out)
  }

  /// Adds what is said of the scrape itself.
  func report(
    _ report: ScrapeReport, at time: Timestamp, into out: inout SampleBatch
  ) {
    let samples = Double(report.samples)
    let values: [(String, Double)] = [
      ("up", report.isUp ? 1 : 0),
      ("scrape_duration_seconds", report.seconds),
      ("scrape_samples_scraped", samples),
      // There is no relabelling of metrics, so that none is dropped.
      ("scrape_samples_post_metric_relabeling", samples),
      ("scrape_series_added", Double(report.added)),
    ]
    for (name, value) in values {
      var labels = target.labels
      labels[Labels.metricName] = name
      out.append(labels: labels, time: time, value: value)
    }
  }

  /// Ends and forgets the series that the scrape before `scrape` had and this one has not.
  private mutating func endSeries(before scrape: Int, at time: Timestamp, in out: inout SampleBatch)
  {
    let gone = series.filter { abs($0.value.lastScrape) < scrape }
    if gone.isEmpty { return }
    let ended = gone.filter { $0.value.lastScrape > 0 }.map(\.value.key)
    for key in ended.sorted(by: { $0.lexicographicallyPrecedes($1) }) {
      append(key, time.milliseconds, StaleMarker.value, to: &out)
    }
    for spelling in gone.keys { series[spelling] = nil }
  }

  private func append(_ key: [UInt8], _ time: Int64, _ value: Double, to out: inout SampleBatch) {
    let start = out.bytes.count
    out.bytes.append(contentsOf: key)
    out.append(key: start..<out.bytes.count, time: time, value: value)
  }

  /// The spelling of a row's series with the target's labels.
  private func labelled(_ page: SampleBatch, _ row: Int) -> [UInt8] {
    guard var labels = try? page.labels(ofRow: row) else {
      preconditionFailure("a decoder spelled a series that cannot be read")
    }
    for label in target.labels.pairs {
      if let scraped = labels[label.name] {
        if target.configuration.honorsLabels { continue }
        var name = "exported_" + label.name
        while labels[name] != nil { name = "exported_" + name }
        labels[name] = scraped
      }
      labels[label.name] = label.value
    }
    var key: [UInt8] = []
    labels.appendSeriesKey(to: &key)
    return key
  }
}

/// What is said of one scrape.
struct ScrapeReport {
  var isUp = false
  var seconds = 0.0
  var samples = 0
  var added = 0
}
