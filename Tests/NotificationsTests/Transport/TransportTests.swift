import Model
import Testing

@testable import Notifications

struct `Answers of receivers` {
  struct Case: Sendable {
    var status: Int
    var retryAfter: String?
    var body = ""
    var want: DeliveryAnswer
  }

  static let cases = [
    Case(status: 200, want: .delivered), Case(status: 204, want: .delivered),
    Case(status: 301, want: .rejected(because: "answered 301: redirects are not followed")),
    Case(status: 400, body: "bad\n key", want: .rejected(because: "answered 400: bad key")),
    Case(status: 404, want: .rejected(because: "answered 404")),
    Case(status: 408, want: .retry(because: "answered 408")),
    Case(status: 429, retryAfter: "7", want: .retry(after: 7000, because: "answered 429")),
    Case(status: 500, want: .retry(because: "answered 500")),
    Case(
      status: 503, retryAfter: "Thu, 15 Jan 2026 00:00:30 GMT",
      want: .retry(after: 30_000, because: "answered 503")),
  ]

  @Test(arguments: cases)
  func `mean delivered, later or never`(test: Case) {
    let reply = HTTPReply(status: test.status, retryAfter: test.retryAfter, body: test.body)
    #expect(HTTPTarget.answer(to: reply, now: at(0)) == test.want)
  }

  @Test(arguments: [
    ("0", Int64(0)), ("120", 120_000), ("-1", nil), ("soon", nil), ("", nil),
    ("99999999999999999999", nil), ("9223372036854775807", 9_223_372_036_854_775_000),
    ("Thu, 15 Jan 2026 00:01:00 GMT", 60_000), ("Wed, 14 Jan 2026 23:00:00 GMT", 0),
    ("Thu, 15 Foo 2026 00:01:00 GMT", nil), ("Thu, 15 Jan 2026 25:01:00 GMT", nil),
    ("Thu, 15 Jan 2026 00:01 GMT", nil),
  ])
  func `a pause is read as seconds or as a date`(text: String, want: Milliseconds?) {
    #expect(RetryAfter.parse(text, now: at(0)) == want)
  }

  @Test func `a path stands before the query`() {
    #expect(HTTPTarget.join("http://h/x/?k=1", "/v2/a") == "http://h/x/v2/a?k=1")
    #expect(HTTPTarget.join("http://h", "/v2/a") == "http://h/v2/a")
    #expect(HTTPTarget.join("http://h/", "") == "http://h/")
  }

  @Test func `secrets are taken out of what others say`() {
    var redactor = Redactor()
    redactor.hide(
      address: "https://user:hunter22@hooks.example/services/T0000AAAA/B111?key=abcdefgh12")
    redactor.hide("tok")
    redactor.hide("token-1")
    let said = "no T0000AAAA with abcdefgh12, token-1, user:hunter22 at services"
    #expect(redactor.clean(said) == "no *** with ***, ***, *** at ***")
    #expect(redactor.clean("tok B111") == "tok B111", "too short to be told from words")
  }
}

struct `Pauses` {
  let backoff = Backoff(NotificationLimits())

  @Test func `double up to their bound, spread over half of it`() {
    for attempt in 1...400 {
      let full = min(1000 << Int64(min(attempt - 1, 30)), 300_000)
      let pauses = (0..<50).map { backoff.pause(after: attempt, key: "k\($0)", asked: nil) }
      #expect(pauses.allSatisfy { $0 >= full / 2 && $0 <= full })
      #expect(Set(pauses).count > 10, "a crowd spreads out")
    }
  }

  @Test func `are the same for the same try`() {
    #expect(
      backoff.pause(after: 3, key: "k", asked: nil) == backoff.pause(after: 3, key: "k", asked: nil)
    )
  }

  @Test func `are never shorter than asked, nor longer than an hour for asking`() {
    #expect(backoff.pause(after: 1, key: "k", asked: 60_000) == 60_000)
    #expect(backoff.pause(after: 1, key: "k", asked: .max) == 3_600_000)
    #expect(backoff.pause(after: 20, key: "k", asked: 1) >= 150_000)
  }
}
