/// Takes secrets out of a text that came from outside: the output of a command, a line of a log.
///
///     SecretMask(values: ["s3cr3t"]).masked("token=abc password: s3cr3t")
///     // "token=*** password: ***"
///
/// Known values go wherever they stand; beyond them, what stands behind a name such as `password`,
/// `token` or `Authorization:`, what looks like a key of a known service, and the password of a URL.
public struct SecretMask: Sendable {
  /// Shorter values would mask every second word.
  static let valueBytesMin = 6

  private let values: [String]

  /// A mask for these values, whatever stands before them.
  public init(values: [String] = []) {
    // The longest first: one may be a part of another.
    self.values = Set(values.filter { $0.utf8.count >= Self.valueBytesMin })
      .sorted { ($1.utf8.count, $0) < ($0.utf8.count, $1) }
  }

  /// The names after which a value is a secret, in lower case.
  private static let names = [
    "password", "passwd", "pwd", "secret", "token", "apikey", "api_key", "api-key", "access_key",
    "private_key", "authorization", "credential", "session_id", "client_secret",
  ]
  /// What keys of well-known services begin with.
  private static let prefixes = [
    "AKIA", "ASIA", "ghp_", "gho_", "ghs_", "github_pat_", "glpat-", "xoxb-", "xoxp-", "xapp-",
    "sk_live_", "sk-", "eyJ", "AIza", "npm_", "dckr_pat_",
  ]

  /// True when a variable of this name is likely to hold a secret.
  public static func isSecret(name: String) -> Bool {
    let lower = name.lowercased()
    return names.contains { lower.contains($0) } || lower.hasSuffix("_key")
      || lower.hasSuffix("_dsn")
  }

  /// `text` without its secrets.
  public func masked(_ text: String) -> String {
    var text = text
    for value in values { text = text.replacing(value, with: Secret.mask) }
    return text.split(separator: "\n", omittingEmptySubsequences: false)
      .map { Self.maskedLine(Substring($0)) }.joined(separator: "\n")
  }

  private static func maskedLine(_ line: Substring) -> String {
    var out = ""
    var rest = line
    // True for the word after `password:` or `Bearer`, and after a bare name of a secret.
    var isNextSecret = false
    var isAfterName = false
    while !rest.isEmpty {
      let blanks = rest.prefix { isBreak($0) }
      out += blanks
      rest = rest[blanks.endIndex...]
      let word = rest.prefix { !isBreak($0) }
      guard !word.isEmpty else { continue }
      rest = rest[word.endIndex...]
      let lower = word.lowercased()
      let isScheme = word == "Bearer" || word == "Basic"
      if isNextSecret, isScheme {
        out += word
        continue
      }
      out += isNextSecret ? Secret.mask : maskedWord(word)
      let isName = isSecret(name: lower)
      let endsName = isName && (lower.hasSuffix(":") || lower.hasSuffix("="))
      isNextSecret =
        endsName || isAfterName && [":", "=", "=>"].contains(lower)
        || isScheme || isName && lower.hasPrefix("--")
      isAfterName = isName && !isNextSecret
    }
    return out
  }

  private static func isBreak(_ character: Character) -> Bool {
    character == " " || character == "\t" || character == "\"" || character == "'"
      || character == "," || character == ";" || character == "{" || character == "}"
  }

  private static func maskedWord(_ word: Substring) -> String {
    for mark in ["=", ":"] {
      if let range = word.firstRange(of: mark), range.upperBound < word.endIndex,
        !word[..<range.lowerBound].contains("://"),
        isSecret(name: String(word[..<range.lowerBound])),
        !word[range.upperBound...].hasPrefix("//")
      {
        return word[..<range.upperBound] + Secret.mask
      }
    }
    if prefixes.contains(where: { word.hasPrefix($0) }) && word.utf8.count >= 16 {
      return Secret.mask
    }
    return maskedURL(word)
  }

  /// `postgres://user:***@host` for `postgres://user:pass@host`; parameters are words of their own.
  private static func maskedURL(_ word: Substring) -> String {
    guard let scheme = word.firstRange(of: "://") else { return String(word) }
    let rest = word[scheme.upperBound...]
    let authority = rest.prefix { $0 != "/" && $0 != "?" }
    var out = String(word[..<scheme.upperBound])
    if let at = authority.lastIndex(of: "@") {
      let user = authority[..<at]
      out += user.firstIndex(of: ":").map { user[...$0] + Secret.mask } ?? String(user)
      out += authority[at...]
    } else {
      out += authority
    }
    let tail = rest[authority.endIndex...]
    guard let question = tail.firstIndex(of: "?") else { return out + tail }
    let parameters = tail[tail.index(after: question)...].split(
      separator: "&", omittingEmptySubsequences: false)
    return out + tail[...question]
      + parameters.map { parameter in
        guard let equal = parameter.firstIndex(of: "="),
          isSecret(name: String(parameter[..<equal]))
        else { return String(parameter) }
        return parameter[...equal] + Secret.mask
      }.joined(separator: "&")
  }
}
