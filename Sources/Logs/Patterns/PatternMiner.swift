import Model

/// Finds what the lines of a log have in common: gives each message the number of its pattern.
///
/// A message is looked up by the hash of its wording. A wording that is new is held against the wide
/// patterns, which have words that may be any; else it becomes a pattern of its own. A place turns
/// wide once `wordsInPlaceMax` different words stood in it while all others were equal; what it covers
/// is then taken for it, the wide pattern with the fewest such words first.
///
/// Invariants: a message keeps its pattern until a wider one takes it over; what comes out depends on
/// the order of messages alone. Memory is bounded by `LogLimits`.
/// - Complexity: a known wording costs one look-up; a new one, and each known one after a wide pattern
///   was made, one comparison for each wide pattern of its length.
struct PatternMiner {
  /// The pattern of what is beyond the limits.
  static let other: Int32 = 0

  private struct Wide {
    /// Hashes of the words, `Wording.anyWord` where any may stand.
    var words: [UInt64]
    var pattern: Int32
    var holes: Int
  }

  /// A wording that came before.
  private struct Known {
    var pattern: Int32
    /// Wide patterns that there had been when it was last held against them.
    var widesMade: Int
  }

  private let limits: LogLimits
  private let mask: SecretMask
  private var wording = Wording()
  private var patterns: [LogPattern]
  private var numbers: [String: Int32] = [:]
  private var free: [Int32] = []
  private var wordings: [UInt64: Known] = [:]
  /// Words that stood in one place while all others were equal, by the hash of the others.
  private var places: [UInt64: [UInt64]] = [:]
  /// By number of words; of one length those with fewer holes first, then the older.
  private var wides: [Int: [Wide]] = [:]
  private var widesTotal = 0
  /// Wide patterns that were ever made.
  private var widesMade = 0
  private var sweptAt = Int64.min

  init(_ limits: LogLimits, mask: SecretMask) {
    self.limits = limits
    self.mask = mask
    patterns = [LogPattern(text: "<other>", lastSeen: .max, sample: "")]
  }

  /// The pattern with this number.
  subscript(number: Int32) -> LogPattern { patterns[Int(number)] }

  /// The number of the pattern of `message` at `time` (ms).
  ///
  /// Patterns idle since before `idle` make room when there is none.
  mutating func pattern(of message: [UInt8], at time: Int64, idleBefore idle: Int64) -> Int32 {
    wording.read(message, wordsMax: limits.wordsMax)
    let hash = wording.hash
    let number: Int32
    if let known = wordings[hash] {
      number = refreshed(known, hash)
    } else if let wide = wide(wording.words.map(\.hash)) {
      number = wide
    } else {
      number = learn(message, hash, at: time, idleBefore: idle)
    }
    if number != Self.other {
      patterns[Int(number)].lastSeen = max(patterns[Int(number)].lastSeen, time)
    }
    return number
  }

  /// The pattern of a known wording, which a wider one may have taken over since.
  private mutating func refreshed(_ known: Known, _ hash: UInt64) -> Int32 {
    guard known.widesMade != widesMade else { return known.pattern }
    let number = wide(wording.words.map(\.hash)) ?? known.pattern
    wordings[hash] = Known(pattern: number, widesMade: widesMade)
    return number
  }

  private func wide(_ words: [UInt64]) -> Int32? {
    guard let candidates = wides[words.count] else { return nil }
    for candidate in candidates {
      var isEqual = true
      for (place, word) in candidate.words.enumerated()
      where word != words[place] && word != Wording.anyWord {
        isEqual = false
        break
      }
      if isEqual { return candidate.pattern }
    }
    return nil
  }

  /// Takes in a wording that was never seen.
  private mutating func learn(
    _ message: [UInt8], _ hash: UInt64, at time: Int64, idleBefore idle: Int64
  ) -> Int32 {
    if wordings.count >= limits.wordingsMax || isFull { sweep(idleBefore: idle) }
    guard wordings.count < limits.wordingsMax else { return Self.other }
    let words = wording.words
    let text = text(of: message, anyAt: [])
    guard let number = self.number(of: text, message, at: time) else { return Self.other }
    wordings[hash] = Known(pattern: number, widesMade: widesMade)
    widen(words.map(\.hash), isPlain: words.map { $0.hole == nil }, hash, message, at: time)
    return wordings[hash].map { refreshed($0, hash) } ?? number
  }

  /// Notes the words of a wording in their places, and makes wide the places that turn out to vary.
  private mutating func widen(
    _ hashes: [UInt64], isPlain: [Bool], _ wording: UInt64, _ message: [UInt8], at time: Int64
  ) {
    guard isPlain.count(where: { $0 }) >= 2 else { return }
    if places.count + hashes.count > limits.placesMax { places.removeAll() }
    var varying: [Int] = []
    for place in hashes.indices where isPlain[place] {
      let key = Self.key(of: hashes, wording, at: place)
      var words = places[key] ?? []
      guard !words.contains(hashes[place]) else { continue }
      words.append(hashes[place])
      places[key] = words
      if words.count >= limits.wordsInPlaceMax { varying.append(place) }
    }
    for place in varying {
      makeWide(hashes, isPlain: isPlain, at: place, wording, message, time)
    }
  }

  /// The hash of a wording in which any word may stand at `place`.
  private static func widened(_ hashes: [UInt64], _ wording: UInt64, at place: Int) -> UInt64 {
    wording &- Wording.share(hashes[place], at: place)
      &+ Wording.share(Wording.anyWord, at: place)
  }

  /// The key of a place: the widened wording, and which of its variable words was widened last.
  private static func key(of hashes: [UInt64], _ wording: UInt64, at place: Int) -> UInt64 {
    widened(hashes, wording, at: place) ^ (UInt64(place + 1) &* 0xa076_1d64_78bd_642f)
  }

  private mutating func makeWide(
    _ hashes: [UInt64], isPlain: [Bool], at place: Int, _ wording: UInt64, _ message: [UInt8],
    _ time: Int64
  ) {
    places[Self.key(of: hashes, wording, at: place)] = nil
    guard widesTotal < limits.widePatternsMax else { return }
    var words = hashes
    words[place] = Wording.anyWord
    let holes = words.indices.filter { words[$0] == Wording.anyWord }
    let text = text(of: message, anyAt: Set(holes))
    guard let number = number(of: text, message, at: time) else { return }
    let wide = Wide(words: words, pattern: number, holes: holes.count)
    var list = wides[words.count] ?? []
    let index = list.firstIndex { $0.holes > wide.holes } ?? list.endIndex
    list.insert(wide, at: index)
    wides[words.count] = list
    widesTotal += 1
    widesMade += 1
    // Wide wordings may differ in one place too.
    var stillPlain = isPlain
    stillPlain[place] = false
    let own = Self.widened(hashes, wording, at: place)
    widen(words, isPlain: stillPlain, own, message, at: time)
  }

  // MARK: Patterns

  private var isFull: Bool { free.isEmpty && patterns.count > limits.patternsMax }

  /// The number of the pattern with this text, a new one if need be; nil when there is no room.
  private mutating func number(of text: String, _ message: [UInt8], at time: Int64) -> Int32? {
    if let known = numbers[text] { return known }
    guard !isFull else { return nil }
    let pattern = LogPattern(text: text, lastSeen: time, sample: sample(of: message))
    let number: Int32
    if let reused = free.popLast() {
      number = reused
      patterns[Int(number)] = pattern
    } else {
      number = Int32(patterns.count)
      patterns.append(pattern)
    }
    numbers[text] = number
    return number
  }

  /// Lets go of patterns that were not seen since `idle`, at most once for each `idle`.
  private mutating func sweep(idleBefore idle: Int64) {
    guard idle > sweptAt else { return }
    sweptAt = idle
    var dead: Set<Int32> = []
    for (number, pattern) in patterns.enumerated()
    where pattern.lastSeen < idle && numbers[pattern.text] == Int32(number) {
      dead.insert(Int32(number))
      numbers[pattern.text] = nil
    }
    guard !dead.isEmpty else { return }
    free = (free + dead).sorted(by: >)
    wordings = wordings.filter { !dead.contains($0.value.pattern) }
    for (length, list) in wides {
      let kept = list.filter { !dead.contains($0.pattern) }
      wides[length] = kept.isEmpty ? nil : kept
    }
    widesTotal = wides.values.reduce(0) { $0 + $1.count }
    places.removeAll()
  }

  /// The words as a text, secrets masked, cut after a whole word.
  private func text(of message: [UInt8], anyAt holes: Set<Int>) -> String {
    var parts: [String] = []
    for (place, word) in wording.words.enumerated() {
      if holes.contains(place) {
        parts.append("<*>")
      } else {
        parts.append(
          String(decoding: message[word.head], as: UTF8.self) + (word.hole?.text ?? "")
            + String(decoding: message[word.tail], as: UTF8.self))
      }
    }
    let masked = mask.masked(parts.joined(separator: " "))
    guard masked.utf8.count > limits.patternBytesMax || wording.isCut else {
      return masked.isEmpty ? "<empty>" : masked
    }
    return Self.cut(masked, to: limits.patternBytesMax) + " …"
  }

  private func sample(of message: [UInt8]) -> String {
    let printable = message.map { $0 < 0x20 || $0 == 0x7f ? 0x20 : $0 }
    let masked = mask.masked(String(decoding: printable, as: UTF8.self))
    guard masked.utf8.count > limits.sampleBytesMax else { return masked }
    return Self.cut(masked, to: limits.sampleBytesMax) + " …"
  }

  /// The whole words of a text that fit into `bytesMax`; of one long word its beginning.
  private static func cut(_ text: String, to bytesMax: Int) -> String {
    guard text.utf8.count > bytesMax else { return text }
    let end = text.utf8.index(text.utf8.startIndex, offsetBy: bytesMax)
    let head = String(decoding: text.utf8[..<end], as: UTF8.self)
    guard let blank = head.lastIndex(of: " ") else { return head }
    return String(head[..<blank])
  }
}

/// One pattern of a log.
struct LogPattern: Hashable {
  /// Its words, variables as `<num>` and `<*>`.
  var text: String
  /// When a line of it came last, in milliseconds.
  var lastSeen: Int64
  /// The first line of it, masked and shortened.
  var sample: String
}
