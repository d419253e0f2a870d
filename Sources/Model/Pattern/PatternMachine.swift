/// Runs a program over a text with all its alternatives side by side (Pike's machine).
///
/// Finds the match that a backtracking matcher would find first, with its groups, in time linear in
/// the text: each instruction runs at most once at each place.
struct PatternMachine {
  private struct Thread {
    var instruction: Int
    /// Positions noted so far, -1 where there is none.
    var slots: [Int]
  }

  private let program: PatternProgram
  private var visited: [Int]
  private var generation = 0
  /// Instructions run; what the tests hold against the length of the text.
  private(set) var stepCount = 0

  init(_ program: PatternProgram) {
    self.program = program
    visited = [Int](repeating: 0, count: program.instructions.count)
  }

  /// Finds the first match at or after `start`; with `isWhole`, only one of all the text.
  ///
  /// - Returns: start and end of the match and of each group in turn, -1 for a group that has none.
  mutating func firstMatch(
    in bytes: borrowing Span<UInt8>, from start: Int = 0, isWhole: Bool = false
  ) -> [Int]? {
    let emptySlots = [Int](repeating: -1, count: 2 * (program.groupCount + 1))
    var threads: [Thread] = []
    var found: [Int]?
    var position = start
    var before = context(before: start, in: bytes)
    while true {
      if found == nil, !isWhole || position == start {
        var slots = emptySlots
        slots[0] = position
        threads.append(Thread(instruction: program.start, slots: slots))
      }
      if threads.isEmpty { return found }
      var scalarClass = -1
      var length = 0
      var after = PatternContext.edge
      if position < bytes.count {
        let scalar = decodeScalar(bytes, at: position)
        length = scalar.length
        scalarClass = program.classes.index(of: scalar.value)
        after = program.context(of: scalarClass)
      }
      var next: [Thread] = []
      generation += 1
      for thread in threads {
        let hasMatch = run(
          thread, at: position, before, after, scalarClass, into: &next
        ) { slots in
          guard !isWhole || position == bytes.count else { return false }
          found = slots
          found?[1] = position
          return true
        }
        if hasMatch { break }  // the threads behind are less preferred
      }
      threads = next
      if position >= bytes.count { return found }
      position += length
      before = after
    }
  }

  /// Follows a thread to where it consumes or matches; true when it matched.
  private mutating func run(
    _ thread: Thread, at position: Int, _ before: PatternContext, _ after: PatternContext,
    _ scalarClass: Int, into next: inout [Thread], _ match: ([Int]) -> Bool
  ) -> Bool {
    var stack = [thread]
    while var top = stack.popLast() {
      guard visited[top.instruction] != generation else { continue }
      visited[top.instruction] = generation
      stepCount += 1
      switch program.instructions[top.instruction] {
      case .consume(let set, let target):
        if scalarClass >= 0, program.classes.contains(scalarClass, set: set) {
          top.instruction = target
          next.append(top)
        }
      case .split(let first, let second):
        top.instruction = second
        stack.append(top)
        top.instruction = first
        stack.append(top)
      case .save(let slot, let target):
        top.slots[slot] = position
        top.instruction = target
        stack.append(top)
      case .assert(let assertion, let target):
        if before.allows(assertion, before: after) {
          top.instruction = target
          stack.append(top)
        }
      case .match:
        if match(top.slots) { return true }
      }
    }
    return false
  }

  /// What stands before `position`.
  private func context(before position: Int, in bytes: borrowing Span<UInt8>) -> PatternContext {
    guard position > 0 else { return .edge }
    var start = position - 1
    while start > 0, position - start < 4, UTF8.isContinuation(bytes[start]) { start -= 1 }
    return program.context(of: program.classes.index(of: decodeScalar(bytes, at: start).value))
  }
}
