import Model

/// Which columns of a load-test tool's table become which series.
struct ToolTable {
  /// One series for each row.
  private struct Output {
    /// The metric's name.
    var name: ByteView
    /// The column of its value; nil for 1.
    var column: Int?
    /// True when the values are events that add up to a counter.
    var isTotal = false
    /// True when it is counted only in rows that failed.
    var countsFailures = false
    /// A label that only this series has.
    var label: (name: ByteView, value: ByteView)?
    /// False when the series is about the whole test.
    var hasLabels = true
  }

  private var labels: [(name: ByteView, column: Int)] = []
  private var outputs: [Output] = []
  /// JMeter's column that says whether a request succeeded.
  private var success: Int?
  /// Holds the texts of the plan itself.
  private let texts = LineArena()

  /// The plan for `header`'s table; nil when it is none of a tool.
  init?(_ header: CSVHeader) {
    switch header.columns.table {
    case .jmeter: planJMeter(header.names)
    case .locust: planLocust(header.names)
    case .long, .wide, .k6: return nil
    }
  }

  /// Adds the samples of one row.
  func decode(
    _ row: CSVRow, _ time: Int64, _ spelling: inout SeriesSpelling, _ totals: inout RunningTotals,
    _ limits: DecoderLimits, _ batch: inout SampleBatch
  ) throws(LineError) {
    let bare = spelling.mark
    for label in labels {
      try spelling.add(
        label.name, row.cells[label.column], at: row.range(label.column), limits)
    }
    let hasFailed = success.map { row.cells[$0].equals("false") } ?? false
    let labelled = spelling.mark
    for output in outputs where output.hasLabels {
      if let label = output.label {
        try spelling.add(label.name, label.value, at: 0..<1, limits)
      }
      try write(output, hasFailed, row, time, &spelling, &totals, limits, &batch)
      spelling.rewind(to: labelled)
    }
    spelling.rewind(to: bare)
    for output in outputs where !output.hasLabels {
      try write(output, hasFailed, row, time, &spelling, &totals, limits, &batch)
    }
  }

  private func write(
    _ output: Output, _ hasFailed: Bool, _ row: CSVRow, _ time: Int64,
    _ spelling: inout SeriesSpelling, _ totals: inout RunningTotals, _ limits: DecoderLimits,
    _ batch: inout SampleBatch
  ) throws(LineError) {
    var value = output.countsFailures && !hasFailed ? 0.0 : 1.0
    var place = 0..<1
    if let column = output.column {
      place = row.range(column)
      if isMissing(row.cells[column]) { return }
      guard let read = DecimalNumber.parseWithSpecials(row.cells[column]) else {
        throw LineError(.badNumber, place, expected: "a number")
      }
      value = read
    }
    try spelling.append(
      nil, output.name, at: place, time: time, value: value, limits, to: &batch)
    if output.isTotal { try totals.accumulate(lastOf: &batch, at: place) }
  }

  /// The plan of JMeter's results, whose times are in milliseconds.
  ///
  /// Source: JMeter user's manual, "Listeners", CSV log format.
  private mutating func planJMeter(_ names: [String]) {
    func add(
      _ name: ByteView, _ column: String, isTotal: Bool = false, hasLabels: Bool = true
    ) {
      guard let index = names.firstIndex(of: column) else { return }
      outputs.append(
        Output(name: name, column: index, isTotal: isTotal, hasLabels: hasLabels))
    }
    success = names.firstIndex(of: "success")
    if let index = names.firstIndex(of: "label") { labels.append(("label", index)) }
    outputs.append(Output(name: "jmeter_requests_total", isTotal: true))
    if success != nil {
      outputs.append(Output(name: "jmeter_errors_total", isTotal: true, countsFailures: true))
    }
    add("jmeter_response_time_milliseconds", "elapsed")
    add("jmeter_response_time_milliseconds_sum", "elapsed", isTotal: true)
    add("jmeter_latency_milliseconds", "Latency")
    add("jmeter_connect_milliseconds", "Connect")
    add("jmeter_received_bytes_total", "bytes", isTotal: true)
    add("jmeter_sent_bytes_total", "sentBytes", isTotal: true)
    add("jmeter_threads", "allThreads", hasLabels: false)
  }

  /// The plan of Locust's history.
  ///
  /// Source: Locust documentation, "Retrieve test statistics in CSV format".
  private mutating func planLocust(_ names: [String]) {
    if let index = names.firstIndex(of: "Type") { labels.append(("type", index)) }
    if let index = names.firstIndex(of: "Name") { labels.append(("name", index)) }
    let plain: [(String, ByteView)] = [
      ("User Count", "locust_users"),
      ("Requests/s", "locust_requests_per_second"),
      ("Failures/s", "locust_failures_per_second"),
      ("Total Request Count", "locust_requests_total"),
      ("Total Failure Count", "locust_failures_total"),
      ("Total Median Response Time", "locust_response_time_median_milliseconds"),
      ("Total Average Response Time", "locust_response_time_average_milliseconds"),
      ("Total Min Response Time", "locust_response_time_min_milliseconds"),
      ("Total Max Response Time", "locust_response_time_max_milliseconds"),
      ("Total Average Content Size", "locust_content_average_bytes"),
    ]
    for (column, name) in plain {
      guard let index = names.firstIndex(of: column) else { continue }
      outputs.append(Output(name: name, column: index))
    }
    for (index, name) in names.enumerated() where name.hasSuffix("%") {
      guard let percent = Double(name.dropLast()) else { continue }
      // 99.9 / 100 is not the double nearest to 0.999.
      let quantile = texts.store("\((percent * 100).rounded() / 10_000)")
      outputs.append(
        Output(
          name: "locust_response_time_milliseconds", column: index,
          label: ("quantile", quantile)))
    }
  }
}
