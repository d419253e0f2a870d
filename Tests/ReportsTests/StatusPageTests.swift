import Incidents
import Model
import Testing

@testable import Reports

@Suite struct StatusPageTests {
  static func page(
    _ incidents: [Incident] = [Shop.incident],
    choices: [(String, String)] = [("checkout", "Checkout")],
    publish: Severity = .medium, work: [StatusPage.Work] = [], now: Timestamp = at(18, 0)
  ) -> StatusPage {
    StatusPage(
      title: "Example shop", url: "https://status.example.com",
      choices: choices.map { StatusPage.Choice(service: $0.0, title: $0.1) }, incidents: incidents,
      work: work, publish: publish, days: 3, now: now)
  }

  @Test func `an incident is told in public words`() throws {
    let page = Self.page()
    let notice = try #require(page.past.first)
    #expect(notice.title == "Checkout: major outage" && notice.services == ["Checkout"])
    #expect(page.ongoing.isEmpty && page.health == .operational)
    #expect(page.lines[0].days == [.operational, .operational, .major])
    // Fifteen minutes of two days and eighteen hours.
    #expect(abs(page.lines[0].availability - (1 - 15.0 / (66 * 60))) < 1e-9)
  }

  @Test func `what goes on makes the page's verdict`() {
    var ongoing = Shop.incident
    (ongoing.state, ongoing.end, ongoing.ending) = (.open, nil, nil)
    let page = Self.page([ongoing], now: at(14, 40))
    #expect(page.ongoing.count == 1 && page.health == .partial)
    #expect(StatusPageHTML.render(page).contains("Partial outage"))
  }

  @Test func `nothing of the inside is shown`() {
    var incident = Shop.incident
    incident.title = "inner-title of host-17"
    incident.events.append(
      IncidentEvent(
        incident: incident.id, sequence: 1, time: at(14, 32), kind: .note,
        text: "inner-note by ann"))
    incident.events.append(
      IncidentEvent(
        incident: incident.id, sequence: 2, time: at(14, 45), kind: .resolved,
        text: "inner-text", ending: .verified))
    let page = Self.page([incident])
    let forms = [
      StatusPageHTML.render(page), StatusPageJSON.render(page), StatusPageFeed.render(page),
    ]
    for form in forms {
      for word in ["orders-db", "inner", "host-17", incident.id, "ann", "checkout"] {
        #expect(!form.contains(word), "\(word)")
      }
      #expect(form.contains("It is over, after 15 min."))
    }
  }

  @Test func `what is not chosen or not grave enough does not exist`() {
    #expect(Self.page(choices: [("search", "Search")]).past.isEmpty)
    var mild = Shop.incident
    mild.peakSeverity = .low
    #expect(Self.page([mild]).past.isEmpty && Self.page([mild], publish: .low).past.count == 1)
  }

  @Test func `announced work shows until it is over`() {
    let work = StatusPage.Work(
      title: "New <database>", start: at(17, 0), end: at(19, 0), services: ["checkout"],
      text: "Slow for a while.")
    let page = Self.page([], work: [work])
    #expect(page.health == .maintenance && page.maintenance.count == 1)
    #expect(StatusPageHTML.render(page).contains("New &lt;database&gt;"))
    #expect(Self.page([], work: [work], now: at(19, 0)).maintenance.isEmpty)
  }

  @Test func `equal content gives equal bytes`() {
    #expect(StatusPageHTML.render(Self.page()) == StatusPageHTML.render(Self.page()))
    let feed = StatusPageFeed.render(Self.page())
    #expect(feed == StatusPageFeed.render(Self.page(now: at(18, 30))))
    #expect(feed.contains("<updated>2026-01-15T14:31:00Z</updated>"))
  }
}
