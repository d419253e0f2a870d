import Incidents
import Model

/// Who was in trouble when: a lane for each service, the severity above them, changes across.
///
/// Colours come from classes that the page's style sheet sets. Equal input gives equal bytes.
struct OverviewSVG {
  private let overview: Report.Overview
  private let width: Double
  private let left: Double
  private let labels: ChangeLabels
  private var right: Double { width - 12 }
  private var top: Double { 8 + Double(labels.rowCount) * ChangeLabels.rowHeight + 6 }
  private var lanes: [Report.Lane] { Array(overview.lanes.prefix(Self.lanesMax)) }

  private static let lane = 28.0
  private static let bar = 14.0
  /// More services than this are counted, not drawn.
  private static let lanesMax = 16

  /// The drawing as an `<svg>` element; `id` is unique within the page.
  static func draw(_ overview: Report.Overview, isNarrow: Bool, id: String) -> String {
    OverviewSVG(overview, isNarrow).draw(id)
  }

  private init(_ overview: Report.Overview, _ isNarrow: Bool) {
    self.overview = overview
    width = isNarrow ? 360 : 760
    left = isNarrow ? 92 : 132
    let (from, span) = (overview.from, Double(max(1, overview.to - overview.from)))
    let (left, right) = (left, width - 12)
    labels = ChangeLabels(overview.changes, left: left, right: right) {
      left + (Double($0) - Double(from.milliseconds)) / span * (right - left)
    }
  }

  private func x(_ time: Timestamp) -> Double {
    let span = Double(max(1, overview.to - overview.from))
    let share = Double(time - overview.from) / span
    return left + min(1, max(0, share)) * (right - left)
  }

  private func draw(_ id: String) -> String {
    let rows = Double(lanes.count + 1)
    let bottom = top + rows * Self.lane
    return """
      <svg class="chart overview" viewBox="0 0 \(short(width)) \(short(bottom + 30))" role="img" \
      aria-labelledby="\(id)-t \(id)-d">
      <title id="\(id)-t">Who was in trouble when</title>
      <desc id="\(id)-d">\(Escaping.html(description))</desc>
      \(axis(bottom))\(severity())\(lanes.enumerated().map { lane($0.offset, $0.element) }.joined())\(changes(bottom))</svg>
      """
  }

  /// What a listener is told instead of the picture.
  private var description: String {
    lanes.map { lane in
      let spans = lane.spans.map { span in
        "\(span.name) from \(Moment.clock(span.start))"
          + (span.end.map { " to \(Moment.clock($0))" } ?? " on")
      }
      return "\(lane.service): \(spans.joined(separator: ", "))"
    }.joined(separator: "; ") + "."
  }

  private func axis(_ bottom: Double) -> String {
    let room = max(2, Int((right - left) / 74))
    let ticks = TimeAxis(
      from: overview.from.milliseconds, to: overview.to.milliseconds, count: room
    ).ticks
    return ticks.map { tick in
      let x = x(Timestamp(milliseconds: tick.time))
      let isLast = x > right - 16
      return "<path class=\"grid\" d=\"M\(short(x)) \(short(top))V\(short(bottom))\"/>\n"
        + text(
          isLast ? right + 10 : x, bottom + 17, isLast ? "end" : "middle", tick.label,
          tick.isDay ? "day" : "")
    }.joined()
  }

  /// The strip of severities, from the opening to the end.
  private func severity() -> String {
    var out = text(left - 10, top + Self.lane / 2 + 4, "end", "severity")
    let end = overview.end ?? overview.to
    for (index, grade) in overview.grades.enumerated() {
      let to = index + 1 < overview.grades.count ? overview.grades[index + 1].from : end
      guard to >= grade.from else { continue }
      let length = max(2, x(to) - x(grade.from))
      out += rectangle(
        "grade \(grade.severity.rawValue)", x(grade.from), top + (Self.lane - Self.bar) / 2, length,
        "\(grade.severity.rawValue) from \(Moment.clock(grade.from))", radius: 3)
      // A letter takes about seven units; a name that does not fit is left to the title.
      if length > Double(grade.severity.rawValue.count) * 7 + 8 {
        out += text(
          x(grade.from) + 6, top + Self.lane / 2 + 4, "start", grade.severity.rawValue, "grade-name"
        )
      }
    }
    return out
  }

  private func lane(_ index: Int, _ lane: Report.Lane) -> String {
    let y = top + Double(index + 1) * Self.lane
    let room = Int((left - 14) / 6.6)
    let name =
      lane.service.count <= room ? lane.service : lane.service.prefix(max(1, room - 1)) + "…"
    var out = "<path class=\"grid\" d=\"M\(short(left)) \(short(y))H\(short(right))\"/>\n"
    out += text(left - 10, y + Self.lane / 2 + 4, "end", name, "lane-name")
    for span in lane.spans {
      let end = span.end ?? overview.to
      let title =
        "\(span.name) \(Moment.clock(span.start))"
        + (span.end.map { " to \(Moment.clock($0))" } ?? ", goes on")
      out += rectangle(
        "lane-bar", x(span.start), y + (Self.lane - Self.bar) / 2,
        max(3, x(end) - x(span.start)), title, radius: 4)
    }
    return out
  }

  private func rectangle(
    _ name: String, _ x: Double, _ y: Double, _ width: Double, _ title: String, radius: Int
  ) -> String {
    """
    <rect class="\(name)" x="\(short(x))" y="\(short(y))" width="\(short(width))" \
    height="\(short(Self.bar))" rx="\(radius)"><title>\(Escaping.html(title))</title></rect>

    """
  }

  private func changes(_ bottom: Double) -> String {
    labels.placed.map { label in
      let x = short(label.x)
      return """
        <g><title>\(Escaping.html(label.full))</title>\
        <path class="change" d="M\(x) \(short(label.baseline + 4))V\(short(bottom))"/>\
        <path class="change-mark" d="M\(x) \(short(bottom))l-4 7h8z"/></g>

        """ + text(label.textX, label.baseline, label.anchor, label.text, "change-label")
    }.joined()
  }

  private func text(
    _ x: Double, _ y: Double, _ anchor: String, _ text: String, _ name: String = ""
  ) -> String {
    let anchor = anchor == "start" ? "" : " text-anchor=\"\(anchor)\""
    let name = name.isEmpty ? "" : " class=\"\(name)\""
    return
      "<text\(name) x=\"\(short(x))\" y=\"\(short(y))\"\(anchor)>\(Escaping.html(text))</text>\n"
  }

  /// A coordinate with at most one decimal.
  private func short(_ value: Double) -> String {
    let text = Quantity.fixed(value, decimals: 1)
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }
}

/// The overview with its heading, drawn once for pages and once for telephones.
enum OverviewHTML {
  static func figure(_ overview: Report.Overview?) -> String {
    guard let overview, !overview.lanes.isEmpty else { return "" }
    let wide = OverviewSVG.draw(overview, isNarrow: false, id: "overview")
    let narrow = OverviewSVG.draw(overview, isNarrow: true, id: "overview-narrow")
    return """
      <figure>
      <p class="heading">Who was in trouble when<span>\(Moment.day(overview.from)), UTC</span></p>
      <div class="wide-only">\(wide)</div>
      <div class="narrow-only">\(narrow)</div>
      </figure>

      """
  }
}
