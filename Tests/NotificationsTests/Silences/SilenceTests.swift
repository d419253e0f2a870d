import Foundation
import Incidents
import Model
import Testing

@testable import Notifications

private func silence(
  _ matchers: [Silence.Matcher] = [.init(name: "team", value: "payments")],
  from start: Int64 = 0, to end: Int64 = 60, by author: String = "ann", comment: String = "known"
) -> Silence {
  Silence(
    matchers: matchers, startsAt: at(start), endsAt: at(end), createdBy: author, comment: comment,
    now: at(start))
}

struct `Silences` {
  @Test(arguments: [
    (silence([]), SilenceError.matchesEverything),
    (silence([.init(name: "a", value: ".*", isRegex: true)]), .matchesEverything),
    (silence([.init(name: "a", value: "b", isEqual: false)]), .matchesEverything),
    (silence([.init(name: "", value: "b")]), .badMatcher("the label name is empty")),
    (
      silence([.init(name: "a", value: "(", isRegex: true)]),
      .badMatcher("\"(\" is no regular expression")
    ),
    (silence(from: 60, to: 60), .badTimes), (silence(from: -60, to: -1), .badTimes),
    (silence(by: ""), .unsigned), (silence(comment: ""), .unsigned),
  ])
  func `that make no sense are refused`(silence: Silence, want: SilenceError) {
    var book = SilenceBook()
    #expect(throws: want) { try book.create(silence, at: at(0)) }
    #expect(book.silences == [])
  }

  @Test func `begin, hold, end and are forgotten`() throws {
    var book = SilenceBook()
    let planned = silence(from: 10, to: 20)
    try book.create(planned, at: at(0))
    #expect(planned.state(at: at(9)) == .pending && book.active(at: at(9)) == [])
    #expect(book.active(at: at(10)).map(\.id) == [planned.id])
    #expect(book.active(at: at(20)) == [], "the end is outside")
    try book.create(
      silence(from: 20 + 5 * 1440, to: 21 + 5 * 1440), at: at(20 + 5 * 1440, seconds: 1))
    #expect(!book.silences.contains(planned), "five days over")
  }

  @Test func `end at once when they are expired`() throws {
    var book = SilenceBook()
    let one = silence()
    try book.create(one, at: at(0))
    try book.expire(one.id, at: at(5))
    #expect(book.active(at: at(5)) == [])
    #expect(throws: SilenceError.unknown(one.id)) { try book.expire(one.id, at: at(6)) }
    #expect(throws: SilenceError.unknown("x")) { try book.expire("x", at: at(6)) }
  }

  @Test func `take the place of another`() throws {
    var book = SilenceBook()
    let (old, new) = (silence(), silence(to: 90))
    try book.create(old, at: at(0))
    try book.create(new, replacing: old.id, at: at(1))
    #expect(book.active(at: at(2)).map(\.id) == [new.id])
    #expect(throws: SilenceError.unknown("x")) { try book.create(old, replacing: "x", at: at(1)) }
  }

  @Test(arguments: [
    ([], ["a", "b", "c"]), (["team=payments"], ["a"]), (["team=~\"pay.*|db\""], ["a", "b"]),
    (["env=prod", "team=db"], ["b"]), (["team!=db"], ["a", "c"]), (["nosuch=x"], []),
    (["nosuch=\"\""], ["a", "b", "c"]),
  ])
  func `are found by their own matchers`(texts: [String], want: [String]) throws {
    var book = SilenceBook()
    try book.create(silence(comment: "a"), at: at(0))
    try book.create(
      silence([.init(name: "team", value: "db"), .init(name: "env", value: "prod")], comment: "b"),
      at: at(0))
    try book.create(silence([.init(name: "service", value: "x")], comment: "c"), at: at(0))
    #expect(try book.silences(matching: texts).map(\.comment).sorted() == want)
    #expect(throws: SilenceError.self) { try book.silences(matching: texts + ["nonsense"]) }
  }

  @Test func `are bounded in number`() throws {
    var limits = NotificationLimits()
    limits.silencesMax = 1
    var book = SilenceBook()
    try book.create(silence(), at: at(0), limits: limits)
    #expect(throws: SilenceError.tooMany(1)) {
      try book.create(silence(to: 70), at: at(0), limits: limits)
    }
  }

  @Test func `cover an incident only when each firing alert is covered`() throws {
    var book = SilenceBook()
    try book.create(silence(), at: at(0))
    var two = incident()
    #expect(book.active(at: at(1)).silencing(two) != nil)
    two.alerts.append(incident(labels: ["team": "db"]).alerts[0])
    #expect(book.active(at: at(1)).silencing(two) == nil)
    two.alerts[1].endedAt = at(1)
    #expect(book.active(at: at(1)).silencing(two) != nil, "what is over is not asked")
    try book.create(silence([.init(name: "service", value: "check.*", isRegex: true)]), at: at(0))
    two.alerts[1].endedAt = nil
    #expect(book.active(at: at(1)).silencing(two) != nil, "the service is a label too")
  }

  @Test func `are read and written as Alertmanager does`() throws {
    let text = """
      {"matchers":[{"name":"team","value":"pay.*","isRegex":true,"isEqual":false},
        {"name":"a","value":"b","isRegex":false}],
       "startsAt":"2026-01-15T01:00:00.123456789+01:00","endsAt":"2026-01-15T02:00:00Z",
       "createdBy":"ann","comment":"known","id":""}
      """
    let (silence, old) = try SilenceJSON.read(text, at: at(0))
    #expect(old == nil)
    #expect(silence.startsAt == Timestamp(milliseconds: at(0).milliseconds + 123))
    #expect(silence.endsAt == at(120))
    #expect(
      SilenceJSON.text([silence], at: at(1))
        == #"[{"id":"\#(silence.id)","status":{"state":"active"},"#
        + #""updatedAt":"2026-01-15T00:00:00Z","comment":"known","createdBy":"ann","#
        + #""startsAt":"2026-01-15T00:00:00.123Z","endsAt":"2026-01-15T02:00:00Z","#
        + #""matchers":[{"name":"team","value":"pay.*","isRegex":true,"isEqual":false},"#
        + #"{"name":"a","value":"b","isRegex":false,"isEqual":true}]}]"#)
  }

  @Test(arguments: ["", "[]", "{}", #"{"matchers":[]}"#])
  func `what is no silence is refused`(text: String) {
    #expect(throws: SilenceError.self) { try SilenceJSON.read(text, at: at(0)) }
  }

  @Test func `survive being stored`() throws {
    var book = SilenceBook()
    try book.create(silence(), at: at(0))
    let data = try JSONEncoder().encode(book)
    #expect(try JSONDecoder().decode(SilenceBook.self, from: data) == book)
  }
}
