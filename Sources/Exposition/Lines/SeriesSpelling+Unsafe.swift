import Glibc
import Model

/// Spells the series of one line in the notation of batches: labels once, then each metric name.
///
/// Labels with an empty value are left out, for they are none. Views given to it need to live only
/// during the call.
struct SeriesSpelling {
  /// `name="value",` of each label.
  private var labels: [UInt8] = []
  /// The labels' names in `labels`, to find a repeated one.
  private var names: [Range<Int>] = []

  /// Forgets the labels.
  @inline(__always)
  mutating func begin() {
    labels.removeAll(keepingCapacity: true)
    names.removeAll(keepingCapacity: true)
  }

  /// The labels so far; `rewind` goes back to them.
  var mark: (bytes: Int, labels: Int) { (labels.count, names.count) }

  /// Forgets the labels added since `mark` was taken.
  mutating func rewind(to mark: (bytes: Int, labels: Int)) {
    labels.removeLast(labels.count - mark.bytes)
    names.removeLast(names.count - mark.labels)
  }

  /// Adds a label.
  ///
  /// - Throws: `LineError` at `place` for an empty or repeated name, bytes that are not UTF-8, and
  ///   what is beyond the limits.
  mutating func add(
    _ name: ByteView, _ value: ByteView, at place: Range<Int>, _ limits: DecoderLimits
  ) throws(LineError) {
    if value.isEmpty { return }
    let shape = name.nameShape
    if shape == .plainWithColon || shape == .quoted { try check(name, place) }
    if name.count > limits.nameBytesMax || value.count > limits.valueBytesMax {
      throw LineError(
        .labelTooLong, place,
        expected: "a label of at most \(limits.nameBytesMax) and \(limits.valueBytesMax) bytes")
    }
    if names.count >= limits.labelsMax {
      throw LineError(.tooManyLabels, place, expected: "at most \(limits.labelsMax) labels")
    }
    let isPlainValue = value.isPlainText
    if !isPlainValue, !value.isUTF8 {
      throw LineError(.invalidUTF8, place, expected: "UTF-8 text")
    }
    if name.equals("__name__") {
      throw LineError(.secondName, place, expected: "a label, for the series has its metric name")
    }
    let start = labels.count
    var spelledBytes = 0
    labels.append(addingCapacity: 2 * (name.count + value.count) + 8) {
      (room: inout OutputSpan<UInt8>) in
      room.withUnsafeMutableBufferPointer { buffer, count in
        guard let target = buffer.baseAddress else { return }
        var at = target
        at = shape == .plain ? copy(name, to: at) : quote(name, to: at)
        spelledBytes = at - target
        at[0] = UInt8(ascii: "=")
        at += 1
        if isPlainValue {
          at[0] = UInt8(ascii: "\"")
          at = copy(value, to: at + 1)
          at[0] = UInt8(ascii: "\"")
          at += 1
        } else {
          at = quote(value, to: at)
        }
        at[0] = UInt8(ascii: ",")
        count = at + 1 - target
      }
    }
    let range = start..<start + spelledBytes
    try refuseDuplicate(range, place)
    names.append(range)
  }

  /// Writes the series `prefix_name{labels}` into the batch (without prefix: `name{labels}`) and
  /// adds its sample.
  mutating func append(
    _ prefix: ByteView?, _ name: ByteView, at place: Range<Int>, time: Int64, value: Double,
    _ limits: DecoderLimits, to batch: inout SampleBatch
  ) throws(LineError) {
    let shape = prefix.map { $0.nameShape.joined(to: name) } ?? name.nameShape
    let prefixBytes = prefix.map { $0.count + 1 } ?? 0
    let nameBytes = prefixBytes + name.count
    if name.isEmpty { throw LineError(.missingName, place, expected: "a metric name") }
    if shape == .quoted { try check(name, place) }
    if shape == .quoted, let prefix { try check(prefix, place) }
    if nameBytes > limits.nameBytesMax {
      throw LineError(
        .labelTooLong, place, expected: "a name of at most \(limits.nameBytesMax) bytes")
    }
    let bytesMax = 2 * nameBytes + labels.count + 8
    if bytesMax > limits.seriesBytesMax {
      throw LineError(
        .seriesTooLong, place, expected: "a series of at most \(limits.seriesBytesMax) bytes")
    }
    let start = batch.bytes.count
    batch.bytes.append(addingCapacity: bytesMax) { (room: inout OutputSpan<UInt8>) in
      room.withUnsafeMutableBufferPointer { buffer, count in
        guard let target = buffer.baseAddress else { return }
        count = spell(prefix, name, shape, to: target) - target
      }
    }
    batch.append(key: start..<batch.bytes.count, time: time, value: value)
  }

  /// Writes name and labels to `target` and returns the place after them.
  @inline(__always)
  private func spell(
    _ prefix: ByteView?, _ name: ByteView, _ shape: NameShape,
    to target: UnsafeMutablePointer<UInt8>
  ) -> UnsafeMutablePointer<UInt8> {
    var at = target
    if shape == .quoted {
      at[0] = UInt8(ascii: "{")
      at[1] = UInt8(ascii: "\"")
      at += 2
      if let prefix {
        at = escape(prefix, to: at)
        at[0] = UInt8(ascii: "_")
        at += 1
      }
      at = escape(name, to: at)
      at[0] = UInt8(ascii: "\"")
      at[1] = UInt8(ascii: ",")
      at += 2
    } else {
      if let prefix {
        at = copy(prefix, to: at)
        at[0] = UInt8(ascii: "_")
        at += 1
      }
      at = copy(name, to: at)
      if labels.isEmpty { return at }
      at[0] = UInt8(ascii: "{")
      at += 1
    }
    at = labels.withView { copy($0, to: at) }
    // The comma after the last label (or the quoted name) becomes the closing brace.
    at[-1] = UInt8(ascii: "}")
    return at
  }

  /// A name that needs quotes must be UTF-8, and a label's must not be empty.
  private func check(_ name: ByteView, _ place: Range<Int>) throws(LineError) {
    if name.isEmpty { throw LineError(.badLabelName, place, expected: "a label name") }
    guard name.isUTF8 else { throw LineError(.invalidUTF8, place, expected: "UTF-8 text") }
  }

  /// Compares the spelled name at `range` with those before it.
  @inline(__always)
  private func refuseDuplicate(_ range: Range<Int>, _ place: Range<Int>) throws(LineError) {
    let isRepeated = labels.withView { view in
      names.contains { $0.count == range.count && view[$0].equals(view[range]) }
    }
    if isRepeated { throw LineError(.duplicateLabel, place, expected: "each label once") }
  }
}

/// How a name can be written.
enum NameShape {
  /// `[a-zA-Z_][a-zA-Z0-9_]*`
  case plain
  /// As `plain`, with a colon somewhere: plain for a metric, not for a label.
  case plainWithColon
  /// Anything else, the empty name included: only in quotes.
  case quoted

  /// The shape of a name made of this one, an underscore and `name`.
  @inline(__always)
  func joined(to name: ByteView) -> NameShape {
    // After an underscore a digit may follow.
    if self == .quoted { return .quoted }
    var at = 0
    while at < name.count, isNameByte(name[at]) || name[at] == UInt8(ascii: ":") { at += 1 }
    return at == name.count ? self : .quoted
  }
}

extension ByteView {
  /// How the bytes can be written as a name.
  @inline(__always)
  var nameShape: NameShape {
    if count == 0 || isDigit(base[0]) { return .quoted }
    var at = 0
    while at < count, isNameByte(base[at]) { at += 1 }
    if at == count { return .plain }
    while at < count, isNameByte(base[at]) || base[at] == UInt8(ascii: ":") { at += 1 }
    return at == count ? .plainWithColon : .quoted
  }
}

/// Letters, digits and the underscore.
@inline(__always)
func isNameByte(_ byte: UInt8) -> Bool {
  (byte | 0x20) &- 0x61 < 26 || byte == 0x5f || isDigit(byte)
}

@inline(__always)
private func copy(
  _ view: ByteView, to target: UnsafeMutablePointer<UInt8>
) -> UnsafeMutablePointer<UInt8> {
  memcpy(target, view.base, view.count)
  return target + view.count
}

/// The bytes in quotes, with the escapes of exposition text: at most 2·count + 2 bytes.
private func quote(
  _ view: ByteView, to target: UnsafeMutablePointer<UInt8>
) -> UnsafeMutablePointer<UInt8> {
  target[0] = UInt8(ascii: "\"")
  let end = escape(view, to: target + 1)
  end[0] = UInt8(ascii: "\"")
  return end + 1
}

private func escape(
  _ view: ByteView, to target: UnsafeMutablePointer<UInt8>
) -> UnsafeMutablePointer<UInt8> {
  var at = target
  for offset in 0..<view.count {
    let byte = view[offset]
    if byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\\") || byte == UInt8(ascii: "\"") {
      at[0] = UInt8(ascii: "\\")
      at[1] = byte == UInt8(ascii: "\n") ? UInt8(ascii: "n") : byte
      at += 2
    } else {
      at[0] = byte
      at += 1
    }
  }
  return at
}
