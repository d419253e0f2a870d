/// Reads the files of one run, line by line.
///
///     var reader = LoadTestReader()
///     try reader.read(bytes, named: "k6.csv")
///     let test = reader.test()
public struct LoadTestReader {
  /// Why a file is none of a load test.
  public enum Failure: Error, Hashable, Sendable {
    /// Its first lines are those of no tool that is known.
    case unknownFormat(file: String)
    /// It is of another tool than the files before it.
    case mixedTools(file: String, LoadTest.Tool, LoadTest.Tool)

    /// What is wrong, and what is wanted.
    public var message: String {
      switch self {
      case .unknownFormat(let file):
        "\(file):1:1: error: expected results of k6, JMeter, Locust, Gatling, vegeta or wrk2"
      case .mixedTools(let file, let found, let known):
        "\(file):1:1: error: results of \(found.rawValue) beside those of \(known.rawValue)"
      }
    }
  }

  private var builder = LoadTestBuilder()
  private var tool: LoadTest.Tool?

  /// Bytes of one file that are read.
  public static let bytesMax = 1 << 30

  /// Nothing read yet.
  public init() {}

  /// Reads a file of the run.
  public mutating func read(_ bytes: [UInt8], named file: String) throws(Failure) {
    let lines = bytes.split(separator: UInt8(ascii: "\n"))
    guard var format = Self.format(lines.prefix(40)) else { throw .unknownFormat(file: file) }
    if let tool, tool != format.tool { throw .mixedTools(file: file, format.tool, tool) }
    tool = format.tool
    for line in lines {
      let line = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
      if !format.read(line, into: &builder) { builder.badLines += 1 }
    }
    format.finish(into: &builder)
  }

  /// The run; nil when nothing was read.
  public func test() -> LoadTest? { tool.map(builder.build) }

  private static func format(_ head: ArraySlice<ArraySlice<UInt8>>) -> (any LoadTestFormat)? {
    guard let first = head.first.map({ text($0).trimmingByteOrderMark }) else { return nil }
    let cells = first.split(separator: ",").map(String.init)
    if first.hasPrefix("metric_name,timestamp,metric_value") { return K6Table(cells) }
    if first.hasPrefix("Type,Name,Request Count") { return LocustStats(CSVCells.split(first)) }
    if first.hasPrefix("Timestamp,User Count,Type,Name") {
      return LocustHistory(CSVCells.split(first))
    }
    if cells.contains("timeStamp"), cells.contains("elapsed") { return JMeterTable(cells) }
    if first.hasPrefix("RUN\t") || first.hasPrefix("REQUEST\t") || first.hasPrefix("USER\t") {
      return GatlingLog()
    }
    if first.hasPrefix("{"), let json = JSONFields(first) {
      if json["latency"] != nil, json["code"] != nil { return VegetaLines() }
      if json["metric"] != nil, json["type"] != nil { return K6Lines() }
    }
    if cells.count >= 6, cells.prefix(3).allSatisfy({ Int64($0) != nil }) { return VegetaTable() }
    let isSpectrum = head.contains {
      let line = text($0)
      return line.contains("1/(1-Percentile)") || line.contains("Latency Distribution")
    }
    return isSpectrum ? LatencySpectrum() : nil
  }
}

/// How the lines of one kind of file are read.
protocol LoadTestFormat {
  /// Who writes it.
  var tool: LoadTest.Tool { get }
  /// Takes a line in; false when it is a bad one.
  mutating func read(_ line: ArraySlice<UInt8>, into builder: inout LoadTestBuilder) -> Bool
  /// The file is at its end.
  mutating func finish(into builder: inout LoadTestBuilder)
}

extension LoadTestFormat {
  mutating func finish(into builder: inout LoadTestBuilder) {}
}

/// A line as text.
func text(_ line: ArraySlice<UInt8>) -> String { String(decoding: line, as: UTF8.self) }

extension String {
  fileprivate var trimmingByteOrderMark: String {
    hasPrefix("\u{feff}") ? String(dropFirst()) : self
  }
}
