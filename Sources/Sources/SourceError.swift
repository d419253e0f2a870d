import Glibc
public import Model

/// Why an input cannot be opened or read.
public struct SourceError: Error, Hashable, Sendable {
  /// A bounded set: also the code of the diagnostic.
  public enum Code: String, CaseIterable, Sendable {
    /// No such file.
    case missing = "missing-input"
    /// The file's mode or owner forbids it.
    case forbidden = "forbidden-input"
    /// A directory, where a file is wanted.
    case directory = "directory-input"
    /// Anything else that the system says when opening.
    case unopenable = "unopenable-input"
    /// The system failed in the middle of reading.
    case unreadable = "unreadable-input"
  }

  /// What is wrong.
  public var code: Code
  /// The path as the user gave it; `-` is standard input.
  public var path: String
  /// The system's error number.
  public var number: Int32

  /// An error of `path` with the system's error number.
  public init(_ code: Code, path: String, number: Int32 = 0) {
    self.code = code
    self.path = path
    self.number = number
  }

  /// The error that opening `path` gave.
  static func opening(_ path: String, _ number: Int32) -> SourceError {
    switch number {
    case ENOENT, ENOTDIR: SourceError(.missing, path: path, number: number)
    case EACCES, EPERM: SourceError(.forbidden, path: path, number: number)
    default: SourceError(.unopenable, path: path, number: number)
    }
  }

  /// The sentence for the user.
  public var message: String {
    let name = quoted(path)
    return switch code {
    case .missing: "no such file \(name)"
    case .forbidden: "permission to read \(name) is denied"
    case .directory: "\(name) is a directory, want a file, a pipe or - for standard input"
    case .unopenable: "cannot open \(name): \(reason)"
    case .unreadable: "reading \(name) failed: \(reason)"
    }
  }

  /// The error as a report.
  public var diagnostic: Diagnostic { Diagnostic(.error, code: code.rawValue, message) }

  /// The system's words for the error number.
  private var reason: String {
    guard let text = strerror(number) else { return "error \(number)" }
    return String(cString: text)
  }
}
