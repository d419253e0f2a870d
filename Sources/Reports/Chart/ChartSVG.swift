public import Incidents
import Model

/// One series as an inline SVG: line with gaps, normal band, expected line, threshold, alerts, changes.
///
/// Colours come from classes that the page's style sheet sets, so that one drawing serves light, dark
/// and paper. Equal input gives equal bytes.
public struct ChartSVG {
  /// The size of a drawing, in pixels of its own.
  public struct Size: Sendable {
    /// Width.
    public var width: Double
    /// Height of the plot, labels and marks not counted.
    public var plotHeight: Double

    /// For a page of normal width.
    public static let wide = Size(width: 760, plotHeight: 190)
    /// For a telephone.
    public static let narrow = Size(width: 360, plotHeight: 150)
  }

  private let chart: Report.Chart
  private let size: Size
  private let window: EvidenceWindow
  private let axis: ValueAxis
  private let start: Int64
  private let end: Int64
  private let labels: ChangeLabels

  private let left = 58.0
  private var right: Double { size.width - 12 }
  private var top: Double { 24 + Double(labels.rowCount) * ChangeLabels.rowHeight }
  private var bottom: Double { top + size.plotHeight }

  /// The chart as an `<svg>` element.
  ///
  /// `id` is unique within the page, of `[a-z0-9-]`; `description` is what a listener is told instead
  /// of the picture.
  public static func draw(
    _ chart: Report.Chart, size: Size = .wide, id: String, description: String
  ) -> String {
    ChartSVG(chart, size).draw(id: id, description: description)
  }

  private init(_ chart: Report.Chart, _ size: Size) {
    self.chart = chart
    self.size = size
    window = chart.window
    let start = window.times.first ?? 0
    let end = window.times.last ?? 0
    (self.start, self.end) = (start, max(end, start + 1))
    let columns =
      [window.values] + [window.expected, window.lower, window.upper].compactMap(\.self)
    axis = ValueAxis(
      covering: columns.joined() + [window.threshold].compactMap(\.self), unit: window.unit)
    let (from, to, left, right) = (self.start, self.end, left, size.width - 12)
    labels = ChangeLabels(
      chart.changes.filter { $0.time.milliseconds >= from && $0.time.milliseconds <= to },
      left: left, right: right
    ) { left + (Double($0) - Double(from)) / (Double(to) - Double(from)) * (right - left) }
  }

  private func draw(id: String, description: String) -> String {
    let height = bottom + 38
    let title = Escaping.html(window.title)
    return """
      <svg class="chart" viewBox="0 0 \(short(size.width)) \(short(height))" role="img" \
      aria-labelledby="\(id)-t \(id)-d">
      <title id="\(id)-t">\(title)</title>
      <desc id="\(id)-d">\(Escaping.html(description))</desc>
      \(alerts())\(grid())\(band())\(expected())\(threshold())\(changes())\(line())\(peak())</svg>
      """
  }

  // MARK: - Places

  private func x(_ time: Int64) -> Double {
    left + (Double(time) - Double(start)) / (Double(end) - Double(start)) * (right - left)
  }

  private func y(_ value: Double) -> Double {
    let share = (value - axis.low) / (axis.high - axis.low)
    return bottom - min(1, max(0, share)) * (bottom - top)
  }

  /// A coordinate with at most one decimal.
  private func short(_ value: Double) -> String {
    let text = Quantity.fixed(value, decimals: 1)
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }

  private func points(_ stroke: some Sequence<Int>, _ values: [Double]) -> String {
    stroke.map { "\(short(x(window.times[$0]))) \(short(y(values[$0])))" }.joined(separator: "L")
  }

  // MARK: - Layers, from the back to the front

  private func grid() -> String {
    var out = ""
    for tick in axis.ticks {
      let y = short(y(tick.value))
      out += "<path class=\"grid\" d=\"M\(short(left)) \(y)H\(short(right))\"/>\n"
      out += text(left - 8, self.y(tick.value) + 4, "end", tick.label)
    }
    let room = Int((right - left) / 74)
    for tick in TimeAxis(from: start, to: end, count: room).ticks {
      let x = x(tick.time)
      out += "<path class=\"tick\" d=\"M\(short(x)) \(short(bottom))v5\"/>\n"
      let anchor = x > right - 16 ? "end" : "middle"
      out += text(
        anchor == "end" ? right + 10 : x, bottom + 18, anchor, tick.label, tick.isDay ? "day" : "")
    }
    let from = Timestamp(milliseconds: start)
    return out + text(left, bottom + 33, "start", "\(Moment.day(from)), UTC", "note")
  }

  private func alerts() -> String {
    var out = ""
    for span in chart.alerts {
      let from = max(start, span.start.milliseconds)
      let to = min(end, span.end?.milliseconds ?? end)
      guard from <= end, to >= start, from <= to else { continue }
      let width = short(max(1.5, x(to) - x(from)))
      let name = Escaping.html(span.name)
      out += """
        <g><title>\(name) firing</title><rect class="alert" x="\(short(x(from)))" \
        y="\(short(top))" width="\(width)" height="\(short(bottom - top))"/>\
        <rect class="alert-edge" x="\(short(x(from)))" y="\(short(top))" width="\(width)" \
        height="3"/></g>

        """
    }
    return out
  }

  private func band() -> String {
    guard window.lower != nil || window.upper != nil else { return "" }
    let count = window.times.count
    let lower = window.lower ?? Array(repeating: axis.low, count: count)
    let upper = window.upper ?? Array(repeating: axis.high, count: count)
    // A gap in either edge is a gap of the band.
    let gaps = zip(lower, upper).map { $0.isNaN || $1.isNaN ? Double.nan : $1 }
    let path = Reduction.strokes(times: window.times, values: gaps, columns: columns).map {
      "M\(points($0.indices, upper))L\(points($0.indices.reversed(), lower))Z"
    }.joined()
    return path.isEmpty ? "" : "<path class=\"band\" d=\"\(path)\"/>\n"
  }

  private func expected() -> String {
    window.expected.map { stroke("expected", $0) } ?? ""
  }

  private func line() -> String { stroke("line", window.values) }

  /// A point between two gaps becomes a dot: a line of no length with round ends.
  private func stroke(_ name: String, _ values: [Double]) -> String {
    let path = Reduction.strokes(times: window.times, values: values, columns: columns).map {
      "M\(points($0.indices, values))" + ($0.indices.count == 1 ? "h0" : "")
    }.joined()
    return path.isEmpty ? "" : "<path class=\"\(name)\" d=\"\(path)\"/>\n"
  }

  private var columns: Int { Int(right - left) }

  private func threshold() -> String {
    guard let threshold = window.threshold, threshold.isFinite else { return "" }
    let y = y(threshold)
    let label = Quantity.text(threshold, unit: window.unit)
    // Above the line, or below it where a change's label or the edge would be in the way.
    let place = y - top < 16 ? y + 14 : y - 5
    return "<path class=\"threshold\" d=\"M\(short(left)) \(short(y))H\(short(right))\"/>\n"
      + text(left + 6, place, "start", "threshold \(label)", "threshold-label")
  }

  private func changes() -> String {
    labels.placed.map { label in
      let x = short(label.x)
      return """
        <g><title>\(Escaping.html(label.full))</title>\
        <path class="change" d="M\(x) \(short(label.baseline + 4))V\(short(bottom))"/>\
        <path class="change-mark" d="M\(x) \(short(bottom))l-4 7h8z"/></g>

        """ + text(label.textX, label.baseline, label.anchor, label.text, "change-label")
    }.joined()
  }

  /// The point farthest from what was expected, or the greatest, with its value.
  private func peak() -> String {
    func distance(_ index: Int) -> Double {
      let expected = window.expected?[index] ?? axis.low
      return abs(window.values[index] - (expected.isFinite ? expected : axis.low))
    }
    var best: Int?
    for index in window.values.indices where window.values[index].isFinite {
      if best.map({ distance(index) > distance($0) }) ?? true { best = index }
    }
    guard let best, distance(best) > (axis.high - axis.low) * 0.1 else { return "" }
    let (x, y) = (x(window.times[best]), y(window.values[best]))
    let label = Quantity.text(window.values[best], unit: window.unit)
    // Above the point, where the room over the plot keeps it clear of the line; a dip's goes below.
    let isDip = window.expected.map { window.values[best] < $0[best] } ?? false
    let place = isDip && y < bottom - 20 ? y + 18 : y - 9
    return "<circle class=\"peak\" cx=\"\(short(x))\" cy=\"\(short(y))\" r=\"3.5\"/>\n"
      + text(min(right - 20, max(left + 20, x)), place, "middle", label, "peak-label")
  }

  private func text(
    _ x: Double, _ y: Double, _ anchor: String, _ text: String, _ name: String = ""
  ) -> String {
    let anchor = anchor == "start" ? "" : " text-anchor=\"\(anchor)\""
    let name = name.isEmpty ? "" : " class=\"\(name)\""
    return
      "<text\(name) x=\"\(short(x))\" y=\"\(short(y))\"\(anchor)>\(Escaping.html(text))</text>\n"
  }
}
