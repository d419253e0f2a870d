import Incidents
public import Model

/// The silences of a system; a value that its owner stores as JSON and reads back.
public struct SilenceBook: Hashable, Sendable, Codable {
  /// By start, then id; expired ones are kept for a while.
  public private(set) var silences: [Silence] = []
  /// How long an expired silence is still listed: five days, as in Alertmanager.
  public static let retention: Milliseconds = 5 * 86_400_000

  /// No silences.
  public init() {}

  /// Makes a silence.
  ///
  /// - Parameters:
  ///   - silence: what is wanted; its id is a hash of it.
  ///   - old: id of a silence that this one takes the place of.
  ///   - now: the moment, by which the times are judged.
  ///   - limits: how many are kept.
  /// - Throws: `SilenceError`; the book is then unchanged.
  public mutating func create(
    _ silence: Silence, replacing old: String? = nil, at now: Timestamp,
    limits: NotificationLimits = NotificationLimits()
  ) throws(SilenceError) {
    try Self.check(silence, at: now)
    if let old, !old.isEmpty, !silences.contains(where: { $0.id == old }) {
      throw .unknown(old)
    }
    forget(at: now)
    guard silences.count < limits.silencesMax else { throw .tooMany(limits.silencesMax) }
    if let old, !old.isEmpty { try? expire(old, at: now) }
    silences.removeAll { $0.id == silence.id }
    silences.append(silence)
    silences.sort { ($0.startsAt, $0.id) < ($1.startsAt, $1.id) }
  }

  /// Ends a silence now.
  ///
  /// - Throws: `unknown` when there is none of that id, or it is over.
  public mutating func expire(_ id: String, at now: Timestamp) throws(SilenceError) {
    guard let index = silences.firstIndex(where: { $0.id == id }),
      silences[index].state(at: now) != .expired
    else { throw .unknown(id) }
    silences[index].startsAt = min(silences[index].startsAt, now)
    silences[index].endsAt = now
    silences[index].updatedAt = now
  }

  /// The silences that hold at `time`, ready to ask.
  public func active(at time: Timestamp) -> [ActiveSilence] {
    silences.filter { $0.state(at: time) == .active }.compactMap(ActiveSilence.init)
  }

  /// The silences that satisfy every matcher of `texts`, each such as `alertname="Hot"`.
  ///
  /// A silence is asked by its own matchers, as if their names and values were labels: so Alertmanager
  /// does it, and `amtool silence query` relies on it.
  ///
  /// - Throws: `badMatcher` when a text is none.
  public func silences(matching texts: [String]) throws(SilenceError) -> [Silence] {
    let wanted = try LabelMatcher.all(of: texts)
    guard !wanted.isEmpty else { return silences }
    return silences.filter { silence in
      var own = Labels.empty
      for matcher in silence.matchers { own[matcher.name] = matcher.value }
      return wanted.allSatisfy { $0.matches(own) }
    }
  }

  private mutating func forget(at now: Timestamp) {
    silences.removeAll { now - $0.endsAt > Self.retention }
  }

  private static func check(_ silence: Silence, at now: Timestamp) throws(SilenceError) {
    guard silence.startsAt < silence.endsAt, silence.endsAt > now else { throw .badTimes }
    guard !silence.createdBy.isEmpty, !silence.comment.isEmpty else { throw .unsigned }
    var fitsEverything = true
    for matcher in silence.matchers {
      guard !matcher.name.isEmpty else { throw .badMatcher("the label name is empty") }
      do throws(PatternError) {
        if try !matcher.compiled().matches("") { fitsEverything = false }
      } catch {
        throw .badMatcher("\(quoted(matcher.value)) is no regular expression")
      }
    }
    if fitsEverything { throw .matchesEverything }
  }
}

/// A silence that holds, with its matchers compiled.
public struct ActiveSilence: Hashable, Sendable {
  /// The silence's id.
  public let id: String
  private let matchers: [LabelMatcher]

  /// Nil when a matcher is none; `SilenceBook.create` lets no such silence in.
  init?(_ silence: Silence) {
    id = silence.id
    let matchers = silence.matchers.compactMap { try? $0.compiled() }
    guard matchers.count == silence.matchers.count, !matchers.isEmpty else { return nil }
    self.matchers = matchers
  }

  /// True when every label set that must be told of is silenced.
  ///
  /// Labels of an alert, with `service` and `incident` of the incident where it lacks them.
  func covers(_ labels: Labels) -> Bool { matchers.allSatisfy { $0.matches(labels) } }
}

extension [ActiveSilence] {
  /// The silence that keeps an incident quiet: each of its firing alerts is silenced by one.
  ///
  /// - Returns: the id of the first alert's silence; nil when some alert is to be heard of.
  func silencing(_ incident: Incident) -> String? {
    guard !isEmpty else { return nil }
    let firing = incident.alerts.filter(\.isFiring)
    var first: String?
    for alert in firing.isEmpty ? incident.alerts.map(\.self) : firing {
      let labels = alert.labels(in: incident)
      guard let silence = self.first(where: { $0.covers(labels) }) else { return nil }
      first = first ?? silence.id
    }
    return first
  }
}

extension AlertRecord {
  /// The labels by which silences and filters find it: its own, with its service where they name none,
  /// and its incident.
  func labels(in incident: Incident) -> Labels {
    var labels = labels
    if labels["service"] == nil { labels["service"] = service }
    labels["incident"] = incident.id
    return labels
  }
}

extension LabelMatcher {
  /// The matchers of texts.
  ///
  /// - Throws: `badMatcher` for the first that is none.
  static func all(of texts: [String]) throws(SilenceError) -> [LabelMatcher] {
    var matchers: [LabelMatcher] = []
    for text in texts {
      do throws(MatcherTextError) {
        matchers.append(try MatcherText.parse(text))
      } catch {
        throw .badMatcher(error.description)
      }
    }
    return matchers
  }
}
