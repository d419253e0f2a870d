import Glibc

/// The φ-quantile of values in any order, interpolated between the two nearest ranks.
///
/// NaN sorts before every number. φ below 0 gives -Inf, above 1 +Inf, NaN gives NaN, as does no
/// value at all. Source: Prometheus `promql/quantile.go`, `quantile`.
func quantile(_ phi: Double, sorting values: inout [Double]) -> Double {
  if values.isEmpty || phi.isNaN { return .nan }
  if phi < 0 { return -.infinity }
  if phi > 1 { return .infinity }
  let rank = phi * Double(values.count - 1)
  let lower = Int(max(0, rank.rounded(.down)))
  let weight = rank - rank.rounded(.down)
  values.withUnsafeMutableBufferPointer { moveIntoPlace(lower, of: $0) }
  // The next one is the least of those behind.
  var upper = lower + 1 < values.count ? lower + 1 : lower
  for index in upper..<values.count where precedes(values[index], values[upper]) { upper = index }
  return values[lower] * (1 - weight) + values[upper] * weight
}

/// NaN before every number.
@inline(__always)
private func precedes(_ a: Double, _ b: Double) -> Bool { a < b || (a.isNaN && !b.isNaN) }

/// So many rounds halve what a count of 64 bits can hold; one that needs more is sorted.
private let roundsMax = 64

/// Moves values until the one at `rank` is the one that sorting would put there, with none that
/// follows it before and none that precedes it behind.
///
/// - Complexity: O(n) as a rule; O(n log n) for an order that was made to be bad.
/// Source: C. A. R. Hoare, "Algorithm 65: find" (1961), with the median of three as the pivot.
private func moveIntoPlace(_ rank: Int, of values: UnsafeMutableBufferPointer<Double>) {
  var (low, high) = (0, values.count - 1)
  var rounds = 0
  while low < high {
    rounds += 1
    if rounds > roundsMax {
      var rest = UnsafeMutableBufferPointer(rebasing: values[low...high])
      rest.sort(by: precedes)
      return
    }
    let middle = (low + high) / 2
    if precedes(values[middle], values[low]) { values.swapAt(middle, low) }
    if precedes(values[high], values[low]) { values.swapAt(high, low) }
    if precedes(values[high], values[middle]) { values.swapAt(high, middle) }
    let pivot = values[middle]
    var (left, right) = (low, high)
    while left <= right {
      while precedes(values[left], pivot) { left += 1 }
      while precedes(pivot, values[right]) { right -= 1 }
      guard left <= right else { break }
      values.swapAt(left, right)
      left += 1
      right -= 1
    }
    if rank <= right { high = right } else if rank >= left { low = left } else { return }
  }
}

/// The mean of at least one value; does not overflow where the sum would.
func mean(_ values: some Collection<Double>) -> Double {
  var sum = CompensatedSum()
  for value in values { sum.add(value) }
  if sum.value.isFinite || values.contains(where: { !$0.isFinite }) {
    return sum.value / Double(values.count)
  }
  // Every value is finite and the sum is not: divide first.
  var mean = CompensatedSum()
  for value in values { mean.add(value / Double(values.count)) }
  return mean.value
}

/// Population variance of at least one value, by Welford's recurrence with compensation.
func variance(_ values: some Collection<Double>) -> Double {
  var count = 0.0
  var mean = CompensatedSum()
  var squares = CompensatedSum()
  for value in values {
    count += 1
    let delta = value - mean.value
    mean.add(delta / count)
    squares.add(delta * (value - mean.value))
  }
  return squares.value / count
}

/// The line through at least two points by least squares: slope per second, and value at `at`.
///
/// A constant series has slope 0; one of constant infinity has none.
func line(
  _ times: UnsafeBufferPointer<Int64>, _ values: UnsafeBufferPointer<Double>, at: Int64
) -> (slope: Double, intercept: Double) {
  let isConstant = values.allSatisfy { $0 == values[0] }
  if isConstant { return values[0].isInfinite ? (.nan, .nan) : (0, values[0]) }
  var sumX = CompensatedSum()
  var sumY = CompensatedSum()
  var sumXY = CompensatedSum()
  var sumX2 = CompensatedSum()
  for i in values.indices {
    let x = Double(times[i] - at) / 1000
    sumX.add(x)
    sumY.add(values[i])
    sumXY.add(x * values[i])
    sumX2.add(x * x)
  }
  let count = Double(values.count)
  let covariance = sumXY.value - sumX.value * sumY.value / count
  let spread = sumX2.value - sumX.value * sumX.value / count
  let slope = covariance / spread
  return (slope, sumY.value / count - slope * sumX.value / count)
}
