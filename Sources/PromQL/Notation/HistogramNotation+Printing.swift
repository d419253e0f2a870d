public import Model

extension NativeHistogram {
  /// The histogram as a literal that reads back to an equal one in its tightest layout.
  ///
  /// Properties that are 0 or empty are left out. A gap between two buckets of a side is written out
  /// as empty buckets.
  public var notation: String {
    var parts: [String] = []
    if schema != 0 { parts.append("schema:\(schema)") }
    if count != 0 { parts.append("count:\(shortest(count))") }
    if sum != 0 { parts.append("sum:\(shortest(sum))") }
    if zeroCount != 0 { parts.append("z_bucket:\(shortest(zeroCount))") }
    if zeroThreshold != 0 { parts.append("z_bucket_w:\(shortest(zeroThreshold))") }
    if usesCustomBounds { parts.append("custom_values:\(list(customBounds))") }
    switch counterResetHint {
    case .unknown: break
    case .reset: parts.append("counter_reset_hint:reset")
    case .notReset: parts.append("counter_reset_hint:not_reset")
    case .gauge: parts.append("counter_reset_hint:gauge")
    }
    let compact = compacted()
    parts += bucketParts(compact.indexedCounts(.positive), "offset", "buckets")
    parts += bucketParts(compact.indexedCounts(.negative), "n_offset", "n_buckets")
    return "{{" + parts.joined(separator: " ") + "}}"
  }
}

/// Empty buckets that are written out in one gap; a wider one is cut short and shown as `…`.
private let gapMax = 10_000

private func bucketParts(
  _ buckets: [NativeHistogram.IndexedCount], _ offsetName: String, _ name: String
) -> [String] {
  guard let first = buckets.first else { return [] }
  var texts: [String] = []
  var end = first.index
  for bucket in buckets {
    if bucket.index - end > gapMax {
      texts.append("…")
    } else {
      texts += repeatElement("0", count: bucket.index - end)
    }
    texts.append(shortest(bucket.count))
    end = bucket.index + 1
  }
  let offset = first.index == 0 ? [] : ["\(offsetName):\(first.index)"]
  return offset + ["\(name):[\(texts.joined(separator: " "))]"]
}

private func list(_ numbers: [Double]) -> String {
  "[" + numbers.map(shortest).joined(separator: " ") + "]"
}

/// The shortest decimal that reads back to `value`, as Go's `%g` writes it: `1e+06`, `0.05`, `+Inf`.
private func shortest(_ value: Double) -> String {
  if value.isNaN { return "NaN" }
  if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
  if value == 0 { return "0" }
  let parts = "\(value.magnitude)".split(separator: "e", maxSplits: 1)
  let mantissa = parts[0].split(separator: ".", maxSplits: 1)
  var digits = mantissa.joined()
  // The value is 0.digits · 10^point.
  var point = mantissa[0].utf8.count + (parts.count == 2 ? Int(parts[1]) ?? 0 : 0)
  let zeros = digits.prefix { $0 == "0" }.count
  digits.removeFirst(zeros)
  point -= zeros
  while digits.last == "0" { digits.removeLast() }
  let sign = value < 0 ? "-" : ""
  let exponent = point - 1
  if exponent < -4 || exponent >= 6 {
    let rest = digits.dropFirst()
    let power = (abs(exponent) < 10 ? "0" : "") + "\(abs(exponent))"
    return sign + digits.prefix(1) + (rest.isEmpty ? "" : "." + rest)
      + (exponent < 0 ? "e-" : "e+") + power
  }
  if point <= 0 { return sign + "0." + String(repeating: "0", count: -point) + digits }
  if point >= digits.utf8.count {
    return sign + digits + String(repeating: "0", count: point - digits.utf8.count)
  }
  return sign + digits.prefix(point) + "." + digits.dropFirst(point)
}
