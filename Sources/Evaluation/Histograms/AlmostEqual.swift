/// True when `a` and `b` differ by rounding alone: by less than `tolerance` of the sum of their sizes.
///
/// Equal infinities and any two NaN are equal. Next to zero nothing but zero is: the difference must
/// be below `tolerance` of the smallest normal double. Source: Prometheus, util/almost.
///
/// - Parameters:
///   - a: One number.
///   - b: The other.
///   - tolerance: At least 0.
/// - Returns: True when they are as good as equal.
public func isAlmostEqual(_ a: Double, _ b: Double, tolerance: Double) -> Bool {
  if a.isNaN || b.isNaN { return a.isNaN && b.isNaN }
  if a == b { return true }
  let sum = a.magnitude + b.magnitude
  let difference = (a - b).magnitude
  if a == 0 || b == 0 || sum < .leastNormalMagnitude {
    return difference < tolerance * .leastNormalMagnitude
  }
  return difference / min(sum, .greatestFiniteMagnitude) < tolerance
}
