import ArgumentParser
import Model

/// The formats that a stream can be written in, for comparing the decoders.
enum StreamFormat: String, CaseIterable, ExpressibleByArgument {
  case prometheus, influx, jsonl, csv, graphite

  func writeHead(to bytes: inout [UInt8]) {
    if self == .csv {
      bytes.append(contentsOf: "timestamp,metric,value,instance,region,service,job\n".utf8)
    }
  }

  /// One sample on a line.
  ///
  /// No label holds a byte that any of the formats would have to escape.
  func write(
    _ metric: StaticString, _ labels: [(String, String)], _ value: Double, _ decimals: Int,
    _ time: Timestamp, to bytes: inout [UInt8]
  ) {
    let milliseconds = UInt64(time.milliseconds)
    func put(_ text: StaticString) {
      bytes.append(
        contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }
    func put(_ text: String) { bytes.append(contentsOf: text.utf8) }
    func putLabels(
      _ before: StaticString, _ equals: StaticString, _ after: StaticString, _ between: StaticString
    ) {
      for (index, label) in labels.enumerated() {
        if index > 0 { put(between) }
        put(before)
        put(label.0)
        put(equals)
        put(label.1)
        put(after)
      }
    }
    switch self {
    case .prometheus:
      put(metric)
      put("{")
      putLabels("", "=\"", "\"", ",")
      put("} ")
      appendDecimal(value, decimals: decimals, to: &bytes)
      put(" ")
      appendInteger(milliseconds, to: &bytes)
    case .influx:
      put(metric)
      put(",")
      putLabels("", "=", "", ",")
      put(" value=")
      appendDecimal(value, decimals: decimals, to: &bytes)
      put(" ")
      appendInteger(milliseconds * 1_000_000, to: &bytes)
    case .jsonl:
      put("{\"ts\":")
      appendInteger(milliseconds, to: &bytes)
      put(",\"metric\":\"")
      put(metric)
      put("\",\"value\":")
      appendDecimal(value, decimals: decimals, to: &bytes)
      put(",\"labels\":{")
      putLabels("\"", "\":\"", "\"", ",")
      put("}}")
    case .csv:
      appendInteger(milliseconds, to: &bytes)
      put(",")
      put(metric)
      put(",")
      appendDecimal(value, decimals: decimals, to: &bytes)
      for label in labels {
        put(",")
        put(label.1)
      }
    case .graphite:
      put(metric)
      put(";")
      putLabels("", "=", "", ";")
      put(" ")
      appendDecimal(value, decimals: decimals, to: &bytes)
      put(" ")
      appendInteger(milliseconds / 1000, to: &bytes)
    }
    put("\n")
  }
}
