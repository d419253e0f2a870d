import ArgumentParser
import Exposition
import Model

/// A moment of the command line: RFC 3339, `2026-01-15 14:30:00`, or Unix time in s, ms, µs or ns.
struct TimeArgument: ExpressibleByArgument {
  var time: Timestamp

  init?(argument: String) {
    guard let time = Timestamp(reading: argument) else { return nil }
    self.time = time
  }
}
