import ArgumentParser
import Foundation
import Glibc
import Incidents
import Model
import Reports

/// Writes the reports of a run's incidents to files.
struct ReportWriter {
  let path: String

  /// Endings of the names of reports, by which their form is chosen.
  static let endings = [".html", ".htm", ".json", ".md", ".markdown"]

  /// Refuses names from which no form follows; a device or a pipe needs none.
  ///
  /// - Throws: `ValidationError` with the endings that are known.
  static func checkEndings(_ paths: [String], known: [String] = endings) throws {
    for path in paths where !known.contains(where: path.lowercased().hasSuffix) {
      guard !isSpecial(path) else { continue }
      throw ValidationError(
        "expected a report's name to end in \(known.joined(separator: ", ")), found \(quoted(path))"
      )
    }
  }

  /// Looks whether files can be written, before the work that they are to tell of.
  ///
  /// - Throws: `CommandFailure`.
  static func checkPlaces(_ paths: [String]) throws {
    for path in paths where !isSpecial(path) {
      var status = stat()
      if stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR {
        throw unwritable(path, "it is a folder")
      }
      let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
      guard stat(folder, &status) == 0 else { throw unwritable(path, reason(errno)) }
      guard access(folder, W_OK) == 0 else { throw unwritable(path, reason(errno)) }
    }
  }

  /// Writes all reports: HTML by the ending `.html`, JSON by `.json`, else Markdown.
  ///
  /// Several incidents are written to files of their own, the name with `-2`, `-3`, … before its
  /// ending.
  func write(_ reports: [Report]) throws {
    let name = path.lowercased()
    for (index, report) in reports.enumerated() {
      let text =
        if name.hasSuffix(".html") || name.hasSuffix(".htm") {
          HTMLReport.render(report)
        } else if name.hasSuffix(".json") {
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
    do {
      try data.write(
        to: URL(fileURLWithPath: path), options: Self.isSpecial(path) ? [] : .atomic)
    } catch {
      let cause = (error as? CocoaError)?.underlying as? POSIXError
      throw Self.unwritable(
        path, cause.map { Self.reason($0.code.rawValue) } ?? error.localizedDescription)
    }
  }

  private static func isSpecial(_ path: String) -> Bool {
    var status = stat()
    guard stat(path, &status) == 0 else { return false }
    let kind = status.st_mode & S_IFMT
    return kind != S_IFREG && kind != S_IFDIR
  }

  private static func reason(_ code: Int32) -> String { String(cString: strerror(code)) }

  private static func unwritable(_ path: String, _ reason: String) -> CommandFailure {
    CommandFailure(
      status: ExitStatus.failure, message: "error: cannot write \(quoted(path)): \(reason)")
  }

  private func path(_ index: Int) -> String {
    guard index > 0 else { return path }
    guard let dot = path.lastIndex(of: ".") else { return "\(path)-\(index + 1)" }
    return "\(path[..<dot])-\(index + 1)\(path[dot...])"
  }
}
