import Foundation
import Incidents
import Model
import Rules
import Testing

@testable import Notifications

struct `A listing of alerts` {
  /// An incident of `api`, one of `db` that explains it, and one that is over.
  private static func incidents() -> [Incident] {
    let db = incident("db", .critical, services: ["db"], labels: ["team": "db"])
    let api = incident("api", .low, services: ["api"], labels: ["team": "web"], at: at(1))
    var over = incident("over", services: ["x"])
    over.state = .resolved
    return [api, db, over]
  }

  /// The alerts of the incidents that go on, by which a listing names them.
  private static let db = incidents()[1].alerts[0].id
  private static let api = incidents()[0].alerts[0].id

  private static let policy: NotificationPolicy = {
    var api = Catalogue.Service(name: "api")
    api.dependsOn = ["db"]
    let catalogue = Catalogue(services: [api, Catalogue.Service(name: "db")])
    return NotificationPolicy(
      routes: RouteTree([
        Route(
          match: RouteMatch(severity: .exactly([.critical])), receiver: "page", continues: true),
        Route(match: RouteMatch(services: ["db"]), receiver: "chat"),
      ]), context: IncidentContext(catalogue: catalogue),
      externalURL: "https://tocsin.example/")
  }()

  private static func silences() throws -> SilenceBook {
    var book = SilenceBook()
    try book.create(
      Silence(
        matchers: [.init(name: "service", value: "db")], startsAt: at(0), endsAt: at(60),
        createdBy: "ann", comment: "known", now: at(0)), at: at(0))
    return book
  }

  private static func listing(
    _ filter: AlertFilter, silenced: Bool = false
  ) throws -> AlertListing {
    AlertListing(
      incidents(), filter, policy: policy, silences: silenced ? try silences() : SilenceBook(),
      at: at(5))
  }

  @Test func `says of each alert what Alertmanager says`() throws {
    let json = try JSONView(try Self.listing(try AlertFilter()).list)
    #expect(json["0.fingerprint"] == Self.db && json["1.fingerprint"] == Self.api)
    #expect(json["2.fingerprint"] == nil, "what is over does not fire")
    #expect(json["0.labels.team"] == "db" && json["0.labels.incident"] == nil)
    #expect(json["0.startsAt"] == "2026-01-15T00:00:00Z")
    #expect(json["0.endsAt"] == "2026-01-15T00:10:00Z")
    #expect(json["0.generatorURL"] == "https://tocsin.example/incidents/db")
    #expect(json["0.receivers.0.name"] == "page" && json["0.receivers.1.name"] == "chat")
    #expect(json["0.status.state"] == "active")
    #expect(json["1.status.state"] == "suppressed" && json["1.status.inhibitedBy.0"] == Self.db)
  }

  @Test func `names the silences that cover an alert`() throws {
    let json = try JSONView(try Self.listing(try AlertFilter(), silenced: true).list)
    #expect(json["0.status.state"] == "suppressed")
    #expect(json["0.status.silencedBy.0"] == (try Self.silences().silences[0].id))
  }

  struct Filtered: Sendable {
    var matchers: [String] = []
    var receiver: String?
    var hidden: [String] = []
    var want: [String]
  }

  @Test(arguments: [
    Filtered(want: [db, api]), Filtered(matchers: ["team=web"], want: [api]),
    Filtered(matchers: ["team=~\".+\"", "service!=api"], want: [db]),
    Filtered(matchers: ["incident=api"], want: [api]),
    Filtered(receiver: "page|chat", want: [db]), Filtered(receiver: "pag", want: []),
    Filtered(hidden: ["silenced"], want: [api]),
    Filtered(hidden: ["inhibited"], want: [db]),
    Filtered(hidden: ["active"], want: [db, api]),
  ])
  func `has those that are asked for`(_ asked: Filtered) throws {
    var filter = try AlertFilter(matchers: asked.matchers, receiver: asked.receiver)
    filter.showsSilenced = !asked.hidden.contains("silenced")
    filter.showsInhibited = !asked.hidden.contains("inhibited")
    filter.showsActive = !asked.hidden.contains("active")
    let json = try JSONView(try Self.listing(filter, silenced: true).list)
    let found = (0..<3).compactMap { json["\($0).fingerprint"] }
    #expect(found == asked.want)
  }

  @Test func `groups them by receiver and incident`() throws {
    let json = try JSONView(try Self.listing(try AlertFilter()).groups)
    let found = (0..<4).compactMap { index in
      json["\(index).receiver.name"].map { "\($0) \(json["\(index).labels.incident"] ?? "")" }
    }
    #expect(found == ["chat db", "none api", "page db"])
    #expect(json["1.alerts.0.fingerprint"] == Self.api)
  }

  @Test func `refuses what is no matcher`() {
    #expect(throws: SilenceError.self) { try AlertFilter(matchers: ["team"]) }
    #expect(throws: SilenceError.self) { try AlertFilter(receiver: "(") }
  }
}
