import Model

/// One or two quantities over a third one that is not time, as an inline SVG.
///
/// Colours come from the classes of the page's style sheet. Equal input gives equal bytes.
struct CurveSVG {
  /// One line.
  struct Line {
    /// What the legend says.
    var name: String
    /// Class of the style sheet: `line`, `expected` or `threshold`.
    var style: String
    /// Points by x; a y that is not finite is a gap.
    var points: [(x: Double, y: Double)]
  }

  /// A vertical mark.
  struct Mark {
    /// Where it stands.
    var x: Double
    /// What is written beside it.
    var name: String
  }

  var lines: [Line]
  var marks: [Mark] = []
  /// What the horizontal axis measures.
  var xName: String
  /// Unit of the vertical axis.
  var yUnit: String?
  /// Unit of the horizontal axis.
  var xUnit: String?

  private static let width = 760.0
  private static let height = 240.0
  private static let left = 58.0
  private static let right = 748.0
  private static let top = 22.0
  private static let bottom = 196.0

  /// The chart as an `<svg>` element that stands alone too; `title` is told instead of the picture.
  func draw(title: String, isAlone: Bool = false) -> String {
    let points = lines.flatMap(\.points)
    let xAxis = ValueAxis(covering: points.map(\.x) + marks.map(\.x), unit: xUnit, count: 6)
    let yAxis = ValueAxis(covering: points.map(\.y), unit: yUnit)
    func place(_ x: Double) -> Double {
      Self.left + (x - xAxis.low) / (xAxis.high - xAxis.low) * (Self.right - Self.left)
    }
    func height(_ y: Double) -> Double {
      Self.bottom - (y - yAxis.low) / (yAxis.high - yAxis.low) * (Self.bottom - Self.top)
    }
    var out = "<svg class=\"chart\" viewBox=\"0 0 \(Int(Self.width)) \(Int(Self.height))\" "
    out += "role=\"img\" xmlns=\"http://www.w3.org/2000/svg\">\n"
    out += "<title>\(Escaping.html(title))</title>\n"
    if isAlone { out += Self.styles }
    for tick in yAxis.ticks {
      let y = fixed(height(tick.value))
      out += "<path class=\"grid\" d=\"M\(fixed(Self.left)) \(y)H\(fixed(Self.right))\"/>"
      out += "<text x=\"\(fixed(Self.left - 6))\" y=\"\(fixed(height(tick.value) + 4))\" "
      out += "text-anchor=\"end\">\(Escaping.html(tick.label))</text>\n"
    }
    for tick in xAxis.ticks {
      out += "<text x=\"\(fixed(place(tick.value)))\" y=\"\(fixed(Self.bottom + 16))\" "
      out += "text-anchor=\"middle\">\(Escaping.html(tick.label))</text>\n"
    }
    out += "<text x=\"\(fixed(Self.right))\" y=\"\(fixed(Self.bottom + 34))\" "
    out += "text-anchor=\"end\">\(Escaping.html(xName))</text>\n"
    for mark in marks {
      out += "<path class=\"change\" d=\"M\(fixed(place(mark.x))) \(fixed(Self.top))"
      out += "V\(fixed(Self.bottom))\"/>"
      out += "<text x=\"\(fixed(place(mark.x) + 4))\" y=\"\(fixed(Self.top - 6))\">"
      out += "\(Escaping.html(mark.name))</text>\n"
    }
    for line in lines { out += path(line, place, height) }
    return out + legend() + "</svg>\n"
  }

  private func path(
    _ line: Line, _ place: (Double) -> Double, _ height: (Double) -> Double
  ) -> String {
    var steps = ""
    var isDown = false
    for point in line.points {
      guard point.y.isFinite, point.x.isFinite else {
        isDown = false
        continue
      }
      steps += (isDown ? "L" : "M") + fixed(place(point.x)) + " " + fixed(height(point.y))
      isDown = true
    }
    return steps.isEmpty ? "" : "<path class=\"\(line.style)\" fill=\"none\" d=\"\(steps)\"/>\n"
  }

  private func legend() -> String {
    var out = ""
    var x = Self.left
    for line in lines {
      let y = Self.bottom + 30
      out += "<path class=\"\(line.style)\" d=\"M\(fixed(x)) \(fixed(y))h22\"/>"
      out +=
        "<text x=\"\(fixed(x + 28))\" y=\"\(fixed(y + 4))\">\(Escaping.html(line.name))</text>\n"
      x += 44 + 7.2 * Double(line.name.count)
    }
    return out
  }

  private func fixed(_ value: Double) -> String { Quantity.fixed(value, decimals: 1) }

  /// What a page's style sheet would say, for a drawing in a file of its own.
  private static let styles = """
    <style>svg{background:#fff;font:12px system-ui,sans-serif}text{fill:#5a5f68}\
    .grid{stroke:#e3e0d8}.line{stroke:#1f5f99;stroke-width:2}\
    .expected{stroke:#7890a8;stroke-width:2;stroke-dasharray:5 3}\
    .threshold{stroke:#ad4507;stroke-width:2}.change{stroke:#6b4fa0;stroke-dasharray:3 3}</style>

    """
}
