import Model

/// The header of a table: its separator, its columns and what they mean.
struct CSVHeader {
  /// The kind of table that the columns tell.
  enum Table {
    /// One metric a row, named in a column.
    case long
    /// A metric for each column of numbers.
    case wide
    /// JMeter's results (JTL).
    case jmeter
    /// Locust's `--csv` history.
    case locust
    /// k6's `--out csv`.
    case k6
  }

  let names: [String]
  let columns: Columns
  /// Columns that `--csv` names as values or labels; nil when it was not given.
  let mappedValues: [Int]?
  let mappedLabels: [Int]?

  /// The part of a header that each row needs; free to copy.
  struct Columns {
    var separator: UInt8
    var table: Table
    /// Column indices; nil where there is none.
    var time: Int?
    var metric: Int?
    var value: Int?
  }

  /// Reads a header line.
  ///
  /// - Throws: `LineError` for a column name that repeats, or a mapped column that is missing.
  init(_ line: ByteView, mapping: CSVMapping?, _ limits: DecoderLimits) throws(LineError) {
    let separator = Self.separator(of: line)
    let arena = LineArena()
    var row = CSVRow()
    try row.split(line, at: separator, arena)
    let names = row.cells.map(\.text)
    self.names = names
    if names.count > limits.fieldsMax {
      throw LineError(.badColumns, 0..<line.count, expected: "at most \(limits.fieldsMax) columns")
    }
    var seen: Set<String> = []
    for (index, name) in names.enumerated() where !seen.insert(name).inserted {
      throw LineError(.badColumns, row.range(index), expected: "each column once")
    }
    func column(_ name: String) throws(LineError) -> Int {
      guard let index = names.firstIndex(of: name) else {
        throw LineError(
          .badColumns, 0..<line.count, expected: "a column \(quoted(name)), as --csv names")
      }
      return index
    }
    guard let mapping else {
      let table = Self.table(names)
      let lowered = names.map { $0.lowercased() }
      columns = Columns(
        separator: separator, table: table,
        time: lowered.firstIndex { Self.timeNames.contains($0) },
        metric: table == .k6
          ? names.firstIndex(of: "metric_name") : Self.first(of: Self.metricNames, in: lowered),
        value: table == .k6
          ? names.firstIndex(of: "metric_value") : Self.first(of: Self.valueNames, in: lowered))
      (mappedValues, mappedLabels) = (nil, nil)
      return
    }
    var values: [Int] = []
    for name in mapping.values { values.append(try column(name)) }
    var labels: [Int] = []
    for name in mapping.labels { labels.append(try column(name)) }
    var mapped = Columns(
      separator: separator, table: mapping.metric == nil ? .wide : .long, value: values.first)
    if let name = mapping.time { mapped.time = try column(name) }
    if let name = mapping.metric { mapped.metric = try column(name) }
    columns = mapped
    (mappedValues, mappedLabels) = (values, labels)
  }

  /// True when `line` looks like the header of a table.
  static func isHeader(_ line: ByteView, mapping: CSVMapping?) -> Bool {
    let separator = separator(of: line)
    guard line.firstIndex(of: separator) != nil else { return false }
    var row = CSVRow()
    let arena = LineArena()
    guard (try? row.split(line, at: separator, arena)) != nil else { return false }
    let names = row.cells.map(\.text)
    if let mapping { return mapping.values.allSatisfy(names.contains) }
    let columns = names.map { $0.lowercased() }
    let hasNumber = row.cells.contains { DecimalNumber.parse($0) != nil }
    return !hasNumber
      && columns.contains { timeNames.contains($0) || valueNames.contains($0) }
  }

  /// The most frequent of comma, semicolon and tab; comma when there is none.
  private static func separator(of line: ByteView) -> UInt8 {
    var counts = [0, 0, 0]
    let separators: [UInt8] = [UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "\t")]
    for at in 0..<line.count {
      if let index = separators.firstIndex(of: line[at]) { counts[index] += 1 }
    }
    let best = counts.indices.max {
      counts[$0] < counts[$1] || (counts[$0] == counts[$1] && $0 > $1)
    }
    return separators[best ?? 0]
  }

  private static func table(_ names: [String]) -> Table {
    func has(_ wanted: String...) -> Bool { wanted.allSatisfy(names.contains) }
    if has("timeStamp", "elapsed", "label") { return .jmeter }
    if has("metric_name", "timestamp", "metric_value") { return .k6 }
    if has("Timestamp", "User Count", "Name") { return .locust }
    let columns = names.map { $0.lowercased() }
    let isLong =
      first(of: metricNames, in: columns) != nil && first(of: valueNames, in: columns) != nil
    return isLong ? .long : .wide
  }

  /// The column with the first of `names` that is there.
  private static func first(of names: [String], in columns: [String]) -> Int? {
    names.lazy.compactMap { columns.firstIndex(of: $0) }.first
  }

  private static let timeNames: Set<String> = [
    "timestamp", "time", "ts", "date", "datetime", "date_time", "@timestamp", "_time",
    "timestamp_ms", "time_ms", "timestamp_s", "epoch", "unix_time",
  ]
  private static let metricNames = ["metric", "metric_name", "__name__", "name", "measurement"]
  private static let valueNames = ["value", "metric_value", "_value", "val"]
}
