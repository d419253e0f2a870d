/// A series in one line of text: `▁▁▂▇█▆▂▁`, a space for a gap.
enum Sparkline {
  private static let blocks = Array("▁▂▃▄▅▆▇█")

  /// The greatest value of each of `width` equal stretches of time, between the least and greatest.
  static func text(times: [Int64], values: [Double], width: Int) -> String {
    guard let first = times.first, let last = times.last, width > 0 else { return "" }
    let span = max(1, Double(last) - Double(first))
    var peaks = [Double?](repeating: nil, count: min(width, times.count))
    for (time, value) in zip(times, values) where value.isFinite {
      let place = Int((Double(time) - Double(first)) / span * Double(peaks.count))
      let column = min(peaks.count - 1, place)
      peaks[column] = max(peaks[column] ?? value, value)
    }
    let known = peaks.compactMap(\.self)
    guard let least = known.min(), let greatest = known.max() else { return "" }
    let range = greatest - least
    return String(
      peaks.map { peak -> Character in
        guard let peak else { return " " }
        let share = range > 0 && range.isFinite ? (peak - least) / range : 0
        return blocks[min(blocks.count - 1, Int(share * Double(blocks.count)))]
      })
  }
}
