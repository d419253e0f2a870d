public import Model
import Foundation

/// Silences in the JSON of Alertmanager's API v2, so that `amtool` and Grafana can work with them.
///
/// Source: the OpenAPI description of Alertmanager's API v2, `gettableSilence` and `postableSilence`.
public enum SilenceJSON {
  /// One silence as it stands at `now`.
  public static func text(_ silence: Silence, at now: Timestamp) -> String {
    var json = JSONWriter()
    write(silence, at: now, to: &json)
    return json.text
  }

  /// A list of silences as they stand at `now`.
  public static func text(_ silences: [Silence], at now: Timestamp) -> String {
    var json = JSONWriter()
    json.array { json in for silence in silences { write(silence, at: now, to: &json) } }
    return json.text
  }

  private static func write(_ silence: Silence, at now: Timestamp, to json: inout JSONWriter) {
    json.object { json in
      json.field("id", silence.id)
      json.key("status")
      json.object { $0.field("state", silence.state(at: now).rawValue) }
      json.field("updatedAt", silence.updatedAt)
      json.field("comment", silence.comment)
      json.field("createdBy", silence.createdBy)
      json.field("startsAt", silence.startsAt)
      json.field("endsAt", silence.endsAt)
      json.key("matchers")
      json.array { json in
        for matcher in silence.matchers {
          json.object { json in
            json.field("name", matcher.name)
            json.field("value", matcher.value)
            json.field("isRegex", matcher.isRegex)
            json.field("isEqual", matcher.isEqual)
          }
        }
      }
    }
  }

  private struct Posted: Decodable {
    struct Matcher: Decodable {
      var name: String
      var value: String
      var isRegex: Bool
      var isEqual: Bool?
    }

    var id: String?
    var matchers: [Matcher]
    var startsAt: String
    var endsAt: String
    var createdBy: String
    var comment: String
  }

  /// A silence that somebody posted, and the id of the one that it takes the place of.
  ///
  /// - Throws: `SilenceError` when the text is no silence.
  public static func read(
    _ text: String, at now: Timestamp
  ) throws(SilenceError) -> (silence: Silence, replacing: String?) {
    let posted: Posted
    do {
      posted = try JSONDecoder().decode(Posted.self, from: Data(text.utf8))
    } catch {
      throw .unreadable("expected matchers, startsAt, endsAt, createdBy and comment")
    }
    let silence = Silence(
      matchers: posted.matchers.map {
        Silence.Matcher(
          name: $0.name, value: $0.value, isRegex: $0.isRegex, isEqual: $0.isEqual ?? true)
      },
      startsAt: max(now, try time(posted.startsAt)), endsAt: try time(posted.endsAt),
      createdBy: posted.createdBy, comment: posted.comment, now: now)
    return (silence, posted.id.flatMap { $0.isEmpty ? nil : $0 })
  }

  /// A moment of RFC 3339; fractions beyond a millisecond are cut off.
  private static func time(_ text: String) throws(SilenceError) -> Timestamp {
    var plain = text
    var milliseconds: Int64 = 0
    if let point = text.firstIndex(of: ".") {
      let fraction = text[text.index(after: point)...].prefix { $0.isASCII && $0.isNumber }
      let digits = fraction.prefix(3)
      milliseconds = Int64(digits + String(repeating: "0", count: 3 - digits.count)) ?? 0
      plain = String(text[..<point] + text[fraction.endIndex...])
    }
    guard let date = try? Date(plain, strategy: .iso8601) else {
      throw .unreadable("expected a time like 2026-01-15T14:30:00Z, found \(quoted(text))")
    }
    return Timestamp(milliseconds: Int64(date.timeIntervalSince1970) * 1000 + milliseconds)
  }
}
