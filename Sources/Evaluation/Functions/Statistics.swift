import Glibc

/// The φ-quantile of values in any order, interpolated between the two nearest ranks.
///
/// NaN sorts before every number. φ below 0 gives -Inf, above 1 +Inf, NaN gives NaN, as does no
/// value at all. Source: Prometheus `promql/quantile.go`, `quantile`.
func quantile(_ phi: Double, sorting values: inout [Double]) -> Double {
  if values.isEmpty || phi.isNaN { return .nan }
  if phi < 0 { return -.infinity }
  if phi > 1 { return .infinity }
  values.sort { a, b in a < b || (a.isNaN && !b.isNaN) }
  let rank = phi * Double(values.count - 1)
  let lower = max(0, rank.rounded(.down))
  let upper = min(Double(values.count - 1), lower + 1)
  let weight = rank - rank.rounded(.down)
  return values[Int(lower)] * (1 - weight) + values[Int(upper)] * weight
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
