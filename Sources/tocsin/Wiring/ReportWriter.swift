import Foundation
import Glibc
import Incidents
import Model
import Reports

/// Writes the reports of a run's incidents to files.
struct ReportWriter {
  let path: String

  /// Writes all reports: HTML by the ending `.html`, JSON by `.json`, else Markdown.
  ///
  /// Several incidents are written to files of their own, the name with `-2`, `-3`, … before its
  /// ending.
  func write(_ reports: [Report]) throws {
    for (index, report) in reports.enumerated() {
      let text =
        if isHTML {
          HTMLReport.render(report)
        } else if path.hasSuffix(".json") {
          ReportJSON.text(report) + "\n"
        } else {
          MarkdownReport.render(report)
        }
      try write(Data(text.utf8), to: path(index))
    }
  }

  /// Writes texts that are ready, the second and later ones to files of their own.
  func write(_ texts: [String]) throws {
    for (index, text) in texts.enumerated() { try write(Data(text.utf8), to: path(index)) }
  }

  /// Puts a whole file in the place of an old one; a device or a pipe is written to, not replaced.
  private func write(_ data: Data, to path: String) throws {
    var status = stat()
    let isSpecial = stat(path, &status) == 0 && status.st_mode & S_IFMT != S_IFREG
    try data.write(to: URL(fileURLWithPath: path), options: isSpecial ? [] : .atomic)
  }

  private var isHTML: Bool { path.hasSuffix(".html") || path.hasSuffix(".htm") }

  private func path(_ index: Int) -> String {
    guard index > 0 else { return path }
    guard let dot = path.lastIndex(of: ".") else { return "\(path)-\(index + 1)" }
    return "\(path[..<dot])-\(index + 1)\(path[dot...])"
  }
}
