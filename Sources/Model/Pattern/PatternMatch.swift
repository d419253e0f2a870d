/// Where an expression matched, and its groups.
public struct PatternMatch: Sendable, Hashable {
  /// The text searched, UTF-8.
  let bytes: [UInt8]
  /// UTF-8 offsets of the match and then of each group; nil for a group that took no part.
  public let ranges: [Range<Int>?]
  /// The names of the groups from 1 on.
  let names: [String?]

  /// UTF-8 offsets of the whole match.
  public var range: Range<Int> { ranges[0] ?? 0..<0 }

  /// The text of group `index`, 0 for the whole match; nil where it took no part or does not exist.
  public subscript(_ index: Int) -> String? {
    guard ranges.indices.contains(index), let range = ranges[index] else { return nil }
    return String(decoding: bytes[range], as: UTF8.self)
  }

  /// The text of the group called `name`; nil where it took no part or does not exist.
  public subscript(_ name: String) -> String? {
    names.firstIndex(of: name).flatMap { self[$0 + 1] }
  }

  /// `template` with `$1`, `$name`, `${1}` and `${name}` replaced by groups and `$$` by a dollar.
  ///
  /// As Go's `Regexp.Expand`: a bare name is as long as letters, digits and `_` go, a group that
  /// does not exist gives nothing, a `$` without a name stays.
  public func expanding(_ template: String) -> String {
    var out = String.UnicodeScalarView()
    var rest = Array(template.unicodeScalars)[...]
    while let scalar = rest.popFirst() {
      guard scalar == "$" else {
        out.append(scalar)
        continue
      }
      if rest.first == "$" {
        rest.removeFirst()
        out.append("$")
      } else if let name = Self.takeName(&rest) {
        out.append(contentsOf: (group(called: name) ?? "").unicodeScalars)
      } else {
        out.append("$")
      }
    }
    return String(out)
  }

  private func group(called name: String) -> String? {
    guard name.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else { return self[name] }
    let hasLeadingZero = name.hasPrefix("0") && name.utf8.count > 1
    return hasLeadingZero ? self[name] : Int(name).flatMap { self[$0] }
  }

  /// Reads `name` or `{name}`; nil, with nothing read, when there is neither.
  private static func takeName(_ rest: inout ArraySlice<Unicode.Scalar>) -> String? {
    let isBraced = rest.first == "{"
    let name = rest.dropFirst(isBraced ? 1 : 0).prefix { scalar in
      scalar == "_" || scalar.properties.isAlphabetic || scalar.properties.numericType == .decimal
    }
    guard !name.isEmpty else { return nil }
    if isBraced {
      guard name.endIndex < rest.endIndex, rest[name.endIndex] == "}" else { return nil }
      rest = rest[(name.endIndex + 1)...]
    } else {
      rest = rest[name.endIndex...]
    }
    return String(String.UnicodeScalarView(name))
  }
}
