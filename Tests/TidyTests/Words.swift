/// A piece of code that must not occur, and why.
struct BannedCode {
  var code: String
  var reason: String
}

/// Not in `Sources`: each ends the program, or hides that something is missing.
let bannedInSources = [
  BannedCode(code: "try!", reason: "throws on in silence; use try, or say why it cannot fail"),
  BannedCode(code: "fatalError(", reason: "ends the program; use precondition or an error"),
  BannedCode(code: "@unchecked Sendable", reason: "switches a check off"),
  BannedCode(code: "nonisolated(unsafe)", reason: "switches a check off"),
]

/// Banned code that has its reason written beside it, by file.
let excusedCode = ["Sources/Evaluation/Plan/Evaluator.swift": "nonisolated(unsafe)"]

/// Not below floor 6: the core is one deterministic value.
let bannedInCore = [
  "ContinuousClock", "SuspendingClock", "clock_gettime(", "gettimeofday(", "time(nil)", "getenv(",
  "SystemRandomNumberGenerator", "arc4random", ".hashValue", "Hasher()", ".random(in",
  ".shuffled()",
  ".randomElement()",
].map { BannedCode(code: $0, reason: "differs from run to run; pass it in as an argument") }

/// Marks of unfinished work, anywhere in Swift, comments included.
///
/// Halved, so that this file is clean.
let unfinishedMarks = ["TO" + "DO", "FIX" + "ME", "XX" + "X"]

/// Words about how the project is made instead of what it is; in no text at all.
let foreignWords = [
  "cla" + "ude", "anth" + "ropic", "chat" + "gpt", "open" + "ai", "copi" + "lot", "sub" + "agent",
  "language " + "model", "work" + "tree", "/wo" + "rk/", "as an a" + "i",
]

/// Places outside the repository; only the CI script may look there, for optional kits.
let foreignPlace = "../sha" + "red"

/// Findings of banned code in one Swift file of `Sources`.
func bannedCodeFindings(in file: Repository.File, floor: Int) -> [Finding] {
  if file.isGenerated { return [] }
  let banned = bannedInSources + (floor < firstWorldlyFloor ? bannedInCore : [])
  return MaskedSwift(file.text).lines.enumerated().flatMap { index, line in
    banned.filter { line.contains($0.code) && excusedCode[file.path] != $0.code }.map {
      Finding(path: file.path, line: index + 1, message: "\"\($0.code)\" \($0.reason)")
    }
  }
}

/// Findings of unfinished marks, foreign words and foreign places in one text file.
func wordFindings(in file: Repository.File) -> [Finding] {
  textLines(of: file).flatMap { number, line -> [Finding] in
    let lowered = line.lowercased()
    var messages: [String] = []
    for word in foreignWords where lowered.contains(word) {
      messages.append("\"\(word)\" is about the making, not about the product")
    }
    if line.contains(foreignPlace), file.path != ".ci/run" {
      messages.append("\"\(foreignPlace)\" lies outside the repository")
    }
    if file.isSwift {
      for mark in unfinishedMarks where line.contains(mark) {
        messages.append("\"\(mark)\": finish it or leave it out")
      }
    }
    return messages.map { Finding(path: file.path, line: number, message: $0) }
  }
}
