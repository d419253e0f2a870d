import Glibc
import Statistics

/// Random numbers of many shapes from a seed.
struct Noise {
  private var random: SplitMix64

  init(seed: Int) {
    random = SplitMix64(seed: UInt64(truncatingIfNeeded: seed) &* 0x9e37_79b9_7f4a_7c15)
  }

  /// Uniform between 0 and 1, both left out, so that its logarithm is a number.
  mutating func uniform() -> Double { (Double(random.next() >> 11) + 0.5) * 0x1p-53 }

  mutating func normal() -> Double {
    (-2 * log(uniform())).squareRoot() * cos(2 * .pi * uniform())
  }

  /// Student t with `freedom` degrees of freedom.
  mutating func student(_ freedom: Int) -> Double {
    var squares = 0.0
    for _ in 0..<freedom {
      let z = normal()
      squares += z * z
    }
    return normal() / (squares / Double(freedom)).squareRoot()
  }

  mutating func poisson(_ mean: Double) -> Double {
    var count = 0.0
    var product = uniform()
    let limit = exp(-mean)
    while product > limit {
      count += 1
      product *= uniform()
    }
    return count
  }
}

/// Kinds of series that only make noise.
enum Clean: String, CaseIterable {
  case white, autoregressive, nearlyUnitRoot, arma, student, lognormal, exponential, diurnal
  case diurnalCounts, sparseCounts, counts, ratio

  /// A series of that kind, `count` samples `interval` ms apart, from a Monday on.
  func series(count: Int, interval: Int64, seed: Int) -> [(time: Int64, value: Double)] {
    var noise = Noise(seed: seed &* 31 &+ (Clean.allCases.firstIndex(of: self) ?? 0))
    var memory = 0.0
    var before = 0.0
    return (0..<count).map { index in
      let time = monday + Int64(index) * interval
      let wave = sin(2 * .pi * Double(time % 86_400_000) / 86_400_000)
      let value: Double
      switch self {
      case .white: value = 100 + 5 * noise.normal()
      case .autoregressive:
        memory = 0.9 * memory + noise.normal()
        value = 100 + memory
      case .nearlyUnitRoot:
        memory = 0.99 * memory + noise.normal()
        value = 100 + memory
      case .arma:
        let shock = noise.normal()
        memory = 0.8 * memory + shock + 0.5 * before
        before = shock
        value = 50 + memory
      case .student: value = 100 + noise.student(3)
      case .lognormal: value = exp(0.7 * noise.normal())
      case .exponential: value = -log(noise.uniform())
      case .diurnal: value = 1000 * (1 + 0.5 * wave) + 30 * noise.normal()
      case .diurnalCounts: value = noise.poisson(20 * (1 + 0.8 * wave))
      case .sparseCounts: value = noise.poisson(0.1)
      case .counts: value = noise.poisson(2)
      case .ratio: value = noise.poisson(4) / 200
      }
      return (time, value)
    }
  }
}

/// Monday 2026-01-05T00:00:00Z in milliseconds.
let monday: Int64 = 1_767_571_200_000
let minute: Int64 = 60_000
let hour: Int64 = 3_600_000
let day: Int64 = 86_400_000
