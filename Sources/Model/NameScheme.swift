/// Which names of labels are valid, as the `metric_name_validation_scheme` of Prometheus 3 says.
public enum NameScheme: String, Sendable, CaseIterable {
  /// Any text that is not empty: Prometheus 3.
  case utf8
  /// Letters, digits and underscores, no digit first: Prometheus 2.
  case legacy

  /// True when a label may be called `name`.
  public func isValidLabelName(_ name: String) -> Bool {
    guard let first = name.utf8.first else { return false }
    guard self == .legacy else { return true }
    return !isDigit(first) && name.utf8.allSatisfy { isDigit($0) || isLetter($0) }
  }

  private func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }

  private func isLetter(_ byte: UInt8) -> Bool {
    let lower = byte | 0x20
    return lower >= 0x61 && lower <= 0x7a || byte == UInt8(ascii: "_")
  }
}
