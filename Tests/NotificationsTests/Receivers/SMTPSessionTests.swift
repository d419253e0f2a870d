import Model
import Testing

@testable import Notifications

private let configuration = EmailConfiguration(
  host: "mail.example", from: "tocsin@example.org", to: ["a@example.org", "b@example.org"])

private func mail() -> MailMessage { MailMessage(delivery(), configuration) }

/// Feeds replies and gathers what is done.
private func talk(
  _ replies: [String], login: SMTPSession.Login? = nil, isSecure: Bool = true, wantsTLS: Bool = true
) -> [SMTPSession.Action] {
  var session = SMTPSession(mail(), login: login, isSecure: isSecure, wantsTLS: wantsTLS)
  var actions: [SMTPSession.Action] = []
  for text in replies {
    let lines = text.split(separator: "|").map(String.init)
    let reply = SMTPReply(
      code: Int(lines[0].prefix(3)) ?? 0, lines: lines.map { String($0.dropFirst(4)) })
    actions.append(session.receive(reply))
    if actions.last == .startTLS { actions.append(session.secured()) }
  }
  return actions
}

private let ann = SMTPSession.Login(user: "ann", password: "s3cr3t")

struct `SMTP sessions` {
  @Test func `deliver with STARTTLS and AUTH PLAIN`() {
    let actions = talk(
      [
        "220 hi", "250 mail|250 STARTTLS|250 AUTH PLAIN", "220 go", "250 mail|250 AUTH LOGIN PLAIN",
        "235 ok", "250 ok", "250 ok", "251 forwarded", "354 go", "250 queued",
      ], login: ann, isSecure: false)
    #expect(
      actions == [
        .send("EHLO tocsin\r\n"), .send("STARTTLS\r\n"), .startTLS, .send("EHLO tocsin\r\n"),
        .send("AUTH PLAIN AGFubgBzM2NyM3Q=\r\n"), .send("MAIL FROM:<tocsin@example.org>\r\n"),
        .send("RCPT TO:<a@example.org>\r\n"), .send("RCPT TO:<b@example.org>\r\n"),
        .send("DATA\r\n"), .send(SMTPSession.stuffed(mail().text) + ".\r\n"), .finish(.delivered),
      ])
  }

  @Test func `deliver with AUTH LOGIN`() {
    let actions = talk(
      ["220 hi", "250 m|250 AUTH LOGIN", "334 VXNlcm5hbWU6", "334 UGFzc3dvcmQ6", "235 ok"],
      login: ann)
    #expect(
      actions.dropFirst(1) == [
        .send("AUTH LOGIN\r\n"), .send("YW5u\r\n"), .send("czNjcjN0\r\n"),
        .send("MAIL FROM:<tocsin@example.org>\r\n"),
      ])
  }

  struct Case: CustomTestStringConvertible, Sendable {
    var name: String
    var replies: [String]
    var login: SMTPSession.Login?
    var isSecure = true
    var want: DeliveryAnswer
    var testDescription: String { name }
  }

  static let cases = [
    Case(
      name: "busy server", replies: ["421 later"],
      want: .retry(because: "greeting answered 421 later")),
    Case(
      name: "no STARTTLS", replies: ["220 hi", "250 m|250 AUTH PLAIN"], login: ann, isSecure: false,
      want: .retry(because: "the server offers no STARTTLS; nothing was sent in plain text")),
    Case(
      name: "no known way to sign in", replies: ["220 hi", "250 m|250 AUTH CRAM-MD5"], login: ann,
      want: .retry(because: "the server offers neither AUTH PLAIN nor AUTH LOGIN")),
    Case(
      name: "wrong password", replies: ["220 hi", "250 m|250 AUTH PLAIN", "535 no"], login: ann,
      want: .retry(because: "sign-in answered 535 no")),
    Case(
      name: "sender refused", replies: ["220 hi", "250 m", "550 no"],
      want: .rejected(because: "sender answered 550 no")),
    Case(
      name: "all recipients refused",
      replies: ["220 hi", "250 m", "250 ok", "550 who", "550 no"],
      want: .rejected(because: "recipient refused: 550 who")),
    Case(
      name: "grey-listed", replies: ["220 hi", "250 m", "250 ok", "450 later"],
      want: .retry(because: "recipient answered 450 later")),
    Case(
      name: "mail refused",
      replies: ["220 hi", "250 m", "250 ok", "250 ok", "250 ok", "354 go", "554 spam"],
      want: .rejected(because: "mail answered 554 spam")),
    Case(
      name: "mail deferred",
      replies: ["220 hi", "250 m", "250 ok", "250 ok", "250 ok", "354 go", "452 full"],
      want: .retry(because: "mail answered 452 full")),
    Case(
      name: "one of two recipients is enough",
      replies: ["220 hi", "250 m", "250 ok", "550 who", "250 ok", "354 go", "250 ok"],
      want: .delivered),
  ]

  @Test(arguments: cases)
  func `end as the server says`(test: Case) {
    let actions = talk(test.replies, login: test.login, isSecure: test.isSecure)
    #expect(actions.last == .finish(test.want))
  }

  @Test func `replies are cut from any pieces`() throws {
    let bytes = Array("250-one\r\n250 two\r\n354\n".utf8)
    for size in 1...bytes.count {
      var reader = SMTPReplyReader()
      var replies: [SMTPReply] = []
      for low in stride(from: 0, to: bytes.count, by: size) {
        reader.append(bytes[low..<min(low + size, bytes.count)])
        while let reply = try reader.next() { replies.append(reply) }
      }
      #expect(
        replies == [
          SMTPReply(code: 250, lines: ["one", "two"]), SMTPReply(code: 354, lines: [""]),
        ])
      #expect(reader.isEmpty)
    }
  }

  @Test(arguments: [
    "HTTP/1.1 400 Bad Request\r\n", "99\r\n", "700 x\r\n", String(repeating: "2", count: 3000),
    String(repeating: "250-x\r\n", count: 101),
  ])
  func `what is no reply is refused`(text: String) {
    var reader = SMTPReplyReader()
    reader.append(text.utf8)
    #expect(throws: SMTPReplyReader.Malformed.self) {
      while try reader.next() != nil {}
    }
  }
}

struct `Mails` {
  @Test func `are threads of one incident with an id that a repeat shares`() {
    let text = mail().text
    for line in [
      "From: Tocsin <tocsin@example.org>", "To: a@example.org,\r\n b@example.org",
      "Message-ID: <k1@example.org>", "References: <incident-i1@example.org>",
      "Date: Thu, 15 Jan 2026 00:05:00 +0000", "Importance: high",
    ] { #expect(text.contains(line + "\r\n"), "\(line)") }
    #expect(text.split(separator: "\r\n").allSatisfy { $0.utf8.count <= 998 })
    #expect(text == mail().text)
  }

  @Test(arguments: [
    ("plain", "plain"), ("für", "=?utf-8?B?ZsO8cg==?="),
    ("a\r\nBcc: x@example.org", "=?utf-8?B?YUJjYzogeEBleGFtcGxlLm9yZw==?="),
  ])
  func `have a subject that breaks nothing`(title: String, want: String) {
    #expect(MailMessage.encoded(title) == want)
  }

  @Test func `a long subject is folded`() {
    let lines = MailMessage.encoded(String(repeating: "ö", count: 60)).split(separator: "\r\n ")
    #expect(lines.count == 3 && lines.allSatisfy { $0.utf8.count <= 75 })
  }

  @Test(arguments: [
    ("a@b.example", true), ("a b@c", false), ("a@b>\r\nDATA", false), ("a", false), ("@b", false),
    ("a@b@c", false), ("<a@b>", false),
  ])
  func `go to addresses only`(text: String, want: Bool) {
    #expect(EmailConfiguration.isAddress(text) == want)
  }

  @Test func `dots at the start of lines are doubled`() {
    #expect(SMTPSession.stuffed(".a\r\n.\r\nb.\r\n") == "..a\r\n..\r\nb.\r\n")
  }
}
