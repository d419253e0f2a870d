import Foundation
import Incidents
import Model

/// A mail as it goes over the wire: header fields and text, lines ended by CR LF (RFC 5322, 2045).
struct MailMessage: Sendable {
  let from: String
  let to: [String]
  let text: String

  init(_ delivery: Delivery, _ configuration: EmailConfiguration) {
    from = configuration.from
    to = configuration.to
    let incident = delivery.notice.incident
    let domain = configuration.from.split(separator: "@").last.map(String.init) ?? "localhost"
    let thread = "<incident-\(incident.id)@\(domain)>"
    var fields = [
      "From: Tocsin <\(from)>",
      "To: " + to.joined(separator: ",\r\n "),
      "Subject: " + Self.encoded(delivery.message.title),
      "Date: " + Self.date(delivery.now),
      // The same for a repeat, so that a reader of mail can drop it.
      "Message-ID: <\(delivery.key)@\(domain)>",
      // All mails of an incident stand together.
      "In-Reply-To: \(thread)", "References: \(thread)",
      "Auto-Submitted: auto-generated",
      "X-Tocsin-Incident: \(incident.id)",
      "X-Tocsin-Severity: \(incident.severity.rawValue)",
    ]
    if !delivery.notice.stage.isFinal, incident.severity >= .high {
      fields += ["X-Priority: 1", "Importance: high"]
    }
    fields += [
      "MIME-Version: 1.0", "Content-Type: text/plain; charset=utf-8",
      "Content-Transfer-Encoding: base64",
    ]
    let body = Data((delivery.message.text + "\n").replacing("\n", with: "\r\n").utf8)
      .base64EncodedString()
    var lines: [Substring] = []
    var rest = Substring(body)
    while !rest.isEmpty {
      lines.append(rest.prefix(76))
      rest = rest.dropFirst(76)
    }
    text = fields.joined(separator: "\r\n") + "\r\n\r\n" + lines.joined(separator: "\r\n") + "\r\n"
  }

  /// A header text: as it is when it is short and plain, else in encoded words (RFC 2047).
  static func encoded(_ text: String) -> String {
    if text.utf8.count <= 60, text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7f }),
      !text.contains("=?")
    {
      return text
    }
    var words: [String] = []
    var part = ""
    for character in text where !character.isNewline {
      // 75 characters is the most that an encoded word may have.
      if part.utf8.count + character.utf8.count > 42 {
        words.append(part)
        part = ""
      }
      part.append(character)
    }
    words.append(part)
    return words.map { "=?utf-8?B?\(Data($0.utf8).base64EncodedString())?=" }
      .joined(separator: "\r\n ")
  }

  /// "Thu, 15 Jan 2026 14:30:00 +0000".
  static func date(_ time: Timestamp) -> String {
    let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    let months = [
      "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
    let calendar = CalendarTime(time)
    return "\(days[calendar.weekday]), \(calendar.day) \(months[calendar.month - 1]) "
      + "\(calendar.year) \(time.clock) +0000"
  }
}
