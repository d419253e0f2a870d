/// A text that nobody may read in a log, a page or a dump: a token, a password, a private URL.
///
///     let secret = try Secret("Bearer ${file:/run/secrets/token}")
///     secret.description                     // "***${file:/run/secrets/token}"
///     try secret.reveal { reference in … }   // "Bearer s3cr3t"
///
/// What a reference stands for is read anew each time, so that a rotated secret counts at once. The
/// value is never kept, and neither descriptions nor mirrors nor errors show it.
public struct Secret: Hashable, Sendable {
  /// Where a value comes from.
  public enum Reference: Hashable, Sendable, CustomStringConvertible {
    /// `${env:NAME}`: a variable of the environment.
    case environment(String)
    /// `${file:PATH}`: the content of a file, without the line breaks at its end.
    case file(String)

    /// As it is written: `${env:NAME}`.
    public var description: String {
      switch self {
      case .environment(let name): "${env:\(name)}"
      case .file(let path): "${file:\(path)}"
      }
    }
  }

  private enum Part: Hashable, Sendable {
    case literal(String)
    case reference(Reference)
  }

  private let parts: [Part]

  /// Reads a text with any number of references.
  ///
  /// - Throws: `SecretError` when a `${` is neither `${env:NAME}` nor `${file:PATH}`.
  public init(_ text: String) throws(SecretError) {
    var parts: [Part] = []
    var rest = Substring(text)
    while let start = rest.firstRange(of: "${") {
      if start.lowerBound > rest.startIndex {
        parts.append(.literal(String(rest[..<start.lowerBound])))
      }
      let inner = rest[start.upperBound...]
      guard let end = inner.firstIndex(of: "}") else { throw SecretError(.unclosed) }
      parts.append(.reference(try Self.reference(inner[..<end])))
      rest = inner[inner.index(after: end)...]
    }
    if !rest.isEmpty || parts.isEmpty { parts.append(.literal(String(rest))) }
    self.parts = parts
  }

  /// A text without references, whatever it looks like.
  public init(literal: String) {
    parts = [.literal(literal)]
  }

  private static func reference(_ text: Substring) throws(SecretError) -> Reference {
    let name = text.firstIndex(of: ":").map { String(text[text.index(after: $0)...]) } ?? ""
    guard !name.isEmpty else { throw SecretError(.badReference) }
    if text.hasPrefix("env:") { return .environment(name) }
    if text.hasPrefix("file:") { return .file(name) }
    throw SecretError(.badReference)
  }

  /// The references in it, in order.
  public var references: [Reference] {
    parts.compactMap { if case .reference(let reference) = $0 { reference } else { nil } }
  }

  /// True when nothing is written at all.
  public var isEmpty: Bool { parts == [.literal("")] }

  /// The value, with what its references stand for now.
  ///
  /// - Parameter read: gives the value of a reference; line breaks at its end are left out.
  /// - Returns: the literal text and the values, joined.
  /// - Throws: what `read` throws.
  public func reveal(
    _ read: (Reference) throws(SecretError) -> String
  ) throws(SecretError) -> String {
    var value = ""
    for part in parts {
      switch part {
      case .literal(let text): value += text
      case .reference(let reference):
        var text = Substring(try read(reference))
        while text.last?.isNewline == true { text.removeLast() }
        value += text
      }
    }
    return value
  }
}

/// Gives the present value of a reference; made by the executable, which may see the world.
public typealias SecretReader = @Sendable (Secret.Reference) throws(SecretError) -> String

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// What stands in place of a value.
  public static let mask = "***"

  /// References as they are written, everything else masked.
  public var description: String {
    parts.map { part in
      switch part {
      case .literal(let text): text.isEmpty ? "" : Self.mask
      case .reference(let reference): reference.description
      }
    }.joined()
  }

  /// The same as `description`.
  public var debugDescription: String { description }

  /// Shows nothing of the inside.
  public var customMirror: Mirror { Mirror(self, children: []) }
}

/// Why a secret has no value; never holds one.
public struct SecretError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The reasons: a bounded set.
  public enum Code: String, Sendable, CaseIterable {
    /// A `${` without its `}`.
    case unclosed
    /// A `${…}` that is neither `env:` nor `file:`, or without a name.
    case badReference
    /// The variable is not set, or the file is not there.
    case missing
    /// The file cannot be read, or is no text.
    case unreadable
  }

  /// The reason.
  public var code: Code
  /// The reference; nil when the text itself is wrong.
  public var reference: Secret.Reference?

  /// A failure at a reference.
  public init(_ code: Code, _ reference: Secret.Reference? = nil) {
    self.code = code
    self.reference = reference
  }

  /// What is wrong and what is wanted.
  public var description: String {
    let name = reference?.description ?? ""
    return switch code {
    case .unclosed: "\"${\" without its \"}\" in a secret; write ${env:NAME} or ${file:PATH}"
    case .badReference: "unknown reference in a secret; write ${env:NAME} or ${file:PATH}"
    case .missing: "\(name) has no value: the variable is not set or the file is not there"
    case .unreadable: "\(name) cannot be read as text"
    }
  }
}
