import Model

/// A status page as one static HTML file: no script, nothing fetched, light and dark.
public enum StatusPageHTML {
  /// The whole document; `feed` and `data` are the names of the files beside it.
  public static func render(
    _ page: StatusPage, feed: String = "feed.atom", data: String = "status.json"
  ) -> String {
    """
    <!doctype html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width,initial-scale=1">
    <meta http-equiv="Content-Security-Policy" \
    content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
    <meta name="referrer" content="no-referrer">
    <title>\(text(page.title)): \(page.health.words.lowercased())</title>
    <link rel="alternate" type="application/atom+xml" href="\(Escaping.html(feed))">
    <style>
    \(StyleSheet.text)\(style)
    </style>
    </head>
    <body>
    <main>
    \(head(page))\(notices("Now", page.ongoing))\(services(page))\
    \(notices("Planned work", page.maintenance))\
    \(notices("Before", page.past, orElse: "No incidents in this time."))\
    <footer><p>As of \(Moment.full(page.madeAt)). All times are UTC. \
    <a href="\(Escaping.html(feed))">Feed</a> · <a href="\(Escaping.html(data))">JSON</a></p></footer>
    </main>
    </body>
    </html>

    """
  }

  private static func head(_ page: StatusPage) -> String {
    let words =
      page.health == .operational ? "All services are operational" : page.health.words
    return """
      <header><p class="eyebrow">\(text(page.title))</p>
      <p class="verdict \(tone(page.health))">\(words)</p></header>

      """
  }

  private static func services(_ page: StatusPage) -> String {
    let rows = page.lines.map { line in
      let share = line.availability * 100
      let percent = Quantity.fixed((share * 100).rounded(.down) / 100, decimals: 2)
      let note = line.description.map { "<span class=\"meta\">\(text($0))</span>" } ?? ""
      return """
        <li><div class="row"><span class="name">\(text(line.title))</span>\
        <span class="state \(tone(line.health))">\(line.health.words)</span></div>\(note)
        \(history(line))
        <div class="row meta"><span>\(line.days.count) days</span><span>\(percent) % available</span>\
        <span>today</span></div></li>

        """
    }.joined()
    return "<section><h2>Services</h2>\n<ul class=\"services\">\n\(rows)</ul>\n</section>\n"
  }

  /// A bar for each day.
  private static func history(_ line: StatusPage.Line) -> String {
    let bars = line.days.enumerated().map { index, health in
      "<rect class=\"\(tone(health))\" x=\"\(index * 8)\" width=\"6\" height=\"30\" rx=\"2\"/>"
    }.joined()
    let bad = line.days.count { $0 > .maintenance }
    let words = bad == 0 ? "no trouble" : "\(bad) days with trouble"
    return """
      <svg class="days" viewBox="0 0 \(line.days.count * 8 - 2) 30" preserveAspectRatio="none" \
      role="img" aria-label="\(line.days.count) days: \(words)">\(bars)</svg>
      """
  }

  private static func notices(
    _ title: String, _ notices: [StatusPage.Notice], orElse placeholder: String? = nil
  ) -> String {
    guard !notices.isEmpty else {
      return placeholder.map { "<section><h2>\(title)</h2>\n<p>\($0)</p>\n</section>\n" } ?? ""
    }
    let list = notices.map { notice in
      let end = notice.end.map { " to \(Moment.full($0))" } ?? ", goes on"
      let services =
        notice.services.isEmpty ? "" : " · \(text(notice.services.joined(separator: ", ")))"
      let updates = notice.updates.map { update in
        "<li><b>\(text(update.state))</b> \(text(update.text))"
          + "<span class=\"meta\">\(Moment.full(update.time))</span></li>\n"
      }.joined()
      return """
        <article id="n\(notice.id)"><h3 class="\(tone(notice.health))">\(text(notice.title))</h3>
        <p class="meta">\(Moment.full(notice.start))\(end)\(services)</p>
        <ul class="updates">
        \(updates)</ul></article>

        """
    }.joined()
    return "<section><h2>\(title)</h2>\n\(list)</section>\n"
  }

  /// The class that colours a health.
  private static func tone(_ health: StatusPage.Health) -> String {
    switch health {
    case .operational: "good"
    case .maintenance: "change"
    case .minor: "low"
    case .degraded: "medium"
    case .partial: "high"
    case .major: "critical"
    }
  }

  private static func text(_ text: String) -> String { Escaping.html(text) }

  private static let style = """
    main{max-width:760px}
    .verdict{font-size:1.5rem;font-weight:650;margin:.3rem 0 0;padding:18px 22px;border-radius:10px;
    color:var(--badge-ink);max-width:none}
    .verdict.good{background:var(--good)}.verdict.change{background:var(--change)}
    .verdict.low{background:var(--low)}.verdict.medium{background:var(--medium)}
    .verdict.high{background:var(--high)}.verdict.critical{background:var(--critical)}
    .row{display:flex;justify-content:space-between;gap:12px}
    .row.meta{display:flex}
    ul.services{list-style:none;padding:0}ul.services>li{margin:0 0 1.3rem}
    .state{font-weight:600;white-space:nowrap}
    .good{color:var(--good);fill:var(--good)}.change{color:var(--change);fill:var(--change)}
    .low{color:var(--low);fill:var(--low)}.medium{color:var(--medium);fill:var(--medium)}
    .high{color:var(--high);fill:var(--high)}.critical{color:var(--critical);fill:var(--critical)}
    .verdict.good,.verdict.change,.verdict.low,.verdict.medium,.verdict.high,.verdict.critical
    {color:var(--badge-ink)}
    svg.days{display:block;width:100%;height:30px;margin:8px 0 4px}
    svg.days .good{opacity:.55}
    ul.updates{list-style:none;padding:0}ul.updates li{margin:.5rem 0}
    article+article{border-top:1px solid var(--rule);margin-top:1rem}
    """
}
