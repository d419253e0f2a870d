public import Incidents
public import Model

/// Decides who is told what of which incident, and when: changes and time in, messages out.
///
///     var planner = NotificationPlanner()
///     let messages = planner.plan(changes, at: tick, policy: policy, silences: book)
///
/// A value without clock or store, in event time: the same changes give the same messages with the
/// same keys, however often it is called in between, and also when it was encoded and decoded. So it
/// can be stored, and a tail of changes that is told again plans nothing new.
///
/// What may not be told now (a silence, a calendar, a graver incident that explains this one, a wait
/// for more) is not lost: it is told as soon as it may be, in its newest form, unless it is over by
/// then and was never told of.
public struct NotificationPlanner: Hashable, Sendable, Codable {
  /// An incident and everyone who hears of it.
  private struct Followed: Hashable, Sendable, Codable {
    var incident: Incident
    var escalations = 0
    /// By receiver.
    var conversations: [String: Conversation] = [:]
    /// When to look again though nothing happens; nil when only a change counts.
    var lookAt: Timestamp?
    var isChanged = true
    /// The newest change and event taken, so that what is told again changes nothing.
    var asOf = Timestamp(milliseconds: .min)
    var lastSequence = -1
  }

  /// Up to where an incident that is followed no more was taken.
  private struct Ended: Hashable, Sendable, Codable {
    var asOf: Timestamp
    var lastSequence: Int
  }

  /// By incident.
  private var followed: [String: Followed] = [:]
  /// The incidents that were let go of last, so that what is told of them again after a restart opens
  /// nothing; nil in the planners of earlier versions.
  private var ended: [String: Ended]?
  /// What became of the messages so far.
  public private(set) var counts = PlanCounts()

  /// A planner that knows of no incident.
  public init() {}

  /// True when no incident is followed: `plan` has nothing to do until the next change.
  public var isIdle: Bool { followed.isEmpty }

  /// Takes changes and moves time on.
  ///
  /// - Parameters:
  ///   - changes: what happened to incidents since the last call, in order.
  ///   - time: the tick; never before that of an earlier call.
  ///   - policy: routes, calendars and graph.
  ///   - silences: all there are.
  /// - Returns: messages to store, by opening of their incident, then in the order of the routes.
  public mutating func plan(
    _ changes: [IncidentChange], at time: Timestamp, policy: NotificationPolicy,
    silences: SilenceBook = SilenceBook()
  ) -> [PlannedNotification] {
    var planned: [PlannedNotification] = []
    // What came due in between is told as of that moment, whenever this is called; after a long
    // break not all that was missed.
    while let next = followed.values.compactMap(\.lookAt).min(), next < time {
      let moment = max(next, time - Self.catchUpMax)
      planned += lookAtDue(at: moment, policy, silences)
    }
    for change in changes { take(change, at: time, policy) }
    bound(policy.limits)
    planned += lookAtDue(at: time, policy, silences)
    counts.planned += planned.count
    return planned
  }

  /// How far back messages are made up for that came due while nobody called, in ms.
  static let catchUpMax: Milliseconds = 600_000
  /// Incidents that are remembered after their end: more than end between two saved states.
  static let endedMax = 256
  /// What is held back is asked for again at each multiple of this, in ms.
  static let holdInterval: Milliseconds = 60_000

  private mutating func lookAtDue(
    at time: Timestamp, _ policy: NotificationPolicy, _ silences: SilenceBook
  ) -> [PlannedNotification] {
    let due = followed.filter { $0.value.isChanged || $0.value.lookAt.map { $0 <= time } ?? false }
    guard !due.isEmpty else { return [] }
    let active = silences.active(at: time)
    return due.sorted { Self.order($0.value) < Self.order($1.value) }
      .flatMap { look(at: $0.key, time, policy, active) }
  }

  /// Looks at every incident again at the next call: the policy or the silences are others now.
  public mutating func reconsider() {
    for id in followed.keys { followed[id]?.isChanged = true }
  }

  // MARK: Changes

  private mutating func take(
    _ change: IncidentChange, at time: Timestamp, _ policy: NotificationPolicy
  ) {
    let id = change.incident.id
    var item = followed[id] ?? Followed(incident: change.incident)
    let past = followed[id] == nil ? ended?[id] : nil
    if let past {
      item.asOf = past.asOf
      item.lastSequence = past.lastSequence
    }
    let news = change.events.filter { $0.sequence > item.lastSequence }
    guard change.time >= item.asOf, !news.isEmpty || (change.events.isEmpty && past == nil)
    else { return }
    item.asOf = change.time
    item.lastSequence = news.last?.sequence ?? item.lastSequence
    item.incident = change.incident
    // The history stays with the store; what is new in it is kept with each conversation.
    item.incident.events = []
    item.incident.deviations = []
    item.isChanged = true
    if news.contains(where: { $0.kind == .reopened }) { item.escalations = 0 }
    item.escalations += news.count { $0.kind == .escalated }
    let targets = policy.routes.targets(of: item.incident, escalations: item.escalations)
    if targets.isEmpty, change.kind == .opened { counts.unrouted += 1 }
    for target in targets {
      item.conversations[target.receiver, default: Conversation(target, at: time)].target = target
    }
    for receiver in item.conversations.keys {
      item.conversations[receiver]?.news += news
      let surplus =
        (item.conversations[receiver]?.news.count ?? 0) - policy.limits.eventsPerNoticeMax
      if surplus > 0 { item.conversations[receiver]?.news.removeFirst(surplus) }
    }
    followed[id] = item
  }

  private mutating func bound(_ limits: NotificationLimits) {
    guard followed.count > limits.incidentsMax else { return }
    let oldest = followed.sorted { Self.order($0.value) < Self.order($1.value) }
    for (id, _) in oldest.prefix(followed.count - limits.incidentsMax) {
      followed[id] = nil
      counts.dropped += 1
    }
  }

  private static func order(_ item: Followed) -> (Timestamp, String) {
    (item.incident.openedAt, item.incident.id)
  }

  // MARK: Decisions

  /// Tells what may be told of an incident now, and notes when to look again.
  private mutating func look(
    at id: String, _ time: Timestamp, _ policy: NotificationPolicy, _ silences: [ActiveSilence]
  ) -> [PlannedNotification] {
    guard var item = followed[id] else { return [] }
    item.isChanged = false
    item.lookAt = nil
    var planned: [PlannedNotification] = []
    let order = policy.routes.targets(of: item.incident, escalations: item.escalations).map(
      \.receiver)
    let receivers = item.conversations.keys.sorted {
      (order.firstIndex(of: $0) ?? .max, $0) < (order.firstIndex(of: $1) ?? .max, $1)
    }
    for receiver in receivers {
      guard var conversation = item.conversations[receiver] else { continue }
      let told = tell(&conversation, item, at: time, policy, silences)
      if let notice = told?.notice { planned.append(PlannedNotification(notice, to: receiver)) }
      let isOver = told?.stage.isFinal ?? false
      if isOver || (item.incident.state == .resolved && conversation.toldAt == nil) {
        item.conversations[receiver] = nil
        continue
      }
      item.conversations[receiver] = conversation
      if let next = lookAgain(conversation, item, after: time) {
        item.lookAt = item.lookAt.map { min($0, next) } ?? next
      }
    }
    let isDone = item.incident.state == .resolved && item.conversations.isEmpty
    followed[id] = isDone ? nil : item
    if isDone { remember(id, Ended(asOf: item.asOf, lastSequence: item.lastSequence)) }
    return planned
  }

  private mutating func remember(_ id: String, _ end: Ended) {
    var known = ended ?? [:]
    known[id] = end
    if known.count > Self.endedMax,
      let oldest = known.min(by: { ($0.value.asOf, $0.key) < ($1.value.asOf, $1.key) })?.key
    {
      known[oldest] = nil
    }
    ended = known
  }

  /// What a receiver comes to know at `time`, with the message unless its route leaves that out; nil
  /// for nothing.
  private mutating func tell(
    _ conversation: inout Conversation, _ item: Followed, at time: Timestamp,
    _ policy: NotificationPolicy, _ silences: [ActiveSilence]
  ) -> (stage: Stage, notice: Notice?)? {
    let incident = item.incident
    guard let stage = conversation.stage(incident, escalations: item.escalations, at: time),
      conversation.due(stage, incident) <= time
    else { return nil }
    if let hold = hold(stage, conversation, incident, at: time, policy, silences) {
      if conversation.hold != hold { count(hold) }
      conversation.hold = hold
      return nil
    }
    defer { conversation.note(stage, incident, escalations: item.escalations, at: time) }
    // A stage that this route does not tell is known to the receiver all the same.
    guard conversation.target.stages.contains(stage) else { return (stage, nil) }
    let notice = Notice(
      stage: stage, time: time, incident: incident, news: conversation.news,
      previousSeverity: conversation.severity, escalations: item.escalations,
      links: policy.links(of: incident), limits: policy.limits)
    return (stage, notice)
  }

  private mutating func count(_ hold: Conversation.Hold) {
    switch hold {
    case .silenced: counts.silenced += 1
    case .muted: counts.muted += 1
    case .inhibited: counts.inhibited += 1
    }
  }

  /// Why `stage` may not be told now: the stages of delivery that come before the outbox.
  private func hold(
    _ stage: Stage, _ conversation: Conversation, _ incident: Incident, at time: Timestamp,
    _ policy: NotificationPolicy, _ silences: [ActiveSilence]
  ) -> Conversation.Hold? {
    // Who was told of the beginning is told of the end, or a page would stay open for ever.
    if !stage.isFinal {
      if silences.silencing(incident) != nil { return .silenced }
      let others = followed.values.lazy.map(\.incident)
      if policy.explanation(of: incident, among: others) != nil { return .inhibited }
    }
    return policy.isMuted(conversation.target, at: time) ? .muted : nil
  }

  /// When to look at a conversation again though nothing happens.
  private func lookAgain(
    _ conversation: Conversation, _ item: Followed, after time: Timestamp
  ) -> Timestamp? {
    if conversation.hold != nil {
      let past = time.milliseconds % Self.holdInterval
      return time + (Self.holdInterval - (past < 0 ? past + Self.holdInterval : past))
    }
    let next =
      conversation.stage(item.incident, escalations: item.escalations, at: time)
      .map { conversation.due($0, item.incident) } ?? conversation.nextTimer
    return next.map { max($0, time + 1) }
  }
}
