public import Model

/// How far a replay is, as one line: `██████░░░░  58 %  120 MB  5.2 M samples/s  2026-01-15 14:30  ETA 12 s`.
///
/// A pure function of its numbers: who writes it decides when, and knows the clock.
public struct ProgressLine: Hashable, Sendable {
  /// Bytes read so far.
  public var bytes: Int64
  /// Bytes to read in all; nil for a pipe.
  public var totalBytes: Int64?
  /// Samples read so far.
  public var samples: Int64
  /// Seconds since the start.
  public var elapsedSeconds: Double
  /// Event time reached; nil before the first sample.
  public var eventTime: Timestamp?

  /// The numbers of a moment.
  public init(
    bytes: Int64, totalBytes: Int64?, samples: Int64, elapsedSeconds: Double,
    eventTime: Timestamp?
  ) {
    self.bytes = bytes
    self.totalBytes = totalBytes
    self.samples = samples
    self.elapsedSeconds = elapsedSeconds
    self.eventTime = eventTime
  }

  /// Share read, 0 to 1; nil for a pipe.
  public var share: Double? {
    guard let totalBytes, totalBytes > 0 else { return nil }
    return min(1, max(0, Double(bytes) / Double(totalBytes)))
  }

  /// Seconds left at the present rate; nil for a pipe, and in the first half second.
  public var secondsLeft: Double? {
    guard let share, share > 0, elapsedSeconds >= 0.5 else { return nil }
    return elapsedSeconds * (1 - share) / share
  }

  /// The line, without a line break, at most `style.width` columns: parts at the end go first.
  public func text(style: TerminalStyle) -> String {
    var parts: [String] = []
    if let share {
      // Rounded down: 100 % is said when nothing is left.
      let percent = String(Int(share * 100))
      parts.append("\(String(repeating: " ", count: max(0, 3 - percent.count)))\(percent) %")
    }
    parts.append(Quantity.text(Double(bytes), unit: "bytes"))
    if elapsedSeconds > 0 {
      let rate = Double(samples) / elapsedSeconds
      parts.append(Quantity.text(rate) + " samples/s")
    }
    if let eventTime {
      parts.append("\(Moment.date(eventTime)) \(Moment.clock(eventTime))")
    }
    if let secondsLeft, secondsLeft < 1e9 {
      let milliseconds = Milliseconds((secondsLeft * 1000).rounded())
      parts.append("ETA " + Moment.duration(max(1000, milliseconds / 1000 * 1000)))
    }
    var used = share == nil ? 0 : Self.barWidth + 1
    var line = share.map { bar($0, style) + " " } ?? ""
    for (index, part) in parts.enumerated() {
      let width = part.count + (index == 0 ? 0 : 2)
      guard used + width <= style.width else { break }
      line += (index == 0 ? "" : "  ") + part
      used += width
    }
    return line
  }

  private static let barWidth = 20

  private func bar(_ share: Double, _ style: TerminalStyle) -> String {
    let full = Int(share * Double(Self.barWidth))
    return style.paint(String(repeating: "█", count: full), .strong)
      + style.paint(String(repeating: "░", count: Self.barWidth - full), .soft)
  }
}
