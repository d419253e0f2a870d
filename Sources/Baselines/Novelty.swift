/// Whether a series has ever been where it is now.
///
/// A place is a pair: the value and a short running mean of it, so that a known value reached in an
/// unknown way is a new place too. Places seen are kept as at most `capacity` prototypes, each
/// standing for everything within `radius` of it; a sample farther than that from all of them is
/// novel and becomes a prototype, in the stead of the least used one when all are taken.
///
/// The distance is measured in shares of the range the series has shown so far, but never in less
/// than `noiseFloor` of its usual steps: what is a tenth of the range is news on a burst-ridden
/// series, and noise must not be news on a quiet one.
///
/// Leader clustering (Hartigan 1975) as used by adaptive resonance theory (Carpenter and Grossberg
/// 1987), with one vigilance for every series because the range makes them alike.
struct Novelty: Hashable, Sendable {
  /// Prototypes kept; past about fifty more of them change nothing.
  static let capacity = 48
  /// Share of the range within which a place is known.
  static let radius = 0.1
  /// Samples that show no range yet: until then everything is one known place.
  static let samplesMin = 60
  /// Smallest yardstick, in usual steps from sample to sample.
  static let noiseFloor = 10.0
  /// Share of a sample in the short running mean.
  static let recentGain = 0.4
  /// How far a prototype moves towards a sample it stands for.
  static let drift: Float = 0.05
  /// Share of the range forgotten at each sample, so that one freak does not blind it for good.
  static let rangeDecay = 0.0001

  /// Places are stored as differences from the first value, which single precision can hold.
  private var origin = 0.0
  private var count = 0
  private var highest = 0.0
  private var lowest = 0.0
  private var recent = 0.0
  private var previous = 0.0
  private var step = 0.0
  private var values: [Float] = []
  private var means: [Float] = []
  private var uses: [Float] = []

  /// Takes the next value.
  ///
  /// `floor` is the smallest difference that means anything, in the unit of the series.
  ///
  /// - Returns: the distance to the nearest known place in shares of the range; below `radius` it
  ///   was known.
  /// - Complexity: O(`capacity`).
  mutating func distance(of value: Double, floor: Double) -> Double {
    count += 1
    if count == 1 { begin(at: value) }
    let offset = value - origin
    let range =
      count < Self.samplesMin
      ? Double.infinity : max(highest - lowest, Self.noiseFloor * step, floor)
    if count > 1 { learnStep(abs(offset - previous)) }
    previous = offset
    recent += Self.recentGain * (offset - recent)
    let (nearest, squared) = nearestPlace(Float(offset), Float(recent))
    let distance = nearest < 0 ? 0 : Double(squared).squareRoot() / range
    if nearest < 0 || distance > Self.radius {
      remember(Float(offset), Float(recent))
    } else {
      uses[nearest] += 1
      values[nearest] += Self.drift * (Float(offset) - values[nearest])
      means[nearest] += Self.drift * (Float(recent) - means[nearest])
    }
    widen(to: offset)
    return distance
  }

  private mutating func begin(at value: Double) {
    origin = value
    values.reserveCapacity(Self.capacity)
    means.reserveCapacity(Self.capacity)
    uses.reserveCapacity(Self.capacity)
  }

  private mutating func learnStep(_ size: Double) {
    let held = count < 20 || step == 0 ? size : min(size, 3 * step)
    step += max(0.005, 1 / Double(count)) * (held - step)
  }

  private func nearestPlace(_ value: Float, _ mean: Float) -> (index: Int, squared: Float) {
    var best = (index: -1, squared: Float.infinity)
    for index in values.indices {
      let a = value - values[index]
      let b = mean - means[index]
      let squared = a * a + b * b
      if squared < best.squared { best = (index, squared) }
    }
    return best
  }

  private mutating func remember(_ value: Float, _ mean: Float) {
    guard values.count == Self.capacity else {
      values.append(value)
      means.append(mean)
      uses.append(1)
      return
    }
    var rarest = 0
    for index in uses.indices where uses[index] < uses[rarest] { rarest = index }
    values[rarest] = value
    means[rarest] = mean
    uses[rarest] = 1
  }

  private mutating func widen(to offset: Double) {
    highest = max(highest, offset)
    lowest = min(lowest, offset)
    let middle = (highest + lowest) / 2
    highest -= (highest - middle) * Self.rangeDecay
    lowest += (middle - lowest) * Self.rangeDecay
  }
}

extension Novelty: StateCoding {
  func encode(into writer: inout StateWriter) {
    writer.write(count)
    for number in [origin, highest, lowest, recent, previous, step] { writer.write(number) }
    writer.write(values)
    writer.write(means)
    writer.write(uses)
  }

  init(from reader: inout StateReader) throws(StateError) {
    count = try reader.int()
    origin = try reader.double()
    highest = try reader.double()
    lowest = try reader.double()
    recent = try reader.double()
    previous = try reader.double()
    step = try reader.double()
    values = try reader.floats(atMost: Self.capacity)
    means = try reader.floats(atMost: Self.capacity)
    uses = try reader.floats(atMost: Self.capacity)
    guard means.count == values.count, uses.count == values.count else {
      throw reader.failure(.badValue)
    }
  }
}
