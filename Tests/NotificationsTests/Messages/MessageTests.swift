import Incidents
import Model
import Rules
import Testing

@testable import Notifications

private func notice(_ stage: Stage, _ change: (inout Incident) -> Void = { _ in }) -> Notice {
  var incident = incident("i1", .critical)
  incident.respondBy = at(0)
  change(&incident)
  return Notice(
    stage: stage, time: at(12), incident: incident,
    news: [
      IncidentEvent(
        incident: "i1", sequence: 1, time: at(11), kind: .alertFiring,
        text: "latency of checkout rose to 2.3 s")
    ], previousSeverity: .high, escalations: stage == .escalated ? 1 : 0,
    links: [.init(name: "incident", url: "https://tocsin.example/incidents/i1")])
}

struct `Messages` {
  @Test func `a page tells what, since when, why, whence and what to do`() {
    let message = MessageTemplates().message(for: notice(.opened), limit: 16_384)
    #expect(message.title == "CRITICAL: checkout and api in trouble, probably because of orders-db")
    #expect(
      message.text == """
        Since 00:00 UTC (12 min), in checkout, 1 alert. Please answer now.

        Why it is critical:
        - 38 % of checkout users are affected → critical
        - minor service api is slow → medium

        Probable cause:
        1. orders-db: db_connections (db_connections of orders-db rose from 40 to 100)

        Do next:
        - rollback: undo the deploy of checkout 3.9.0
            docker compose -f checkout-3.8.2.yml up -d

        incident: https://tocsin.example/incidents/i1
        """)
  }

  @Test(arguments: [
    (Stage.reopened, "CRITICAL, back again: ", "The same trouble is back. Since 00:00 UTC"),
    (.severity, "CRITICAL, up from high: ", "Since 00:00 UTC"),
    (.escalated, "CRITICAL, ESCALATED: ", "Critical: everyone is called. Since 00:00 UTC"),
    (.acknowledged, "Somebody is on it: ", "CRITICAL. Since 00:00 UTC"),
    (.updated, "CRITICAL, news: ", "Since 00:00 UTC"),
    (.reminder, "CRITICAL, still open: ", "Nobody has taken it yet. Since 00:00 UTC"),
    (.briefing, "How it stands: ", "Severity critical. Since 00:00 UTC"),
    (.merged, "Part of another incident: ", "It is the same trouble as incident"),
    (.resolved, "Resolved: ", "No alert fires any more; nothing could be read to verify it."),
  ])
  func `every stage has its words`(stage: Stage, title: String, text: String) {
    let message = MessageTemplates().message(for: notice(stage), limit: 16_384)
    #expect(message.title.hasPrefix(title), "\(message.title)")
    #expect(message.text.hasPrefix(text), "\(message.text)")
    for part in ["failed", "no value", "{{", "\n\n\n", " \n"] {
      #expect(!message.text.contains(part), "\(message.text)")
    }
  }

  @Test func `news are told with their times`() {
    let message = MessageTemplates().message(for: notice(.updated), limit: 16_384)
    #expect(message.text.contains("\n\n00:11:00  latency of checkout rose to 2.3 s\n\n"))
  }

  @Test func `an end says how sure it is`() {
    let templates = MessageTemplates()
    let verified = notice(.resolved) {
      ($0.state, $0.ending, $0.end) = (.resolved, .verified, at(10))
    }
    #expect(
      templates.message(for: verified, limit: 9999).text == """
        Over and verified: every metric is back in its normal range.
        From 00:00 UTC to 00:10 UTC, 10 min, in checkout; at worst critical.

        incident: https://tocsin.example/incidents/i1
        """)
    let vanished = notice(.resolved) {
      ($0.state, $0.ending, $0.end) = (.resolved, .vanished, at(10))
    }
    #expect(templates.message(for: vanished, limit: 9999).title.hasPrefix("DATA GONE: "))
  }

  @Test func `who is on it is named, and a date stands where it is another day`() {
    let taken = notice(.acknowledged) {
      $0.acknowledgedAt = at(3)
      $0.acknowledgedBy = "ann"
      $0.start = at(-1500)
    }
    let message = MessageTemplates().message(for: taken, limit: 9999)
    #expect(message.title.hasPrefix("ann is on it"))
    #expect(message.text.hasPrefix("CRITICAL. Since 2026-01-13 23:00 UTC (1 d 1 h), in checkout"))
  }

  @Test func `one's own words stand in place of the program's`() throws {
    let own = MessageTemplates([
      .opened: .init(
        title: try Template("{{ .Service }}\n{{ .Severity }}", variables: .none),
        text: try Template(
          "{{ range .Alerts }}{{ .Name }}={{ .Value }} {{ .Summary }}{{ end }}", variables: .none))
    ])
    let message = own.message(for: notice(.opened), limit: 9999)
    #expect(
      message == Message(title: "checkout critical", text: "ErrorRatioHigh=0.38 errors & more"))
    #expect(own.message(for: notice(.reminder), limit: 9999).title.contains("still open"))
  }

  @Test func `a template that fails never keeps a page back`() throws {
    let own = MessageTemplates([
      .opened: .init(
        title: try Template("{{ .Nope }}", variables: .none),
        text: try Template("fine", variables: .none))
    ])
    let message = own.message(for: notice(.opened), limit: 9999)
    #expect(message.title.hasPrefix("CRITICAL opened: checkout"))
    #expect(message.text.contains("(a message template failed: can't evaluate field Nope"))
  }

  @Test func `a long message is cut at a character`() throws {
    let own = MessageTemplates([
      .opened: .init(
        title: try Template("t", variables: .none),
        text: try Template(String(repeating: "ä", count: 100), variables: .none))
    ])
    let text = own.message(for: notice(.opened), limit: 50).text
    #expect(text.utf8.count <= 50 && text.hasSuffix("ä…"))
  }

  @Test(arguments: [
    (Int64(0), "0 s"), (59_999, "59 s"), (60_000, "1 min"), (3_600_000, "1 h"),
    (7_860_000, "2 h 11 min"), (86_400_000, "1 d"), (100_800_000, "1 d 4 h"), (-5, "0 s"),
  ])
  func `lengths of time read as one says them`(length: Milliseconds, want: String) {
    #expect(NoticeFacts.duration(length) == want)
  }
}
