import Model
extension NativeHistogram {
  mutating func multiply(by factor: Double) {}
}
