import Model
import Rules

/// Where the alerts of an incident are and what they are about, kept up alert by alert so that no
/// list has to be searched.
///
/// It follows from the incident's alerts: two registers never differ as far as equality goes, and
/// none is stored.
struct AlertRegister: Hashable, Sendable {
  /// By the numbers of the alerts' identities.
  private var entries: [UInt64: Entry] = [:]
  /// The places of the alerts, in the order of appearance.
  private(set) var places: [Place] = []
  /// What fires, by what it is in the eyes of a grade; in the order of appearance.
  private(set) var kinds: [FiringKind] = []
  /// Alerts that fire.
  private(set) var firingCount = 0
  /// Rules with the service they fired for.
  private var names: Set<Name> = []
  /// By what alerts of one rule and service differ.
  private var crowd = Crowd()
  private var placeNumbers: [Key: Int] = [:]
  private var kindNumbers: [SeverityGrader.Kind: Int] = [:]
  /// Marks that were ever given to alerts that fire.
  private var markCount = 0
  /// False until it was made from the incident's alerts.
  private(set) var isBuilt = false

  /// What never changes about an alert.
  private struct Entry {
    /// When it fired, by which it is found in the ordered list.
    let firedAt: Timestamp
    let place: Int
    let kind: Int
  }

  /// A place in the system: alerts of one place belong to the same troubles.
  struct Place: Sendable {
    /// Who an alert of this place is: only its service and grouping labels count.
    let example: AlertIdentity
    var firing = 0
    /// The moments since which its alerts were active, with their number, in order of time.
    var onsets: [(time: Timestamp, count: Int)] = []

    /// True when some alert became active within `window` of `time`.
    func hasOnset(near time: Timestamp, within window: Milliseconds) -> Bool {
      let index = firstOnset(from: time - window)
      return index < onsets.count && onsets[index].time - time <= window
    }

    fileprivate func firstOnset(from time: Timestamp) -> Int {
      var low = 0
      var high = onsets.count
      while low < high {
        let middle = (low + high) / 2
        if onsets[middle].time < time { low = middle + 1 } else { high = middle }
      }
      return low
    }

    fileprivate mutating func count(_ time: Timestamp, by change: Int) {
      let index = firstOnset(from: time)
      if index < onsets.count, onsets[index].time == time {
        onsets[index].count += change
        if onsets[index].count == 0 { onsets.remove(at: index) }
      } else {
        onsets.insert((time, change), at: index)
      }
    }
  }

  private struct Key: Hashable {
    let service: String?
    let labels: Labels
  }

  private struct Name: Hashable {
    let alert: String
    let service: String

    /// Nil for an alert without a service.
    init?(_ alert: AlertRecord) {
      guard let service = alert.service else { return nil }
      self.alert = alert.alert
      self.service = service
    }
  }

  /// True while an alert fires.
  var hasFiring: Bool { firingCount > 0 }

  /// Ended alerts that are kept.
  var endedCount: Int { entries.count - firingCount }

  /// When an alert fired; nil when the incident does not have it.
  func firedAt(_ number: UInt64) -> Timestamp? { entries[number]?.firedAt }

  /// True when an alert with one of these keys is, or was, part of the trouble.
  func contains(_ record: AlertRecord) -> Bool {
    entries[record.identity.number] != nil || Name(record).map(names.contains) ?? false
  }

  /// What tells an alert apart from others of its rule and service; empty when nothing does.
  func instance(of record: AlertRecord) -> String { crowd.instance(of: record) }

  mutating func build(from alerts: some Sequence<AlertRecord>, context: IncidentContext) {
    let markCount = markCount
    self = AlertRegister()
    // No mark is given twice: who kept one would take another alert for it.
    self.markCount = markCount
    for alert in alerts { add(alert, context: context) }
    isBuilt = true
  }

  mutating func add(_ alert: AlertRecord, context: IncidentContext) {
    let entry = Entry(
      firedAt: alert.firedAt, place: place(of: alert, context: context), kind: kind(of: alert))
    entries[alert.identity.number] = entry
    crowd.add(alert)
    count(alert, entry, by: 1, context: context)
  }

  mutating func remove(_ alert: AlertRecord, context: IncidentContext) {
    guard let entry = entries.removeValue(forKey: alert.identity.number) else { return }
    count(alert, entry, by: -1, context: context)
  }

  /// Notes that an alert was changed.
  mutating func replace(
    _ old: AlertRecord, with new: AlertRecord, context: IncidentContext
  ) {
    guard let entry = entries[new.identity.number] else { return }
    count(old, entry, by: -1, context: context)
    count(new, entry, by: 1, context: context)
  }

  private mutating func place(of alert: AlertRecord, context: IncidentContext) -> Int {
    let labels = alert.labels.filter(context.settings.groupBy.contains)
    let key = Key(service: alert.service, labels: labels)
    if let known = placeNumbers[key] { return known }
    placeNumbers[key] = places.count
    places.append(Place(example: alert.identity))
    return places.count - 1
  }

  private mutating func kind(of alert: AlertRecord) -> Int {
    let kind = SeverityGrader.Kind(alert)
    if let known = kindNumbers[kind] { return known }
    kindNumbers[kind] = kinds.count
    kinds.append(FiringKind())
    if let name = Name(alert) { names.insert(name) }
    return kinds.count - 1
  }

  private mutating func count(
    _ alert: AlertRecord, _ entry: Entry, by change: Int, context: IncidentContext
  ) {
    places[entry.place].count(alert.activeSince, by: change)
    guard alert.isFiring else { return }
    places[entry.place].firing += change
    firingCount += change
    if change > 0 {
      markCount += 1
      kinds[entry.kind].add(alert, context.settings.severity, serial: markCount)
    } else {
      kinds[entry.kind].remove(alert)
    }
  }

  static func == (a: AlertRegister, b: AlertRegister) -> Bool { true }

  func hash(into hasher: inout Hasher) {}
}

extension [AlertRegister.Place] {
  /// True when an alert that is not part of the trouble yet belongs to it.
  ///
  /// It does when it is connected to an alert of one of these places and began within the correlation
  /// window of it. On the same service the window does not matter while it burns.
  func attract(_ record: AlertRecord, context: IncidentContext) -> Bool {
    let window = context.settings.correlationWindow
    return indices.contains { index in
      if self[index].firing > 0, let service = record.service,
        service == self[index].example.service
      {
        return true
      }
      return self[index].hasOnset(near: record.activeSince, within: window)
        && context.areConnected(record.identity, self[index].example)
    }
  }
}

extension IncidentCase {
  /// Makes the register when there is none, as after decoding.
  mutating func prepare(context: IncidentContext) {
    if !register.isBuilt { register.build(from: incident.alerts, context: context) }
  }

  /// Where an alert is in the list; nil when the incident does not have it.
  func position(of number: UInt64) -> Int? {
    register.firedAt(number).flatMap { incident.alerts.position(of: number, firedAt: $0) }
  }

  /// Puts an alert in its place.
  mutating func insert(_ record: AlertRecord, context: IncidentContext) {
    incident.alerts.insert(
      record, at: incident.alerts.place(of: record.identity.number, firedAt: record.firedAt))
    register.add(record, context: context)
  }

  /// Changes an alert; when it fired and its id must stay.
  mutating func change(
    _ position: Int, context: IncidentContext, _ body: (inout AlertRecord) -> Void
  ) {
    let old = incident.alerts[position]
    var new = old
    body(&new)
    incident.alerts[position] = new
    register.replace(old, with: new, context: context)
  }

  /// Lets go of the ended alerts that are too many, oldest first.
  mutating func dropEnded(beyond limit: Int, context: IncidentContext) {
    var surplus = register.endedCount - limit
    guard surplus > 0 else { return }
    incident.alerts.removeAll { alert in
      guard surplus > 0, !alert.isFiring else { return false }
      surplus -= 1
      register.remove(alert, context: context)
      return true
    }
  }
}

extension SharedList<AlertRecord> {
  /// Where an alert is that fired then; nil when it is not in the list.
  func position(of number: UInt64, firedAt: Timestamp) -> Int? {
    let index = place(of: number, firedAt: firedAt)
    return index < count && self[index].identity.number == number ? index : nil
  }

  /// The first place at or behind which an alert belongs that fired then.
  fileprivate func place(of number: UInt64, firedAt: Timestamp) -> Int {
    partition { ($0.firedAt, $0.identity.number) < (firedAt, number) }
  }
}
