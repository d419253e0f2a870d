import Glibc

/// Whether a series stands still for longer than it ever does.
///
/// Runs of equal values are taken as geometric. Their mean length is the larger of the one seen and
/// the one that makes the longest run seen an expected one, longest / log(runs): a count rests at
/// zero for longer than at its other values. A run is unusual when that law gives it less than the
/// asked probability and it is twice the longest run known.
struct Stillness: Hashable, Sendable {
  /// Shortest run that can be unusual, in samples.
  static let runMin = 12.0
  /// Share of a finished run in the mean length.
  static let gain = 0.01

  private var value = 0.0
  private var run = 0.0
  private var longest = 1.0
  private var mean = 1.0
  private var runs = 0.0

  /// Takes the next value.
  mutating func update(_ sample: Double) {
    if run > 0, abs(sample - value) <= 1e-12 * abs(value) {
      run += 1
      return
    }
    if run > 0 {
      runs += 1
      mean += max(Self.gain, 1 / (runs + 1)) * (run - mean)
      longest = max(run, longest * (1 - Self.gain / 10))
    }
    (value, run) = (sample, 1)
  }

  /// The newest value is the one before it again.
  var isRepeat: Bool { run > 1 }

  /// Probability of a run as long as the present one.
  var probability: Double {
    guard runs >= Self.runMin else { return 1 }
    return pow(1 - 1 / length, run - 1)
  }

  /// The mean length of a run that fits both the mean and the longest one seen.
  private var length: Double { max(mean, longest / log(runs + 2), 1 + 1 / runs) }

  /// How far the present run goes towards, or past, an unusual one; 1 is unusual.
  func excess(atProbability probability: Double) -> Double {
    guard runs >= Self.runMin else { return 0 }
    let repeats = 1 - 1 / length
    let rare = log(probability) / log(repeats) + 1
    return run / max(rare, 2 * longest, Self.runMin)
  }

  /// Takes the present run for normal.
  mutating func accept() {
    longest = max(longest, run)
  }
}

extension Stillness: StateCoding {
  func encode(into writer: inout StateWriter) {
    for number in [value, run, longest, mean, runs] { writer.write(number) }
  }

  init(from reader: inout StateReader) throws(StateError) {
    value = try reader.double()
    run = try reader.double()
    longest = try reader.double()
    mean = try reader.double()
    runs = try reader.double()
  }
}
