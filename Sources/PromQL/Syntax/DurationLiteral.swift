public import Model

/// The notation of lengths of time: `5m`, `1h30m`, `250ms`.
///
/// Units come in the order y (365 d), w, d, h, m, s, ms, each at most once, each with a whole number.
public enum DurationLiteral {
  private static let units: [(name: String, milliseconds: Milliseconds)] = [
    ("y", 31_536_000_000), ("w", 604_800_000), ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000),
    ("s", 1000), ("ms", 1),
  ]

  /// The longest length: what 63 bits of nanoseconds hold, about 292 years.
  public static let longest: Milliseconds = 9_223_372_036_854

  /// What a text that should be a duration is instead.
  public enum Failure: Error, Hashable, Sendable {
    /// Not the notation of a duration.
    case malformed
    /// More than `longest`.
    case outOfRange
  }

  /// The length that `text` names.
  ///
  /// A bare `0` is allowed; a sign is not.
  public static func milliseconds(of text: String) throws(Failure) -> Milliseconds {
    if text == "0" { return 0 }
    var rest = text.unicodeScalars[...]
    var total: Milliseconds = 0
    var nextUnit = 0
    guard !rest.isEmpty else { throw .malformed }
    while !rest.isEmpty {
      let digits = rest.prefix(while: isDigit)
      rest = rest.dropFirst(digits.count)
      let name = rest.prefix { !isDigit($0) }
      rest = rest.dropFirst(name.count)
      guard !digits.isEmpty,
        let unit = units[nextUnit...].firstIndex(where: { $0.name == String(name) })
      else { throw .malformed }
      nextUnit = unit + 1
      guard let count = Int64(String(digits)) else { throw .outOfRange }
      let (part, tooLong) = count.multipliedReportingOverflow(by: units[unit].milliseconds)
      let (sum, overflow) = total.addingReportingOverflow(part)
      guard !tooLong, !overflow, sum <= longest else { throw .outOfRange }
      total = sum
    }
    return total
  }

  /// The notation of a length: whole years, weeks or days where they come out even, then h, m, s, ms.
  public static func text(of milliseconds: Milliseconds) -> String {
    if milliseconds == 0 { return "0s" }
    var out = milliseconds < 0 ? "-" : ""
    var rest = milliseconds.magnitude
    for (name, size) in units {
      let count = rest / UInt64(size)
      let mustBeExact = name == "y" || name == "w"
      if count == 0 || (mustBeExact && rest % UInt64(size) != 0) { continue }
      out += "\(count)\(name)"
      rest -= count * UInt64(size)
    }
    return out
  }

  /// The end of the duration that starts at `start`; nil when it is none.
  ///
  /// The order of the units is checked when its length is read.
  static func end(in bytes: [UInt8], from start: Int) -> Int? {
    var index = start
    func skip(_ isPart: (Unicode.Scalar) -> Bool) {
      while let next = bytes.character(at: index), isPart(next) { index += 1 }
    }
    while let next = bytes.character(at: index), isDigit(next) {
      skip(isDigit)
      let unit = index
      skip(isLetter)
      guard units.contains(where: { $0.name == bytes.text(at: unit..<index) }) else { return nil }
    }
    return bytes.character(at: index) == "." ? nil : index
  }
}
