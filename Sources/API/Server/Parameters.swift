import Exposition
import Hummingbird
import Model
import NIOCore
import Rules

/// The parameters of a request, from its query and from a form in its body.
struct Parameters: Sendable {
  /// Names and values, decoded, in their order.
  private(set) var pairs: [(name: String, value: String)] = []

  /// Largest form that is read: 1 MiB.
  static let formBytesMax = 1 << 20

  /// The parameters of a query string or a form body.
  init(_ text: some StringProtocol) {
    add(text)
  }

  /// The parameters of `request`; those of a form in its body come first, as Prometheus reads them.
  ///
  /// - Throws: `HTTPError` when the form is too large.
  init(of request: Request) async throws {
    if request.method == .post,
      request.headers[.contentType]?.hasPrefix("application/x-www-form-urlencoded") == true
    {
      let body = try await request.body.collect(upTo: Self.formBytesMax)
      add(String(buffer: body))
    }
    add(request.uri.query ?? "")
  }

  private mutating func add(_ text: some StringProtocol) {
    for pair in text.split(separator: "&") {
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      pairs.append((Self.decoded(parts[0]), parts.count > 1 ? Self.decoded(parts[1]) : ""))
    }
  }

  /// The first value of `name`; nil when there is none.
  subscript(name: String) -> String? { pairs.first { $0.name == name }?.value }

  /// All values of `name`.
  func all(_ name: String) -> [String] { pairs.filter { $0.name == name }.map(\.value) }

  /// Text in which `+` is a space and `%41` a byte; what cannot be decoded stays as it is.
  static func decoded(_ text: some StringProtocol) -> String {
    var bytes: [UInt8] = []
    var rest = text.utf8[...]
    while let byte = rest.popFirst() {
      switch byte {
      case UInt8(ascii: "+"): bytes.append(UInt8(ascii: " "))
      case UInt8(ascii: "%"):
        let digits = rest.prefix(2)
        if digits.count == 2, let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 16)
        {
          bytes.append(value)
          rest = rest.dropFirst(2)
        } else {
          bytes.append(byte)
        }
      default: bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}

// MARK: - Times and durations as Prometheus' API reads them

extension Parameters {
  /// A moment: seconds since the epoch, with a fraction, or RFC 3339; nil when it is left out.
  func time(_ name: String) throws(APIError) -> Timestamp? {
    guard let text = self[name], !text.isEmpty else { return nil }
    if let seconds = Double(text), seconds.isFinite {
      guard let time = Self.milliseconds(seconds) else {
        throw .badParameter(name, "cannot parse \(quoted(text)) to a valid timestamp")
      }
      return Timestamp(milliseconds: time)
    }
    if let time = Timestamp(reading: text) { return time }
    throw .badParameter(name, "cannot parse \(quoted(text)) to a valid timestamp")
  }

  /// A length of time in ms: seconds, or `1h30m`; nil when it is left out.
  func duration(_ name: String) throws(APIError) -> Milliseconds? {
    guard let text = self[name], !text.isEmpty else { return nil }
    if let seconds = Double(text), seconds.isFinite {
      guard let length = Self.milliseconds(seconds) else {
        throw .badParameter(
          name, "cannot parse \(quoted(text)) to a valid duration. It overflows int64")
      }
      return length
    }
    if case .success(let length) = PrometheusDuration.parse(text) { return length }
    throw .badParameter(name, "cannot parse \(quoted(text)) to a valid duration")
  }

  /// A count; nil when it is left out or 0, which both say "no limit".
  func limit() throws(APIError) -> Int? {
    guard let text = self["limit"], !text.isEmpty else { return nil }
    guard let limit = Int(text), limit >= 0 else {
      throw .badParameter("limit", "limit must be a non-negative number")
    }
    return limit == 0 ? nil : limit
  }

  private static func milliseconds(_ seconds: Double) -> Int64? {
    let value = (seconds * 1000).rounded()
    return value.magnitude < 9e15 ? Int64(value) : nil
  }
}
