import Model

/// The words of one message with what obviously varies taken out; reused from line to line.
///
/// Numbers with or without a unit become `<num>`; other words that hold digits, quotes, an `@` or
/// more than 40 bytes become `<*>`; of `key=value` the key stays. Brackets and punctuation around a
/// word stay as they are. Equal wordings have equal hashes, whatever was taken out.
struct Wording {
  /// One word, as it counts in a pattern.
  struct Word {
    /// The bytes in front of what was taken out, or the whole word.
    var head: Range<Int>
    /// What stands for what was taken out; nil where nothing was.
    var hole: Hole?
    /// The bytes behind it.
    var tail: Range<Int>
    /// A hash of all three.
    var hash: UInt64
  }

  /// What stands for something that varies.
  enum Hole: UInt8 {
    case number = 1
    case other = 2

    var text: String { self == .number ? "<num>" : "<*>" }
  }

  private(set) var words: [Word] = []
  /// True when the message has more words than are looked at.
  private(set) var isCut = false

  /// The hash of a word that may be any.
  static let anyWord: UInt64 = 0x9e37_79b9_7f4a_7c15

  /// Splits a message.
  mutating func read(_ message: [UInt8], wordsMax: Int) {
    words.removeAll(keepingCapacity: true)
    isCut = false
    let bytes = message.span
    var at = 0
    while at < bytes.count {
      while at < bytes.count, isSpace(bytes[at]) { at += 1 }
      let start = at
      while at < bytes.count, !isSpace(bytes[at]) { at += 1 }
      guard at > start else { break }
      guard words.count < wordsMax else {
        isCut = true
        break
      }
      words.append(Self.word(bytes, start..<at))
    }
  }

  /// The hash of the whole: a sum over the words and their places, so that one place can be exchanged.
  var hash: UInt64 {
    var sum = UInt64(words.count) &* 0xd6e8_feb8_6659_fd93
    for (place, word) in words.enumerated() { sum &+= Self.share(word.hash, at: place) }
    return sum
  }

  /// What a word adds to the hash of the whole.
  static func share(_ word: UInt64, at place: Int) -> UInt64 {
    var x = word ^ (UInt64(place + 1) &* 0x9fb2_1c65_1e98_df25)
    x = (x ^ (x >> 32)) &* 0xff51_afd7_ed55_8ccd
    return x ^ (x >> 29)
  }

  private static func word(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Word {
    var start = range.lowerBound
    var end = range.upperBound
    while start < end, isWrapping(bytes[start]) { start += 1 }
    while end > start, isWrapping(bytes[end - 1]) { end -= 1 }
    // Of a pair only the value varies.
    for at in start..<end where bytes[at] == UInt8(ascii: "=") && at > start && at + 1 < end {
      start = at + 1
      while start < end, isWrapping(bytes[start]) { start += 1 }
      break
    }
    let hole = hole(bytes, start..<end)
    var hash = StableHash()
    if let hole {
      for at in range.lowerBound..<start { hash.combine(bytes[at]) }
      hash.combine(hole.rawValue)
      for at in end..<range.upperBound { hash.combine(bytes[at]) }
      return Word(
        head: range.lowerBound..<start, hole: hole, tail: end..<range.upperBound, hash: hash.value)
    }
    for at in range { hash.combine(bytes[at]) }
    return Word(head: range, hole: nil, tail: range.upperBound..<range.upperBound, hash: hash.value)
  }

  /// What must stand for these bytes; nil when they stay.
  private static func hole(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Hole? {
    if range.count > 40 { return .other }
    var digits = 0
    var isPlainNumber = true
    var letters = 0
    for at in range {
      let byte = bytes[at]
      if isDigit(byte) {
        digits += 1
        // After the unit no digit may follow.
        if letters > 0 { isPlainNumber = false }
      } else if isLetter(byte) || byte == UInt8(ascii: "%") || byte >= 0x80 {
        letters += 1
        if digits == 0 || letters > 3 { isPlainNumber = false }
      } else if byte == UInt8(ascii: "@") || byte == UInt8(ascii: "\"") || byte == 0x27 {
        return .other
      } else if byte != UInt8(ascii: "."), byte != UInt8(ascii: ","), byte != UInt8(ascii: "-"),
        byte != UInt8(ascii: "+")
      {
        isPlainNumber = false
      }
    }
    guard digits > 0 else { return nil }
    return isPlainNumber ? .number : .other
  }
}

/// What separates words: blanks and control characters.
private func isSpace(_ byte: UInt8) -> Bool { byte <= 0x20 || byte == 0x7f }

/// What may stand around a word without being a part of it.
private func isWrapping(_ byte: UInt8) -> Bool {
  switch byte {
  case UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "["), UInt8(ascii: "]"),
    UInt8(ascii: "{"), UInt8(ascii: "}"), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "\""),
    UInt8(ascii: "'"), UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: ":"), UInt8(ascii: "."),
    UInt8(ascii: "!"), UInt8(ascii: "?"):
    true
  default: false
  }
}
