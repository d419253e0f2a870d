import Baselines
import Foundation
import Model

/// A folder of recorded series, `CATEGORY/NAME.csv` with `timestamp,value`, scored by the detector
/// that `baseline:` rules use, with its defaults.
///
/// The scores go to the same relative paths as `timestamp,value,anomaly_score`; the score is
/// `Verdict.news`, and `Detector.newsThreshold` is the product's own threshold.
struct SeriesKit {
  let root: URL

  /// How much was scored.
  struct Summary {
    var series = 0
    var samples = 0
    var reports = 0
    var alarms = 0

    /// One line for the terminal.
    var line: String {
      "\(series) series, \(samples) samples scored; default threshold \(Detector.newsThreshold):"
        + " \(reports) samples reported; sensitivity 3: \(alarms) alarms"
    }
  }

  /// Why a kit cannot be scored; `description` makes the sentence.
  struct Failure: Error, CustomStringConvertible {
    enum Code { case noSeries, noHeader, badRow }
    var code: Code
    var path: String
    var line = 0

    var description: String {
      switch code {
      case .noSeries: "\(path): no CATEGORY/NAME.csv found"
      case .noHeader: "\(path):1: wanted the columns timestamp and value"
      case .badRow: "\(path):\(line): wanted a time and a number or nothing"
      }
    }
  }

  /// Scores every series and writes the results under `output`.
  func score(into output: URL) throws -> Summary {
    let manager = FileManager.default
    var summary = Summary()
    for category in try manager.contentsOfDirectory(atPath: root.path).sorted() {
      let folder = root.appendingPathComponent(category, isDirectory: true)
      guard let names = try? manager.contentsOfDirectory(atPath: folder.path) else { continue }
      let target = output.appendingPathComponent(category, isDirectory: true)
      for name in names.sorted() where name.hasSuffix(".csv") {
        try manager.createDirectory(at: target, withIntermediateDirectories: true)
        let text = try scored(folder.appendingPathComponent(name), &summary)
        try Data(text.utf8).write(to: target.appendingPathComponent(name))
      }
    }
    guard summary.series > 0 else { throw Failure(code: .noSeries, path: root.path) }
    return summary
  }

  /// One series as result rows.
  private func scored(_ file: URL, _ summary: inout Summary) throws -> String {
    let text = try String(contentsOf: file, encoding: .utf8)
    let lines = text.split(omittingEmptySubsequences: false) { $0.isNewline }
    let header = lines.first.map(fields) ?? []
    guard let timeColumn = header.firstIndex(of: "timestamp"),
      let valueColumn = header.firstIndex(of: "value")
    else { throw Failure(code: .noHeader, path: file.path) }
    var detector = Detector()
    var wasAnomalous = false
    var rows = "timestamp,value,anomaly_score\n"
    for (index, line) in lines.enumerated().dropFirst() where !line.isEmpty {
      let row = fields(line)
      guard row.count > max(timeColumn, valueColumn), let time = Self.time(row[timeColumn]),
        let value = row[valueColumn].isEmpty ? Double.nan : Double(row[valueColumn])
      else { throw Failure(code: .badRow, path: file.path, line: index + 1) }
      let verdict = detector.update(time: time, value: value)
      rows += "\(row[timeColumn]),\(row[valueColumn]),\(verdict.news)\n"
      summary.samples += 1
      summary.reports += verdict.news >= Detector.newsThreshold ? 1 : 0
      summary.alarms += verdict.isAnomalous && !wasAnomalous ? 1 : 0
      wasAnomalous = verdict.isAnomalous
    }
    summary.series += 1
    return rows
  }

  private func fields(_ line: Substring) -> [Substring] {
    line.split(separator: ",", omittingEmptySubsequences: false)
  }

  /// `2014-04-01 00:05:00`, with `T` and `Z` and decimals where the file has them, in milliseconds.
  static func time(_ text: Substring) -> Int64? {
    let parts = text.split { $0 == " " || $0 == "T" }
    guard parts.count == 2 else { return nil }
    let date = parts[0].split(separator: "-").compactMap { Int($0) }
    let clock = parts[1].split { $0 == ":" || $0 == "Z" }
    guard date.count == 3, (1...12).contains(date[1]), (2...3).contains(clock.count),
      let hour = Int64(clock[0]), let minute = Int64(clock[1]),
      let second = clock.count == 3 ? Double(clock[2]) : 0
    else { return nil }
    let days = CalendarTime.daysSinceEpoch(year: date[0], month: date[1], day: date[2])
    return Int64(days) * 86_400_000 + (hour * 60 + minute) * 60_000
      + Int64((second * 1000).rounded())
  }
}
