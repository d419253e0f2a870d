import Model

/// Finds the number of a series by its labels, which are kept elsewhere; here is a hash of them alone.
///
/// A dictionary would keep the labels a second time, hash them all anew whenever it grows, and be asked
/// twice for every new series.
struct LabelIndex {
  /// Of the labels of each series, by its number.
  private var hashes: [UInt32] = []
  /// Numbers of series, each at its hash or at the next free place; -1 where there is none.
  private var table: [Int32] = Array(repeating: -1, count: 16)

  /// What `find` and `add` want to know of labels.
  ///
  /// Not seeded: the series of a store are bounded, and results never depend on it.
  static func hash(_ labels: Labels) -> UInt32 {
    var hash = UInt32(truncatingIfNeeded: labels.pairs.count)
    for pair in labels.pairs {
      hash = hash &* 0x9e37_79b1 ^ Self.hash(pair.name)
      hash = hash &* 0x9e37_79b1 ^ Self.hash(pair.value)
    }
    return hash
  }

  private static func hash(_ text: String) -> UInt32 {
    var text = text
    return text.withUTF8 { bytes in
      bytes.baseAddress.map { hashBytes($0, bytes.count) } ?? 0
    }
  }

  /// The number of the series with these labels; nil when there is none.
  func find(_ labels: Labels, _ hash: UInt32, among all: [Labels]) -> Int32? {
    let mask = table.count - 1
    var slot = Int(hash) & mask
    while table[slot] >= 0 {
      let number = table[slot]
      if hashes[Int(number)] == hash, all[Int(number)] == labels { return number }
      slot = (slot + 1) & mask
    }
    return nil
  }

  /// Gives the next number to labels of this hash, which `find` does not find.
  mutating func add(_ hash: UInt32) {
    let number = Int32(hashes.count)
    hashes.append(hash)
    if hashes.count * 2 > table.count { grow(to: table.count * 2) } else { insert(number, hash) }
  }

  /// Makes room for `more` series.
  mutating func reserve(_ more: Int) {
    let wanted = hashes.count + more
    hashes.reserveCapacity(wanted)
    var size = table.count
    while wanted * 2 > size { size *= 2 }
    if size > table.count { grow(to: size) }
  }

  private mutating func grow(to size: Int) {
    table = Array(repeating: -1, count: size)
    for number in hashes.indices { insert(Int32(number), hashes[number]) }
  }

  private mutating func insert(_ number: Int32, _ hash: UInt32) {
    let mask = table.count - 1
    var slot = Int(hash) & mask
    while table[slot] >= 0 { slot = (slot + 1) & mask }
    table[slot] = number
  }
}
