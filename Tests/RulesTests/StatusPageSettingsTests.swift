import Model
import Testing

@testable import Rules

@Suite struct StatusPageSettingsTests {
  @Test func `a page is read`() throws {
    let text = """
      title: Example shop
      publish: high
      history: 30
      services:
        - {service: checkout, title: Checkout, description: Baskets}
        - service: api
      maintenance:
        - {title: New database, from: 2026-01-20T02:00:00Z, to: 2026-01-20T04:00:00Z, services: checkout}
      """
    let read = StatusPageSettings.read(text, path: "status-page.yaml")
    let page = try #require(read.settings, "\(read.diagnostics)")
    #expect(page.title == "Example shop" && page.publish == .high && page.days == 30)
    #expect(page.services.map(\.title) == ["Checkout", "api"])
    #expect(page.maintenance.first?.services == ["checkout"])
  }

  static let mistakes: [(text: String, want: String)] = [
    ("title: x", "services must name at least one"),
    ("services: [{title: x}]", "service is missing"),
    ("services: [{service: a}]\npublish: grave", "publish"),
    ("services: [{service: a}]\nhistory: 0", "expected 1 to 365"),
    (
      "services: [{service: api}]\nmaintenance: [{title: x, from: soon, to: later}]",
      "expected a time like"
    ),
    (
      "services: [{service: api}]\nmaintenance: [{title: x, from: 2026-01-20T04:00:00Z, "
        + "to: 2026-01-20T02:00:00Z}]", "to must be later"
    ),
    (
      "services: [{service: api}]\nmaintenance: [{title: x, from: 2026-01-20T02:00:00Z, "
        + "to: 2026-01-20T04:00:00Z, services: [apj]}]", "did you mean \"api\"?"
    ),
  ]

  @Test(arguments: mistakes)
  func `a mistake has its place`(_ mistake: (text: String, want: String)) {
    let read = StatusPageSettings.read(mistake.text, path: "s.yaml")
    #expect(read.settings == nil)
    let words = read.diagnostics.map(\.description).joined(separator: "\n")
    #expect(words.contains(mistake.want) && words.contains("s.yaml:"), "\(words)")
  }
}
