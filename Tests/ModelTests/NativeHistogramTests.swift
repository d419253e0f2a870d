import Statistics
import Testing

@testable import Model

/// A histogram with whole-numbered counts, which add up without rounding.
func randomHistogram(schema: Int, using generator: inout SplitMix64) -> NativeHistogram {
  var histogram = NativeHistogram()
  histogram.schema = schema
  for side in NativeHistogram.Side.allCases {
    var index = Int.random(in: -12...12, using: &generator)
    var counts: [NativeHistogram.IndexedCount] = []
    for _ in 0..<Int.random(in: 0...8, using: &generator) {
      let count = Double(Int.random(in: 0...9, using: &generator))
      counts.append(.init(index: index, count: count))
      histogram.count += count
      index += Int.random(in: 1...3, using: &generator)
    }
    histogram.setCounts(counts, side)
  }
  histogram.zeroCount = Double(Int.random(in: 0...3, using: &generator))
  histogram.count += histogram.zeroCount
  histogram.sum = Double(Int.random(in: -100...100, using: &generator))
  return histogram
}

/// A histogram of schema 0 with positive buckets from `offset` on.
func histogram(
  _ buckets: [Double], offset: Int = 0, schema: Int = 0, zero: Double = 0, width: Double = 0
) -> NativeHistogram {
  var result = NativeHistogram()
  result.schema = schema
  result.positiveBuckets = buckets
  result.positiveSpans = [.init(offset: offset, length: buckets.count)]
  result.zeroCount = zero
  result.zeroThreshold = width
  result.count = buckets.reduce(zero, +)
  return result
}

/// A histogram with custom bounds.
func histogram(bounds: [Double], _ buckets: [Double]) -> NativeHistogram {
  var result = histogram(buckets, schema: NativeHistogram.customSchema)
  result.customBounds = bounds
  return result
}

@Suite struct NativeHistogramBoundTests {
  @Test(arguments: [
    (0, 0, 1.0), (1, 0, 2.0), (-1, 0, 0.5), (10, 0, 1024.0), (1, 1, 1.414213562373095),
    (3, 2, 1.6817928305074288), (1, -1, 4.0), (-1, -1, 0.25), (1, -4, 65536.0),
    (1024, 0, Double.greatestFiniteMagnitude), (1025, 0, .infinity),
    (512, -1, Double.greatestFiniteMagnitude), (64, -4, .greatestFiniteMagnitude),
    (65, -4, .infinity), (262_144, 8, .greatestFiniteMagnitude), (262_145, 8, .infinity),
    (-1074, 0, Double.leastNonzeroMagnitude), (-2000, 0, 0.0), (-1_000_000_000, -4, 0.0),
  ])
  func `bounds of exponential buckets`(index: Int, schema: Int, bound: Double) {
    #expect(NativeHistogram.exponentialBound(index: index, schema: schema) == bound)
  }

  @Test(arguments: 0...8)
  func `bounds of a schema are those of the next finer one`(schema: Int) {
    for index in -600...600 {
      let bound = NativeHistogram.exponentialBound(index: index, schema: schema)
      if schema < 8 {
        #expect(bound == NativeHistogram.exponentialBound(index: 2 * index, schema: schema + 1))
      }
      #expect(bound < NativeHistogram.exponentialBound(index: index + 1, schema: schema))
    }
  }

  @Test func `custom buckets end at infinity on both sides`() {
    let custom = histogram(bounds: [-1, 5], [1, 2, 3])
    #expect(
      (-1...3).map { custom.upperBound(index: $0) } == [-.infinity, -1, 5, .infinity, .infinity])
    #expect(custom.allBuckets.map(\.lower) == [-.infinity, -1, 5])
    #expect(custom.allBuckets.map(\.includesLower) == [true, false, false])
  }

  @Test func `all buckets run from the lowest up and stop at the zero bucket`() {
    var h = histogram([2, 3], zero: 5, width: 0.6)
    h.negativeSpans = [.init(offset: 1, length: 1), .init(offset: 1, length: 1)]
    h.negativeBuckets = [7, 8]
    let all = h.allBuckets
    #expect(all.map(\.lower) == [-8, -2, -0.6, 0.6, 1])
    #expect(all.map(\.upper) == [-4, -1, 0.6, 1, 2])
    #expect(all.map(\.count) == [8, 7, 5, 2, 3])
    #expect(all.map(\.includesLower) == [true, true, true, false, false])
  }

  @Test func `an empty zero bucket is no bucket`() {
    #expect(histogram([1]).allBuckets.count == 1)
    #expect(NativeHistogram().allBuckets.isEmpty)
  }
}

@Suite struct NativeHistogramLayoutTests {
  @Test func `a broken histogram has as many buckets as make sense`() {
    var h = histogram([1, 2])
    h.positiveSpans = [.init(offset: 0, length: 5)]
    #expect(h.indexedCounts(.positive).map(\.count) == [1, 2])
    h.positiveSpans = [.init(offset: 0, length: 1), .init(offset: -1, length: 1)]
    #expect(h.indexedCounts(.positive).map(\.count) == [1])
    h.positiveSpans = [.init(offset: .max, length: 1), .init(offset: .max, length: .max)]
    #expect(h.indexedCounts(.positive).isEmpty)
  }

  @Test(
    arguments: [
      (0, [1, 0, 0, 2, 0, 3, 0], [(0, 1), (2, 1), (1, 1)], [1, 2, 3]),
      (1, [1, 0, 0, 2, 0, 3, 0], [(0, 1), (2, 3)], [1, 2, 0, 3]),
      (2, [1, 0, 0, 2, 0, 3, 0], [(0, 6)], [1, 0, 0, 2, 0, 3]),
      (0, [0, 0], [], []),
    ] as [(Int, [Double], [(Int, Int)], [Double])])
  func compaction(gapMax: Int, buckets: [Double], spans: [(Int, Int)], compact: [Double]) {
    let result = histogram(buckets).compacted(gapMax: gapMax)
    #expect(result.positiveSpans == spans.map { .init(offset: $0.0, length: $0.1) })
    #expect(result.positiveBuckets == compact)
  }

  @Test func `coarser buckets hold what the finer ones held`() {
    let h = histogram([1, 2, 4, 8, 16], offset: -1)
    let coarse = h.reduced(toSchema: -1)
    #expect(coarse.schema == -1)
    #expect(coarse.positiveSpans == [.init(offset: 0, length: 3)])
    #expect(coarse.positiveBuckets == [3, 12, 16])
    #expect(histogram(bounds: [1], [1, 2]).reduced(toSchema: -4).schema == -53)
  }

  @Test func `reduction commutes with addition`() throws {
    var generator = SplitMix64(seed: 7)
    for seed in 0..<200 {
      let a = randomHistogram(schema: 3, using: &generator)
      let b = randomHistogram(schema: Int.random(in: 0...5, using: &generator), using: &generator)
      var sum = a
      try sum.add(b)
      var reduced = a.reduced(toSchema: -1)
      try reduced.add(b.reduced(toSchema: -1))
      let same = sum.reduced(toSchema: -1).compacted().hasSameData(as: reduced.compacted())
      #expect(same, "case \(seed)")
    }
  }
}

@Suite struct NativeHistogramArithmeticTests {
  @Test func `exponential and custom buckets do not mix`() {
    var h = histogram([1])
    let custom = histogram(bounds: [1], [1, 1])
    #expect(throws: HistogramError.incompatibleSchemas) { try h.add(custom) }
    #expect(h == histogram([1]))
  }

  @Test func `addition and subtraction undo each other`() throws {
    var generator = SplitMix64(seed: 11)
    for seed in 0..<300 {
      let schemas = (0..<2).map { _ in Int.random(in: -4...8, using: &generator) }
      let a = randomHistogram(schema: schemas[0], using: &generator)
      let b = randomHistogram(schema: schemas[1], using: &generator)
      var result = a
      try result.add(b)
      try result.subtract(b)
      let expected = a.reduced(toSchema: schemas.min() ?? 0).compacted()
      #expect(result.compacted().hasSameData(as: expected), "case \(seed)")
    }
  }

  @Test func `a zero bucket grows to the end of the bucket it cuts`() throws {
    var narrow = histogram([1, 2, 4], offset: -1, zero: 1, width: 0.1)
    let wide = histogram([8], offset: 3, zero: 10, width: 0.75)
    #expect(try narrow.add(wide) == [])
    // 0.75 lies in (0.5, 1], which is populated: the zero bucket ends at 1.
    #expect(narrow.zeroThreshold == 1)
    #expect(narrow.zeroCount == 14)
    #expect(narrow.indexedCounts(.positive).map(\.index) == [1, 3])
    var other = wide
    try other.add(histogram([1, 2, 4], offset: -1, zero: 1, width: 0.1))
    #expect(other.compacted().hasSameData(as: narrow.compacted()))
  }

  @Test func `an empty bucket does not hold the zero bucket up`() {
    let h = histogram([1, 0, 4], offset: -1, zero: 1)
    #expect(h.zeroCount(wideningTo: 0.75) == (2, 0.75))
    #expect(h.zeroCount(wideningTo: 1.5) == (6, 2))
  }

  @Test func `a threshold moved by the negative side takes in positive buckets`() {
    var h = histogram([3, 5], offset: 0)
    h.negativeSpans = [.init(offset: 1, length: 1)]
    h.negativeBuckets = [7]
    #expect(h.zeroCount(wideningTo: 1.25) == (15, 2))
  }

  @Test func `different custom bounds leave those in common`() throws {
    var a = histogram(bounds: [1, 2, 5], [1, 2, 3, 4])
    let b = histogram(bounds: [2, 3, 5, 9], [10, 20, 30, 40, 50])
    #expect(try a.add(b) == .mismatchedBounds)
    #expect(a.customBounds == [2, 5])
    #expect(a.positiveBuckets == [13, 53, 94])
    var c = histogram(bounds: [1], [1, 2])
    #expect(try c.subtract(histogram(bounds: [2], [4, 5])) == .mismatchedBounds)
    #expect(c.customBounds == [])
    #expect(c.positiveBuckets == [-6])
  }

  @Test(
    arguments: [
      (.unknown, .unknown, .unknown, false), (.reset, .reset, .reset, false),
      (.gauge, .reset, .gauge, false), (.notReset, .gauge, .gauge, false),
      (.unknown, .reset, .unknown, false), (.notReset, .unknown, .unknown, false),
      (.reset, .notReset, .unknown, true), (.notReset, .reset, .unknown, true),
    ]
      as [(
        NativeHistogram.CounterResetHint, NativeHistogram.CounterResetHint,
        NativeHistogram.CounterResetHint, Bool
      )])
  func `hint of a sum`(
    a: NativeHistogram.CounterResetHint, b: NativeHistogram.CounterResetHint,
    hint: NativeHistogram.CounterResetHint, isCollision: Bool
  ) throws {
    var (left, right) = (histogram([1]), histogram([1]))
    (left.counterResetHint, right.counterResetHint) = (a, b)
    #expect(try left.add(right).contains(.counterResetCollision) == isCollision)
    #expect(left.counterResetHint == hint)
  }

  @Test func `scaling by a negative number makes a gauge`() {
    var h = histogram([1, 2], zero: 3)
    h.sum = 5
    h.counterResetHint = .notReset
    h.multiply(by: 2)
    #expect((h.count, h.sum, h.zeroCount, h.positiveBuckets) == (12, 10, 6, [2, 4]))
    #expect(h.counterResetHint == .notReset)
    h.divide(by: -4)
    #expect((h.count, h.sum, h.zeroCount, h.positiveBuckets) == (-3, -2.5, -1.5, [-0.5, -1]))
    #expect(h.counterResetHint == .gauge)
  }

  @Test func `division by zero leaves no buckets`() {
    var h = histogram([1, 2])
    h.divide(by: 0)
    #expect(h.count == .infinity && h.sum.isNaN && h.zeroCount.isNaN)
    #expect(h.positiveBuckets.isEmpty && h.positiveSpans.isEmpty)
  }

  @Test func `data is compared bit for bit, whatever the spans`() {
    var a = histogram([1, 2])
    var b = a
    b.positiveSpans = [.init(offset: 0, length: 1), .init(offset: 0, length: 1)]
    b.counterResetHint = .gauge
    #expect(a.hasSameData(as: b))
    (a.sum, b.sum) = (.nan, .nan)
    #expect(a.hasSameData(as: b))
    b.sum = StaleMarker.value
    #expect(!a.hasSameData(as: b))
    #expect(!histogram([1, 0]).hasSameData(as: histogram([1])))
  }
}

@Suite struct NativeHistogramValidationTests {
  @Test func `good histograms`() {
    #expect(NativeHistogram().validate() == nil)
    #expect(histogram([1, 2], offset: -5, schema: 8, zero: 3, width: 0.1).validate() == nil)
    #expect(histogram(bounds: [-1, 5], [1, 2, 3]).validate() == nil)
    #expect(histogram(bounds: [], [1]).validate() == nil)
    #expect(histogram([-1]).validate(allowsNegativeCounts: true) == nil)
  }

  @Test(
    arguments: [
      (histogram([1], schema: 9), .unknownSchema(9)),
      (histogram([1], schema: -5), .unknownSchema(-5)),
      (histogram([-1]), .negativeCount),
      (histogram([1], width: -0.5), .zeroThreshold(-0.5)),
      (histogram(bounds: [2, 2], [1]), .customBounds),
      (histogram(bounds: [1, .infinity], [1]), .customBounds),
      (histogram(bounds: [.nan], [1]), .customBounds),
      (histogram(bounds: [1], [1, 2, 3]), .tooFewBounds(bounds: 1, buckets: 3)),
    ] as [(NativeHistogram, HistogramFault)])
  func `bad histograms`(histogram: NativeHistogram, fault: HistogramFault) {
    #expect(histogram.validate() == fault)
  }

  @Test func `bad layouts`() {
    var h = histogram([1, 2])
    h.positiveSpans = [.init(offset: 0, length: 3)]
    #expect(h.validate() == .bucketCount(.positive, spans: 3, buckets: 2))
    h.positiveSpans = [.init(offset: 0, length: 1), .init(offset: -1, length: 1)]
    #expect(h.validate() == .overlappingSpans(.positive))
    h.positiveSpans = [.init(offset: .max, length: 2)]
    #expect(h.validate() == .indexOutOfRange(.positive))
    h = histogram([1])
    h.customBounds = [1]
    #expect(h.validate() == .mixedSchemas)
    h = histogram(bounds: [1], [1])
    h.zeroCount = 1
    #expect(h.validate() == .mixedSchemas)
    #expect("\(HistogramFault.mixedSchemas)".contains("-53"))
  }
}
