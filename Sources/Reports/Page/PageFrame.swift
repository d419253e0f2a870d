import Incidents
import Model

/// What every page has around its content: head, navigation, the state of things, foot.
struct PageFrame {
  /// The pages that the navigation names, with their paths.
  enum Tab: String, CaseIterable {
    case incidents = "/"
    case rules = "/rules"
    case explore = "/explore"
    case changes = "/changes"
    case health = "/health"

    var name: String {
      switch self {
      case .incidents: "Incidents"
      case .rules: "Rules"
      case .explore: "Explore"
      case .changes: "Changes"
      case .health: "Health"
      }
    }
  }

  /// What stands in the browser's title.
  var title: String
  /// The tab that is marked; nil for a page below none.
  var tab: Tab?
  /// How bad it is now; nil when all is quiet.
  var worst: Severity?

  /// The whole document around `content`, which is HTML.
  func render(_ content: String) -> String {
    """
    <!doctype html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width,initial-scale=1">
    <meta name="referrer" content="same-origin">
    <title>\(Escaping.html(title)) · Tocsin</title>
    <link rel="stylesheet" href="/page.css">
    <link rel="icon" href="\(icon)">
    <script src="/page.js" defer></script>
    </head>
    <body class="live">
    <a class="skip" href="#main">Skip to content</a>
    <nav aria-label="Pages">
    <a class="brand" href="/"><svg viewBox="0 0 24 24" aria-hidden="true">\(Self.bell)</svg>Tocsin</a>
    <ul>
    \(Tab.allCases.map(link).joined())</ul>
    <span id="link" class="link" role="status">not live</span>
    </nav>
    <main id="main">
    \(content)</main>
    </body>
    </html>

    """
  }

  private func link(_ other: Tab) -> String {
    let mark = other == tab ? " aria-current=\"page\"" : ""
    return "<li><a href=\"\(other.rawValue)\"\(mark)>\(other.name)</a></li>\n"
  }

  private static let bell =
    "<path d=\"M12 3a6 6 0 0 0-6 6c0 5-2 6.5-2 8h16c0-1.5-2-3-2-8a6 6 0 0 0-6-6z\"/>"
    + "<path d=\"M10 20a2 2 0 0 0 4 0\"/>"

  /// A bell in the colour of the worst that goes on: the tab of the browser tells it.
  private var icon: String {
    let colour =
      switch worst {
      case .critical: "%23d0203a"
      case .high: "%23d06010"
      case .medium: "%23b08a10"
      case .low: "%233a8aa0"
      case nil: "%23408a5a"
      }
    let path =
      "M12 3a6 6 0 0 0-6 6c0 5-2 6.5-2 8h16c0-1.5-2-3-2-8a6 6 0 0 0-6-6zM10 20a2 2 0 0 0 4 0z"
    return "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 24 24'%3E"
      + "%3Cpath fill='\(colour)' d='\(path)'/%3E%3C/svg%3E"
  }
}

/// A moment as a page shows it; a script turns it into the reader's own time.
func timeElement(_ time: Timestamp, _ text: String? = nil) -> String {
  "<time datetime=\"\(time)\">\(Escaping.html(text ?? Moment.full(time)))</time>"
}

/// A severity as a coloured word.
func badge(_ severity: Severity) -> String {
  "<span class=\"badge \(severity.rawValue)\">\(severity.rawValue)</span>"
}
