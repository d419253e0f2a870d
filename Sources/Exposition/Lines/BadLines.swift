import Model

/// Counts the lines that were refused, and reports the first of each kind.
struct BadLines: Sendable {
  /// Lines refused so far, by code.
  private(set) var counts: [LineError.Code: Int] = [:]
  /// Reports not yet taken.
  var reports: [Diagnostic] = []
  /// True once a report was an error: the input is not to be used.
  private(set) var isFatal = false

  private let file: String?
  private let isStrict: Bool

  /// - Parameters:
  ///   - file: Path for the reports.
  ///   - isStrict: Whether a refused line is an error instead of a warning.
  init(file: String?, isStrict: Bool) {
    self.file = file
    self.isStrict = isStrict
  }

  /// Lines refused so far.
  var total: Int { counts.values.reduce(0, +) }

  /// Counts `error` of the line `number` (from 1); the first of its code is reported.
  mutating func refuse(_ error: LineError, line: ByteView, number: Int) {
    counts[error.code, default: 0] += 1
    guard counts[error.code] == 1 else { return }
    // A longer line cannot be shown around its fault anyway; one cut for its length must not be.
    let excerpt = line.count <= 4096 && error.code != .lineTooLong ? line.text : nil
    report(
      Diagnostic(
        isStrict ? .error : .warning, code: error.code.rawValue, error.message(for: line),
        at: SourceLocation(file: file, line: number, column: error.range.lowerBound + 1),
        sourceLine: excerpt, length: max(1, error.range.count)))
  }

  /// Reports trouble that is not one line's.
  mutating func report(
    _ level: Diagnostic.Level, code: String, _ message: String, line: Int? = nil
  ) {
    let location = line.map { SourceLocation(file: file, line: $0, column: 1) }
    let text = location == nil ? (file.map { "\($0): " } ?? "") + message : message
    report(Diagnostic(isStrict ? .error : level, code: code, text, at: location))
  }

  private mutating func report(_ diagnostic: Diagnostic) {
    if diagnostic.level == .error { isFatal = true }
    reports.append(diagnostic)
  }
}
