let fileLinesMax = 700
let functionLinesMax = 70
/// A test's data may stand in one place.
let testFunctionLinesMax = 100
let readmeLinesMax = 40

/// The file is too long, or one of its functions is.
func lengthFindings(in file: Repository.File) -> [Finding] {
  if file.isGenerated { return [] }
  var findings: [Finding] = []
  let count = textLines(of: file).count
  if count > fileLinesMax {
    findings.append(
      Finding(path: file.path, line: count, message: "\(count) lines, at most \(fileLinesMax)"))
  }
  let limit = file.path.hasPrefix("Tests/") ? testFunctionLinesMax : functionLinesMax
  for span in functionSpans(in: MaskedSwift(file.text)) where span.lines.count > limit {
    let message = "\"\(span.name)\" takes \(span.lines.count) lines, at most \(limit)"
    findings.append(Finding(path: file.path, line: span.lines.lowerBound, message: message))
  }
  return findings
}

/// Blanks at the ends of lines, tabs, and a missing or doubled line break at the end of the file.
func blankFindings(in file: Repository.File) -> [Finding] {
  if file.isGenerated { return [] }
  let lines = textLines(of: file)
  var findings: [Finding] = []
  let mayHaveTabs = file.path.hasSuffix("Makefile") || file.path.hasSuffix(".test")
  for (number, line) in lines {
    if line.last == " " || line.last == "\t" {
      findings.append(
        Finding(path: file.path, line: number, message: "blank at the end of the line"))
    }
    if line.contains("\t"), !mayHaveTabs {
      findings.append(Finding(path: file.path, line: number, message: "tab; use spaces"))
    }
  }
  if !file.text.isEmpty, !file.text.hasSuffix("\n") {
    findings.append(
      Finding(path: file.path, line: lines.count, message: "no line break at the end of the file"))
  } else if lines.last?.line.isEmpty == true {
    findings.append(
      Finding(path: file.path, line: lines.count, message: "empty line at the end of the file"))
  }
  return findings
}

/// A module without a README, or with one longer than a page.
func readmeFindings(module: String, readme: String?) -> [Finding] {
  let path = "Sources/\(module)/README.md"
  guard let readme else {
    return [
      Finding(path: path, line: 1, message: "missing; say what \(module) owns and never does")
    ]
  }
  let count = textLines(of: Repository.File(path: path, text: readme)).count
  guard count > readmeLinesMax else { return [] }
  return [Finding(path: path, line: count, message: "\(count) lines, at most \(readmeLinesMax)")]
}

/// The lines of `file` with their numbers from 1; a final line break opens no further line.
func textLines(of file: Repository.File) -> [(number: Int, line: String)] {
  var lines = file.text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  if lines.last == "" { lines.removeLast() }
  return lines.enumerated().map { ($0.offset + 1, $0.element) }
}
