/// A list whose copies share what they have in common.
///
///     var alerts: SharedList = [first, second]
///     let snapshot = alerts
///     alerts.append(third)  // copies a few elements, however long the list is
///
/// An incident is handed out at every change while the book goes on writing into its own, so taking
/// a snapshot must cost nothing, and the change after it little. Elements stand in small arrays,
/// which Swift copies when one is changed that a snapshot still holds; each in a box of its own, so
/// that such a copy moves references and not records with a dozen texts each.
///
/// Invariants: no chunk is empty or longer than `chunkMax`; `ends` holds the number of elements in
/// each chunk and all before it.
/// - Complexity: a step of an iteration is O(1), access by index O(log n), a change
///   O(`chunkMax` + n / `chunkMax`).
public struct SharedList<Element> {
  private var chunks: [[Box]] = []
  private var ends: [Int] = []

  /// Most elements of one chunk.
  private static var chunkMax: Int { 16 }

  /// An element that lists share; never changed, only replaced.
  fileprivate final class Box {
    let element: Element

    init(_ element: Element) { self.element = element }
  }

  /// The empty list.
  public init() {}

  /// The list of `elements` in their order.
  public init(_ elements: some Sequence<Element>) {
    for element in elements { append(element) }
  }

  /// Adds an element behind the last one.
  public mutating func append(_ element: Element) { append(Box(element)) }

  private mutating func append(_ box: Box) {
    if let last = chunks.indices.last, chunks[last].count < Self.chunkMax {
      chunks[last].append(box)
      ends[last] += 1
    } else {
      chunks.append([box])
      ends.append(count + 1)
    }
  }

  /// Puts an element before the one at `index`, or behind the last one.
  ///
  /// - Precondition: 0 ≤ `index` ≤ `count`.
  public mutating func insert(_ element: Element, at index: Int) {
    precondition(index >= 0 && index <= count, "no place \(index) among \(count)")
    guard index < count else {
      append(element)
      return
    }
    let (chunk, offset) = place(index)
    if chunks[chunk].count == Self.chunkMax {
      let half = Self.chunkMax / 2
      chunks.insert(Array(chunks[chunk][half...]), at: chunk + 1)
      chunks[chunk].removeSubrange(half...)
      ends.insert(ends[chunk], at: chunk + 1)
      ends[chunk] -= Self.chunkMax - half
      insert(element, at: index)
      return
    }
    chunks[chunk].insert(Box(element), at: offset)
    for later in chunk..<ends.count { ends[later] += 1 }
  }

  /// Takes the element at `index` out.
  ///
  /// - Precondition: 0 ≤ `index` < `count`.
  @discardableResult
  public mutating func remove(at index: Int) -> Element {
    let (chunk, offset) = place(index)
    let element = chunks[chunk].remove(at: offset).element
    for later in chunk..<ends.count { ends[later] -= 1 }
    if chunks[chunk].isEmpty {
      chunks.remove(at: chunk)
      ends.remove(at: chunk)
    }
    return element
  }

  /// Takes out every element that `isUnwanted` says so of; it is asked in the order of the list.
  ///
  /// - Complexity: O(n); those that stay are not copied.
  public mutating func removeAll(where isUnwanted: (Element) -> Bool) {
    var kept = SharedList()
    for chunk in chunks {
      for box in chunk where !isUnwanted(box.element) { kept.append(box) }
    }
    self = kept
  }

  /// The first place whose element does not belong before, in a list in which those that do come
  /// first; `count` when all do.
  ///
  /// - Complexity: O(log n) calls of `belongsBefore`.
  func partition(_ belongsBefore: (Element) -> Bool) -> Int {
    var chunk = 0
    var high = chunks.count
    while chunk < high {
      let middle = (chunk + high) / 2
      if belongsBefore(chunks[middle][chunks[middle].count - 1].element) {
        chunk = middle + 1
      } else {
        high = middle
      }
    }
    guard chunk < chunks.count else { return count }
    var offset = 0
    var end = chunks[chunk].count
    while offset < end {
      let middle = (offset + end) / 2
      if belongsBefore(chunks[chunk][middle].element) { offset = middle + 1 } else { end = middle }
    }
    return chunk == 0 ? offset : ends[chunk - 1] + offset
  }

  /// The chunk that holds the element at `index`, and where in it.
  private func place(_ index: Int) -> (chunk: Int, offset: Int) {
    precondition(index >= 0 && index < count, "no element \(index) among \(count)")
    var low = 0
    var high = ends.count - 1
    // What was added last is asked for most.
    if high > 0, index >= ends[high - 1] { return (high, index - ends[high - 1]) }
    while low < high {
      let middle = (low + high) / 2
      if ends[middle] <= index { low = middle + 1 } else { high = middle }
    }
    return (low, low == 0 ? index : index - ends[low - 1])
  }
}

extension SharedList: RandomAccessCollection, MutableCollection {
  /// Always 0.
  public var startIndex: Int { 0 }
  /// The number of elements.
  public var endIndex: Int { ends.last ?? 0 }

  /// The element at `position`.
  public subscript(position: Int) -> Element {
    get {
      let (chunk, offset) = place(position)
      return chunks[chunk][offset].element
    }
    set {
      let (chunk, offset) = place(position)
      chunks[chunk][offset] = Box(newValue)
    }
  }

  /// Walks over the elements chunk by chunk.
  public struct Iterator: IteratorProtocol {
    fileprivate let chunks: [[Box]]
    fileprivate var chunk = 0
    fileprivate var offset = 0

    /// The next element; nil behind the last one.
    public mutating func next() -> Element? {
      guard chunk < chunks.count else { return nil }
      let element = chunks[chunk][offset].element
      offset += 1
      if offset == chunks[chunk].count {
        chunk += 1
        offset = 0
      }
      return element
    }
  }

  /// An iterator in front of the first element.
  public func makeIterator() -> Iterator { Iterator(chunks: chunks) }
}

extension SharedList: ExpressibleByArrayLiteral {
  /// The list of a literal's elements.
  public init(arrayLiteral elements: Element...) { self.init(elements) }
}

extension SharedList: Sendable where Element: Sendable {}
extension SharedList.Box: Sendable where Element: Sendable {}

extension SharedList: Equatable where Element: Equatable {
  /// True when both have equal elements in the same order, however they are cut into chunks.
  public static func == (a: SharedList, b: SharedList) -> Bool {
    a.count == b.count && a.elementsEqual(b)
  }
}

extension SharedList: Hashable where Element: Hashable {
  /// Feeds the elements, however they are cut into chunks.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(count)
    for element in self { hasher.combine(element) }
  }
}

extension SharedList: Encodable where Element: Encodable {
  /// Writes an array.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.unkeyedContainer()
    for element in self { try container.encode(element) }
  }
}

extension SharedList: Decodable where Element: Decodable {
  /// Reads an array.
  public init(from decoder: any Decoder) throws {
    self.init(try [Element](from: decoder))
  }
}

extension SharedList: CustomStringConvertible {
  /// As of an array.
  public var description: String { Array(self).description }
}
