import Incidents
import Model
import Testing

@testable import Reports

@Suite struct TerminalTests {
  private let plain = IncidentText(style: TerminalStyle(isColored: false, width: 110))
  private let colored = IncidentText(style: TerminalStyle(isColored: true, width: 110))

  @Test func `a line for an event`() {
    let line = plain.line(
      at(14, 31), .high, "incident opened", "checkout: error ratio 38 % (normal 0.4 %)")
    #expect(
      line == "14:31:00  HIGH      incident opened  checkout: error ratio 38 % (normal 0.4 %)\n")
    #expect(plain.line(Shop.incident.events[0], of: Shop.incident).contains(Shop.incident.title))
  }

  @Test func `a change stands at its own time, and what flaps is not told`() throws {
    var incident = Shop.incident
    let text = "change: checkout deployed 1 → 2 (vercel event)"
    incident.timeline.append(TimelineEntry(time: at(14, 5), kind: .change, text: text))
    let change = IncidentEvent(
      incident: incident.id, sequence: 90, time: at(14, 31), kind: .change, text: text)
    #expect(
      plain.line(change, of: incident).hasPrefix("14:05:00")
        && plain.line(change, of: incident).hasSuffix("  checkout deployed 1 → 2 (vercel event)\n"))
    func event(_ kind: IncidentEvent.Kind, _ sequence: Int) -> IncidentEvent {
      IncidentEvent(
        incident: incident.id, sequence: sequence, time: at(14, 40), kind: kind, text: "x")
    }
    incident.events.append(event(.flapping, 91))
    #expect(plain.tells(event(.monitoring, 92), of: incident))
    incident.isFlapping = true
    #expect(!plain.tells(event(.monitoring, 92), of: incident))
    #expect(!plain.tells(event(.troubled, 93), of: incident))
    #expect(plain.tells(event(.monitoring, 89), of: incident))
    #expect(plain.tells(event(.severity, 94), of: incident))
  }

  @Test func `the whole incident`() {
    expectGolden(plain.show(Shop.incident, at: at(15, 0)), "show.txt")
  }

  @Test func `colour adds escape sequences and nothing else`() {
    let text = colored.show(Shop.incident, at: at(15, 0))
    var stripped = ""
    var isEscaped = false
    for character in text {
      if character == "\u{1b}" { isEscaped = true }
      if !isEscaped { stripped.append(character) }
      if isEscaped && character == "m" { isEscaped = false }
    }
    #expect(text != stripped)
    #expect(stripped == plain.show(Shop.incident, at: at(15, 0)))
  }

  @Test func `lists`() {
    var second = Shop.incident
    second.id = "00ff"
    second.title = String(repeating: "long ", count: 50)
    second.state = .open
    second.end = nil
    let items = Shop.incident.actionItems.map { (incident: Shop.incident.id, item: $0) }
    expectGolden(
      plain.list([Shop.incident, second], at: at(15, 0)) + "\n"
        + plain.openItems(items, at: at(48, 0)), "list.txt")
    #expect(plain.list([], at: at(0, 0)) == "no incidents\n")
    #expect(plain.openItems([], at: at(0, 0)).isEmpty)
  }

  @Test func `foreign text moves no cursor`() {
    var incident = Shop.incident
    incident.title = "\u{1b}[2J\r\u{8}x"
    incident.id = "\u{1b}c"
    incident.timeline[0].text = "a\nb\u{9b}"
    incident.nextSteps[0].commands = ["\u{1b}]0;x\u{7}"]
    let text = plain.show(incident, at: at(15, 0)) + plain.list([incident], at: at(15, 0))
    #expect(!text.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" || $0.value == 0x9b })
  }

  @Test func `a day heading once a day`() {
    #expect(plain.dayHeading(of: at(14, 0), after: nil) == "Thu 15 Jan 2026, UTC\n")
    #expect(plain.dayHeading(of: at(14, 0), after: at(1, 0)).isEmpty)
    #expect(plain.dayHeading(of: at(24, 0), after: at(23, 59)) == "Fri 16 Jan 2026, UTC\n")
  }

  @Test(arguments: [
    (
      ProgressLine(
        bytes: 120_000_000, totalBytes: 460_000_000, samples: 940_000, elapsedSeconds: 0.18,
        eventTime: at(14, 30)), 100,
      "█████░░░░░░░░░░░░░░░  26 %  114 MiB  5.22 M samples/s  2026-01-15 14:30:00"
    ),
    (
      ProgressLine(
        bytes: 230_000_000, totalBytes: 460_000_000, samples: 1_800_000, elapsedSeconds: 30,
        eventTime: at(14, 30)), 100,
      "██████████░░░░░░░░░░  50 %  219 MiB  60 000 samples/s  2026-01-15 14:30:00  ETA 30 s"
    ),
    (
      ProgressLine(
        bytes: 0, totalBytes: 10, samples: 0, elapsedSeconds: 0, eventTime: nil), 100,
      "░░░░░░░░░░░░░░░░░░░░   0 %  0 B"
    ),
    (
      ProgressLine(
        bytes: 99, totalBytes: nil, samples: 3, elapsedSeconds: 2, eventTime: at(14, 30)), 40,
      "99 B  1.5 samples/s  2026-01-15 14:30:00"
    ),
    (
      ProgressLine(
        bytes: 20, totalBytes: 10, samples: 3, elapsedSeconds: 2, eventTime: at(14, 30)), 40,
      "████████████████████ 100 %  20 B"
    ),
  ])
  func `progress`(_ line: ProgressLine, _ width: Int, _ want: String) {
    let text = line.text(style: TerminalStyle(isColored: false, width: width))
    #expect(text == want)
    #expect(text.count <= width)
  }
}
