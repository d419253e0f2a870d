/// One sample of a native histogram: absolute bucket counts as floats, on exponential or custom bounds.
///
/// Positive bucket `i` (of an exponential schema `s`) covers `(base^(i-1), base^i]`,
/// `base = 2^(2^-s)`. With `schema == customSchema` bucket `i` covers
/// `(customBounds[i-1], customBounds[i]]`, the last one up to +Inf.
/// Source: Prometheus native histogram specification.
public struct NativeHistogram: Hashable, Sendable {
  /// Schema number of histograms whose bounds are given one by one.
  public static let customSchema = -53

  /// What a sample says about the one before it.
  public enum CounterResetHint: String, Sendable {
    /// Must be found out by comparison.
    case unknown
    /// A counter that restarted just before this sample.
    case reset
    /// A counter that did not restart.
    case notReset
    /// No counter: resets have no meaning.
    case gauge
  }

  /// A run of consecutive buckets.
  public struct Span: Hashable, Sendable {
    /// Distance from the end of the previous span; of the first span, the index of its first bucket.
    public var offset: Int
    /// Number of buckets.
    public var length: Int

    /// A run of `length` buckets after a gap of `offset`.
    public init(offset: Int, length: Int) {
      self.offset = offset
      self.length = length
    }
  }

  /// -4...8, or `customSchema`.
  public var schema = 0
  /// Number of observations.
  public var count = 0.0
  /// Sum of observations.
  public var sum = 0.0
  /// Observations with an absolute value of at most `zeroThreshold`.
  public var zeroCount = 0.0
  /// Half the width of the zero bucket, at least 0.
  public var zeroThreshold = 0.0
  /// Runs of `positiveBuckets`.
  public var positiveSpans: [Span] = []
  /// Absolute counts of the positive buckets, in the order of the spans.
  public var positiveBuckets: [Double] = []
  /// Runs of `negativeBuckets`.
  public var negativeSpans: [Span] = []
  /// Absolute counts of the negative buckets, in the order of the spans.
  public var negativeBuckets: [Double] = []
  /// Upper bounds without +Inf, strictly rising; only with `customSchema`.
  public var customBounds: [Double] = []
  /// What the sample says about its predecessor.
  public var counterResetHint = CounterResetHint.unknown

  /// An empty histogram of schema 0.
  public init() {}

  /// True when the bounds are given one by one.
  public var usesCustomBounds: Bool { schema == Self.customSchema }
}
