/// Writes state as bytes, small numbers in few of them.
///
///     var writer = CheckpointWriter()
///     writer.write(labels)
///     writer.write(count: samples.count)
///
/// Equal state gives equal bytes. Label sets are written as differences from the set before, since
/// neighbours share most of their pairs; what may be skipped by a reader is therefore written by
/// `nested`, with a writer of its own.
public struct CheckpointWriter: Sendable {
  /// What has been written.
  public var bytes: [UInt8] = []
  private var lastLabels = Labels.empty

  /// A writer of nothing yet.
  public init() {}

  /// Adds one byte.
  @inlinable
  public mutating func write(byte: UInt8) { bytes.append(byte) }

  /// Adds a yes or a no.
  @inlinable
  public mutating func write(_ value: Bool) { bytes.append(value ? 1 : 0) }

  /// Adds 64 bits as they are.
  @inlinable
  public mutating func write(bits: UInt64) {
    withUnsafeBytes(of: bits.littleEndian) { bytes.append(contentsOf: $0) }
  }

  /// Adds a number, every bit of it.
  @inlinable
  public mutating func write(_ value: Double) { write(bits: value.bitPattern) }

  /// Adds a number in as many bytes as it needs, seven bits each, lowest first.
  @inlinable
  public mutating func write(varied value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(truncatingIfNeeded: rest))
  }

  /// Adds a number of things, 0 or more.
  @inlinable
  public mutating func write(count: Int) { write(varied: UInt64(bitPattern: Int64(count))) }

  /// Adds an integer; one near 0 takes one byte, whatever its sign.
  @inlinable
  public mutating func write(_ value: Int64) {
    write(varied: UInt64(bitPattern: value &<< 1) ^ UInt64(bitPattern: value &>> 63))
  }

  /// Adds an integer; one near 0 takes one byte, whatever its sign.
  @inlinable
  public mutating func write(_ value: Int) { write(Int64(value)) }

  /// Adds a moment.
  public mutating func write(_ time: Timestamp) { write(time.milliseconds) }

  /// Adds a moment, or that there is none.
  public mutating func write(_ time: Timestamp?) {
    write(time != nil)
    if let time { write(time) }
  }

  /// Adds a text with its length.
  public mutating func write(_ text: String) {
    write(count: text.utf8.count)
    bytes.append(contentsOf: text.utf8)
  }

  /// Adds bytes with their number.
  public mutating func write(block: some Collection<UInt8>) {
    write(count: block.count)
    bytes.append(contentsOf: block)
  }

  /// Adds what `body` writes with its length, so that a reader can pass over it.
  public mutating func nested(_ body: (inout CheckpointWriter) -> Void) {
    var inner = CheckpointWriter()
    body(&inner)
    write(block: inner.bytes)
  }

  /// Adds a label set.
  public mutating func write(_ labels: Labels) {
    let pairs = labels.pairs
    let known = lastLabels.pairs
    write(count: pairs.count)
    for (index, pair) in pairs.enumerated() {
      guard index < known.count, pair.name == known[index].name else {
        write(byte: 0)
        write(pair.name)
        write(pair.value)
        continue
      }
      if pair.value == known[index].value {
        write(byte: 2)
      } else {
        write(byte: 1)
        write(pair.value)
      }
    }
    lastLabels = labels
  }
}
