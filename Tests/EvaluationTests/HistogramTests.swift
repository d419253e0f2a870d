import Model
import PromQL
import Statistics
import Testing

@testable import Evaluation

/// A histogram from its literal.
func histogram(_ text: String) throws -> NativeHistogram {
  try NativeHistogram(notation: "{{\(text)}}")
}

@Suite struct HistogramQuantileTests {
  @Test(arguments: [
    ("", 0.5, Double.nan), ("count:4 buckets:[4]", .nan, .nan),
    ("count:4 buckets:[4]", -0.1, -.infinity), ("count:4 buckets:[4]", 1.1, .infinity),
    // (0.5, 1], half of it on a logarithmic scale.
    ("count:4 buckets:[4]", 0.5, 0.7071067811865476), ("count:4 buckets:[4]", 0, 0.5),
    ("count:4 buckets:[4]", 1, 1), ("count:4 buckets:[1 0 3]", 0.25, 1),
    ("count:4 buckets:[1 0 3]", 0.625, 2.8284271247461903),
    ("count:4 n_buckets:[4]", 0.5, -0.7071067811865476), ("count:4 n_buckets:[2 2]", 0, -2),
    ("count:4 n_buckets:[2 2]", 0.25, -1.4142135623730951),
    // The zero bucket is linear, and one-sided beside buckets of one side.
    ("count:4 z_bucket:4 z_bucket_w:0.5", 0.25, -0.25),
    ("count:8 z_bucket:4 z_bucket_w:0.5 buckets:[4] offset:1", 0.25, 0.25),
    ("count:8 z_bucket:4 z_bucket_w:0.5 n_buckets:[4] offset:1 n_offset:1", 0.75, -0.25),
    // Custom bounds are linear, from 0 on, with single points at the open ends.
    ("schema:-53 custom_values:[4 8] count:4 buckets:[4]", 0.25, 1),
    ("schema:-53 custom_values:[4 8] count:4 buckets:[0 4]", 0.75, 7),
    ("schema:-53 custom_values:[4 8] count:4 buckets:[0 0 4]", 0.5, 8),
    ("schema:-53 custom_values:[-4 8] count:4 buckets:[4]", 0.5, -4),
    ("schema:-53 custom_values:[-4 8] count:4 buckets:[0 4]", 0.25, -1),
  ])
  func quantiles(literal: String, φ: Double, value: Double) throws {
    let result = try histogram(literal).quantile(φ)
    #expect(isAlmostEqual(result.value, value, tolerance: 1e-15), "\(result.value)")
    #expect(result.remark == nil)
  }

  @Test func `observations of NaN count as the highest`() throws {
    let some = try histogram("count:10 sum:NaN buckets:[4 4]")
    #expect(some.quantile(0.4) == (1, .quantileIsSkewed))
    let (value, remark) = some.quantile(0.9)
    #expect(value.isNaN && remark == .quantileIsNaN)
    let infinite = try histogram("count:8 sum:NaN buckets:[4 4]")
    #expect(infinite.quantile(0.5) == (1, nil))
  }

  @Test func `quantiles rise with φ and fractions undo them`() throws {
    var random = SplitMix64(seed: 5)
    for seed in 0..<100 {
      var h = NativeHistogram()
      h.schema = random.below(13) - 4
      h.zeroCount = Double(random.below(3))
      h.zeroThreshold = 1e-60
      let first = random.below(20) - 10
      h.setCounts(
        (0..<5).map { .init(index: first + $0, count: Double(random.below(9))) }, .positive)
      h.setCounts(
        (0..<3).map { .init(index: first + $0, count: Double(random.below(9))) }, .negative)
      h.count = (h.positiveBuckets + h.negativeBuckets).reduce(h.zeroCount + 1e-9, +)
      var previous = -Double.infinity
      for step in 0...50 {
        let value = h.quantile(Double(step) / 50).value
        #expect(value >= previous - abs(previous) * 1e-9, "case \(seed), φ \(step)/50")
        previous = value
        let back = h.fraction(from: -.infinity, to: value).value
        #expect(back >= Double(step) / 50 - 1e-6, "case \(seed), φ \(step)/50: \(back)")
      }
    }
  }
}

@Suite struct HistogramFractionTests {
  @Test(arguments: [
    ("", 0.0, 1.0, Double.nan), ("count:1 buckets:[1]", .nan, 1, .nan),
    ("count:1 buckets:[1]", 2, 2, 0), ("count:1 buckets:[1]", 3, 2, 0),
    ("count:4 buckets:[1 3]", 1, 2, 0.75), ("count:4 buckets:[1 3]", -.infinity, .infinity, 1),
    ("count:4 buckets:[0 4]", 1, 1.4142135623730951, 0.5),
    ("count:4 n_buckets:[0 4]", -1.4142135623730951, -1, 0.5),
    ("count:4 z_bucket:4 z_bucket_w:1", -1, 0.5, 0.75),
    ("count:8 z_bucket:4 z_bucket_w:1 buckets:[4] offset:1", 0, 0.5, 0.25),
    ("schema:-53 custom_values:[4 8] count:8 buckets:[4 2 2]", 0, 3, 0.375),
    ("schema:-53 custom_values:[4 8] count:8 buckets:[4 2 2]", 8, 99, 0),
    ("schema:-53 custom_values:[-4 8] count:8 buckets:[4 2 2]", -9, -1, 0.0625),
    ("schema:-53 custom_values:[-4 8] count:8 buckets:[4 2 2]", -.infinity, -4, 0.5),
  ])
  func fractions(literal: String, lower: Double, upper: Double, value: Double) throws {
    let result = try histogram(literal).fraction(from: lower, to: upper)
    #expect(isAlmostEqual(result.value, value, tolerance: 1e-15), "\(result.value)")
  }

  @Test func `observations of NaN are in no fraction`() throws {
    let h = try histogram("count:10 sum:NaN buckets:[4 4]")
    #expect(h.fraction(from: -.infinity, to: .infinity) == (0.8, .fractionLacksNaN))
    #expect(h.fraction(from: 1, to: 2) == (0.4, .fractionLacksNaN))
  }
}

@Suite struct HistogramMomentTests {
  @Test(arguments: [
    ("count:4 sum:6 buckets:[0 4]", 1.5, 0.007359312880715),
    ("count:4 sum:0 n_buckets:[2] buckets:[2]", 0, 0.5),
    ("count:4 sum:2 z_bucket:4 z_bucket_w:1", 0.5, 0.25),
    ("schema:-53 custom_values:[2 4] count:4 sum:12 buckets:[0 4]", 3, 0),
    ("", .nan, .nan),
  ])
  func moments(literal: String, average: Double, variance: Double) throws {
    let h = try histogram(literal)
    #expect(isAlmostEqual(h.average, average, tolerance: 1e-12))
    #expect(isAlmostEqual(h.variance, variance, tolerance: 1e-10), "\(h.variance)")
    #expect(isAlmostEqual(h.standardDeviation, variance.squareRoot(), tolerance: 1e-10))
  }
}

@Suite struct HistogramTrimTests {
  @Test(arguments: [
    ("count:12 sum:20 buckets:[4 8]", .infinity, "count:12 sum:20 buckets:[4 8]", ""),
    (
      "count:12 sum:20 buckets:[4 8]", 1, "count:4 sum:2.8284271247461903 buckets:[4]",
      "count:8 sum:11.313708498984761 buckets:[8] offset:1"
    ),
    (
      "count:8 sum:9 buckets:[0 8]", 1.4142135623730951,
      "count:4 sum:4.756828460010884 buckets:[4] offset:1",
      "count:4 sum:6.727171322029716 buckets:[4] offset:1"
    ),
    (
      "count:4 sum:-5 n_buckets:[0 4]", -1.4142135623730951,
      "count:2 sum:-3.363585661014858 n_buckets:[2] n_offset:1",
      "count:2 sum:-2.378414230005442 n_buckets:[2] n_offset:1"
    ),
    (
      "count:8 z_bucket:8 z_bucket_w:0.5", 0.25, "count:6 sum:-0.75 z_bucket:6 z_bucket_w:0.5",
      "count:2 sum:0.75 z_bucket:2 z_bucket_w:0.5"
    ),
    (
      "schema:-53 custom_values:[4 8] count:8 sum:50 buckets:[4 2 2]", 2,
      "schema:-53 custom_values:[4 8] count:2 sum:2 buckets:[2]",
      "schema:-53 custom_values:[4 8] count:6 sum:34 buckets:[2 2 2]"
    ),
    (
      "schema:-53 custom_values:[4 8] count:8 sum:50 buckets:[4 2 2]", 9,
      "schema:-53 custom_values:[4 8] count:6 sum:20 buckets:[4 2]",
      "schema:-53 custom_values:[4 8] count:2 sum:18 buckets:[2] offset:2"
    ),
    (
      "schema:-53 custom_values:[-4] count:3 buckets:[1 2]", -6,
      "schema:-53 custom_values:[-4] count:1 sum:-6 buckets:[1]",
      "schema:-53 custom_values:[-4] count:2 sum:-8 buckets:[2] offset:1"
    ),
    ("count:8 buckets:[8]", .nan, "", ""),
  ])
  func trims(literal: String, cut: Double, below: String, above: String) throws {
    let h = try histogram(literal)
    for (kept, wanted) in [(NativeHistogram.Kept.below, below), (.above, above)] {
      let result = h.trimmed(keeping: kept, of: cut)
      let expected = try histogram(wanted)
      #expect(isAlmostEqual(result.count, expected.count, tolerance: 1e-12), "\(result.notation)")
      #expect(isAlmostEqual(result.sum, expected.sum, tolerance: 1e-12), "\(result.notation)")
      #expect(result.positiveSpans == expected.positiveSpans)
      #expect(result.negativeSpans == expected.negativeSpans)
      #expect(isAlmostEqual(result.zeroCount, expected.zeroCount, tolerance: 1e-12))
    }
  }

  @Test func `both sides of a cut add up`() throws {
    let h = try histogram("count:34 z_bucket:1 z_bucket_w:0.001 buckets:[2 4 8 16] n_buckets:[1 2]")
    for cut in stride(from: -2.5, through: 9, by: 0.37) {
      let below = h.trimmed(keeping: .below, of: cut).count
      let above = h.trimmed(keeping: .above, of: cut).count
      #expect(isAlmostEqual(below + above, 34, tolerance: 1e-12), "\(cut)")
      let share = h.fraction(from: -.infinity, to: cut).value
      #expect(isAlmostEqual(below, share * 34, tolerance: 1e-12), "\(cut)")
    }
  }
}

@Suite struct HistogramResetTests {
  @Test(arguments: [
    ("count:3 buckets:[1 2]", "count:3 buckets:[1 2]", false),
    ("count:3 buckets:[1 2]", "count:2 buckets:[1 1]", true),
    ("count:3 buckets:[1 2]", "count:5 buckets:[5]", true),
    ("count:1 buckets:[1 0]", "count:5 buckets:[5]", false),
    ("count:3 sum:9 buckets:[1 2]", "count:3 sum:1 buckets:[1 2]", false),
    ("count:3 buckets:[3]", "count:9 schema:1 buckets:[9]", true),
    ("count:3 schema:1 buckets:[2 1] offset:1", "count:3 buckets:[3] offset:1", false),
    ("count:3 schema:1 buckets:[2 1] offset:1", "count:3 buckets:[2 1] offset:1", true),
    ("count:1 z_bucket:1 z_bucket_w:0.5", "count:2 z_bucket:2 z_bucket_w:0.1", true),
    ("count:3 buckets:[3]", "count:3 z_bucket:3 z_bucket_w:1", false),
    ("count:3 buckets:[3]", "count:3 z_bucket:2 z_bucket_w:1", true),
    ("count:3 buckets:[3]", "count:9 z_bucket:9 z_bucket_w:0.75", true),
    ("count:3 n_buckets:[3]", "count:3 buckets:[3]", true),
    ("count:3 buckets:[3]", "count:9 schema:-53 custom_values:[1] buckets:[9]", true),
    ("count:3 schema:-53 custom_values:[1] buckets:[3]", "count:9 buckets:[9]", true),
    (
      "count:3 schema:-53 custom_values:[1 2] buckets:[1 2]",
      "count:3 schema:-53 custom_values:[2] buckets:[3]", false
    ),
    (
      "count:3 schema:-53 custom_values:[1 2] buckets:[1 2]",
      "count:4 schema:-53 custom_values:[2 3] buckets:[2 2]", true
    ),
    ("count:9 buckets:[9]", "count:1 buckets:[1] counter_reset_hint:not_reset", false),
    ("count:1 buckets:[1]", "count:9 buckets:[9] counter_reset_hint:reset", true),
    ("count:9 buckets:[9]", "count:1 buckets:[1] counter_reset_hint:gauge", true),
  ])
  func resets(previous: String, current: String, isReset: Bool) throws {
    #expect(try histogram(current).isReset(since: histogram(previous)) == isReset)
  }

  @Test(
    arguments: [
      (nil, "count:1 buckets:[1]", .unknown),
      ("count:1 buckets:[1]", "count:2 buckets:[2]", .notReset),
      ("count:2 buckets:[2]", "count:1 buckets:[1]", .unknown),
      ("count:1 buckets:[1]", "schema:-1 count:2 buckets:[2]", .unknown),
      ("count:1 buckets:[1]", "count:2 buckets:[2] counter_reset_hint:reset", .unknown),
      ("count:1 buckets:[1]", "count:2 buckets:[2] counter_reset_hint:gauge", .gauge),
      ("count:1 counter_reset_hint:gauge", "count:2 buckets:[2]", .unknown),
      ("count:3 buckets:[3]", "count:2 buckets:[2] counter_reset_hint:not_reset", .unknown),
    ] as [(String?, String, NativeHistogram.CounterResetHint)])
  func `stored hints`(
    previous: String?, current: String, hint: NativeHistogram.CounterResetHint
  ) throws {
    let before = try previous.map { try histogram($0) }
    #expect(try histogram(current).storedHint(after: before) == hint)
  }
}

@Suite struct HistogramSumTests {
  @Test func `small counts survive beside large ones`() throws {
    var sum = HistogramSum(try histogram("count:1e16 sum:1 buckets:[1e16]"))
    var plain = try histogram("count:1e16 sum:1 buckets:[1e16]")
    let one = try histogram("schema:1 count:1 buckets:[1]")
    for _ in 0..<10 {
      try sum.add(one)
      try plain.add(one)
    }
    try sum.add(histogram("sum:1e100 schema:2"))
    try sum.add(histogram("sum:-1e100 schema:2"))
    #expect(sum.value.count == 1e16 + 10)
    #expect(sum.value.positiveBuckets == [1e16 + 10])
    #expect(sum.value.sum == 1)
    #expect(plain.count == 1e16)
  }

  @Test func `layouts are reconciled on the way`() throws {
    var sum = HistogramSum(try histogram("schema:2 count:2 z_bucket:1 z_bucket_w:0.01 buckets:[1]"))
    try sum.add(histogram("count:2 buckets:[1 1]"))
    try sum.add(histogram("schema:-1 count:5 z_bucket:5 z_bucket_w:0.5"))
    #expect(
      sum.value.compacted().notation
        == "{{schema:-1 count:9 z_bucket:6 z_bucket_w:0.5 buckets:[2 1]}}")
    var custom = HistogramSum(try histogram("schema:-53 count:3 custom_values:[1 2] buckets:[1 2]"))
    let other = try histogram("schema:-53 count:3 custom_values:[2] buckets:[3]")
    #expect(try custom.add(other) == .mismatchedBounds)
    #expect(custom.value.notation == "{{schema:-53 count:6 custom_values:[2] buckets:[6]}}")
    #expect(throws: HistogramError.incompatibleSchemas) { try custom.add(NativeHistogram()) }
  }

  @Test func `infinite sums stay infinite`() throws {
    var sum = HistogramSum(try histogram("count:1 sum:Inf"))
    try sum.add(histogram("count:1 sum:5"))
    #expect(sum.value.sum == .infinity)
    try sum.add(histogram("count:1 sum:-Inf"))
    #expect(sum.value.sum.isNaN)
  }

  @Test func `a mean does not overflow where its parts do not`() throws {
    var mean = HistogramMean(try histogram("count:4 sum:1.5e308 buckets:[4]"))
    try mean.add(histogram("count:2 sum:1.5e308 buckets:[2]"))
    try mean.add(histogram("count:0 sum:1.5e308 buckets:[0]"))
    #expect(isAlmostEqual(mean.value.sum, 1.5e308, tolerance: 1e-14))
    #expect(isAlmostEqual(mean.value.count, 2, tolerance: 1e-14))
    var plain = HistogramMean(try histogram("count:4 sum:Inf"))
    try plain.add(histogram("count:2 sum:1"))
    #expect((plain.value.count, plain.value.sum) == (3, .infinity))
  }

  @Test func `what was reconciled is remarked`() {
    let both: HistogramReconciliation = [.counterResetCollision, .mismatchedBounds]
    let remarks = HistogramRemark.remarks(on: both, during: .subtraction)
    #expect(remarks.map(\.level) == [.warning, .info])
    #expect(
      remarks.map { $0.message(metricName: "x") } == [
        "conflicting counter resets during histogram subtraction",
        "mismatched custom buckets were reconciled during subtraction",
      ])
    #expect(HistogramRemark.quantileIsNaN.message(metricName: "a\"b").hasSuffix("name \"a\\\"b\""))
    #expect(HistogramRemark.quantileIsNaN.message(metricName: nil).hasSuffix("result is NaN"))
  }
}
