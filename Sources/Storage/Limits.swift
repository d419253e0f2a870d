/// The bounds of a store, each with its default.
public struct StoreLimits: Hashable, Sendable {
  /// How long a statement waits for another process's lock before it fails as `locked`.
  public var lockWaitMilliseconds: Int64 = 5000
  /// Rows that one listing returns at most.
  public var listedRowsMax: Int = 10_000
  /// Points that one evidence window may hold; more are refused.
  public var windowPointsMax: Int = 1_000_000
  /// UTF-8 bytes of one text that a person wrote (note, action item); more are refused.
  public var textBytesMax: Int = 64 * 1024
  /// Size of the file in bytes; nil for no bound but the disk's.
  ///
  /// A write beyond it fails as `full`.
  public var fileBytesMax: Int64?

  /// The defaults.
  public init() {}
}
