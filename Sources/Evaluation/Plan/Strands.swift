/// Which plans have work in common.
///
/// Plans of one strand share operators, be it by a chain of others between them; plans of different
/// strands share nothing that is written to, and may be evaluated at the same time.
struct Strands {
  /// For each plan one of its strand with a lower number, or itself.
  private var parents: [Int] = []
  /// Pieces of work that each plan uses.
  private(set) var sizes: [Int] = []
  /// The plan that used a piece of work first, by the piece's key.
  private var users: [String: Int] = [:]

  /// Begins a plan: what is claimed from now on is part of it.
  mutating func begin() {
    parents.append(parents.count)
    sizes.append(0)
  }

  /// Number of the plan that was begun last.
  var newest: Int { parents.count - 1 }

  /// Says that the newest plan uses the piece of work `key`.
  mutating func claim(_ key: String) {
    sizes[newest] += 1
    guard let user = users[key] else {
      users[key] = newest
      return
    }
    let (a, b) = (root(of: user), root(of: newest))
    parents[max(a, b)] = min(a, b)
  }

  /// The plan that stands for all of a plan's strand.
  func root(of plan: Int) -> Int {
    var plan = plan
    while parents[plan] != plan { plan = parents[plan] }
    return plan
  }
}
