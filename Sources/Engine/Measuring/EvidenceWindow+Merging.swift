import Incidents

extension [EvidenceWindow] {
  /// The windows of both, those of one series joined; what is newer wins where both have a time.
  func merging(_ newer: [EvidenceWindow]) -> [EvidenceWindow] {
    var merged = newer
    for window in self {
      guard let index = merged.firstIndex(where: { $0.id == window.id }) else {
        // What was under suspicion for a while need not stay; what alerts watched does.
        if window.expression != nil { merged.append(window) }
        continue
      }
      merged[index].prepend(window)
    }
    return merged.sorted {
      ($0.service ?? "", $0.title, $0.labels) < ($1.service ?? "", $1.title, $1.labels)
    }
  }
}

extension EvidenceWindow {
  /// Adds the points of `older` that lie before the first point of this window.
  mutating func prepend(_ older: EvidenceWindow) {
    let first = times.first ?? .max
    let count = older.times.prefix { $0 < first }.count
    guard count > 0 else { return }
    let own = times.count
    times.insert(contentsOf: older.times.prefix(count), at: 0)
    values.insert(contentsOf: older.values.prefix(count), at: 0)
    expected = Self.joined(older.expected, count, expected, own)
    lower = Self.joined(older.lower, count, lower, own)
    upper = Self.joined(older.upper, count, upper, own)
  }

  private static func joined(
    _ older: [Double]?, _ count: Int, _ newer: [Double]?, _ own: Int
  ) -> [Double]? {
    guard older != nil || newer != nil else { return nil }
    return Array((older ?? Array(repeating: .nan, count: count)).prefix(count))
      + (newer ?? Array(repeating: .nan, count: own))
  }
}
