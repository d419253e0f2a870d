/// Answers whether a program matches all of a text, one table look-up for a scalar.
///
/// The table is a deterministic automaton built on the way: a state is the set of instructions that
/// are waiting for a scalar. It holds a bounded number of transitions and starts afresh when it is
/// full, so memory is bounded while time stays linear.
struct PatternAutomaton {
  private struct State: Hashable {
    /// Sorted.
    var waiting: [Int32]
    var before: PatternContext
  }

  private let program: PatternProgram
  private let statesMax: Int
  private var states: [State] = []
  private var indexes: [State: Int] = [:]
  /// By state and class; -1 where it was not needed yet.
  private var transitions: [Int32] = []
  private var accepts: [Bool?] = []
  private var visited: [Int]
  private var generation = 0
  /// Instructions run to build the table.
  private(set) var stepCount = 0

  init(_ program: PatternProgram, statesMax: Int? = nil) {
    self.program = program
    self.statesMax = statesMax ?? max(16, PatternLimits.transitionsMax / program.classes.count)
    visited = [Int](repeating: 0, count: program.instructions.count)
  }

  /// True when the program matches all of `bytes`.
  mutating func matchesWhole(_ bytes: borrowing Span<UInt8>) -> Bool {
    var state = index(of: State(waiting: [Int32(program.start)], before: .edge))
    var position = 0
    let classCount = program.classes.count
    while position < bytes.count {
      let scalar = decodeScalar(bytes, at: position)
      position += scalar.length
      let scalarClass = program.classes.index(of: scalar.value)
      let known = transitions[state * classCount + scalarClass]
      state = known >= 0 ? Int(known) : advance(state, scalarClass)
      if states[state].waiting.isEmpty { return false }
    }
    if let known = accepts[state] { return known }
    var isMatch = false
    _ = close(states[state], after: .edge, scalarClass: nil, isMatch: &isMatch)
    accepts[state] = isMatch
    return isMatch
  }

  private mutating func advance(_ state: Int, _ scalarClass: Int) -> Int {
    let after = program.context(of: scalarClass)
    var isMatch = false
    let waiting = close(states[state], after: after, scalarClass: scalarClass, isMatch: &isMatch)
    let next = State(waiting: waiting.sorted(), before: after)
    if indexes[next] == nil, states.count >= statesMax {
      states = []
      indexes = [:]
      transitions = []
      accepts = []
      return index(of: next)
    }
    let target = index(of: next)
    transitions[state * program.classes.count + scalarClass] = Int32(target)
    return target
  }

  private mutating func index(of state: State) -> Int {
    if let known = indexes[state] { return known }
    indexes[state] = states.count
    states.append(state)
    accepts.append(nil)
    transitions += repeatElement(-1, count: program.classes.count)
    return states.count - 1
  }

  /// Runs what needs no scalar, then one step with a scalar of the class.
  private mutating func close(
    _ state: State, after: PatternContext, scalarClass: Int?, isMatch: inout Bool
  ) -> [Int32] {
    generation += 1
    var targets: Set<Int32> = []
    var stack = state.waiting
    while let top = stack.popLast() {
      guard visited[Int(top)] != generation else { continue }
      visited[Int(top)] = generation
      stepCount += 1
      switch program.instructions[Int(top)] {
      case .consume(let set, let target):
        if let scalarClass, program.classes.contains(scalarClass, set: set) {
          targets.insert(Int32(target))
        }
      case .split(let first, let second):
        stack.append(Int32(first))
        stack.append(Int32(second))
      case .save(_, let target): stack.append(Int32(target))
      case .assert(let assertion, let target):
        if state.before.allows(assertion, before: after) { stack.append(Int32(target)) }
      case .match: isMatch = true
      }
    }
    return Array(targets)
  }
}
