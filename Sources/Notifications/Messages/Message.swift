/// The words of a notice for people.
public struct Message: Hashable, Sendable {
  /// One line.
  public var title: String
  /// Several lines of plain text.
  public var text: String

  /// A title and a text.
  public init(title: String, text: String) {
    self.title = title
    self.text = text
  }
}

extension String {
  /// The text, cut at a character so that it has at most `limit` bytes; a cut one ends in "…".
  func cut(toBytes limit: Int) -> String {
    guard utf8.count > limit else { return self }
    var out = ""
    var left = limit - "…".utf8.count
    for character in self {
      left -= character.utf8.count
      if left < 0 { break }
      out.append(character)
    }
    return out + "…"
  }

  /// The text, cut so that it has at most `limit` characters; a cut one ends in "…".
  func cut(toCharacters limit: Int) -> String {
    count > limit ? prefix(limit - 1) + "…" : self
  }
}
