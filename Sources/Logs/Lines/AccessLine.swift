import Model

/// Reads lines of access logs: the common and combined formats of Apache and nginx.
///
///     10.0.0.1 - ann [10/Oct/2026:13:55:36 +0000] "GET /a?b=1 HTTP/1.1" 200 2326 "-" "curl/8" 0.012
///
/// How long the request took is read where it is written as `request_time=0.012` or `rt=0.012`, as a
/// last number with a point (seconds, nginx's `$request_time`) or as a last whole number after the
/// agent (microseconds, Apache's `%D`).
/// Source: Apache HTTP Server 2.4, "Log Files"; nginx, "ngx_http_log_module".
enum AccessLine {
  /// Reads `bytes[line]` into `record`; false, and nothing is read, when it is no such line.
  static func read(
    _ bytes: Span<UInt8>, _ line: Range<Int>, _ zone: TimeZoneRule, into record: inout LogRecord
  ) -> Bool {
    guard let bracket = index(of: "[", bytes, line.prefix(512)) else { return false }
    var at = bracket + 1
    guard let time = LogTime.access(bytes, &at, line.upperBound, in: zone), at < line.upperBound,
      bytes[at] == UInt8(ascii: "]")
    else { return false }
    at += 1
    skipBlanks(bytes, &at, line.upperBound)
    guard at < line.upperBound, let request = quoted(bytes, &at, line.upperBound) else {
      return false
    }
    skipBlanks(bytes, &at, line.upperBound)
    guard let status = LogTime.number(bytes, &at, line.upperBound, digits: 3),
      at == line.upperBound || isBlank(bytes[at])
    else { return false }
    record.time = time
    record.take(status: status)
    takeRequest(bytes, request, status, into: &record)
    takeDuration(bytes, at..<line.upperBound, into: &record)
    return true
  }

  /// Method and path; what is asked with the path stays out of the message.
  private static func takeRequest(
    _ bytes: Span<UInt8>, _ request: Range<Int>, _ status: Int, into record: inout LogRecord
  ) {
    let methodEnd = index(of: " ", bytes, request) ?? request.upperBound
    record.take(method: text(bytes, request.lowerBound..<methodEnd))
    let pathStart = min(methodEnd + 1, request.upperBound)
    var pathEnd = pathStart
    while pathEnd < request.upperBound, !isBlank(bytes[pathEnd]),
      bytes[pathEnd] != UInt8(ascii: "?")
    {
      pathEnd += 1
    }
    // A request that is none, as scanners send it, is only worth its status.
    let isRequest = record.method != nil && pathEnd > pathStart
    let words =
      isRequest
      ? "\(record.method ?? "") \(path(bytes, pathStart..<pathEnd))" : "malformed request"
    record.message = Array("\(words) → \(status / 100)xx".utf8)
  }

  /// The path with its segments that hold digits, or are long, replaced: `/orders/<*>/items`.
  private static func path(_ bytes: Span<UInt8>, _ range: Range<Int>) -> String {
    let segments = text(bytes, range.prefix(512)).split(
      separator: "/", omittingEmptySubsequences: false)
    return segments.prefix(12).map { segment in
      let isVariable = segment.utf8.contains(where: isDigit) || segment.utf8.count > 32
      let isVersion = segment.utf8.count <= 3 && segment.hasPrefix("v")
      return isVariable && !isVersion ? "<*>" : segment
    }.joined(separator: "/")
  }

  private static func takeDuration(
    _ bytes: Span<UInt8>, _ rest: Range<Int>, into record: inout LogRecord
  ) {
    let words = text(bytes, rest).split(separator: " ")
    for word in words {
      for name in ["request_time=", "rt=", "duration="] where word.hasPrefix(name) {
        record.duration = FieldReader.seconds(
          String(word.dropFirst(name.count)), perSecond: 1)
        if record.duration != nil { return }
      }
    }
    guard words.count > 2, let last = words.last, let first = last.utf8.first, isDigit(first)
    else { return }
    if last.contains(".") {
      record.duration = FieldReader.seconds(String(last), perSecond: 1)
    } else if words[words.count - 2].hasSuffix("\""), let whole = Int(last) {
      record.duration = Double(whole) / 1e6
    }
  }

  private static func index(
    of character: Character, _ bytes: Span<UInt8>, _ range: Range<Int>
  ) -> Int? {
    guard let byte = character.asciiValue else { return nil }
    for at in range where bytes[at] == byte { return at }
    return nil
  }

  private static func skipBlanks(_ bytes: Span<UInt8>, _ at: inout Int, _ end: Int) {
    while at < end, isBlank(bytes[at]) { at += 1 }
  }

  /// What stands between the quotes at `at`, which moves behind them.
  private static func quoted(_ bytes: Span<UInt8>, _ at: inout Int, _ end: Int) -> Range<Int>? {
    guard bytes[at] == UInt8(ascii: "\"") else { return nil }
    let start = at + 1
    var cursor = start
    while cursor < end, bytes[cursor] != UInt8(ascii: "\"") {
      cursor += bytes[cursor] == UInt8(ascii: "\\") ? 2 : 1
    }
    guard cursor < end else { return nil }
    at = cursor + 1
    return start..<cursor
  }
}
