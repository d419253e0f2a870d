import Model

extension LogLevel {
  /// The level that a word stands for, in any case; nil for any other word.
  init?(word: String) {
    switch word.lowercased() {
    case "fatal", "critical", "crit", "emerg", "emergency", "alert", "panic", "dpanic", "f":
      self = .fatal
    case "error", "err", "severe", "e": self = .error
    case "warning", "warn", "w": self = .warning
    case "info", "information", "informational", "notice", "log", "i": self = .info
    case "debug", "fine", "d": self = .debug
    case "trace", "verbose", "finer", "finest", "t": self = .trace
    default: return nil
    }
  }

  /// The level of a number as pino and bunyan write it (10 trace … 60 fatal), or syslog's 0...7.
  init?(number: Int) {
    switch number {
    case 60...: self = .fatal
    case 50..<60: self = .error
    case 40..<50: self = .warning
    case 30..<40: self = .info
    case 20..<30: self = .debug
    case 10..<20: self = .trace
    case 0...2: self = .fatal
    case 3: self = .error
    case 4: self = .warning
    case 5, 6: self = .info
    case 7: self = .debug
    default: return nil
    }
  }

  /// The gravest first; a line that does not say stands behind errors.
  var rank: Int {
    switch self {
    case .fatal: 0
    case .error: 1
    case .unknown: 2
    case .warning: 3
    case .info: 4
    case .debug: 5
    case .trace: 6
    }
  }

  /// True for lines that may show trouble.
  var isTelling: Bool { rank <= Self.warning.rank }
}
