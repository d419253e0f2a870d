/// Appends `value` with at most `decimals` digits after the point, none that are zero at the end.
///
/// Rounds half away from zero. Beyond ±9e15 the shortest form of the value is written.
func appendDecimal(_ value: Double, decimals: Int, to bytes: inout [UInt8]) {
  var scale = 1.0
  for _ in 0..<decimals { scale *= 10 }
  let scaled = (value * scale).rounded()
  guard scaled.magnitude < 9e15 else {
    bytes.append(contentsOf: value.description.utf8)
    return
  }
  if scaled < 0 { bytes.append(UInt8(ascii: "-")) }
  let digits = UInt64(scaled.magnitude)
  let unit = UInt64(scale)
  appendInteger(digits / unit, to: &bytes)
  var rest = digits % unit
  guard rest > 0 else { return }
  bytes.append(UInt8(ascii: "."))
  var place = unit / 10
  while rest > 0 {
    bytes.append(UInt8(ascii: "0") + UInt8(rest / place))
    rest %= place
    place /= 10
  }
}

/// Appends `value` in decimal.
func appendInteger(_ value: UInt64, to bytes: inout [UInt8]) {
  let start = bytes.count
  var rest = value
  repeat {
    bytes.append(UInt8(ascii: "0") + UInt8(rest % 10))
    rest /= 10
  } while rest > 0
  bytes[start...].reverse()
}
