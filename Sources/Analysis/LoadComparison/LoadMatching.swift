import LoadTests
import Statistics

/// Which stretches of two runs are held against each other: those under the same load.
///
/// Two runs over one ramp are alike at each position, though neither is level. Runs over different
/// ramps are alike where they had as many users. Where neither is known, stretches stay unmatched.
struct LoadMatching {
  /// What makes two stretches comparable.
  enum Kind: String, Sendable {
    /// They lie as far behind the beginning of their run.
    case position
    /// They had as many virtual users.
    case load
  }

  /// By what stretches are matched; nil when nothing says which belong together.
  let kind: Kind?
  private let base: Profile, candidate: Profile

  /// Runs whose loads differ by more at the same position, as a factor, have different shapes.
  private static let likeness = 1.15
  /// Share of the longer run that must have a partner for the shapes to be the same.
  private static let overlapMin = 0.8
  /// Levels of load, at most.
  private static let levelsMax = 60.0

  init(_ base: LoadTest, _ candidate: LoadTest) {
    self.base = Profile(base)
    self.candidate = Profile(candidate)
    if self.base.isLike(
      self.candidate, within: Self.likeness, overlap: Self.overlapMin)
    {
      kind = .position
    } else {
      kind = self.base.tellsUsers && self.candidate.tellsUsers ? .load : nil
    }
  }

  /// The values of both sides under the same load, in the order of time or load.
  func pairs(
    _ a: [LoadTest.Stretch], _ b: [LoadTest.Stretch], _ path: KeyPath<LoadTest.Stretch, Double>
  ) -> [(base: Double, candidate: Double)] {
    switch kind {
    case nil: return []
    case .position:
      return Self.nearest(a.map { $0.start - base.start }, b.map { $0.start - candidate.start })
        .map { (a[$0.0][keyPath: path], b[$0.1][keyPath: path]) }
    case .load:
      let most = min(base.usersMax, candidate.usersMax)
      let width = max(1, (most / Self.levelsMax).rounded(.up))
      let (old, new) = (base.levels(a, width, path), candidate.levels(b, width, path))
      return Set(old.keys).intersection(new.keys).sorted().compactMap { level in
        guard let x = old[level], let y = new[level] else { return nil }
        return (Quantiles(x).median, Quantiles(y).median)
      }
    }
  }

  /// Indices of the entries of two ascending lists that lie nearest to each other, each used once.
  ///
  /// - Complexity: O(n + m).
  fileprivate static func nearest(_ a: [Int64], _ b: [Int64]) -> [(Int, Int)] {
    let steps = (zip(a, a.dropFirst()).map { Double($1 - $0) })
    let reach = Int64((Quantiles(steps.filter { $0 > 0 }).median / 2).rounded(.down).finite ?? 0)
    var found: [(Int, Int)] = []
    var next = 0
    for (index, time) in a.enumerated() {
      while next + 1 < b.count, abs(b[next + 1] - time) <= abs(b[next] - time) { next += 1 }
      guard next < b.count else { break }
      guard abs(b[next] - time) <= reach else { continue }
      found.append((index, next))
      next += 1
    }
    return found
  }
}

/// The load of a run over its time.
private struct Profile {
  let start: Int64
  private let times: [Int64]
  private let users: [Double]
  private let rates: [Double]

  init(_ test: LoadTest) {
    let starts =
      test.moments.map(\.start) + test.stretches.map(\.start)
      + test.endpoints.compactMap { $0.stretches.first?.start }
    start = starts.min() ?? 0
    let moments = test.moments.sorted { $0.start < $1.start }
    times = moments.map(\.start)
    users = moments.map(\.users)
    rates = moments.map(\.rate)
  }

  var usersMax: Double { users.filter(\.isFinite).max() ?? 0 }

  /// True when the tool told how many virtual users there were.
  var tellsUsers: Bool { usersMax > 0 }

  /// True when both runs had the same load at the same position for nearly all of their time.
  ///
  /// Of tools that tell no users the rate is taken, which they impose.
  func isLike(_ other: Profile, within factor: Double, overlap: Double) -> Bool {
    let pairs = LoadMatching.nearest(
      times.map { $0 - start }, other.times.map { $0 - other.start })
    let longer = max(times.count, other.times.count)
    guard longer > 0, Double(pairs.count) >= overlap * Double(longer) else { return false }
    let byUsers = tellsUsers && other.tellsUsers
    let loads = pairs.compactMap { a, b -> Double? in
      let (x, y) = byUsers ? (users[a], other.users[b]) : (rates[a], other.rates[b])
      return x.isFinite && y.isFinite && x > 0 && y > 0 ? max(x / y, y / x) : nil
    }
    return !loads.isEmpty && Quantiles(loads).median <= factor
  }

  /// Values by level of load, each so many users wide.
  func levels(
    _ stretches: [LoadTest.Stretch], _ width: Double, _ path: KeyPath<LoadTest.Stretch, Double>
  ) -> [Double: [Double]] {
    var found: [Double: [Double]] = [:]
    var next = 0
    for stretch in stretches {
      while next + 1 < times.count, times[next + 1] <= stretch.start { next += 1 }
      guard next < users.count, users[next].isFinite, users[next] > 0 else { continue }
      found[(users[next] / width).rounded(.up), default: []].append(stretch[keyPath: path])
    }
    return found
  }
}

extension Double {
  /// Itself; nil for infinities and NaN.
  fileprivate var finite: Double? { isFinite ? self : nil }
}
