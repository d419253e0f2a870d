import ArgumentParser
import Exposition
import Foundation
import Model

/// Runs a file of exposition cases, each an input with the samples it must give.
struct ExpositionCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "exposition", abstract: "Runs parse cases of the text and line formats.")

  @Argument(help: "Cases as JSON lines.")
  var file: String

  func run() throws {
    let kit = ExpositionKit()
    var failures = 0
    let cases = try ExpositionKit.cases(of: file)
    for item in cases {
      guard let reason = kit.failure(of: item) else { continue }
      failures += 1
      print("\(item.id): \(reason)")
    }
    print("\(cases.count - failures) passed, \(failures) failed")
    if failures > 0 { throw ExitCode(2) }
  }
}

/// The cases and how they are judged.
struct ExpositionKit {
  /// One line of the file.
  struct Case: Decodable {
    var id: String
    var format: String
    var verdict: String
    var level: String
    var input: String?
    var inputBase64: String?
    var expect: [Expectation]?

    enum CodingKeys: String, CodingKey {
      case id, format, verdict, level, input, expect
      case inputBase64 = "input_b64"
    }

    var bytes: [UInt8] {
      input.map { Array($0.utf8) } ?? Array(Data(base64Encoded: inputBase64 ?? "") ?? Data())
    }
  }

  /// A sample as the file writes it: a tuple for most formats, an object for Influx.
  indirect enum Expectation: Decodable, Equatable {
    case null
    case flag(Bool)
    case number(Double, integer: Int64?)
    case text(String)
    case list([Expectation])
    case object([String: Expectation])

    init(from decoder: any Decoder) throws {
      let value = try decoder.singleValueContainer()
      if value.decodeNil() {
        self = .null
      } else if let flag = try? value.decode(Bool.self) {
        self = .flag(flag)
      } else if let number = try? value.decode(Double.self) {
        self = .number(number, integer: try? value.decode(Int64.self))
      } else if let text = try? value.decode(String.self) {
        self = .text(text)
      } else if let list = try? value.decode([Expectation].self) {
        self = .list(list)
      } else {
        self = .object(try value.decode([String: Expectation].self))
      }
    }
  }

  /// The cases that are scored: `spec-only` ones are not.
  static func cases(of file: String) throws -> [Case] {
    let text = try String(contentsOfFile: file, encoding: .utf8)
    let decoder = JSONDecoder()
    return try text.split(separator: "\n")
      .map { try decoder.decode(Case.self, from: Data($0.utf8)) }
      .filter { $0.level != "spec-only" }
  }

  /// Arrival time that no case has.
  private let arrival = Timestamp(milliseconds: 4_242)

  /// Why a case fails; nil when it passes.
  func failure(of item: Case) -> String? {
    guard let format = Self.formats[item.format] else { return "unknown format \(item.format)" }
    var options = DecoderOptions(format: format)
    options.validates = true
    options.limits.timeMin = .min
    options.limits.timeMax = .max
    var decoder = SampleDecoder(options)
    var batch = SampleBatch()
    var rows: [(labels: Labels, value: Double, time: Int64)] = []
    func drain(_ decoder: inout SampleDecoder) {
      while decoder.next(into: &batch) {
        for row in 0..<batch.count {
          let labels = (try? batch.labels(ofRow: row)) ?? .empty
          rows.append((labels, batch.values[row], batch.times[row]))
        }
      }
    }
    decoder.feed(item.bytes, arrival: arrival)
    drain(&decoder)
    decoder.finish()
    drain(&decoder)
    let refusals = decoder.takeDiagnostics()
    guard item.verdict == "accept" else {
      return refusals.isEmpty ? "accepted, should be refused" : nil
    }
    if let first = refusals.first { return "refused: \(first.message)" }
    if format == .influx { return influxDifference(item) }
    return difference(rows, item.expect ?? [], isGraphite: format == .graphite)
  }

  private static let formats: [String: InputFormat] = [
    "prom-text": .prometheus, "openmetrics": .openmetrics, "influx": .influx,
    "graphite": .graphite,
  ]

  private func difference(
    _ rows: [(labels: Labels, value: Double, time: Int64)], _ expect: [Expectation],
    isGraphite: Bool
  ) -> String? {
    if rows.count != expect.count { return "\(rows.count) samples, want \(expect.count)" }
    for (row, wanted) in zip(rows, expect) {
      guard case .list(let parts) = wanted else { return "unreadable expectation" }
      let matches = isGraphite ? isGraphitePoint(row, parts) : isSample(row, parts)
      if !matches { return "found \(row), want \(parts)" }
    }
    return nil
  }

  private func isSample(
    _ row: (labels: Labels, value: Double, time: Int64), _ parts: [Expectation]
  ) -> Bool {
    guard parts.count == 3, case .object(let labels) = parts[0], case .text(let value) = parts[1]
    else { return false }
    return row.labels == Labels(labels.mapValues(Self.text)) && Self.isEqual(row.value, value)
      && isTime(row.time, parts[2], scale: 1)
  }

  private func isGraphitePoint(
    _ row: (labels: Labels, value: Double, time: Int64), _ parts: [Expectation]
  ) -> Bool {
    guard parts.count == 4, case .text(let path) = parts[0], case .object(let tags) = parts[1],
      case .number(let value, _) = parts[2]
    else { return false }
    var labels = Labels(tags.mapValues(Self.text))
    labels[Labels.metricName] = path
    return row.labels == labels && row.value == value && isTime(row.time, parts[3], scale: 1000)
  }

  /// Times beyond 64 bits are held at the ends of the range.
  private func isTime(_ time: Int64, _ wanted: Expectation, scale: Double) -> Bool {
    guard case .number(let number, let integer) = wanted else {
      return time == arrival.milliseconds
    }
    if let integer, scale == 1 { return time == integer }
    if number >= 9.2e18 { return time == .max }
    if number <= -9.2e18 { return time == .min }
    return time == Int64((number * scale).rounded())
  }

  private static func text(_ value: Expectation) -> String {
    if case .text(let text) = value { return text }
    return ""
  }

  private static func isEqual(_ value: Double, _ text: String) -> Bool {
    guard let wanted = Double(text) else { return false }
    return value == wanted || (value.isNaN && wanted.isNaN)
  }

  private func influxDifference(_ item: Case) -> String? {
    let lines = (item.input ?? "").split(separator: "\n")
    let records = lines.compactMap { InfluxRecord(String($0)) }
    let found = records.map(Self.expectation)
    return found == item.expect ?? [] ? nil : "found \(found), want \(item.expect ?? [])"
  }

  private static func expectation(_ record: InfluxRecord) -> Expectation {
    func number(_ value: Double) -> Expectation {
      .number(value, integer: Int64(exactly: value))
    }
    let tags = record.tags.map { ($0.name, Expectation.text($0.value)) }
    let fields = record.fields.map { field -> (String, Expectation) in
      let pair: [Expectation] =
        switch field.value {
        case .float(let value): [.text("float"), number(value)]
        case .integer(let value): [.text("int"), .number(Double(value), integer: value)]
        case .unsigned(let value):
          [.text("uint"), .number(Double(value), integer: Int64(exactly: value))]
        case .boolean(let value): [.text("bool"), .flag(value)]
        case .string(let value): [.text("string"), .text(value)]
        }
      return (field.name, .list(pair))
    }
    let time = record.time.map { Expectation.number(Double($0), integer: $0) } ?? .null
    return .object([
      "measurement": .text(record.measurement),
      "tags": .object(Dictionary(tags) { $1 }),
      "fields": .object(Dictionary(fields) { $1 }),
      "time_ns": time,
    ])
  }
}
