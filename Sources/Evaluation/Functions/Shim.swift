import Model
extension Pattern {
  func expandWhole(_ text: String, _ template: String) -> String? { matchesWhole(text) ? template : nil }
}
extension NativeHistogram {
  mutating func multiply(by factor: Double) {}
}
