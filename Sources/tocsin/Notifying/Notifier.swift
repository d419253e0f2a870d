import API
import Engine
import Foundation
import Incidents
import Model
import Notifications
import Storage

/// Turns the effects of a live engine into messages, which are stored with them.
///
/// What it knows of open incidents lies in the store as well, in the same transaction: after a crash
/// it goes on from what was stored, and effects that come again bring no message again.
struct Notifier {
  private var planner: NotificationPlanner
  private var silences: SilenceBook
  private var policy: NotificationPolicy
  private let store: Store
  private let clock: @Sendable () -> Timestamp
  private let wake: @Sendable () -> Void

  private static let plannerKey = "notifications.planner"
  private static let silencesKey = "notifications.silences"

  /// Messages and what must be kept with them.
  struct Plan {
    var messages: [OutboxMessage] = []
    var meta: [String: String] = [:]

    var isEmpty: Bool { messages.isEmpty && meta.isEmpty }
  }

  /// A notifier that goes on where `store` was left.
  init(
    _ policy: NotificationPolicy, store: Store, clock: @escaping @Sendable () -> Timestamp,
    wake: @escaping @Sendable () -> Void
  ) throws(StorageError) {
    self.policy = policy
    self.store = store
    self.clock = clock
    self.wake = wake
    planner = Self.decode(try store.meta(Self.plannerKey)) ?? NotificationPlanner()
    silences = Self.decode(try store.meta(Self.silencesKey)) ?? SilenceBook()
    planner.reconsider()
  }

  /// Puts other routes in force.
  mutating func replace(_ policy: NotificationPolicy) {
    self.policy = policy
    planner.reconsider()
  }

  /// The messages that effects bring, and those that come due by `time`.
  mutating func plan(_ effects: [Effect], at time: Timestamp?) -> Plan {
    var changes: [IncidentChange] = []
    for effect in effects { if case .incident(let change) = effect { changes.append(change) } }
    let isAsked = !changes.isEmpty && !policy.routes.routes.isEmpty
    guard isAsked || !planner.isIdle else { return Plan() }
    let before = planner
    var planned: [PlannedNotification] = []
    while let first = changes.first {
      let now = changes.prefix { $0.time == first.time }
      planned += planner.plan(Array(now), at: first.time, policy: policy, silences: silences)
      changes.removeFirst(now.count)
    }
    if let time { planned += planner.plan([], at: time, policy: policy, silences: silences) }
    var plan = Plan()
    let now = clock()
    plan.messages = planned.map { OutboxMessage($0, now: now) }
    if planner != before { plan.meta[Self.plannerKey] = Self.encode(planner) }
    return plan
  }

  /// Says that what was planned lies in the store now.
  func stored(_ plan: Plan) {
    if !plan.messages.isEmpty { wake() }
  }

  /// Answers about silences; a change is stored before it counts.
  ///
  /// - Throws: `SilenceRefusal`, or `StorageError` when it cannot be stored.
  mutating func answer(_ request: SilenceRequest, at now: Timestamp) throws -> String {
    var book = silences
    do throws(SilenceError) {
      switch request {
      case .list(let texts): return SilenceJSON.text(try book.silences(matching: texts), at: now)
      case .show(let id):
        guard let silence = book.silences.first(where: { $0.id == id }) else { throw .unknown(id) }
        return SilenceJSON.text(silence, at: now)
      case .create(let text):
        let (silence, old) = try SilenceJSON.read(text, at: now)
        try book.create(silence, replacing: old, at: now, limits: policy.limits)
      case .expire(let id): try book.expire(id, at: now)
      }
    } catch {
      if case .unknown = error { throw SilenceRefusal.unknown(error.description) }
      throw SilenceRefusal.bad(error.description)
    }
    try store.setMeta(Self.silencesKey, Self.encode(book))
    let created = book.silences.first { silence in
      !silences.silences.contains { $0.id == silence.id }
    }
    silences = book
    planner.reconsider()
    var json = JSONWriter()
    json.object { $0.field("silenceID", created?.id) }
    return json.text
  }

  /// The alerts of incidents that fire, as `query` asks for them.
  ///
  /// - Throws: `SilenceRefusal` when a matcher is none.
  func answer(
    _ query: AlertQuery, of incidents: [Incident], at now: Timestamp
  ) throws(SilenceRefusal) -> String {
    do throws(SilenceError) {
      var filter = try AlertFilter(matchers: query.matchers, receiver: query.receiver)
      filter.showsActive = query.showsActive
      filter.showsSilenced = query.showsSilenced
      filter.showsInhibited = query.showsInhibited
      let listing = AlertListing(
        incidents, filter, policy: policy, silences: silences, at: now)
      return query.form == .list ? listing.list : listing.groups
    } catch {
      throw .bad(error.description)
    }
  }

  /// Who may be told of incidents.
  var receivers: [String] { policy.routes.receivers }

  /// What became of the messages that might have been sent.
  var counts: PlanCounts { planner.counts }

  private static func encode(_ value: some Encodable) -> String? {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "+Inf", negativeInfinity: "-Inf", nan: "NaN")
    return (try? encoder.encode(value)).map { String(decoding: $0, as: UTF8.self) }
  }

  private static func decode<Value: Decodable>(_ text: String?) -> Value? {
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "+Inf", negativeInfinity: "-Inf", nan: "NaN")
    return text.flatMap { try? decoder.decode(Value.self, from: Data($0.utf8)) }
  }
}
