/// Cuts a template into tokens, as Go's text/template/parse does.
///
/// Spaces inside actions are tokens: `.a .b` are two operands, `.a.b` is one.
struct TemplateLexer {
  private let bytes: [UInt8]
  private var position = 0
  private var tokens: [TemplateToken] = []
  private var openParentheses: [Int] = []

  private static let keywords: Set<String> = [
    "block", "break", "continue", "define", "else", "end", "if", "range", "template", "with",
  ]

  private init(_ text: String) {
    bytes = Array(text.utf8)
  }

  /// The tokens of `text`, the last one `.end`.
  static func tokens(of text: String) throws(TemplateError) -> [TemplateToken] {
    var lexer = TemplateLexer(text)
    try lexer.run()
    return lexer.tokens
  }

  private mutating func run() throws(TemplateError) {
    var trimsStart = false
    while true {
      let start = position
      let open = find("{{", from: start)
      var (low, high) = (start, open ?? bytes.count)
      if trimsStart { while low < high, isSpace(bytes[low]) { low += 1 } }
      let trimsEnd = open.map { has("-", at: $0 + 2) && hasSpace(at: $0 + 3) } ?? false
      if trimsEnd { while high > low, isSpace(bytes[high - 1]) { high -= 1 } }
      if low < high { emit(.text, low..<high) }
      guard let open else { break }
      position = open + (trimsEnd ? 4 : 2)
      if has("/*", at: position) {
        trimsStart = try comment(from: open)
      } else {
        // The space after `{{-` belongs to the marker.
        emit(.leftDelimiter, open..<position)
        trimsStart = try action(from: open)
      }
    }
    emit(.end, bytes.count..<bytes.count)
  }

  /// Skips a comment; returns whether its end trims the text behind it.
  private mutating func comment(from open: Int) throws(TemplateError) -> Bool {
    guard let close = find("*/", from: position + 2) else {
      throw error("unclosed comment", open..<bytes.count)
    }
    position = close + 2
    guard let trims = rightDelimiter() else {
      throw error("comment ends before closing delimiter", close..<close + 2)
    }
    position += trims ? 4 : 2
    return trims
  }

  /// The tokens up to `}}`; returns whether it trims the text behind it.
  private mutating func action(from open: Int) throws(TemplateError) -> Bool {
    openParentheses = []
    while true {
      if let trims = rightDelimiter() {
        if let parenthesis = openParentheses.last {
          throw error("unclosed left parenthesis", parenthesis..<parenthesis + 1)
        }
        emit(.rightDelimiter, position..<position + (trims ? 4 : 2))
        position += trims ? 4 : 2
        return trims
      }
      guard position < bytes.count else { throw error("unclosed action", open..<bytes.count) }
      try token()
    }
  }

  private mutating func token() throws(TemplateError) {
    let start = position
    let byte = bytes[position]
    switch byte {
    case _ where isSpace(byte):
      // A run of spaces stops before ` -}}`, whose space is part of the marker.
      repeat { position += 1 } while hasSpace(at: position) && rightDelimiter() == nil
      emit(.space, start..<position)
    case "=": single(.assign)
    case ":":
      guard has("=", at: position + 1) else { throw error("expected :=", start..<start + 1) }
      position += 2
      emit(.declare, start..<position)
    case "|": single(.pipe)
    case "\"": try string()
    case "`":
      guard let close = find("`", from: position + 1) else {
        throw error("unterminated raw quoted string", start..<bytes.count)
      }
      position = close + 1
      emit(.rawString, start..<position)
    case "$": try name(.variable)
    case "'": try character()
    case ".":
      if position + 1 < bytes.count, isDigit(bytes[position + 1]) {
        try number()
      } else {
        try name(.field)
      }
    case "+", "-": try number()
    case _ where isDigit(byte): try number()
    case _ where isWordByte(byte): try word()
    case "(":
      openParentheses.append(start)
      single(.leftParenthesis)
    case ")":
      guard openParentheses.popLast() != nil else {
        throw error("unexpected right parenthesis", start..<start + 1)
      }
      single(.rightParenthesis)
    case 0x20...0x7e: single(.character)
    default: throw error("unrecognized character in action", start..<start + 1)
    }
  }

  private mutating func single(_ kind: TemplateToken.Kind) {
    position += 1
    emit(kind, position - 1..<position)
  }

  private mutating func string() throws(TemplateError) {
    let start = position
    position += 1
    while position < bytes.count, bytes[position] != "\n" {
      if bytes[position] == "\"" {
        position += 1
        emit(.string, start..<position)
        return
      }
      position += bytes[position] == "\\" ? 2 : 1
    }
    throw error("unterminated quoted string", start..<min(position, bytes.count))
  }

  private mutating func character() throws(TemplateError) {
    let start = position
    position += 1
    while position < bytes.count, bytes[position] != "\n" {
      if bytes[position] == "'" {
        position += 1
        emit(.characterConstant, start..<position)
        return
      }
      position += bytes[position] == "\\" ? 2 : 1
    }
    throw error("unterminated character constant", start..<min(position, bytes.count))
  }

  /// `.name`, `.`, `$name` or `$`; the sign stands at `position`.
  private mutating func name(_ kind: TemplateToken.Kind) throws(TemplateError) {
    let start = position
    position += 1
    while position < bytes.count, isWordByte(bytes[position]) { position += 1 }
    guard isTerminator else {
      throw error("bad character after \"\(text(start..<position))\"", position..<position + 1)
    }
    emit(kind == .field && position == start + 1 ? .dot : kind, start..<position)
  }

  private mutating func word() throws(TemplateError) {
    let start = position
    while position < bytes.count, isWordByte(bytes[position]) { position += 1 }
    guard isTerminator else {
      throw error("bad character after \"\(text(start..<position))\"", position..<position + 1)
    }
    let word = text(start..<position)
    switch word {
    case "true", "false": emit(.boolean, start..<position)
    case "nil": emit(.null, start..<position)
    case _ where Self.keywords.contains(word): emit(.keyword, start..<position)
    default: emit(.identifier, start..<position)
    }
  }

  private mutating func number() throws(TemplateError) {
    let start = position
    if bytes[position] == "+" || bytes[position] == "-" { position += 1 }
    var isHexadecimal = false
    if position + 1 < bytes.count, bytes[position] == "0",
      "xXoObB".utf8.contains(bytes[position + 1])
    {
      isHexadecimal = bytes[position + 1] | 0x20 == "x"
      position += 2
    }
    while position < bytes.count {
      let byte = bytes[position]
      let isExponent = byte | 0x20 == (isHexadecimal ? "p" : "e")
      if isExponent, position + 1 < bytes.count,
        bytes[position + 1] == "+" || bytes[position + 1] == "-"
      {
        position += 2
      } else if byte == "." || isWordByte(byte) {
        position += 1
      } else {
        break
      }
    }
    emit(.number, start..<position)
  }

  /// Whether a right delimiter stands at `position`, and whether it trims; nil when there is none.
  private func rightDelimiter() -> Bool? {
    if has("}}", at: position) { return false }
    return hasSpace(at: position) && has("-}}", at: position + 1) ? true : nil
  }

  /// True where a name may end: no other word can follow directly.
  private var isTerminator: Bool {
    guard position < bytes.count, rightDelimiter() == nil else { return true }
    return isSpace(bytes[position]) || ".,|:)(".utf8.contains(bytes[position])
  }

  private func find(_ text: StaticString, from start: Int) -> Int? {
    var index = start
    while index < bytes.count {
      if has(text, at: index) { return index }
      index += 1
    }
    return nil
  }

  private func has(_ text: StaticString, at index: Int) -> Bool {
    text.withUTF8Buffer { wanted in
      index + wanted.count <= bytes.count
        && bytes[index..<index + wanted.count].elementsEqual(wanted)
    }
  }

  private func hasSpace(at index: Int) -> Bool {
    index < bytes.count && isSpace(bytes[index])
  }

  private func text(_ range: Range<Int>) -> String {
    String(decoding: bytes[range], as: UTF8.self)
  }

  private mutating func emit(_ kind: TemplateToken.Kind, _ range: Range<Int>) {
    tokens.append(TemplateToken(kind: kind, text: text(range), range: range))
  }

  private func error(_ message: String, _ range: Range<Int>) -> TemplateError {
    TemplateError(.syntax, message, at: range)
  }
}
