import Exposition
import Model

/// The labels of one series on their way into a batch, where they are spelled as exposition text is.
///
/// Labels may come in any order, as the engine takes them; a label with an empty value is none.
/// Bytes are UTF-8 already.
struct SpelledLabels {
  private var bytes: [UInt8] = []
  /// Names and values in `bytes`.
  private var pairs: [(name: Range<Int>, value: Range<Int>)] = []
  /// The value of `__name__` in `bytes`.
  private var metricName: Range<Int>?
  private var isNameRepeated = false

  /// Forgets all labels.
  mutating func removeAll() {
    bytes.removeAll(keepingCapacity: true)
    pairs.removeAll(keepingCapacity: true)
    metricName = nil
    isNameRepeated = false
  }

  /// The number of labels; `truncate` goes back to it.
  var count: Int { pairs.count }

  /// Forgets the labels after the first `count`; the metric name stays.
  mutating func truncate(to count: Int) {
    pairs.removeLast(pairs.count - count)
  }

  /// Adds a label, or with the name `__name__` the metric's name.
  mutating func append(_ name: some Sequence<UInt8>, _ value: some Sequence<UInt8>) {
    let start = bytes.count
    bytes.append(contentsOf: name)
    let middle = bytes.count
    bytes.append(contentsOf: value)
    if isMetricName(start..<middle) {
      if metricName != nil { isNameRepeated = true }
      metricName = middle..<bytes.count
    } else if middle < bytes.count || start == middle {
      // One without a name is kept, to be refused.
      pairs.append((start..<middle, middle..<bytes.count))
    }
  }

  /// Adds a label of texts.
  mutating func append(_ name: String, _ value: String) { append(name.utf8, value.utf8) }

  /// Sets the metric's name.
  mutating func setMetricName(_ name: some Sequence<UInt8>) {
    let start = bytes.count
    bytes.append(contentsOf: name)
    metricName = start..<bytes.count
  }

  /// The metric's name as text; empty when there is none.
  var name: String {
    metricName.map { String(decoding: bytes[$0], as: UTF8.self) } ?? ""
  }

  /// Writes the series' spelling behind `out`.
  ///
  /// - Returns: the place of the spelling in `out`.
  /// - Throws: the `Refusal` of what is no series; `out` is as before then.
  func spell(into out: inout [UInt8], _ limits: WireLimits) throws(Refusal) -> Range<Int> {
    guard let metricName, !metricName.isEmpty else {
      throw Refusal(.missingName, "expected a label __name__, the metric's name")
    }
    try check(metricName, limits)
    let start = out.count
    let isPlain = isIdentifier(metricName, colon: true)
    if isPlain {
      out.append(contentsOf: bytes[metricName])
    } else {
      out.append(UInt8(ascii: "{"))
      quote(metricName, into: &out)
    }
    for (index, pair) in pairs.enumerated() {
      out.append(UInt8(ascii: index == 0 && isPlain ? "{" : ","))
      if isIdentifier(pair.name, colon: false) {
        out.append(contentsOf: bytes[pair.name])
      } else {
        quote(pair.name, into: &out)
      }
      out.append(UInt8(ascii: "="))
      quote(pair.value, into: &out)
    }
    if !isPlain || !pairs.isEmpty { out.append(UInt8(ascii: "}")) }
    if out.count - start > limits.text.seriesBytesMax {
      out.removeLast(out.count - start)
      throw Refusal(
        .tooLarge, "expected a series of at most \(limits.text.seriesBytesMax) bytes")
    }
    if out.count > limits.spelledBytesMax {
      out.removeLast(out.count - start)
      throw Refusal(
        .tooLarge,
        "the series spell out to over \(limits.spelledBytesMax) bytes; send fewer at once")
    }
    return start..<out.count
  }

  private func check(_ metricName: Range<Int>, _ limits: WireLimits) throws(Refusal) {
    if isNameRepeated {
      throw Refusal(.duplicateLabel, "expected each label once, found __name__ twice")
    }
    guard pairs.count <= limits.text.labelsMax else {
      throw Refusal(
        .tooLarge, "expected at most \(limits.text.labelsMax) labels, found \(pairs.count)")
    }
    let nameBytesMax = limits.text.nameBytesMax
    let valueBytesMax = limits.text.valueBytesMax
    if metricName.count > nameBytesMax {
      throw Refusal(.tooLarge, "expected a name of at most \(nameBytesMax) bytes")
    }
    for (index, pair) in pairs.enumerated() {
      if pair.name.isEmpty { throw Refusal(.badLabelName, "expected a label name, found none") }
      if pair.name.count > nameBytesMax || pair.value.count > valueBytesMax {
        throw Refusal(
          .tooLarge, "expected a label of at most \(nameBytesMax) and \(valueBytesMax) bytes")
      }
      if index > 0, isRepeated(index) {
        let name = String(decoding: bytes[pair.name], as: UTF8.self)
        throw Refusal(.duplicateLabel, "expected each label once, found \(quoted(name)) twice")
      }
    }
  }

  /// Whether an earlier label has the name of label `index`.
  private func isRepeated(_ index: Int) -> Bool {
    let name = pairs[index].name
    return pairs[..<index].contains { other in
      other.name.count == name.count && bytes[other.name].elementsEqual(bytes[name])
    }
  }

  private func isMetricName(_ range: Range<Int>) -> Bool {
    range.count == 8 && bytes[range].elementsEqual(Labels.metricName.utf8)
  }

  /// Letters, digits and underscores, and no digit in front.
  private func isIdentifier(_ range: Range<Int>, colon: Bool) -> Bool {
    guard let first = bytes[range].first, !isDigit(first) else { return false }
    return bytes[range].allSatisfy { isNameByte($0) || colon && $0 == UInt8(ascii: ":") }
  }

  /// The bytes in quotes, with the three escapes of exposition text.
  private func quote(_ range: Range<Int>, into out: inout [UInt8]) {
    out.append(UInt8(ascii: "\""))
    let isBare = bytes[range].allSatisfy {
      $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") && $0 != UInt8(ascii: "\n")
    }
    if isBare {
      out.append(contentsOf: bytes[range])
    } else {
      for byte in bytes[range] {
        switch byte {
        case UInt8(ascii: "\n"): out += [UInt8(ascii: "\\"), UInt8(ascii: "n")]
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): out += [UInt8(ascii: "\\"), byte]
        default: out.append(byte)
        }
      }
    }
    out.append(UInt8(ascii: "\""))
  }
}

/// `0`…`9`.
func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }

/// Letters, digits and the underscore.
func isNameByte(_ byte: UInt8) -> Bool {
  (byte | 0x20) &- 0x61 < 26 || byte == 0x5f || isDigit(byte)
}
