/// Why a checkpoint was refused, and where.
public struct CheckpointError: Error, Hashable, Sendable {
  /// What is wrong: a bounded set, which can label a metric.
  public enum Code: String, CaseIterable, Sendable {
    /// The bytes do not begin as a checkpoint does.
    case notACheckpoint = "not-a-checkpoint"
    /// Another version of the program wrote it.
    case unknownVersion = "unknown-version"
    /// The bytes end in the middle.
    case truncated
    /// A checksum does not fit the bytes.
    case checksum
    /// A value is out of its range.
    case badValue = "bad-value"
    /// A part that must be there is missing.
    case missingSection = "missing-section"
    /// Bytes follow where a part should end.
    case trailingBytes = "trailing-bytes"
  }

  /// What is wrong.
  public var code: Code
  /// The part of the checkpoint in which it was found; "header" for the frame around the parts.
  public var section: String
  /// Byte offset in that part, before compression.
  public var offset: Int

  /// The fault `code` at `offset` of `section`.
  public init(_ code: Code, section: String, offset: Int) {
    self.code = code
    self.section = section
    self.offset = offset
  }
}

extension CheckpointError: CustomStringConvertible {
  /// What is wrong and where, in words.
  public var description: String {
    let what =
      switch code {
      case .notACheckpoint: "this is no checkpoint"
      case .unknownVersion: "it was written by another version of the program"
      case .truncated: "the bytes end too early"
      case .checksum: "the checksum does not fit"
      case .badValue: "a value is out of range"
      case .missingSection: "a part is missing"
      case .trailingBytes: "bytes follow the end"
      }
    return "\(what) (\(section) at byte \(offset))"
  }
}
