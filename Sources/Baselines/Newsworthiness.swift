import Glibc

/// The continuous anomaly score: how much news there is in a sample, whatever the sensitivity.
///
/// The stronger of two voices. Novelty says that the series is where it never was, in its values or,
/// once it has proved a rhythm, in what it adds to the rhythm. An outburst says that a deviation, or
/// a step from one sample to the next, outdoes those of the last day.
struct Newsworthiness: Hashable, Sendable {
  /// Samples before anything is news.
  static let samplesMin = 60
  /// Samples before a place is novel: five for each prototype that can be kept.
  static let noveltySamplesMin = 5 * Novelty.capacity
  /// Time before a place is novel, in milliseconds: a day has to be seen once.
  static let noveltyMin = 86_400_000.0
  /// What ten times the chances take off the strength of a novelty: sampling faster than the
  /// standard interval of outbursts, or knowing fewer samples than a week of it.
  static let pace = 1.0
  /// Samples from which on a novelty counts in full, a week at the standard interval.
  ///
  /// A series that was seen `n` times goes where it never was by chance once in `n` samples, so it
  /// takes a tenfold stronger novelty when a tenth was seen.
  static let noveltySamplesFull = 2016.0
  /// What a step from sample to sample has to be stronger than a deviation from the level.
  static let stepHandicap = 0.075

  /// The first move of a series that has always stood still is beyond all measure.
  static let strengthMax = 1e6

  private var places = Novelty()
  private var rhythmPlaces = Novelty()
  private var deviations = Outburst(least: 5)
  private var steps = Outburst(least: 6)
  private var refractory = Refractory()

  /// Nothing seen.
  init() {}

  /// What is known of one sample before it is judged.
  struct Evidence {
    /// When it was taken, in milliseconds since the epoch.
    var time: Int64
    /// The value itself.
    var value: Double
    /// The value less level and season.
    var residual: Double
    /// Residual and step in their scales.
    var deviation: Double
    var step: Double
    /// The season is known at this moment.
    var knowsSeason: Bool
    /// A season is in use.
    var usesSeason: Bool
    /// Samples and milliseconds seen.
    var count: Int
    var known: Double
    /// Sampling interval, in milliseconds.
    var interval: Double
    /// The smallest difference that means anything.
    var floor: Double
  }

  /// Takes a sample and returns its strength: 1 is worth a report, 0 is nothing.
  mutating func strength(of evidence: Evidence) -> Double {
    var distance = places.distance(of: evidence.value, floor: evidence.floor)
    if evidence.knowsSeason, evidence.count > 20 {
      let rhythm = rhythmPlaces.distance(of: evidence.residual, floor: evidence.floor)
      if evidence.usesSeason { distance = max(distance, rhythm) }
    }
    let burst = max(
      deviations.strength(of: evidence.deviation, at: evidence.time, interval: evidence.interval),
      steps.strength(of: evidence.step, at: evidence.time, interval: evidence.interval)
        - Self.stepHandicap)
    let isReady = evidence.count > Self.samplesMin
    let isPlaced =
      evidence.count > Self.noveltySamplesMin && evidence.known >= Self.noveltyMin
    let handicap =
      Self.pace
      * (min(0, log10(max(evidence.interval, 1) / Outburst.standardInterval))
        + min(0, log10(Double(evidence.count) / Self.noveltySamplesFull)))
    let news = refractory.news(
      in: isPlaced ? distance / Novelty.radius : 0, interval: evidence.interval,
      isReport: { $0 + handicap > 1 })
    guard isReady else { return 0 }
    return min(max(news > 0 ? news + handicap : 0, burst, 0), Self.strengthMax)
  }
}

extension Newsworthiness: StateCoding {
  func encode(into writer: inout StateWriter) {
    places.encode(into: &writer)
    rhythmPlaces.encode(into: &writer)
    deviations.encode(into: &writer)
    steps.encode(into: &writer)
    refractory.encode(into: &writer)
  }

  init(from reader: inout StateReader) throws(StateError) {
    places = try Novelty(from: &reader)
    rhythmPlaces = try Novelty(from: &reader)
    deviations = try Outburst(least: 5, from: &reader)
    steps = try Outburst(least: 6, from: &reader)
    refractory = try Refractory(from: &reader)
  }
}
