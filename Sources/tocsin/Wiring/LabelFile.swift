import Analysis
import Foundation
import Model

/// Reads labelled windows: CSV with a header, a JSON array, or JSON lines.
///
/// Columns or fields are `start`, `end`, and where they are known `alert` and `service`.
enum LabelFile {
  /// Most windows of one file.
  static let windowsMax = 100_000

  static func read(_ path: String) throws -> [LabelledWindow] {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw CommandFailure.unusable("error: cannot read labels from \(quoted(path))")
    }
    let text = String(decoding: data, as: UTF8.self)
    let first = text.first { !$0.isWhitespace }
    let rows = first == "[" || first == "{" ? try json(data, text, path) : try csv(text, path)
    guard !rows.isEmpty else {
      throw CommandFailure.unusable("\(path):1:1: error: no labelled window")
    }
    guard rows.count <= windowsMax else {
      throw CommandFailure.unusable("\(path): error: more than \(windowsMax) windows")
    }
    return try rows.map { try window($0.fields, path, $0.line) }
  }

  private typealias Row = (fields: [String: String], line: Int)

  private static func window(
    _ fields: [String: String], _ path: String, _ line: Int
  ) throws -> LabelledWindow {
    func moment(_ name: String) throws -> Timestamp {
      let text = fields[name] ?? ""
      guard let time = TimeArgument(argument: text)?.time else {
        let found = text.isEmpty ? "nothing" : quoted(text)
        throw CommandFailure.unusable(
          "\(path):\(line):1: error: expected a time as \(quoted(name)), found \(found)")
      }
      return time
    }
    let (start, end) = (try moment("start"), try moment("end"))
    guard start <= end else {
      throw CommandFailure.unusable("\(path):\(line):1: error: the window ends before it starts")
    }
    func named(_ name: String) -> String? { fields[name].flatMap { $0.isEmpty ? nil : $0 } }
    return LabelledWindow(
      start: start, end: end, alert: named("alert"), service: named("service"))
  }

  private static func csv(_ text: String, _ path: String) throws -> [Row] {
    var columns: [String] = []
    var rows: [Row] = []
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
    {
      let cells = line.split(separator: ",", omittingEmptySubsequences: false).map {
        $0.trimmingCharacters(in: CharacterSet(charactersIn: " \t\r\""))
      }
      guard cells != [""], !line.hasPrefix("#") else { continue }
      if columns.isEmpty {
        columns = cells.map { $0.lowercased() }
        guard columns.contains("start"), columns.contains("end") else {
          throw CommandFailure.unusable(
            "\(path):\(index + 1):1: error: expected a header with start and end, found "
              + quoted(String(line)))
        }
        continue
      }
      let fields = Dictionary(zip(columns, cells)) { first, _ in first }
      rows.append((fields, index + 1))
    }
    return rows
  }

  private static func json(_ data: Data, _ text: String, _ path: String) throws -> [Row] {
    func fields(_ value: Any, _ line: Int) throws -> Row {
      guard let object = value as? [String: Any] else {
        throw CommandFailure.unusable("\(path):\(line):1: error: expected an object")
      }
      return (object.mapValues { "\($0)" }, line)
    }
    if let array = try? JSONSerialization.jsonObject(with: data) as? [Any] {
      return try array.map { try fields($0, 1) }
    }
    var rows: [Row] = []
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
    where !line.allSatisfy(\.isWhitespace) {
      guard let value = try? JSONSerialization.jsonObject(with: Data(line.utf8)) else {
        throw CommandFailure.unusable("\(path):\(index + 1):1: error: no JSON object")
      }
      rows.append(try fields(value, index + 1))
    }
    return rows
  }
}
