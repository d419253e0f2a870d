import Glibc
import Incidents
import Model
import Testing

@testable import Reports

@Suite struct DocumentTests {
  /// Texts that try to leave their place in a document.
  static let attacks = [
    "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "' onload='x", "</style><b>",
    "-->]]>&lt;", "\u{1b}[2J\u{0}", "```\n# x\n|a|b|\n", String(repeating: "é", count: 5000), "",
  ]

  @Test(arguments: attacks)
  func `no foreign text becomes markup of the page`(_ attack: String) {
    let page = HTMLReport.render(Shop.hostile(attack))
    #expect(!page.contains("<script"))
    #expect(!page.contains("<img"))
    #expect(!page.contains("</style><b>"))
    #expect(!page.contains("onload='"))
    #expect(!page.contains("\u{1b}") && !page.contains("\u{0}"))
    // As many opening as closing angles: all are the page's own.
    let body = page.firstRange(of: "<body>").map { page[$0.lowerBound...] } ?? ""
    #expect(!body.isEmpty && body.count { $0 == "<" } == body.count { $0 == ">" })
    #expect(!page.contains("=\"nan") && !page.contains(" nan") && !page.contains("inf\""))
  }

  @Test(arguments: attacks)
  func `no foreign text becomes markup of the Markdown`(_ attack: String) {
    let text = MarkdownReport.render(Shop.hostile(attack))
    let headings = text.split(separator: "\n").filter { $0.hasPrefix("## ") }
    #expect(
      headings == [
        "## Next steps", "## Severity", "## Impact", "## Timeline", "## Root cause",
        "## Resolution", "## Prevention", "## Action items",
      ])
    #expect(!text.contains("\u{1b}"))
  }

  @Test func `the Markdown report`() {
    expectGolden(MarkdownReport.render(Shop.report), "report.md")
  }

  @Test func `the page has every section in order and needs nothing else`() {
    let page = HTMLReport.render(Shop.ongoing)
    let order = [
      "<h1>", "<dt>Start</dt>", "<dt>End</dt>", "<dt>Duration</dt>", "<h2>Next steps</h2>",
      "<h2>Severity</h2>", "<h2>Impact</h2>", "<h2>Timeline</h2>", "<h2>Root cause</h2>",
      "<h2>Resolution</h2>", "<h2>Prevention</h2>", "<h2>Action items</h2>",
    ]
    var rest = Substring(page)
    for mark in order {
      let tail = rest.firstRange(of: mark).map { rest[$0.upperBound...] }
      #expect(tail != nil, "\(mark) is missing or out of order")
      rest = tail ?? rest
    }
    for outside in ["http:", "https:", "src=", "url(", "@import", "<link", "<script", "href="] {
      // Links within the page itself are all that may lead anywhere.
      #expect(!page.replacing("href=\"#", with: "").contains(outside), "\(outside)")
    }
    #expect(page == HTMLReport.render(Shop.ongoing))
  }

  @Test func `an incident that has just begun`() {
    let incident = Incident(
      id: "a1", title: "db: down", services: ["db"], severity: .critical, start: at(3, 0),
      openedAt: at(3, 1))
    let report = Report(of: incident, at: at(3, 2))
    expectGolden(MarkdownReport.render(report), "begun.md")
    #expect(HTMLReport.render(report).contains("ongoing"))
  }

  @Test func `text is readable in light and dark`() throws {
    func luminance(_ color: String) throws -> Double {
      let number = try #require(Int(color.dropFirst(), radix: 16))
      let parts = [number >> 16, number >> 8, number].map { part -> Double in
        let share = Double(part & 0xff) / 255
        return share <= 0.04045 ? share / 12.92 : pow((share + 0.055) / 1.055, 2.4)
      }
      return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
    }
    func contrast(_ a: String, _ b: String) throws -> Double {
      let (a, b) = (try luminance(a), try luminance(b))
      return (max(a, b) + 0.05) / (min(a, b) + 0.05)
    }
    let byName = Dictionary(uniqueKeysWithValues: Palette.all.map { ($0.name, $0) })
    for color in Palette.all {
      guard let on = color.on else { continue }
      let ground = try #require(byName[on])
      #expect(try contrast(color.light, ground.light) >= 4.5, "\(color.name), light")
      #expect(try contrast(color.dark, ground.dark) >= 4.5, "\(color.name), dark")
    }
    // The badge's ink stands on every level, and labels of a chart on its card and on alerts.
    let badge = try #require(byName["badge-ink"])
    for name in ["critical", "high", "medium", "low"] {
      let level = try #require(byName[name])
      #expect(try contrast(badge.light, level.light) >= 4.5, "\(name), light")
      #expect(try contrast(badge.dark, level.dark) >= 4.5, "\(name), dark")
    }
  }
}
