/// Names and units of OpenTelemetry as Prometheus writes them.
///
/// Source: OpenTelemetry specification, "Prometheus and OpenMetrics Compatibility".
enum MetricNames {
  /// The name of a metric: `http.server.duration` in `ms` gives `http_server_duration_milliseconds`.
  ///
  /// - Parameters:
  ///   - name: As the instrument is called.
  ///   - unit: UCUM, such as `By/s`; an annotation in braces counts as none.
  ///   - isCounter: Whether it ends with `_total`.
  ///   - isGauge: Whether a unit of 1 makes it a ratio.
  /// - Returns: the name; empty when nothing in it is a letter or digit.
  static func metric(_ name: String, unit: String, isCounter: Bool, isGauge: Bool) -> String {
    var words = name.utf8.split { !isWordByte($0) }.map { String($0) ?? "" }
    if words.isEmpty { return "" }
    let parts = unit.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    for word in unitWords(parts) where !words.contains(word) { words.append(word) }
    if isCounter {
      words.removeAll { $0 == "total" }
      words.append("total")
    } else if isGauge, unit == "1" {
      words.removeAll { $0 == "ratio" }
      words.append("ratio")
    }
    let joined = words.joined(separator: "_")
    return joined.utf8.first.map(isDigit) == true ? "_" + joined : joined
  }

  /// The name of a label: `http.status_code` gives `http_status_code`.
  static func label(_ key: String) -> String {
    var name: [UInt8] = []
    name.reserveCapacity(key.utf8.count)
    for byte in key.utf8 {
      let next = isNameByte(byte) ? byte : UInt8(ascii: "_")
      if next == UInt8(ascii: "_"), name.last == next { continue }
      name.append(next)
    }
    let text = String(decoding: name, as: UTF8.self)
    return name.first.map(isDigit) == true ? "key_" + text : text
  }

  /// The unit as metadata tells it, in one word; empty when there is none.
  static func unit(_ unit: String) -> String {
    let parts = unit.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    return unitWords(parts).joined(separator: "_")
  }

  private static func unitWords(_ parts: [Substring]) -> [String] {
    var words: [String] = []
    if let main = parts.first.flatMap({ word($0, in: mainUnits) }) { words += main }
    if parts.count > 1, let per = word(parts[1], in: perUnits) { words += ["per"] + per }
    return words
  }

  /// The words of one side of a unit; nil when it says nothing.
  private static func word(_ unit: Substring, in known: [String: String]) -> [String]? {
    let text = unit.filter { $0 != " " }
    if text.isEmpty || text.contains("{") || text.contains("}") { return nil }
    let full = known[text] ?? text
    let words = full.utf8.split { !isWordByte($0) }.map { String($0) ?? "" }
    return words.isEmpty ? nil : words
  }

  private static func isWordByte(_ byte: UInt8) -> Bool {
    (isNameByte(byte) && byte != UInt8(ascii: "_")) || byte == UInt8(ascii: ":")
  }

  private static let mainUnits = [
    "d": "days", "h": "hours", "min": "minutes", "s": "seconds", "ms": "milliseconds",
    "us": "microseconds", "ns": "nanoseconds",
    "By": "bytes", "KiBy": "kibibytes", "MiBy": "mebibytes", "GiBy": "gibibytes",
    "TiBy": "tebibytes", "KBy": "kilobytes", "MBy": "megabytes", "GBy": "gigabytes",
    "TBy": "terabytes",
    "m": "meters", "V": "volts", "A": "amperes", "J": "joules", "W": "watts", "g": "grams",
    "Cel": "celsius", "Hz": "hertz", "1": "", "%": "percent",
  ]

  private static let perUnits = [
    "s": "second", "m": "minute", "min": "minute", "h": "hour", "d": "day", "w": "week",
    "mo": "month", "y": "year",
  ]
}
