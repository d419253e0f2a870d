import Model

/// Decodes a table whose first line names its columns.
///
/// Long tables have a metric in each row, wide ones in each column; the results of JMeter, Locust
/// and k6 are known by their columns. See the README beside this file for the series they become.
struct CSVDecoder: LineDecoder {
  /// What a column of a wide table holds, known from its first cell that is not empty.
  enum Role {
    case unknown, metric, label, ignored
  }

  var templates = LineTemplates()
  private let mapping: CSVMapping?
  /// What the columns are; nil before the header.
  private var columns: CSVHeader.Columns?
  var row = CSVRow()
  var spelling = SeriesSpelling()
  private var cache = SeriesCache()
  var totals: RunningTotals
  /// The columns' names as views that live as long as the decoder.
  private(set) var names: [ByteView] = []
  private let nameArena = LineArena()
  private let arena = LineArena()
  private var roles: [Role] = []
  /// The columns of a long table that are labels.
  private var labelColumns: [Int] = []
  /// The plan of a tool's table, made from its header.
  private var plan: ToolTable?

  init(_ options: DecoderOptions) {
    mapping = options.csv
    totals = RunningTotals(seriesMax: options.limits.accumulatedSeriesMax)
  }

  mutating func decode(
    _ line: ByteView, _ context: LineContext, into batch: inout SampleBatch
  ) throws(LineError) {
    if line.trimmed.isEmpty { return }
    guard let columns else { return try takeHeader(line, context.limits) }
    arena.begin()
    try row.split(line, at: columns.separator, arena)
    // Tables joined by `cat` repeat their header.
    if row.cells[0].equals(names[0]), row.cells.elementsEqual(names, by: { $0.equals($1) }) {
      return
    }
    guard row.cells.count == names.count else {
      throw LineError(
        .badColumns, 0..<line.count,
        expected: "\(names.count) columns instead of \(row.cells.count)")
    }
    let before = batch.count
    do throws(LineError) {
      let time = try time(columns, context)
      spelling.begin()
      switch columns.table {
      case .long: try decodeLong(columns, time, context.limits, &batch)
      case .wide: try decodeWide(columns, time, context.limits, &batch)
      case .k6: try decodeK6(columns, time, context.limits, &batch)
      case .jmeter, .locust:
        try plan?.decode(row, time, &spelling, &totals, context.limits, &batch)
      }
    } catch {
      batch.truncate(to: before)
      throw error
    }
  }

  private mutating func takeHeader(
    _ line: ByteView, _ limits: DecoderLimits
  ) throws(LineError) {
    let read = try CSVHeader(line, mapping: mapping, limits)
    columns = read.columns
    nameArena.begin()
    names = read.names.map(nameArena.store)
    roles = names.indices.map { index in
      let isNamed = read.columns.table != .wide && index == read.columns.metric
      if index == read.columns.time || isNamed { return .ignored }
      guard let values = read.mappedValues, let labels = read.mappedLabels else { return .unknown }
      return values.contains(index) ? .metric : labels.contains(index) ? .label : .ignored
    }
    labelColumns = names.indices.filter {
      $0 != read.columns.value && roles[$0] != .ignored && roles[$0] != .metric
    }
    plan = ToolTable(read)
  }

  /// The row's time, or the arrival time when the table or the cell has none.
  private func time(_ columns: CSVHeader.Columns, _ context: LineContext) throws(LineError) -> Int64
  {
    guard let column = columns.time, !row.cells[column].isEmpty else { return context.arrival }
    guard let time = TimeText.parse(row.cells[column]) else {
      throw LineError(.badTime, row.range(column), expected: "a time")
    }
    guard context.accepts(time) else { throw LineError.timeOutOfRange(row.range(column)) }
    return time
  }

  /// The number in cell `index`; nil when it is empty or says that there is none.
  func number(_ index: Int) throws(LineError) -> Double? {
    let cell = row.cells[index]
    if let value = DecimalNumber.parse(cell) { return value }
    if isMissing(cell) { return nil }
    guard let value = DecimalNumber.parseWithSpecials(cell) else {
      throw LineError(.badNumber, row.range(index), expected: "a number")
    }
    return value
  }

  /// `timestamp,metric,value,…`: every other column is a label.
  private mutating func decodeLong(
    _ columns: CSVHeader.Columns, _ time: Int64, _ limits: DecoderLimits, _ batch: inout SampleBatch
  ) throws(LineError) {
    guard let metric = columns.metric, let column = columns.value else { return }
    guard let value = try number(column) else { return }
    if let place = columns.time, !row.cells[place].isEmpty, !row.cells[column].isEmpty {
      templates.holes = .init(time: row.range(place), value: row.range(column))
    }
    var hash = SpellingMemo.hashOfAnyLength(row.cells[metric])
    for index in labelColumns {
      hash = SpellingMemo.combine(hash, SpellingMemo.hashOfAnyLength(row.cells[index]))
    }
    hash = SpellingMemo.combine(hash, 1)
    if cache.append(hash, time: time, value: value, to: &batch) { return }
    for index in labelColumns {
      try spelling.add(names[index], row.cells[index], at: row.range(index), limits)
    }
    try spelling.append(
      nil, row.cells[metric], at: row.range(metric), time: time, value: value, limits, to: &batch)
    cache.insert(hash, row: batch.count - 1, of: batch)
  }

  /// `timestamp,cpu,mem,…`: columns of numbers are metrics, columns of texts are labels.
  private mutating func decodeWide(
    _ columns: CSVHeader.Columns, _ time: Int64, _ limits: DecoderLimits, _ batch: inout SampleBatch
  ) throws(LineError) {
    for index in names.indices {
      let cell = row.cells[index]
      if roles[index] == .unknown, !isMissing(cell) {
        roles[index] = DecimalNumber.parseWithSpecials(cell) == nil ? .label : .metric
      }
      if roles[index] == .label {
        try spelling.add(names[index], cell, at: row.range(index), limits)
      }
    }
    for index in names.indices where roles[index] == .metric {
      guard let value = try number(index) else { continue }
      try spelling.append(
        nil, names[index], at: row.range(index), time: time, value: value, limits, to: &batch)
    }
  }

  /// `metric_name,timestamp,metric_value,…`: the tags are the other columns, and in `extra_tags`.
  private mutating func decodeK6(
    _ columns: CSVHeader.Columns, _ time: Int64, _ limits: DecoderLimits, _ batch: inout SampleBatch
  ) throws(LineError) {
    guard let metric = columns.metric, let column = columns.value else { return }
    for index in labelColumns {
      if names[index].equals("extra_tags") || names[index].equals("metadata") {
        try addTags(row.cells[index], at: row.range(index), limits)
      } else {
        try spelling.add(names[index], row.cells[index], at: row.range(index), limits)
      }
    }
    guard let value = try number(column) else { return }
    let name = row.cells[metric]
    try K6.append(
      name, K6MetricType(builtIn: name), at: row.range(metric), time: time, value: value,
      &spelling, &totals, limits, &batch)
  }

  /// `name=value&name=value`.
  private mutating func addTags(
    _ cell: ByteView, at place: Range<Int>, _ limits: DecoderLimits
  ) throws(LineError) {
    var start = 0
    while start < cell.count {
      let end = cell.firstIndex(of: UInt8(ascii: "&"), from: start) ?? cell.count
      let tag = cell[start..<end]
      guard let equals = tag.firstIndex(of: UInt8(ascii: "=")), equals > 0 else {
        throw LineError(.badTag, place, expected: "tags as name=value&name=value")
      }
      try spelling.add(tag[0..<equals], tag[equals + 1..<tag.count], at: place, limits)
      start = end + 1
    }
  }
}

/// True for an empty cell and for what programs write when they have no number.
func isMissing(_ cell: ByteView) -> Bool {
  cell.isEmpty || cell.equals("N/A") || cell.equals("null") || cell.equals("-")
    || cell.equals("NULL") || cell.equals("n/a")
}
