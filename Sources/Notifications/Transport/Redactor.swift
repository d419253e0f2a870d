import Model

/// Takes secrets out of texts that others wrote: error messages and replies.
struct Redactor: Sendable {
  private var hidden: [String] = []

  /// Shorter values would take ordinary words out with them.
  private static let lengthMin = 4

  /// Takes `value` out from now on.
  mutating func hide(_ value: String) {
    guard value.utf8.count >= Self.lengthMin, !hidden.contains(value) else { return }
    hidden.append(value)
    hidden.sort { ($0.utf8.count, $0) > ($1.utf8.count, $1) }
  }

  /// Takes a URL out, and each longer part of its path and query.
  mutating func hide(address url: String) {
    hide(url)
    guard let start = url.firstRange(of: "://") else { return }
    let rest = url[start.upperBound...]
    for part in rest.split(whereSeparator: { "/?&=@".contains($0) }).dropFirst()
    where part.utf8.count >= 8 {
      hide(String(part))
    }
    if let at = rest.firstIndex(of: "@") { hide(String(rest[..<at])) }
  }

  /// `text` without any of them.
  func clean(_ text: String) -> String {
    hidden.reduce(text) { $0.replacing($1, with: Secret.mask) }
  }
}
