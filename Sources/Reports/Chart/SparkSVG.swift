import Model

/// One quantity over time in the height of a line of text, as an inline SVG: no axis, the least and the
/// greatest value beside it.
///
/// Colours come from the classes of the page's style sheet. Equal input gives equal bytes.
enum SparkSVG {
  private static let width = 220.0
  private static let height = 34.0
  /// Room for the line's own width.
  private static let margin = 2.0

  /// Draws points in the order of their times.
  ///
  /// - Parameters:
  ///   - points: Oldest first; a value that is not finite is a gap.
  ///   - unit: As `Quantity` takes it.
  ///   - title: What a listener is told instead of the picture.
  /// - Returns: The drawing, and its bounds as text; nothing where there are not two values to join.
  static func draw(
    _ points: [(time: Timestamp, value: Double)], unit: String?, title: String
  ) -> String {
    let known = points.filter { $0.value.isFinite }
    guard known.count > 1, let first = known.first?.time, let last = known.last?.time,
      let least = known.map(\.value).min(), let greatest = known.map(\.value).max()
    else { return "" }
    // A flat line of something that is there lies in the middle, one of nothing at the bottom.
    let low = least == greatest && least > 0 ? 0 : least
    let high = low == greatest ? low + 1 : least == greatest ? 2 * greatest : greatest
    var steps = ""
    var isDown = false
    for point in points {
      guard point.value.isFinite else {
        isDown = false
        continue
      }
      let x = Double(point.time - first) / Double(max(1, last - first))
      let y = (point.value - low) / (high - low)
      steps += isDown ? "L" : "M"
      steps += fixed(margin + x * (width - 2 * margin)) + " "
      steps += fixed(height - margin - y * (height - 2 * margin))
      isDown = true
    }
    let bounds =
      least == greatest
      ? Quantity.text(least, unit: unit)
      : "\(Quantity.text(least, unit: unit)) to \(Quantity.text(greatest, unit: unit))"
    return """
      <svg class="chart spark" viewBox="0 0 \(Int(width)) \(Int(height))" role="img" \
      preserveAspectRatio="none"><title>\(Escaping.html("\(title): \(bounds)"))</title>\
      <path class="line" d="\(steps)"/></svg>\(Escaping.html(bounds))
      """
  }

  private static func fixed(_ value: Double) -> String { Quantity.fixed(value, decimals: 1) }
}
