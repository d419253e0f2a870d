import Model
import Synchronization

/// The last hour of a live run's figures, for the charts of the page of health; gone with the program.
final class SelfHistory: Sendable {
  /// What is kept of one moment.
  struct Point: Sendable {
    var time: Timestamp
    /// Totals since the start.
    var samples: Int
    var lost: Int
    var checkpointFailures: Int
    var rejected: Int
    /// What was so at the moment.
    var series: Int
    var load: Double
    var delay: Milliseconds
    var checkpointPause: Milliseconds
    var unstoredEffects: Int
    var waitingMessages: Int?
    var targetsDown: Int
    var residentBytes: Int?

    init(_ figures: SelfFigures) {
      time = figures.time
      samples = figures.live.samples
      lost = figures.engine.lost
      checkpointFailures = figures.live.checkpointFailures
      rejected = figures.deliveries.rejected
      series = figures.engine.series
      load = figures.engine.load
      delay = figures.engine.delay
      checkpointPause = figures.live.checkpointPause
      unstoredEffects = figures.live.waitingEffects
      waitingMessages = figures.waitingMessages?.values.reduce(0, +)
      targetsDown = figures.targets.down
      residentBytes = figures.process.residentBytes
    }
  }

  /// Distance of points in ms.
  static let interval: Milliseconds = 15_000
  /// Most points: an hour.
  private static let pointsMax = 240

  private let kept = Mutex<[Point]>([])

  /// The points, oldest first.
  var points: [Point] { kept.withLock { $0 } }

  /// Adds a point; the oldest goes.
  func add(_ point: Point) {
    kept.withLock { points in
      // A clock that was set back would draw a line back.
      points.removeAll { $0.time >= point.time }
      points.append(point)
      points.removeFirst(max(0, points.count - Self.pointsMax))
    }
  }
}
