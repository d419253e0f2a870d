import Model
import PromQL
import Testing

@testable import Evaluation

private func classic(_ buckets: [(Double, Double)]) -> ClassicHistogram {
  ClassicHistogram(buckets.map { .init(upperBound: $0.0, count: $0.1) })
}

@Suite struct HistogramClassicTests {
  @Test(
    arguments: [
      ([], 0.5, Double.nan), ([(.infinity, 5)], 0.5, .nan), ([(1, 5), (2, 5)], 0.5, .nan),
      ([(1, 0), (.infinity, 0)], 0.5, .nan), ([(1, 4), (.infinity, 4)], .nan, .nan),
      ([(1, 4), (.infinity, 4)], -1, -.infinity), ([(1, 4), (.infinity, 4)], 2, .infinity),
      ([(1, 4), (3, 8), (.infinity, 10)], 0.2, 0.5), ([(3, 8), (1, 4), (.infinity, 10)], 0.6, 2),
      ([(1, 4), (3, 8), (.infinity, 10)], 0.9, 3), ([(-1, 4), (3, 8), (.infinity, 10)], 0.1, -1),
      ([(-1, 4), (3, 8), (.infinity, 10)], 0.6, 1),
      // Equal bounds are added up: le="1" and le="1.0".
      ([(1, 1), (1, 3), (3, 8), (.infinity, 8)], 0.25, 0.5),
    ] as [([(Double, Double)], Double, Double)])
  func quantiles(buckets: [(Double, Double)], φ: Double, value: Double) {
    let result = classic(buckets).quantile(φ)
    #expect(isAlmostEqual(result.value, value, tolerance: 1e-15), "\(result.value)")
    #expect(result.forced == nil && !result.ignoredSmallDeltas)
  }

  @Test func `falls are lifted and remembered`() {
    let result = classic([(1, 5), (2, 3), (4, 9), (8, 2), (.infinity, 10)]).quantile(0.7)
    #expect(result.value == 3)
    #expect(result.forced == .init(lowestBound: 2, highestBound: 8, differenceMax: 7))
    let rounded = classic([(1, 5), (2, 5 - 1e-13), (4, 10), (.infinity, 10)]).quantile(0.75)
    #expect(rounded.value == 3)
    #expect(rounded.forced == nil && rounded.ignoredSmallDeltas)
  }

  @Test(
    arguments: [
      ([], 0.0, 1.0, Double.nan), ([(1, 5)], 0, 1, .nan), ([(.infinity, 0)], 0, 1, .nan),
      ([(.infinity, 4)], 0, 1, 0), ([(.infinity, 4)], .nan, 1, .nan),
      ([(2, 4), (4, 8), (.infinity, 10)], 1, 3, 0.4), ([(2, 4), (4, 8), (.infinity, 10)], 3, 3, 0),
      ([(2, 4), (4, 8), (.infinity, 10)], 4, 99, 0),
      ([(2, 4), (4, 8), (.infinity, 10)], 4, .infinity, 0.2),
      ([(2, 4), (4, 8), (.infinity, 10)], -5, 0, 0),
      ([(-2, 4), (4, 8), (.infinity, 10)], -9, 1, 0.2),
      ([(-2, 4), (4, 8), (.infinity, 10)], -.infinity, -2, 0.4),
    ] as [([(Double, Double)], Double, Double, Double)])
  func fractions(buckets: [(Double, Double)], lower: Double, upper: Double, value: Double) {
    let result = classic(buckets).fraction(from: lower, to: upper)
    #expect(isAlmostEqual(result, value, tolerance: 1e-15), "\(result)")
  }
}

@Suite struct HistogramConversionTests {
  @Test(
    arguments: [
      ("0.5", 0.5), (".5", 0.5), ("-.5", -0.5), ("1e0", 1), ("+Inf", .infinity),
      ("-Inf", -.infinity),
      ("", nil), ("abc", nil), ("-", nil), ("0x", nil),
    ] as [(String, Double?)])
  func bounds(text: String, bound: Double?) {
    #expect(ClassicCounters.bound(text) == bound)
  }

  @Test func `parts of a classic histogram`() {
    let bucket = ClassicCounters.part(of: ["__name__": "x_bucket", "le": "2", "a": "b"])
    #expect(bucket?.histogram == ["__name__": "x", "a": "b"])
    guard case .bucket(upperBound: 2) = bucket?.part else {
      Issue.record("no bucket")
      return
    }
    #expect(ClassicCounters.part(of: ["__name__": "x_count"])?.histogram == ["__name__": "x"])
    #expect(ClassicCounters.part(of: ["__name__": "x_sum"]) != nil)
    #expect(ClassicCounters.part(of: ["__name__": "x_bucket", "le": "many"]) == nil)
    #expect(ClassicCounters.part(of: ["__name__": "x_bucket"]) == nil)
    #expect(ClassicCounters.part(of: ["a": "b"]) == nil)
  }

  @Test func `counters become custom buckets`() throws {
    var counters = ClassicCounters()
    counters.set(.bucket(upperBound: .infinity), to: 9)
    counters.set(.bucket(upperBound: 2), to: 7)
    counters.set(.bucket(upperBound: -1), to: 2)
    #expect(
      try counters.histogram().notation
        == "{{schema:-53 count:9 custom_values:[-1 2] buckets:[2 5 2]}}")
    counters.set(.sum, to: 12.5)
    counters.set(.count, to: 9)
    #expect(try counters.histogram().sum == 12.5)
  }

  @Test func `what is missing is made up where it can be`() throws {
    var counters = ClassicCounters()
    #expect(try counters.histogram().notation == "{{schema:-53 custom_values:[]}}")
    counters.set(.bucket(upperBound: 1), to: 3)
    #expect(
      try counters.histogram().notation
        == "{{schema:-53 count:3 custom_values:[1] buckets:[3]}}")
    counters.set(.count, to: 5)
    #expect(
      try counters.histogram().notation
        == "{{schema:-53 count:5 custom_values:[1] buckets:[3 2]}}")
  }

  @Test func `contradictions are refused`() {
    var falling = ClassicCounters()
    falling.set(.bucket(upperBound: 1), to: 3)
    falling.set(.bucket(upperBound: 2), to: 2)
    #expect(throws: ClassicCounters.Fault.fallingCounts) { try falling.histogram() }
    var mismatch = ClassicCounters()
    mismatch.set(.bucket(upperBound: .infinity), to: 3)
    mismatch.set(.count, to: 4)
    #expect(throws: ClassicCounters.Fault.countMismatch) { try mismatch.histogram() }
    var number = ClassicCounters()
    number.set(.bucket(upperBound: .infinity), to: .nan)
    #expect(throws: ClassicCounters.Fault.notANumber) { try number.histogram() }
  }
}

@Suite struct HistogramAlmostEqualTests {
  @Test(arguments: [
    (1.0, 1.0, true), (.nan, .nan, true), (.nan, 1, false), (.infinity, .infinity, true),
    (.infinity, -.infinity, false), (.infinity, 1e308, false), (1, 1.000_001, true),
    (1, 1.000_003, false), (0, 1e-300, false), (0, -0.0, true), (1e308, 1.000_000_1e308, true),
    (0, .leastNonzeroMagnitude, true), (.leastNormalMagnitude, 0, false),
  ])
  func equality(a: Double, b: Double, areEqual: Bool) {
    #expect(isAlmostEqual(a, b, tolerance: 1e-6) == areEqual)
    #expect(isAlmostEqual(b, a, tolerance: 1e-6) == areEqual)
  }
}
