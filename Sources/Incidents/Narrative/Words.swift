import Model

/// `text` cut into words at underscores, spaces, punctuation and changes of case.
///
/// "DatabaseCPUHigh" and "database_cpu_high" both give database, CPU, High in the case they have.
func words(of text: String) -> [String] {
  text.utf8.allSatisfy { $0 < 0x80 } ? plainWords(of: text) : anyWords(of: text)
}

/// The words of an ASCII text, found byte by byte.
private func plainWords(of text: String) -> [String] {
  var text = text
  return text.withUTF8(plainWords)
}

private func plainWords(of bytes: UnsafeBufferPointer<UInt8>) -> [String] {
  func isUpper(_ byte: UInt8) -> Bool { byte >= 0x41 && byte <= 0x5a }
  func isLower(_ byte: UInt8) -> Bool { byte >= 0x61 && byte <= 0x7a }
  func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }
  var words: [String] = []
  words.reserveCapacity(8)
  var start = 0
  func end(_ index: Int) {
    if index > start { words.append(String(decoding: bytes[start..<index], as: UTF8.self)) }
  }
  for (index, byte) in bytes.enumerated() {
    guard isUpper(byte) || isLower(byte) || isDigit(byte) else {
      end(index)
      start = index + 1
      continue
    }
    guard index > start, isUpper(byte) else { continue }
    let startsWord = index + 1 < bytes.count && isLower(bytes[index + 1])
    if !isUpper(bytes[index - 1]) || startsWord {
      end(index)
      start = index
    }
  }
  end(bytes.count)
  return words
}

/// The words of a text in any script.
private func anyWords(of text: String) -> [String] {
  var words: [String] = []
  var word: [Character] = []
  let characters = Array(text)
  for (index, character) in characters.enumerated() {
    guard character.isLetter || character.isNumber else {
      if !word.isEmpty { words.append(String(word)) }
      word = []
      continue
    }
    if let last = word.last, character.isUppercase {
      let startsWord = index + 1 < characters.count && characters[index + 1].isLowercase
      if !last.isUppercase || startsWord {
        words.append(String(word))
        word = []
      }
    }
    word.append(character)
  }
  if !word.isEmpty { words.append(String(word)) }
  return words
}

/// `word` as it stands inside a sentence: lower case, save for abbreviations such as CPU.
func midSentence(_ word: String) -> String {
  word.count > 1 && word.allSatisfy { $0.isUppercase || $0.isNumber } ? word : word.lowercased()
}

/// `names` as a list in prose: "a", "a and b", "a, b and c".
func list(_ names: [String]) -> String {
  guard let last = names.last, names.count > 1 else { return names.first ?? "" }
  return names.dropLast().joined(separator: ", ") + " and " + last
}

/// `count` with its noun: "1 alert", "3 alerts", and in a sentence "no alert".
func counted(_ count: Int, _ noun: String) -> String {
  count == 0 ? "no \(noun)" : Model.counted(count, noun)
}

/// `text` with its first letter in upper case, for the start of a sentence.
func capitalised(_ text: String) -> String {
  text.prefix(1).uppercased() + text.dropFirst()
}
