import Engine
import Foundation
import Glibc
import Model

/// What came from outside since the last saved state, in files beside the store: after a kill the
/// engine is given it again, so that nothing that a sender was thanked for is lost.
///
/// A new part begins with each saved state; a part goes when no state that may be gone on from needs it.
/// The system holds what was written when the program dies; only a machine that loses its power may
/// lose the last seconds. A part is a row of records: length, hash and bytes of an `Arrival`.
struct ArrivalJournal {
  private let base: String
  /// The part that is written to.
  private(set) var part = 0
  private var descriptor: Int32 = -1
  /// Bytes of it.
  private(set) var partBytes = 0
  /// True when something of the present part could not be written; the next part tries again.
  private(set) var isBroken = false

  /// Most bytes of one part; what comes beyond them would be lost by a kill.
  private static let partBytesMax = 1 << 30
  /// Length and hash of a record.
  private static let headBytes = 16

  init(besideStore store: String) { base = store + ".arrivals." }

  /// True when the present part has something that a restart would be given again.
  var isUsed: Bool { partBytes > 0 }

  /// True when it is time for another state, before the part is full.
  var isFilling: Bool { partBytes > Self.partBytesMax / 2 }

  // MARK: Writing

  /// Writes something down before the engine takes it over.
  mutating func add(_ arrival: Arrival) {
    guard !isBroken else { return }
    var body = CheckpointWriter()
    arrival.encode(into: &body)
    var record = CheckpointWriter()
    record.bytes.reserveCapacity(body.bytes.count + Self.headBytes)
    record.write(bits: UInt64(body.bytes.count))
    record.write(bits: Self.hash(body.bytes))
    record.bytes += body.bytes
    if partBytes + record.bytes.count > Self.partBytesMax {
      return giveUp("more than \(Self.partBytesMax) bytes since the last saved state")
    }
    if descriptor < 0 {
      descriptor = open(path(part), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
      guard descriptor >= 0 else { return giveUp(String(cString: strerror(errno))) }
    }
    var done = 0
    while done < record.bytes.count {
      let count = record.bytes.withUnsafeBytes {
        Glibc.write(descriptor, $0.baseAddress.map { $0 + done }, record.bytes.count - done)
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return giveUp(String(cString: strerror(errno))) }
      done += count
    }
    partBytes += done
  }

  private mutating func giveUp(_ reason: String) {
    isBroken = true
    StandardError.write(
      "warning: a kill would lose what arrives until the next saved state: \(path(part)): \(reason)"
    )
  }

  /// Begins another part: what comes from now on is not in the state that is saved next.
  ///
  /// - Returns: its number.
  mutating func turn() -> Int {
    guard isUsed || isBroken else { return part }
    if descriptor >= 0 { close(descriptor) }
    descriptor = -1
    part += 1
    partBytes = 0
    isBroken = false
    return part
  }

  /// Removes parts that no state needs any more: those before `first`, all for nil.
  func forget(before first: Int?) {
    for number in parts where number < first ?? .max { unlink(path(number)) }
  }

  // MARK: Reading

  /// Gives `body` what arrived since part `first` began, and goes on in a part of its own.
  ///
  /// A record that was cut short by the end of the program ends its part: nobody was thanked for it.
  /// - Returns: how many arrivals there were.
  mutating func replay(from first: Int, _ body: (Arrival) throws -> Void) rethrows -> Int {
    var count = 0
    for number in parts where number >= first {
      // Mapped, since a part may be as large as all that the engine holds.
      let file = URL(fileURLWithPath: path(number))
      guard var rest = try? Data(contentsOf: file, options: .alwaysMapped) else { continue }
      while let record = Self.record(&rest) {
        var reader = CheckpointReader(record, section: "arrivals")
        guard let arrival = try? Arrival(from: &reader), reader.isAtEnd else { break }
        try body(arrival)
        count += 1
      }
    }
    part = max(first, (parts.last ?? -1) + 1)
    return count
  }

  private static func record(_ rest: inout Data) -> [UInt8]? {
    var head = CheckpointReader(Array(rest.prefix(headBytes)), section: "arrivals")
    guard let length = try? head.bits(), let sum = try? head.bits(),
      length <= UInt64(max(0, rest.count - headBytes))
    else { return nil }
    let body = Array(rest.dropFirst(headBytes).prefix(Int(length)))
    guard hash(body) == sum else { return nil }
    rest = rest.dropFirst(headBytes + body.count)
    return body
  }

  private static func hash(_ bytes: [UInt8]) -> UInt64 {
    var hash = StableHash()
    for byte in bytes { hash.combine(byte) }
    return hash.value
  }

  private func path(_ number: Int) -> String { base + String(number) }

  /// The numbers of the parts that are there, ascending.
  private var parts: [Int] {
    let folder = (base as NSString).deletingLastPathComponent
    let name = (base as NSString).lastPathComponent
    let names = try? FileManager.default.contentsOfDirectory(atPath: folder.isEmpty ? "." : folder)
    return (names ?? []).compactMap { $0.hasPrefix(name) ? Int($0.dropFirst(name.count)) : nil }
      .sorted()
  }
}
