public import Model

/// Lengths of time in Prometheus' notation: `1h30m`, `15s`, `2w`, `0`.
public enum PrometheusDuration {
  /// Why a text is no length of time.
  public enum Failure: Error, Hashable, Sendable {
    /// The text is empty.
    case empty
    /// It is not of the form `1y2w3d4h5m6s7ms`.
    case malformed
    /// It is longer than 2^63 nanoseconds, about 292 years.
    case outOfRange

    /// What is wrong, in Prometheus' words.
    public func message(for text: String) -> String {
      switch self {
      case .empty: "empty duration string"
      case .malformed: "not a valid duration string: \(quoted(text))"
      case .outOfRange: "duration out of range"
      }
    }
  }

  /// Units from the longest down, each at most once and in this order.
  private static let units: [(name: String, milliseconds: Int64)] = [
    ("y", 365 * 86_400_000), ("w", 7 * 86_400_000), ("d", 86_400_000), ("h", 3_600_000),
    ("m", 60_000), ("s", 1000), ("ms", 1),
  ]

  /// The length that `text` writes.
  ///
  /// Source: `ParseDuration` of prometheus/common model; a plain number but 0 has no unit and is none.
  public static func parse(_ text: String) -> Result<Milliseconds, Failure> {
    if text.isEmpty { return .failure(.empty) }
    if text == "0" { return .success(0) }
    var rest = Substring(text)
    var total: Int64 = 0
    var isInRange = true
    var next = 0
    while !rest.isEmpty {
      let digits = rest.prefix { $0.isASCII && $0.isNumber }
      rest = rest.dropFirst(digits.count)
      let name = rest.prefix { $0.isASCII && $0.isLetter }
      rest = rest.dropFirst(name.count)
      guard !digits.isEmpty, let unit = units[next...].firstIndex(where: { $0.name == name })
      else { return .failure(.malformed) }
      next = unit + 1
      let (part, tooLong) = (Int64(digits) ?? .max)
        .multipliedReportingOverflow(by: units[unit].milliseconds)
      let (sum, overflow) = total.addingReportingOverflow(tooLong ? .max : part)
      isInRange = isInRange && !tooLong && !overflow
      total = sum
    }
    // Prometheus counts nanoseconds in 64 bits.
    guard isInRange, total <= .max / 1_000_000 else { return .failure(.outOfRange) }
    return .success(total)
  }

  /// `length` as Prometheus prints it: `1h30m`, `500ms`, `0s`.
  ///
  /// Weeks, days and years are used alone: `1d` but `25h`.
  public static func text(_ length: Milliseconds) -> String {
    guard length != 0 else { return "0s" }
    var rest = length.magnitude
    var out = length < 0 ? "-" : ""
    for (index, unit) in units.enumerated() {
      let size = UInt64(unit.milliseconds)
      // Years, weeks and days are shown only when nothing is left over.
      if index < 3, rest % size != 0 { continue }
      if rest / size > 0 { out += "\(rest / size)\(unit.name)" }
      rest %= size
    }
    return out
  }
}
