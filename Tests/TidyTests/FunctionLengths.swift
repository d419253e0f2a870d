/// A function, initializer, subscript or computed property and the lines it takes.
struct FunctionSpan: Equatable {
  var name: String
  /// Lines from 1, from the one with the keyword to the one with the closing brace.
  var lines: ClosedRange<Int>
}

/// Every body in `code`, found by counting braces; outer ones before the ones inside them.
func functionSpans(in code: MaskedSwift) -> [FunctionSpan] {
  let tokens = swiftTokens(of: code.bytes)
  var spans: [FunctionSpan] = []
  for index in tokens.indices {
    guard isFunctionKeyword(at: index, in: tokens),
      let open = bodyStart(after: index, in: tokens),
      let close = closingBrace(of: open, in: tokens)
    else { continue }
    let hasName = tokens[index].text == "func" || tokens[index].text == "var"
    let name = hasName ? tokens[index + 1].text : tokens[index].text
    spans.append(FunctionSpan(name: name, lines: tokens[index].line...tokens[close].line))
  }
  return spans
}

/// A word or a single other character of code, with its line.
private struct Token {
  var text: String
  var line: Int
}

private func swiftTokens(of bytes: [UInt8]) -> [Token] {
  var tokens: [Token] = []
  var line = 1
  var word: [UInt8] = []
  func isWordByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), 0x80...:
      true
    default: false
    }
  }
  for byte in bytes + [UInt8(ascii: "\n")] {
    if isWordByte(byte) {
      word.append(byte)
      continue
    }
    if !word.isEmpty {
      tokens.append(Token(text: String(decoding: word, as: UTF8.self), line: line))
      word = []
    }
    if byte == UInt8(ascii: "\n") { line += 1 }
    if byte > UInt8(ascii: " ") {
      tokens.append(Token(text: String(decoding: [byte], as: UTF8.self), line: line))
    }
  }
  return tokens
}

private func isFunctionKeyword(at index: Int, in tokens: [Token]) -> Bool {
  guard ["func", "init", "deinit", "subscript", "var"].contains(tokens[index].text) else {
    return false
  }
  let before = index > 0 ? tokens[index - 1].text : ""
  let after = index + 1 < tokens.count ? tokens[index + 1].text : ""
  return before != "." && before != "`" && after != ":"
}

/// Words at which a declaration without a body is over.
private let declarationWords: Set<String> = [
  "func", "init", "deinit", "subscript", "var", "let", "case", "struct", "class", "enum",
  "extension", "protocol", "typealias", "associatedtype", "actor", "import", "return", "if",
]

/// Index of the `{` that opens the body of the declaration at `index`; nil when it has none.
private func bodyStart(after index: Int, in tokens: [Token]) -> Int? {
  var depth = 0
  let isVariable = tokens[index].text == "var"
  // Past the name, which may be an operator or a word that is a keyword elsewhere.
  var next = index + 1
  if tokens[index].text == "func" {
    while next < tokens.count, tokens[next].text != "(" { next += 1 }
  }
  while next < tokens.count {
    let text = tokens[next].text
    switch text {
    case "(", "[": depth += 1
    case ")", "]": depth -= 1
    case "{" where depth == 0: return next
    case "}" where depth <= 0: return nil
    case ";" where depth == 0: return nil
    case "=" where depth == 0 && isVariable: return nil
    default:
      if depth < 0 { return nil }
      if depth == 0, declarationWords.contains(text), tokens[next - 1].text != "." { return nil }
    }
    next += 1
  }
  return nil
}

private func closingBrace(of open: Int, in tokens: [Token]) -> Int? {
  var depth = 0
  for index in open..<tokens.count {
    if tokens[index].text == "{" { depth += 1 }
    if tokens[index].text == "}" {
      depth -= 1
      if depth == 0 { return index }
    }
  }
  return nil
}
