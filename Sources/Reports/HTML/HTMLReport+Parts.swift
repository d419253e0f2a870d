import Incidents
import Model

/// What to do now, with commands that one click selects.
enum NextStepsHTML {
  static func section(_ steps: [NextStep]) -> String {
    guard !steps.isEmpty else { return "" }
    let list = steps.map { step in
      let commands = step.commands.map {
        "<pre><code>\(Escaping.html($0))</code></pre>"
      }.joined()
      return "<li><b>\(Words.step(step.kind))</b> \(Escaping.html(step.service)): "
        + "\(Escaping.prose(step.text))\(commands)</li>\n"
    }.joined()
    return HTMLReport.section("Next steps", "<ol class=\"steps\">\n\(list)</ol>\n")
  }
}

/// Why it happened: sentences, suspects, deviations, what stayed normal, and the series.
enum RootCauseHTML {
  static func section(_ report: Report) -> String {
    let cause = report.rootCause
    var out = HTMLReport.passages(cause.passages, orElse: "Not known yet.")
    out += suspects(cause.suspects)
    out += deviations(cause.deviations)
    if !cause.stayedNormal.isEmpty {
      let list = cause.stayedNormal.map { "<li>\(Escaping.prose(Words.normal($0)))</li>\n" }
        .joined()
      out += "<h3>What stayed normal</h3>\n<ul>\n\(list)</ul>\n"
    }
    let charts = report.charts.enumerated().dropFirst()
    if !charts.isEmpty {
      out += "<h3>Evidence</h3>\n"
      let figures = charts.map { ChartHTML.figure($1, id: "chart-\($0 + 1)") }.joined()
      out += "<div class=\"figures\">\n\(figures)</div>\n"
    }
    return HTMLReport.section("Root cause", out, isLong: true)
  }

  private static func suspects(_ suspects: [Suspect]) -> String {
    guard !suspects.isEmpty else { return "" }
    let list = suspects.map { suspect in
      let share = Quantity.fixed(min(1, max(0, suspect.score)) * 100, decimals: 0)
      let reasons = suspect.because.map { "<li>\(Escaping.prose($0))</li>" }.joined()
      return """
        <li><div><span class="name">\(Escaping.html(Words.suspect(suspect.cause)))</span>\
        <div class="bar" role="img" aria-label="score \(share) of 100">\
        <i style="width:\(share)%"></i></div>\
        \(reasons.isEmpty ? "" : "<ul>\(reasons)</ul>")</div></li>

        """
    }.joined()
    return "<h3>Suspects, most probable first</h3>\n<ol class=\"suspects\">\n\(list)</ol>\n"
  }

  /// The metric's name, and below it the labels that tell it from others of its service.
  private static func metric(_ deviation: Deviation) -> String {
    let name = deviation.metric.metricName ?? deviation.metric["alertname"]
    guard let name else { return "<code>\(Escaping.html(deviation.metric.description))</code>" }
    let rest = deviation.metric.pairs.filter {
      ![Labels.metricName, "alertname", "service"].contains($0.name)
    }.map { "\($0.name) \($0.value)" }.joined(separator: ", ")
    return "<code>\(Escaping.html(name))</code>"
      + (rest.isEmpty ? "" : "<span class=\"meta\">\(Escaping.html(rest))</span>")
  }

  private static func deviations(_ deviations: [Deviation]) -> String {
    guard !deviations.isEmpty else { return "" }
    let rows = deviations.map { deviation in
      let expected = deviation.expectedText.map(Escaping.html) ?? "–"
      return """
        <tr><td data-name="since">\(Moment.clock(deviation.onset))</td>\
        <td>\(Escaping.html(deviation.service ?? "–"))</td>\
        <td>\(metric(deviation))</td>\
        <td class="number" data-name="at worst">\(Escaping.html(deviation.observedText))</td>\
        <td class="number" data-name="usually">\(expected)</td></tr>

        """
    }.joined()
    return """
      <h3>What left its normal range, in order</h3>
      <table class="stack">
      <thead><tr><th>Since</th><th>Service</th><th>Metric</th><th class="number">At worst</th>\
      <th class="number">Usually</th></tr></thead>
      <tbody>
      \(rows)</tbody>
      </table>

      """
  }
}

/// A chart with its heading and legend, drawn once for pages and once for telephones.
enum ChartHTML {
  static func figure(_ chart: Report.Chart, id: String) -> String {
    let description = ChartDescription.text(chart)
    let wide = ChartSVG.draw(chart, size: .wide, id: id, description: description)
    let narrow = ChartSVG.draw(
      chart, size: .narrow, id: id + "-narrow", description: description)
    let unit = chart.window.unit.flatMap { Quantity.isSymbol($0) ? nil : $0 }
    let notes = [unit, chart.window.service].compactMap(\.self).joined(separator: " · ")
    let note = notes.isEmpty ? "" : "<span>\(Escaping.html(notes))</span>"
    let legend = ChartDescription.legend(chart).map { entry in
      "<span>\(swatch(entry.swatch))\(Escaping.html(entry.name))</span>\n"
    }.joined()
    return """
      <figure>
      <p class="heading">\(Escaping.html(chart.window.title))\(note)</p>
      <div class="wide-only">\(wide)</div>
      <div class="narrow-only">\(narrow)</div>
      <figcaption>
      \(legend)</figcaption>
      </figure>

      """
  }

  private static func swatch(_ name: String) -> String {
    let shape =
      switch name {
      case "band": "<rect class=\"band\" y=\"1\" width=\"22\" height=\"10\"/>"
      case "alert":
        "<rect class=\"alert\" y=\"1\" width=\"22\" height=\"10\"/>"
          + "<rect class=\"alert-edge\" y=\"1\" width=\"22\" height=\"3\"/>"
      case "change":
        "<path class=\"change\" d=\"M11 0V9\"/><path class=\"change-mark\" d=\"M11 6l-4 6h8z\"/>"
      default: "<path class=\"\(name)\" d=\"M1 6H21\"/>"
      }
    return "<svg class=\"chart swatch\" viewBox=\"0 0 22 12\" "
      + "aria-hidden=\"true\">\(shape)</svg>"
  }
}
