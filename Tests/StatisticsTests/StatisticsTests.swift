import Glibc
import Statistics
import Testing

@Suite struct QuantileTests {
  @Test func `percentiles lie between neighbours`() {
    let set = Quantiles([4, 1, .nan, 3, 2, .infinity])
    #expect(set.sorted == [1, 2, 3, 4])
    #expect(set.median == 2.5 && set[0] == 1 && set[1] == 4 && set[2] == 4)
    #expect(abs(set[0.95] - 3.85) < 1e-12)
    #expect(Quantiles([]).median.isNaN && Quantiles([.nan]).isEmpty)
    #expect(Quantiles([7])[0.99] == 7)
  }
}

@Suite struct SignedRankTests {
  @Test(arguments: 0..<200) func `the rank sum counts means of pairs above 0`(
    seed: UInt64
  ) throws {
    var chance = SplitMix64(seed: seed)
    let values = (0..<(1 + seed % 19)).map { _ in (chance.normal() * 4).rounded() }
    let test = try #require(SignedRank(values))
    let rest = values.filter { $0 != 0 }
    // J. W. Tukey: the mean of each pair, each value with itself too; a mean of 0 counts half.
    var naive = 0.0
    for i in rest.indices { for j in i..<rest.count { naive += half(rest[i] + rest[j]) } }
    #expect(test.rankSum == naive && test.pairs == rest.count, "seed \(seed)")
    let mirrored = try #require(SignedRank(values.map { -$0 }))
    #expect(abs(mirrored.z + test.z) < 1e-9 && mirrored.probability == test.probability)
  }

  private func half(_ sum: Double) -> Double { sum > 0 ? 1 : sum == 0 ? 0.5 : 0 }

  @Test func `one side alone is improbable, both are not, and likeness widens`() throws {
    let one = try #require(SignedRank((1...12).map(Double.init)))
    #expect(one.z > 0 && one.probability < 0.003, "\(one.probability)")
    let both = try #require(SignedRank((1...12).map { Double($0) * ($0 % 2 == 0 ? 1 : -1) }))
    #expect(both.probability > 0.5)
    let wide = try #require(SignedRank((1...12).map(Double.init), inflation: 12))
    #expect(wide.probability > 0.3)
    #expect(SignedRank([]) == nil && SignedRank([0, 0])?.probability == 1)
  }
}

@Suite struct MannWhitneyTests {
  /// Counts pairs, as the definition says.
  private func naiveU(_ a: [Double], _ b: [Double]) -> Double {
    var u = 0.0
    for x in a { for y in b { u += y > x ? 1 : y == x ? 0.5 : 0 } }
    return u
  }

  @Test(arguments: 0..<200) func `ranks count pairs`(seed: UInt64) throws {
    var chance = SplitMix64(seed: seed)
    let a = (0..<(1 + seed % 17)).map { _ in (chance.uniform() * 8).rounded() }
    let b = (0..<(1 + seed % 23)).map { _ in (chance.uniform() * 8).rounded() }
    let test = try #require(MannWhitney(a, b))
    let u = naiveU(a, b)
    #expect(test.u == u, "seed \(seed)")
    #expect(abs(test.delta - (2 * u / Double(a.count * b.count) - 1)) < 1e-12)
    let mirrored = try #require(MannWhitney(b, a))
    #expect(abs(mirrored.z + test.z) < 1e-9 && mirrored.probability == test.probability)
  }

  @Test func `a textbook case`() throws {
    // R: wilcox.test(c(1.1,2.2,3.3,4.4,5.5,6.6,7.7,8.8), c(5,6,7,8,9,10,11,12), exact=FALSE)
    // W = 9, p = 0.01813
    let a = [1.1, 2.2, 3.3, 4.4, 5.5, 6.6, 7.7, 8.8]
    let b = [5.0, 6, 7, 8, 9, 10, 11, 12]
    let test = try #require(MannWhitney(a, b))
    #expect(test.pairs - test.u == 10, "\(test)")
    let mean = 32.0
    let sd = (8.0 * 8 * 17 / 12).squareRoot()
    #expect(abs(test.probability - erfc((54 - mean - 0.5) / sd / 2.0.squareRoot())) < 1e-12)
  }

  @Test func `equal sets, constant sets, empty sets`() throws {
    #expect(MannWhitney([], [1]) == nil)
    let constant = try #require(MannWhitney([2, 2, 2], [2, 2]))
    #expect(constant.z == 0 && constant.probability == 1 && constant.delta == 0)
    let apart = try #require(MannWhitney([1, 1, 1], [2, 2, 2]))
    #expect(apart.delta == 1)
  }

  @Test func `independent sets of one kind rarely differ`() throws {
    var hits = 0
    for seed in 0..<1000 as Range<UInt64> {
      var chance = SplitMix64(seed: seed)
      let a = (0..<30).map { _ in chance.normal() }
      let b = (0..<40).map { _ in chance.normal() }
      if try #require(MannWhitney(a, b)).probability < 0.05 { hits += 1 }
    }
    #expect((30...70).contains(hits), "\(hits) of 1000 at 5 %")
  }
}

@Suite struct EffectSizeTests {
  @Test(arguments: 0..<50) func `the shift is the median difference`(seed: UInt64) {
    var chance = SplitMix64(seed: seed)
    let a = (0..<(3 + seed % 9)).map { _ in chance.normal() }
    let b = (0..<(4 + seed % 7)).map { _ in chance.normal() + 2 }
    let all = a.flatMap { x in b.map { $0 - x } }.sorted()
    let middle = all.count / 2
    let median = all.count % 2 == 1 ? all[middle] : (all[middle - 1] + all[middle]) / 2
    #expect(abs(EffectSize.shift(a, b) - median) < 1e-12)
  }

  @Test func `large sets are thinned, not cut`() {
    let a = (0..<5000).map { Double($0) }
    #expect(abs(EffectSize.shift(a, a.map { $0 + 100 }) - 100) < 10)
    #expect(EffectSize.shift([], [1]).isNaN)
  }
}

@Suite struct FamilyOfTestsTests {
  @Test func `Holm's own steps`() {
    // 0.01·4, 0.03·3 = 0.09, 0.04·2 = 0.08 raised to 0.09, 0.5·1.
    #expect(near(FamilyOfTests.holm([0.04, 0.01, 0.5, 0.03]), [0.09, 0.04, 0.5, 0.09]))
    #expect(FamilyOfTests.holm([]).isEmpty && FamilyOfTests.holm([0.9, 0.8]) == [1, 1])
  }

  @Test func `Benjamini and Hochberg's own steps`() {
    // From the largest: 0.5·4/4, 0.04·4/3, 0.03·4/2 = 0.06 lowered to 0.0533, 0.01·4.
    let adjusted = FamilyOfTests.benjaminiHochberg([0.04, 0.01, 0.5, 0.03])
    #expect(near(adjusted, [0.16 / 3, 0.04, 0.5, 0.16 / 3]))
  }

  private func near(_ a: [Double], _ b: [Double]) -> Bool {
    a.count == b.count && zip(a, b).allSatisfy { abs($0 - $1) < 1e-12 }
  }
}

@Suite struct AutocorrelationTests {
  @Test(arguments: [(0.0, 1.0, 1.6), (0.5, 1.8, 4.5), (0.8, 4, 14)])
  func `slow noise is worth fewer values`(memory: Double, low: Double, high: Double) {
    // In the long run (1 + ρ) / (1 − ρ): 1, 3 and 9.
    var sum = 0.0
    for seed in 0..<50 as Range<UInt64> {
      var chance = SplitMix64(seed: seed)
      var value = 0.0
      let values = (0..<200).map { _ in
        value = memory * value + (1 - memory * memory).squareRoot() * chance.normal()
        return value
      }
      sum += Autocorrelation.inflation(of: values)
    }
    #expect((low...high).contains(sum / 50), "\(sum / 50)")
  }

  @Test func `short and constant series are taken as they are`() {
    #expect(Autocorrelation.inflation(of: [1, 2]) == 1)
    #expect(Autocorrelation.inflation(of: [3, 3, 3, 3, 3, 3]) == 1)
  }
}

@Suite struct RobustTrendTests {
  @Test func `a third of wild points does not move it`() throws {
    let x = (0..<60).map { Double($0) }
    let y = x.map { 5 + 2 * $0 + (Int($0) % 4 == 0 ? 1000 : 0) }
    let trend = try #require(RobustTrend(x: x, y: y))
    #expect(abs(trend.slope - 2) < 0.2 && abs(trend.value(at: 10) - 25) < 3, "\(trend)")
    let there = try #require(trend.reaches(205, from: 59))
    #expect(abs(there - 100) < 5)
    #expect(trend.reaches(0, from: 59) == nil)
  }

  @Test func `too little and nothing but one place`() throws {
    #expect(RobustTrend(x: [1, 2], y: [1, 2]) == nil)
    #expect(RobustTrend(x: [1, 1, 1], y: [1, 2, 3]) == nil)
    let flat = try #require(RobustTrend(x: [1, 2, 3, 4], y: [7, 7, 7, 7]))
    #expect(flat.slope == 0 && flat.agreement == 0 && flat.reaches(8, from: 4) == nil)
  }
}

@Suite struct KneeTests {
  @Test func `throughput follows the users until the pool is full`() throws {
    var chance = SplitMix64(seed: 3)
    let x = (1...30).map { Double($0) * 5 }
    let y = x.map { min($0, 60) * 0.8 + chance.normal() }
    let knee = try #require(Knee(x: x, y: y))
    #expect((50...70).contains(knee.x) && abs(knee.before - 0.8) < 0.1, "\(knee)")
    #expect(abs(knee.after) < 0.1)
  }

  @Test func `a straight line, a falling one and few points have none`() {
    let x = (1...20).map { Double($0) }
    #expect(Knee(x: x, y: x.map { 3 * $0 }) == nil)
    #expect(Knee(x: x, y: x.map { -$0 }) == nil)
    #expect(Knee(x: [1, 2, 3, 4], y: [1, 2, 2, 2]) == nil)
    #expect(Knee(x: x, y: x.map { _ in 4 }) == nil)
  }
}
