/// True for `0` to `9`.
func isDigit(_ character: Unicode.Scalar) -> Bool {
  character >= "0" && character <= "9"
}

/// True for an ASCII letter or `_`.
func isLetter(_ character: Unicode.Scalar) -> Bool {
  switch character {
  case "a"..."z", "A"..."Z", "_": true
  default: false
  }
}

/// True for a digit of base 16.
func isHexDigit(_ character: Unicode.Scalar) -> Bool {
  switch character {
  case "0"..."9", "a"..."f", "A"..."F": true
  default: false
  }
}

extension [UInt8] {
  /// The byte at `index` as an ASCII character; nil beyond the end.
  ///
  /// A byte of a longer UTF-8 sequence gives a character that is no letter, digit or sign of PromQL.
  func character(at index: Int) -> Unicode.Scalar? {
    index < count ? Unicode.Scalar(self[index]) : nil
  }

  /// The text at `range`.
  func text(at range: Range<Int>) -> String {
    String(decoding: self[range], as: UTF8.self)
  }
}
