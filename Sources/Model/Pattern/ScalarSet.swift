/// A set of Unicode scalars as sorted ranges that do not touch.
struct ScalarSet: Hashable, Sendable {
  private(set) var ranges: [ClosedRange<UInt32>]

  static let lastScalar: UInt32 = 0x10_FFFF
  static let everything = ScalarSet([0...lastScalar])
  static let newline = ScalarSet([0x0A...0x0A])

  init(_ ranges: [ClosedRange<UInt32>] = []) {
    self.ranges = []
    for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
      if let last = self.ranges.last, range.lowerBound <= last.upperBound &+ 1 {
        let upper = max(last.upperBound, range.upperBound)
        self.ranges[self.ranges.count - 1] = last.lowerBound...upper
      } else {
        self.ranges.append(range)
      }
    }
  }

  init(_ scalar: Unicode.Scalar) {
    ranges = [scalar.value...scalar.value]
  }

  /// The only member; nil when there are none or several.
  var single: Unicode.Scalar? {
    guard ranges.count == 1, ranges[0].count == 1 else { return nil }
    return Unicode.Scalar(ranges[0].lowerBound)
  }

  var inverted: ScalarSet {
    var out: [ClosedRange<UInt32>] = []
    var next: UInt32 = 0
    for range in ranges {
      if range.lowerBound > next { out.append(next...range.lowerBound - 1) }
      next = range.upperBound + 1
    }
    if next <= Self.lastScalar { out.append(next...Self.lastScalar) }
    return ScalarSet(out)
  }

  /// - Complexity: logarithmic in the number of ranges.
  func contains(_ scalar: UInt32) -> Bool {
    var low = 0
    var high = ranges.count
    while low < high {
      let middle = (low + high) / 2
      if ranges[middle].upperBound < scalar { low = middle + 1 } else { high = middle }
    }
    return low < ranges.count && ranges[low].contains(scalar)
  }

  /// The set with every scalar that differs from a member in case alone.
  var caseFolded: ScalarSet {
    var out = ranges
    if let last = ranges.last, last.upperBound < 0x80 {
      for range in ranges {
        for value in range { out += CaseFolding.asciiOrbit(of: value) }
      }
    } else {
      for (key, orbit) in CaseFolding.orbits where contains(key) { out += orbit.map { $0...$0 } }
    }
    return ScalarSet(out)
  }
}

/// Simple case folding: which scalars are one letter in different cases.
enum CaseFolding {
  /// The other cases of an ASCII letter; `k` and `s` have one beyond ASCII.
  static func asciiOrbit(of value: UInt32) -> [ClosedRange<UInt32>] {
    let lower = value | 0x20
    guard lower >= 0x61, lower <= 0x7A else { return [] }
    var orbit = [lower...lower, lower - 0x20...lower - 0x20]
    if lower == 0x6B { orbit.append(0x212A...0x212A) }
    if lower == 0x73 { orbit.append(0x17F...0x17F) }
    return orbit
  }

  /// All other cases of each scalar that has any, by scalar.
  static let orbits: [UInt32: [UInt32]] = {
    var members: [UInt32: [UInt32]] = [:]
    for value in UInt32(0x41)...0x1_E943 {
      guard let scalar = Unicode.Scalar(value), scalar.properties.isCased else { continue }
      // The dotted capital and the dotless small i fold in Turkish alone.
      if value == 0x130 || value == 0x131 { continue }
      let upper = single(scalar.properties.uppercaseMapping) ?? scalar
      let key = single(upper.properties.lowercaseMapping) ?? upper
      members[key.value, default: []].append(value)
    }
    var orbits: [UInt32: [UInt32]] = [:]
    for group in members.values where group.count > 1 {
      for value in group { orbits[value] = group }
    }
    return orbits
  }()

  private static func single(_ text: String) -> Unicode.Scalar? {
    let scalars = text.unicodeScalars
    return scalars.count == 1 ? scalars.first : nil
  }
}
