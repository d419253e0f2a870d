import Model
extension Pattern {
  func replaceAll(in text: String, with: String) -> String { text }
  func firstMatch(in text: String) -> Range<Int>? { nil }
}
