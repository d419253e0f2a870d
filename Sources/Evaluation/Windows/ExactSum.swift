import Model

/// A running sum that remembers what rounding took away, so that what was added can be taken off.
///
/// Two doubles carry about 106 bits: after any number of additions and removals the sum of the
/// samples that are left is right to the last bit or two. Infinities and NaNs are counted apart,
/// since they could not be taken off again.
/// Source: A. Neumaier, "Rundungsfehleranalyse einiger Verfahren zur Summation endlicher Summen"
/// (1974); the error term is D. Knuth's TwoSum.
struct ExactSum {
  private var sum = 0.0
  private var lost = 0.0
  private var specials = Specials()

  /// How many values of each kind are apart.
  private struct Specials {
    var nans: Int32 = 0
    var infinities: Int32 = 0
    var negativeInfinities: Int32 = 0

    /// With `step` more of the kind of `value`.
    ///
    /// Gives a new value: were the sum handed to a function to be changed, it would have to be in memory
    /// wherever it is added to.
    @inline(never)
    func counting(_ value: Double, _ step: Int32) -> Specials {
      var counted = self
      if value.isNaN {
        counted.nans += step
      } else if value > 0 {
        counted.infinities += step
      } else {
        counted.negativeInfinities += step
      }
      return counted
    }
  }

  @inline(__always)
  mutating func add(_ value: Double) {
    guard value.isFinite else {
      specials = specials.counting(value, 1)
      return
    }
    let next = sum + value
    let rounded = next - sum
    lost += (sum - (next - rounded)) + (value - rounded)
    sum = next
  }

  @inline(__always)
  mutating func remove(_ value: Double) {
    guard value.isFinite else {
      specials = specials.counting(value, -1)
      return
    }
    add(-value)
  }

  /// True when only finite values are in the sum.
  @inline(__always)
  var isFinite: Bool {
    specials.nans | specials.infinities | specials.negativeInfinities == 0
  }

  /// The sum; nil when finite values overflowed, which loses what was added before.
  @inline(__always)
  var value: Double? {
    if !isFinite {
      let (up, down) = (specials.infinities, specials.negativeInfinities)
      if specials.nans > 0 || (up > 0 && down > 0) { return .nan }
      return up > 0 ? .infinity : -.infinity
    }
    let whole = sum + lost
    return whole.isFinite ? whole : nil
  }
}

extension ExactSum {
  func encode(into writer: inout CheckpointWriter) {
    writer.write(sum)
    writer.write(lost)
    writer.write(Int64(specials.nans))
    writer.write(Int64(specials.infinities))
    writer.write(Int64(specials.negativeInfinities))
  }

  init(from reader: inout CheckpointReader) throws(CheckpointError) {
    sum = try reader.double()
    lost = try reader.double()
    specials.nans = try reader.int32()
    specials.infinities = try reader.int32()
    specials.negativeInfinities = try reader.int32()
  }
}
