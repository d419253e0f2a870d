import Model

/// What one line of a log says, as far as it can be told.
///
/// Reused from line to line.
struct LogRecord {
  /// Milliseconds since the epoch; nil where the line has no time.
  var time: Int64?
  var level = LogLevel.unknown
  /// The part that says what happened, as UTF-8; its pattern is made of it.
  var message: [UInt8] = []
  /// The service that the line names, as UTF-8; empty when it names none.
  var service: [UInt8] = []
  /// Status of an HTTP response, 100...599.
  var status: Int?
  /// How long a request took, in seconds, not negative.
  var duration: Double?
  /// HTTP method in upper case; nil when the line has none that is known.
  var method: String?
  /// True for the further lines of something that began above, such as a stack trace.
  var isContinuation = false

  mutating func clear() {
    time = nil
    level = .unknown
    message.removeAll(keepingCapacity: true)
    service.removeAll(keepingCapacity: true)
    status = nil
    duration = nil
    method = nil
    isContinuation = false
  }

  /// Takes an HTTP method if it is one.
  mutating func take(method text: String) {
    let upper = text.uppercased()
    if Self.methods.contains(upper) { method = upper }
  }

  /// Takes the status of a response if it is one, and grades the line by it if nothing else does.
  mutating func take(status number: Int) {
    guard (100...599).contains(number) else { return }
    status = number
  }

  /// The level that a status stands for, where the line names none.
  mutating func gradeByStatus() {
    guard level == .unknown, let status else { return }
    level = status >= 500 ? .error : status >= 400 ? .warning : .info
  }

  private static let methods: Set<String> = [
    "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "CONNECT", "TRACE",
  ]
}
