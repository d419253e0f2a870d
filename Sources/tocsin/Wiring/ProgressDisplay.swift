import Foundation
import Model
import Reports

/// A bar on a terminal while a replay runs; nothing where standard error is no terminal.
struct ProgressDisplay {
  private let style: TerminalStyle
  private let isShown = StandardError.isTerminal && StandardError.level == .info
  private let start = Date()
  private var last = Date.distantPast
  private var isDrawn = false

  init(style: TerminalStyle) {
    self.style = style
  }

  /// Draws the bar anew, ten times a second at most.
  mutating func show(_ counts: InputCounts, at time: Timestamp?) {
    guard isShown else { return }
    let now = Date()
    guard now.timeIntervalSince(last) >= 0.1 else { return }
    last = now
    isDrawn = true
    let line = ProgressLine(
      bytes: Int64(counts.bytes), totalBytes: counts.bytesTotal.map(Int64.init),
      samples: Int64(counts.samples), elapsedSeconds: now.timeIntervalSince(start),
      eventTime: time)
    StandardError.raw("\r\u{1b}[K" + line.text(style: style))
  }

  /// Takes the bar away.
  mutating func end() {
    guard isDrawn else { return }
    StandardError.raw("\r\u{1b}[K")
    isDrawn = false
  }
}
