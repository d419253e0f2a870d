/// Swift text in which comments and the letters of string literals are blanks.
///
///     MaskedSwift("let s = \"}\" // }").code  // let s = " "
///
/// What is left can be searched for words and braces without mistaking prose for code. Lines keep
/// their numbers and columns; code inside `\( … )` stays. Invariant: as many bytes as the original.
struct MaskedSwift {
  private(set) var bytes: [UInt8]

  /// What the scanner stands in, innermost last.
  private enum Context {
    /// Code, at the top or inside an interpolation, with the parentheses open in it.
    case code(parentheses: Int)
    /// A string literal with its number of `#` and whether it spans lines.
    case string(hashes: Int, isMultiline: Bool)
  }

  private var contexts: [Context] = [.code(parentheses: 0)]
  private var at = 0

  init(_ text: String) {
    bytes = Array(text.utf8)
    while at < bytes.count {
      switch contexts[contexts.count - 1] {
      case .code(let parentheses): stepCode(parentheses)
      case .string(let hashes, let isMultiline): stepString(hashes, isMultiline)
      }
    }
  }

  var code: String { String(decoding: bytes, as: UTF8.self) }

  /// The code of each line; line 1 is at index 0.
  var lines: [String] {
    bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
      .map { String(decoding: $0, as: UTF8.self) }
  }

  private mutating func stepCode(_ parentheses: Int) {
    switch bytes[at] {
    case UInt8(ascii: "/"), UInt8(ascii: "#"), UInt8(ascii: "\""), UInt8(ascii: "("),
      UInt8(ascii: ")"):
      break
    default:
      at += 1
      return
    }
    if starts("//") {
      while at < bytes.count, bytes[at] != UInt8(ascii: "\n") { blank() }
    } else if starts("/*") {
      blankBlockComment()
    } else if let (hashes, isMultiline) = openingQuote() {
      at += hashes + (isMultiline ? 3 : 1)
      contexts.append(.string(hashes: hashes, isMultiline: isMultiline))
    } else {
      if bytes[at] == UInt8(ascii: "(") {
        contexts[contexts.count - 1] = .code(parentheses: parentheses + 1)
      } else if bytes[at] == UInt8(ascii: ")") {
        if parentheses == 0, contexts.count > 1 {
          contexts.removeLast()
        } else {
          contexts[contexts.count - 1] = .code(parentheses: max(0, parentheses - 1))
        }
      }
      at += 1
    }
  }

  private mutating func stepString(_ hashes: Int, _ isMultiline: Bool) {
    switch bytes[at] {
    case UInt8(ascii: "\\"), UInt8(ascii: "\""), UInt8(ascii: "\n"): break
    default: return blank()
    }
    let marks = String(repeating: "#", count: hashes)
    if starts("\\" + marks + "(") {
      at += hashes + 2
      contexts.append(.code(parentheses: 0))
    } else if starts("\\" + marks) {
      for _ in 0..<hashes + 2 { blank() }
    } else if starts((isMultiline ? "\"\"\"" : "\"") + marks) {
      at += hashes + (isMultiline ? 3 : 1)
      contexts.removeLast()
    } else if !isMultiline, bytes[at] == UInt8(ascii: "\n") {
      contexts.removeLast()  // An unterminated literal ends with its line, as for the compiler.
    } else {
      blank()
    }
  }

  private mutating func blankBlockComment() {
    var depth = 0
    repeat {
      if starts("/*") {
        depth += 1
        blank()
      } else if starts("*/") {
        depth -= 1
        blank()
      }
      blank()
    } while depth > 0 && at < bytes.count
  }

  /// The number of `#` and the kind of a quote that opens here; nil when none does.
  private func openingQuote() -> (hashes: Int, isMultiline: Bool)? {
    var end = at
    while end < bytes.count, bytes[end] == UInt8(ascii: "#") { end += 1 }
    guard end < bytes.count, bytes[end] == UInt8(ascii: "\"") else { return nil }
    let isMultiline = bytes[end...].starts(with: "\"\"\"".utf8)
    return (end - at, isMultiline)
  }

  private func starts(_ text: String) -> Bool {
    bytes[at...].starts(with: text.utf8)
  }

  /// Blanks the byte here, unless it ends a line, and goes on.
  private mutating func blank() {
    guard at < bytes.count else { return }
    if bytes[at] != UInt8(ascii: "\n") { bytes[at] = UInt8(ascii: " ") }
    at += 1
  }
}
