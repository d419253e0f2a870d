import Model
import Rules
import Testing

@testable import Notifications

private func read(_ yaml: String) -> (NotificationSettings, [String]) {
  var reader = SettingsReader(path: "t.yaml", text: yaml)
  let top = reader.fields(reader.root, "the configuration", known: ["notifications"])
  let settings = NotificationSettings(reading: top["notifications"], from: &reader)
  let messages = reader.diagnostics.map {
    "\($0.location?.line ?? 0):\($0.location?.column ?? 0) \($0.message)"
  }
  return (settings, messages)
}

struct `Reading the notifications section` {
  @Test func `nothing is nothing`() {
    for yaml in ["", "notifications:", "notifications: {}"] {
      let (settings, messages) = read(yaml)
      #expect(settings.routes == [] && settings.receivers.isEmpty && messages == [])
    }
  }

  @Test func `routes with all they can have`() {
    let (settings, messages) = read(
      """
      notifications:
        calendars:
          nights:
            - {zone: Europe/Berlin, times: ["22:00-06:00", "12:00-24:00"], weekdays: mon-fri}
            - {weekdays: [sat, Sunday], days_of_month: [1, 2..7, -3..-1], months: [nov-feb, 6], years: 2026..2028}
        receivers:
          - {name: page, webhook: {url: "http://a"}}
          - {name: boss, webhook: {url: "http://b"}}
        routes:
          - match: {severity: [high, critical], service: checkout, labels: {team: db}}
            receiver: page
            continue: true
            active: nights
            mute: [nights]
            group_wait: 30s
            group_interval: 5m
            repeat_interval: 2h
            briefing_interval: 30m
            stages: [opened, resolved]
            escalate: boss
          - match: {at_least: medium, labels: ['env=~"prod|live"', "team!=web"]}
            receiver: boss
            routes: [{match: {severity: low}}]
      """)
    #expect(messages == [])
    #expect(
      settings.routes.first
        == Route(
          match: RouteMatch(
            severity: .exactly([.high, .critical]), services: ["checkout"],
            matchers: [LabelMatcher("team", equals: "db")]),
          receiver: "page", continues: true, active: ["nights"], mute: ["nights"],
          groupWait: 30_000, groupInterval: 300_000, repeatInterval: 7_200_000,
          briefingInterval: 1_800_000, stages: [.opened, .resolved], escalateTo: ["boss"]))
    let (again, faults) = read("notifications: " + settings.yaml)
    #expect(faults.allSatisfy { $0.contains("expected a URL") }, "\(faults)")
    #expect(again.routes == settings.routes)
    #expect(again.calendars == settings.calendars)
    #expect(settings.routes.last?.match.severity == .atLeast(.medium))
    #expect(
      settings.routes.last?.match.matchers.map(\.description)
        == ["env=~\"prod|live\"", "team!=\"web\""])
    #expect(settings.routes.last?.routes.count == 1)
    #expect(
      settings.calendars == [
        NotificationCalendar(
          name: "nights",
          spans: [
            CalendarSpan(
              zone: "Europe/Berlin",
              hours: [.init(start: 1320, end: 360), .init(start: 720, end: 1440)],
              weekdays: [1, 2, 3, 4, 5]),
            CalendarSpan(
              weekdays: [0, 6], days: [1...1, 2...7, -3...(-1)], months: [11, 12, 1, 2, 6],
              years: [2026...2028]),
          ])
      ])
  }

  @Test func `receivers of every kind`() throws {
    let (settings, messages) = read(
      """
      notifications:
        receivers:
          - name: hook
            webhook:
              url: "${env:URL}"
              signing_key: "${file:/run/key}"
              bearer: "${env:TOKEN}"
              headers: {X-Team: db}
              ca_file: /etc/ca.pem
              timeout: 5s
          - {name: chat, slack: {url: "${env:SLACK}"}}
          - {name: office, teams: {url: "https://t", basic: {user: u, password: p}}}
          - {name: pd, pagerduty: {routing_key: "${env:PD}"}}
          - {name: og, opsgenie: {api_key: k, teams: [db], url: "https://api.eu.opsgenie.com"}}
          - name: mail
            email: {host: mail.example, user: u, password: p, from: t@example.org, to: [a@example.org, b@example.org]}
          - {name: am, alertmanager: {url: "http://127.0.0.1:9093", resend: 30s}}
          - name: script
            command: {run: [/usr/bin/logger, -t, tocsin], timeout: 3s}
            templates: {opened: {title: "{{ .Severity }}: {{ .Title }}"}}
      """)
    #expect(messages == [])
    let kinds = Dictionary(uniqueKeysWithValues: settings.receivers.map { ($0.name, $0.kind) })
    #expect(
      kinds["hook"]
        == .webhook(
          WebhookConfiguration(
            endpoint: HTTPEndpoint(
              url: try Secret("${env:URL}"), authorization: .bearer(try Secret("${env:TOKEN}")),
              headers: ["X-Team": Secret(literal: "db")], authorityFile: "/etc/ca.pem",
              timeout: 5000), signingKey: try Secret("${file:/run/key}"))))
    #expect(kinds["chat"] == .slack(HTTPEndpoint(url: try Secret("${env:SLACK}"))))
    #expect(
      kinds["office"]
        == .teams(
          HTTPEndpoint(
            url: Secret(literal: "https://t"),
            authorization: .basic(user: "u", password: Secret(literal: "p")))))
    #expect(kinds["pd"] == .pagerDuty(PagerDutyConfiguration(routingKey: try Secret("${env:PD}"))))
    #expect(
      kinds["og"]
        == .opsgenie(
          OpsgenieConfiguration(
            apiKey: Secret(literal: "k"), teams: ["db"],
            endpoint: HTTPEndpoint(url: Secret(literal: "https://api.eu.opsgenie.com")))))
    #expect(
      kinds["mail"]
        == .email(
          EmailConfiguration(
            host: "mail.example", port: 587, encryption: .startTLS, user: "u",
            password: Secret(literal: "p"), from: "t@example.org",
            to: ["a@example.org", "b@example.org"])))
    #expect(
      kinds["script"]
        == .command(
          CommandConfiguration(arguments: ["/usr/bin/logger", "-t", "tocsin"], timeout: 3000)))
    #expect(settings.alertmanagers.map(\.name) == ["am"])
    #expect(settings.alertmanagers.map(\.configuration.resend) == [30_000])
    let message = settings.receivers.last?.templates.message(for: delivery().notice, limit: 999)
    // As it is shown: the same but for the secrets.
    let (again, faults) = read("notifications: " + settings.yaml)
    #expect(faults.allSatisfy { $0.contains("expected a URL") }, "\(faults)")
    #expect(again.receivers.map(\.name) == settings.receivers.map(\.name))
    #expect(again.yaml == settings.yaml)
    #expect(settings.yaml.contains("${env:TOKEN}") && !settings.yaml.contains("https://"))
    #expect(message?.title == "high: checkout and api in trouble, probably because of orders-db")
  }

  @Test func `every mistake at once, with its place and what was meant`() {
    let (_, messages) = read(
      """
      notifications:
        recievers: []
        calendars:
          nights: {zone: Europe/Berln, times: 22-6, weekdays: [mo], days_of_month: 0, months: jam, years: x}
        receivers:
          - {name: page, webhook: {url: "ftp://a", bearer: "${env:}"}}
          - {name: page, slack: {}}
          - {webhook: {url: "http://a"}, slack: {url: "http://a"}}
          - {name: mail, email: {host: h, from: "a b", to: [x@y], user: u, tls: startls}}
          - {name: cmd, command: {run: "logger x"}}
          - {name: pd, pagerduty: {}}
          - {name: t, teams: {url: "http://a"}, templates: {opened: {title: "{{ .Titel }}", text: "{{ if }}"}, openned: {}}}
        routes:
          - {receiver: pag, mute: night, escalate: [boss]}
          - {match: {severity: hi, at_least: low, labels: ["a", 'a=~"("']}}
          - {receiver: page, stages: [open]}
      """)
    #expect(
      messages.map { String($0.prefix { $0 != ";" }) } == [
        "2:3 unknown key \"recievers\" in notifications",
        "4:20 unknown time zone \"Europe/Berln\"",
        "4:41 expected a part of the day like 22:00-06:00 for times, found \"22-6\"",
        "4:58 expected days like mon or mon-fri for weekdays, found \"mo\"",
        "4:89 expected months like jan, jun-aug or 12 for months, found \"jam\"",
        "4:78 expected days like 1, 1..7 or -3..-1 for days_of_month, found \"0\"",
        "4:101 expected years like 2026 or 2026..2028 for years, found \"x\"",
        "6:35 expected a URL with http:// or https://",
        "6:54 unknown reference in a secret",
        "7:27 a url is wanted here",
        "7:7 receiver \"page\" is there twice",
        "8:7 a receiver needs a name",
        "8:7 a receiver needs exactly one of webhook, slack, teams, pagerduty, opsgenie, email, alertmanager, command",
        "9:43 expected an address like ops@example.org for from, found \"a b\"",
        "9:75 expected starttls, implicit or none for tls, found \"startls\"",
        "9:27 user and password are given together or not at all",
        "10:34 command needs run: a list of a program's full path and its arguments",
        "11:29 pagerduty needs a routing_key",
        "12:106 unknown key \"openned\" in templates",
        "12:71 title of opened: can't evaluate field Titel in type struct { Stage, Time, Clock, ID, Title, Severity, PreviousSeverity, PeakSeverity, IsGraver, State, Ending, Service, Services, ServiceList, Start, End, Duration, RespondBy, IsOverdue, IsAcknowledged, AcknowledgedBy, MergedInto, Predecessor, IsFlapping, Escalations, Episodes, AlertCount, URL, Factors, Suspects, NextSteps, News, Alerts, Links }",
        "12:93 text of opened: missing value for if",
        "14:18 receiver \"pag\" is not there",
        "14:29 calendar \"night\" is not there",
        "14:47 receiver \"boss\" is not there",
        "15:26 expected low, medium, high or critical for severity, found \"hi\"",
        "15:40 give either severity or at_least",
        "15:54 expected a matcher like team=\"db\" or code=~\"5..\", found \"a\"",
        "15:59 \"(\" is no regular expression",
        "15:7 a route needs a receiver, or routes that have one",
        "16:33 expected opened, reopened, severity, escalated, acknowledged, updated, reminder, briefing, merged or resolved for a stage, found \"open\"",
      ])
    for near in ["\"receivers\"?", "\"page\"?", "\"nights\"?", "\"starttls\"?", "\"opened\"?"] {
      #expect(messages.contains { $0.contains("did you mean \(near)") }, "\(near)")
    }
  }

  @Test(arguments: [
    ("a=b", "a=\"b\""), ("a = \"b c\"", "a=\"b c\""), ("a!=b", "a!=\"b\""),
    ("a=~b|c", "a=~\"b|c\""),
    ("a!~\"b\\\"c\"", "a!~\"b\\\"c\""), ("a=", "a=\"\""),
  ])
  func `matchers are read as Alertmanager writes them`(text: String, want: String) throws {
    #expect(try MatcherText.parse(text).description == want)
  }

  @Test(arguments: ["", "a", "=b", "a b=c", "a=\"b", "a=\"b\"c", "a=~\"(\""])
  func `what is no matcher is refused`(text: String) {
    #expect(throws: MatcherTextError.self) { try MatcherText.parse(text) }
  }
}
