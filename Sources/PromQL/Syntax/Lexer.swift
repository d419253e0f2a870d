/// Cuts the text of an expression into tokens, the last of which is `.end`.
///
/// A byte that starts no token is reported, becomes `.invalid`, and the lexer goes on after it, so
/// that one slip hides no other. Two states change what words mean: inside `{…}` every word is a
/// label's name, inside `[…]` a colon parts the range from the step.
///
/// - Complexity: linear in the text.
struct Lexer {
  private let bytes: [UInt8]
  private var position = 0
  private var isInBraces = false
  private var isInBrackets = false
  private(set) var tokens: [Token] = []
  private(set) var errors: [ParseError] = []

  /// Reads all of `bytes`.
  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    while let token = next() { tokens.append(token) }
    if isInBraces {
      fail(.unterminatedBraces, bytes.count..<bytes.count)
    }
    tokens.append(Token(kind: .end, range: bytes.count..<bytes.count))
  }

  private var current: Unicode.Scalar? { bytes.character(at: position) }

  private var following: Unicode.Scalar? { bytes.character(at: position + 1) }

  private mutating func fail(_ reason: ParseError.Reason, _ range: Range<Int>) {
    errors.append(ParseError(reason, at: range))
  }

  private mutating func next() -> Token? {
    skipBlanksAndComments()
    guard let character = current else { return nil }
    let start = position
    let kind = isInBraces ? scanInBraces(character) : scan(character)
    return Token(kind: kind, range: start..<position)
  }

  private mutating func skipBlanksAndComments() {
    while let character = current {
      switch character {
      case " ", "\t", "\n", "\r": position += 1
      case "#":
        while let character = current, character != "\n", character != "\r" { position += 1 }
      default: return
      }
    }
  }

  private mutating func take(_ length: Int, _ kind: Token.Kind) -> Token.Kind {
    position += length
    return kind
  }

  private mutating func scan(_ character: Unicode.Scalar) -> Token.Kind {
    switch character {
    case ",": return take(1, .comma)
    case "*": return take(1, .binary(.multiply))
    case "/": return take(1, .binary(.divide))
    case "%": return take(1, .binary(.modulo))
    case "+": return take(1, .binary(.add))
    case "-": return take(1, .binary(.subtract))
    case "^": return take(1, .binary(.power))
    case "@": return take(1, .at)
    case "(": return take(1, .leftParenthesis)
    case ")": return take(1, .rightParenthesis)
    case "{":
      isInBraces = true
      return take(1, .leftBrace)
    case "}": return take(1, .rightBrace)
    case "[":
      isInBrackets = true
      return take(1, .leftBracket)
    case "]":
      isInBrackets = false
      return take(1, .rightBracket)
    case "=", "!", "<", ">": return scanComparison(character)
    case "\"", "'", "`": return scanString(character)
    case ":" where isInBrackets: return take(1, .colon)
    case ".": return following.map(isDigit) == true ? scanNumberOrDuration() : scanUnexpected()
    case let character where isDigit(character): return scanNumberOrDuration()
    case let character where isLetter(character) || character == ":": return scanWord()
    default: return scanUnexpected()
    }
  }

  private mutating func scanComparison(_ character: Unicode.Scalar) -> Token.Kind {
    switch (character, following) {
    case ("=", "="): return take(2, .binary(.equal))
    case ("=", "~"): return take(2, .matches)
    case ("=", _): return take(1, .equal)
    case ("!", "="): return take(2, .binary(.notEqual))
    case ("!", "~"): return take(2, .notMatches)
    case ("<", "="): return take(2, .binary(.lessOrEqual))
    case ("<", "/"): return take(2, .binary(.trimUpper))
    case ("<", _): return take(1, .binary(.less))
    case (">", "="): return take(2, .binary(.greaterOrEqual))
    case (">", "/"): return take(2, .binary(.trimLower))
    case (">", _): return take(1, .binary(.greater))
    default: return scanUnexpected()
    }
  }

  private mutating func scanInBraces(_ character: Unicode.Scalar) -> Token.Kind {
    switch character {
    case "}":
      isInBraces = false
      return take(1, .rightBrace)
    case ",": return take(1, .comma)
    case "=", "!":
      let kind = scanComparison(character)
      guard kind == .binary(.equal) else { return kind }
      position -= 1  // `==` is two signs here; the second is the error
      return .equal
    case "\"", "'", "`": return scanString(character)
    case let character where isLetter(character):
      while let character = current, isLetter(character) || isDigit(character) { position += 1 }
      return .identifier
    default: return scanUnexpected()
    }
  }

  private mutating func scanWord() -> Token.Kind {
    let start = position
    var hasColon = false
    while let character = current {
      if character == ":", !isInBrackets {
        hasColon = true
      } else if !isLetter(character) && !isDigit(character) {
        break
      }
      position += 1
    }
    if hasColon { return .metricIdentifier }
    // No word with a meaning is longer; a name of a megabyte need not be copied to know that.
    guard position - start <= 16 else { return .identifier }
    let word = bytes.text(at: start..<position).lowercased()
    switch Token.Kind(word: word) {
    case .keyword(.fill)?, .keyword(.fillLeft)?, .keyword(.fillRight)?:
      // A modifier only before its value, so that a metric can be called `fill`.
      return isBeforeParenthesis ? Token.Kind(word: word) ?? .identifier : .identifier
    case let kind?: return kind
    case nil: return .identifier
    }
  }

  private var isBeforeParenthesis: Bool {
    var index = position
    while let character = bytes.character(at: index), " \t\n\r".unicodeScalars.contains(character) {
      index += 1
    }
    return bytes.character(at: index) == "("
  }

  /// Finds the end of a quoted text; its escapes are read by `StringLiteral`.
  private mutating func scanString(_ quote: Unicode.Scalar) -> Token.Kind {
    let start = position
    position += 1
    while let character = current {
      if character == quote {
        position += 1
        return .string
      }
      if quote != "`" {
        if character == "\n" { break }
        if character == "\\", following != nil { position += 1 }
      }
      position += 1
    }
    position = min(position, bytes.count)
    fail(quote == "`" ? .unterminatedRawString : .unterminatedString, start..<position)
    return .invalid
  }

  private mutating func scanNumberOrDuration() -> Token.Kind {
    let start = position
    if let end = NumberLiteral.end(in: bytes, from: start) {
      position = end
      return .number
    }
    if let end = DurationLiteral.end(in: bytes, from: start) {
      position = end
      return .duration
    }
    while let character = current, isLetter(character) || isDigit(character) || character == "." {
      position += 1
    }
    let text = bytes.text(at: start..<position)
    fail(.badNumber(text), start..<position)
    return .invalid
  }

  private mutating func scanUnexpected() -> Token.Kind {
    let start = position
    position += 1
    while position < bytes.count, UTF8.isContinuation(bytes[position]) { position += 1 }
    let text = bytes.text(at: start..<position)
    fail(.unexpectedCharacter(text, isInBraces: isInBraces), start..<position)
    return .invalid
  }
}
