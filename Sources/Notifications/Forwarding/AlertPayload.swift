public import Model
import Foundation

/// One alert in the form in which an Alertmanager takes it.
///
/// Source: the OpenAPI description of Alertmanager's API v2, `postableAlert`.
public struct AlertPayload: Hashable, Sendable {
  /// Labels of the alert, with `alertname`.
  public var labels: Labels
  /// Annotations, expanded.
  public var annotations: Labels
  /// When it began to fire; the same in every repeat.
  public var startsAt: Timestamp
  /// When it was resolved, or until when it counts as firing if nothing more is heard.
  public var endsAt: Timestamp
  /// Where its rule can be looked at.
  public var generatorURL: String

  /// An alert to send.
  public init(
    labels: Labels, annotations: Labels = .empty, startsAt: Timestamp, endsAt: Timestamp,
    generatorURL: String
  ) {
    self.labels = labels
    self.annotations = annotations
    self.startsAt = startsAt
    self.endsAt = endsAt
    self.generatorURL = generatorURL
  }

  /// The body of `POST /api/v2/alerts`: a JSON array.
  public static func body(_ payloads: some Sequence<AlertPayload>) -> String {
    var json = JSONWriter()
    json.array { json in
      for payload in payloads {
        json.object { json in
          json.field("labels", payload.labels)
          if !payload.annotations.isEmpty { json.field("annotations", payload.annotations) }
          json.field("startsAt", payload.startsAt)
          json.field("endsAt", payload.endsAt)
          json.field("generatorURL", payload.generatorURL)
        }
      }
    }
    return json.text
  }

  /// Where an expression can be looked at: the expression page of the program at `external`.
  public static func generatorURL(of expression: String, at external: String) -> String {
    let plain = CharacterSet(
      charactersIn: "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~")
    let text = expression.addingPercentEncoding(withAllowedCharacters: plain) ?? ""
    let base = external.hasSuffix("/") ? String(external.dropLast()) : external
    return "\(base)/graph?g0.expr=\(text)&g0.tab=1"
  }
}
