/// What a series adds to its level at each time of day and each hour of the week.
///
/// Both profiles are learned from the start, each offset a robust running mean of its own, and
/// judged out of sample: before a sample teaches them, its error is noted without a profile, with
/// the daily one and with the weekly one. A profile is used while it halves the squared error (the
/// weekly one: while it takes a fifth off the better of the others), so a series without a rhythm is
/// never given one.
struct SeasonalProfile: Hashable, Sendable {
  /// Slots of one day, or of one period of a given length.
  static let slotCount = 48
  /// Hours of one week.
  static let hourCount = 168
  static let day: Int64 = 86_400_000
  static let week: Int64 = 604_800_000
  /// Share of a whole slot's samples in its offset, once past the first visits.
  static let gain = 0.3
  /// Part of the squared error a daily profile may leave to be taken up, and to be kept.
  static let dailyProof = (take: 0.5, keep: 0.8)
  /// Part of the other profiles' squared error a weekly profile may leave to be taken up, and kept.
  static let weeklyProof = (take: 0.8, keep: 0.95)
  /// Periods during which everything is learned, anomalies too: what comes back is a rhythm.
  static let youngPeriods = 2.0
  /// Share of a sample in the errors compared.
  static let errorGain = 0.003

  /// Which profile is in use.
  enum Mode: UInt8, Hashable, Sendable {
    case none, daily, weekly
  }

  /// What the profile says of one moment.
  struct Offset: Hashable, Sendable {
    /// To be added to the level.
    var value: Double
    /// Least and greatest offset from the slot before to the slot after: a rhythm may be that late.
    var lowest: Double
    var highest: Double
    var mode: Mode
    /// The moment's slot was visited before.
    var isKnown: Bool
    fileprivate var slot: Int
    fileprivate var hour: Int
    fileprivate var daily: Double
  }

  private let season: DetectorConfiguration.Season
  private var daily: [Float] = []
  private var weekly: [Float] = []
  private var dailyVisits: [UInt8] = []
  private var weeklyVisits: [UInt8] = []
  /// The profile in use.
  private(set) var mode: Mode
  private var plainError = 0.0
  private var dailyError = 0.0
  private var weeklyError = 0.0

  /// An empty profile for a series of that season.
  init(_ season: DetectorConfiguration.Season) {
    self.season = season
    mode =
      switch season {
      case .auto, .none: .none
      case .daily, .period: .daily
      case .weekly: .weekly
      }
    guard season != .none else { return }
    daily = Array(repeating: 0, count: Self.slotCount)
    dailyVisits = Array(repeating: 0, count: Self.slotCount)
    switch season {
    case .auto, .weekly:
      weekly = Array(repeating: 0, count: Self.hourCount)
      weeklyVisits = Array(repeating: 0, count: Self.hourCount)
    case .none, .daily, .period: break
    }
  }

  /// Length of the shorter profile in milliseconds.
  var period: Int64 {
    if case .period(let length) = season { max(length, 1) } else { Self.day }
  }

  /// The profile is too young to tell an anomaly from a rhythm after `known` milliseconds.
  func isYoung(after known: Double) -> Bool { known < Self.youngPeriods * Double(period) }

  /// What the series adds to its level at `time`.
  func offset(at time: Int64) -> Offset {
    guard !daily.isEmpty else {
      return Offset(
        value: 0, lowest: 0, highest: 0, mode: .none, isKnown: false, slot: 0, hour: 0, daily: 0)
    }
    let position = phase(time, period) * Double(Self.slotCount)
    let slot = min(Int(position), Self.slotCount - 1)
    let hour = weekly.isEmpty ? 0 : min(Int(phase(time, Self.week) * 168), Self.hourCount - 1)
    var offset = Offset(
      value: 0, lowest: 0, highest: 0, mode: .none, isKnown: dailyVisits[slot] > 0, slot: slot,
      hour: hour,
      daily: smoothed(slot: slot, within: position - Double(slot) - 0.5))
    guard offset.isKnown else { return offset }
    offset.mode = mode == .weekly && weeklyVisits[hour] == 0 ? .daily : mode
    switch offset.mode {
    case .none: break
    case .daily:
      offset.value = offset.daily
      spread(&offset, over: daily, dailyVisits, at: slot)
    case .weekly:
      offset.value = Double(weekly[hour])
      spread(&offset, over: weekly, weeklyVisits, at: hour)
    }
    return offset
  }

  /// Takes what a sample at `offset` added to the level.
  ///
  /// What it adds beyond the present offset is held to `limit`, and so are the errors compared.
  /// `interval` is the sampling interval in milliseconds.
  mutating func learn(_ residual: Double, at offset: Offset, limit: Double, interval: Double) {
    guard !daily.isEmpty else { return }
    func held(_ error: Double) -> Double { min(max(error, -limit), limit) }
    let (slot, hour) = (offset.slot, offset.hour)
    if dailyVisits[slot] > 0 {
      Self.note(held(residual), in: &plainError)
      Self.note(held(residual - offset.daily), in: &dailyError)
      let weeklyGuess = weekly.isEmpty || weeklyVisits[hour] == 0 ? 0 : Double(weekly[hour])
      Self.note(held(residual - weeklyGuess), in: &weeklyError)
      if season == .auto { mode = proven }
    }
    let perSlot = max(1, Double(period) / Double(Self.slotCount) / max(interval, 1))
    let dailyExcess = held(residual - Double(daily[slot]))
    Self.teach(&daily[slot], &dailyVisits[slot], dailyExcess, gain: Self.gain / perSlot)
    guard !weekly.isEmpty else { return }
    let perHour = max(1, 3_600_000 / max(interval, 1))
    let weeklyExcess = held(residual - Double(weekly[hour]))
    Self.teach(&weekly[hour], &weeklyVisits[hour], weeklyExcess, gain: Self.gain / perHour)
  }

  private static func note(_ error: Double, in mean: inout Double) {
    mean += errorGain * (error * error - mean)
  }

  private static func teach(
    _ offset: inout Float, _ visits: inout UInt8, _ excess: Double, gain: Double
  ) {
    if visits < .max { visits += 1 }
    offset += Float(max(gain, 1 / (Double(visits) + 1)) * excess)
  }

  /// The profile that has proved itself, with some reluctance to change.
  private var proven: Mode {
    let isDaily =
      dailyError < plainError * (mode == .none ? Self.dailyProof.take : Self.dailyProof.keep)
    let other = isDaily ? min(dailyError, plainError) : plainError
    let isWeekly =
      weeklyError < other * (mode == .weekly ? Self.weeklyProof.keep : Self.weeklyProof.take)
    return isWeekly && !weekly.isEmpty ? .weekly : isDaily ? .daily : .none
  }

  /// Widens an offset to those of the neighbouring slots that were visited.
  private func spread(
    _ offset: inout Offset, over table: [Float], _ visits: [UInt8], at slot: Int
  ) {
    (offset.lowest, offset.highest) = (offset.value, offset.value)
    for step in 0..<3 {
      let neighbour = (slot + table.count - 1 + step) % table.count
      guard visits[neighbour] > 0 else { continue }
      offset.lowest = min(offset.lowest, Double(table[neighbour]))
      offset.highest = max(offset.highest, Double(table[neighbour]))
    }
  }

  /// The daily offset, interpolated between the middles of neighbouring slots.
  private func smoothed(slot: Int, within: Double) -> Double {
    let neighbour = (slot + (within > 0 ? 1 : Self.slotCount - 1)) % Self.slotCount
    let own = Double(daily[slot])
    guard dailyVisits[neighbour] > 0 else { return own }
    let share = abs(within)
    return own * (1 - share) + Double(daily[neighbour]) * share
  }

  /// Position of `time` in a period that began at the epoch, 0 ..< 1.
  private func phase(_ time: Int64, _ period: Int64) -> Double {
    let rest = time % period
    return Double(rest < 0 ? rest + period : rest) / Double(period)
  }
}

extension SeasonalProfile {
  func encode(into writer: inout StateWriter) {
    writer.write(daily)
    writer.write(weekly)
    writer.write(dailyVisits)
    writer.write(weeklyVisits)
    writer.write(byte: mode.rawValue)
    for number in [plainError, dailyError, weeklyError] { writer.write(number) }
  }

  /// Reads what `encode` wrote; the season comes from the rule and must fit.
  init(
    _ season: DetectorConfiguration.Season, from reader: inout StateReader
  ) throws(StateError) {
    self.init(season)
    let sizes = [daily.count, weekly.count]
    daily = try reader.floats(atMost: Self.slotCount)
    weekly = try reader.floats(atMost: Self.hourCount)
    dailyVisits = try reader.bytes(atMost: Self.slotCount)
    weeklyVisits = try reader.bytes(atMost: Self.hourCount)
    guard [daily.count, weekly.count] == sizes,
      [dailyVisits.count, weeklyVisits.count] == sizes
    else { throw reader.failure(.badValue) }
    guard let mode = Mode(rawValue: try reader.byte()) else { throw reader.failure(.badValue) }
    self.mode = mode
    plainError = try reader.double()
    dailyError = try reader.double()
    weeklyError = try reader.double()
  }
}
