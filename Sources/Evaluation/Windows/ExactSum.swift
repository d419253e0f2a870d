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
  private var nans: Int32 = 0
  private var infinities: Int32 = 0
  private var negativeInfinities: Int32 = 0

  @inline(__always)
  mutating func add(_ value: Double) {
    guard value.isFinite else {
      countSpecial(value, 1)
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
      countSpecial(value, -1)
      return
    }
    add(-value)
  }

  @inline(never)
  private mutating func countSpecial(_ value: Double, _ step: Int32) {
    if value.isNaN {
      nans += step
    } else if value > 0 {
      infinities += step
    } else {
      negativeInfinities += step
    }
  }

  /// True when only finite values are in the sum.
  var isFinite: Bool { nans == 0 && infinities == 0 && negativeInfinities == 0 }

  /// The sum; nil when finite values overflowed, which loses what was added before.
  @inline(__always)
  var value: Double? {
    if !isFinite {
      if nans > 0 || (infinities > 0 && negativeInfinities > 0) { return .nan }
      return infinities > 0 ? .infinity : -.infinity
    }
    let whole = sum + lost
    return whole.isFinite ? whole : nil
  }
}

extension ExactSum {
  func encode(into writer: inout CheckpointWriter) {
    writer.write(sum)
    writer.write(lost)
    for count in [nans, infinities, negativeInfinities] { writer.write(Int64(count)) }
  }

  init(from reader: inout CheckpointReader) throws(CheckpointError) {
    sum = try reader.double()
    lost = try reader.double()
    nans = try reader.int32()
    infinities = try reader.int32()
    negativeInfinities = try reader.int32()
  }
}
