import ArgumentParser
import Baselines
import Foundation

/// Holds the default detector to its promises on series made from seeds: how often it alarms where
/// nothing is wrong, how soon where something is, and what it costs.
struct SimulateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "simulate",
    abstract: "Measures false alarms and delays of baselines on simulated series.",
    discussion: """
      Prints alarms for each series and week by kind of noise, sampling interval and sensitivity, \
      the median delay in samples of steps, ramps and dropouts, and whether the promises hold. \
      Equal seeds give equal output; the time it takes goes to standard error.
      """)

  @Option(help: "Simulated weeks, over all kinds of noise and sampling intervals.")
  var weeks = 1008

  @Option(help: "The first seed; each week of a kind takes the next one.")
  var seed = 1

  /// Sampling intervals of the false alarms.
  private static let intervals = [minute, 5 * minute, 10 * minute, hour]
  /// What is promised at sensitivity 1 to 5, in alarms for each series and week.
  private static let promises = [0.01, 0.1 / 3, 0.1, 0.5, 1]

  func run() throws {
    let each = max(1, weeks / (Clean.allCases.count * Self.intervals.count))
    let seeds = "\(seed) to \(seed + each - 1)"
    print("false alarms for each series and week at sensitivity 3, seeds \(seeds)")
    let total = alarmTable(each)
    print("\nsensitivity  promised  measured, over \(count(each)) series of a week each")
    var rates: [Double] = []
    for sensitivity in 1...5 {
      let rate = sensitivity == 3 ? total : alarms(sensitivity: sensitivity, weeks: each)
      rates.append(rate)
      print(
        Self.row(["\(sensitivity)", Self.fixed(Self.promises[sensitivity - 1]), Self.fixed(rate)]))
    }
    var checks = [
      ("at most 0.1 false alarms for each series and week at sensitivity 3", rates[2] <= 0.1),
      ("a higher sensitivity never alarms less", rates == rates.sorted()),
    ]
    for interval in [minute, 5 * minute, hour] {
      print("\nmedian delay in samples every \(interval / minute) min, seeds 1000 to 1020")
      print(Disturbance.table(interval: interval))
      let steps = [10.0, -10].flatMap { Disturbance.step.delays(size: $0, interval: interval) }
      checks.append(
        (
          "10-sigma steps within two samples, every \(interval / minute) min",
          steps.allSatisfy { ($0 ?? .max) <= 2 }
        ))
    }
    let cost = Self.cost(series: 100_000)
    FileHandle.standardError.write(
      Data("100 000 baselines took \(Self.fixed(cost)) s of CPU for one step each\n".utf8))
    print("")
    for check in checks where !check.1 { print("broken: \(check.0)") }
    let failed = checks.count { !$0.1 }
    print("\(checks.count - failed) passed, \(failed) failed")
    if failed > 0 { throw ExitCode(2) }
  }

  private func count(_ each: Int) -> Int { each * Clean.allCases.count * Self.intervals.count }

  /// Prints the table of kinds by intervals and returns the mean over all of it.
  private func alarmTable(_ each: Int) -> Double {
    print(Self.row(["", "1 min", "5 min", "10 min", "1 h"], first: 16))
    var sum = 0
    for kind in Clean.allCases {
      var cells = [kind.rawValue]
      for interval in Self.intervals {
        let found = Self.alarms(kind, interval, sensitivity: 3, seeds: seed..<seed + each)
        sum += found
        cells.append(Self.fixed(Double(found) / Double(each)))
      }
      print(Self.row(cells, first: 16))
    }
    let rate = Double(sum) / Double(count(each))
    print(Self.row(["all", Self.fixed(rate)], first: 16))
    return rate
  }

  /// Alarms for each series and week over all kinds and intervals.
  private func alarms(sensitivity: Int, weeks each: Int) -> Double {
    var sum = 0
    for kind in Clean.allCases {
      for interval in Self.intervals {
        sum += Self.alarms(kind, interval, sensitivity: sensitivity, seeds: seed..<seed + each)
      }
    }
    return Double(sum) / Double(count(each))
  }

  /// Alarms, not samples in alarm, in a week of each seed.
  private static func alarms(
    _ kind: Clean, _ interval: Int64, sensitivity: Int, seeds: Range<Int>
  ) -> Int {
    var alarms = 0
    for seed in seeds {
      var detector = Detector(DetectorConfiguration(sensitivity: sensitivity))
      var was = false
      for sample in kind.series(count: Int(7 * day / interval), interval: interval, seed: seed) {
        let isAnomalous = detector.update(time: sample.time, value: sample.value).isAnomalous
        if isAnomalous, !was { alarms += 1 }
        was = isAnomalous
      }
    }
    return alarms
  }

  /// CPU seconds that one step of `series` detectors takes, each with a day behind it.
  private static func cost(series: Int) -> Double {
    let steps = 10
    var seasoned = Detector()
    let samples = Clean.diurnal.series(count: 288 + steps, interval: 5 * minute, seed: 1)
    for sample in samples.prefix(288) {
      _ = seasoned.update(time: sample.time, value: sample.value)
    }
    var detectors = [Detector](repeating: seasoned, count: series)
    var alarms = 0
    // The first step makes every copy its own.
    var start = clock()
    for (index, sample) in samples.suffix(steps).enumerated() {
      if index == 1 { start = clock() }
      for series in detectors.indices
      where detectors[series].update(time: sample.time, value: sample.value).isAnomalous {
        alarms += 1
      }
    }
    withExtendedLifetime(alarms) {}
    return Double(clock() - start) / Double(CLOCKS_PER_SEC) / Double(steps - 1)
  }

  private static func fixed(_ value: Double) -> String {
    let digits = String(Int((value * 1000).rounded()))
    let padded = String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    return "\(padded.dropLast(3)).\(padded.suffix(3))"
  }

  private static func row(_ cells: [String], first: Int = 11) -> String {
    cells.enumerated().map { index, cell in
      let width = index == 0 ? first : 8
      let space = String(repeating: " ", count: max(0, width - cell.count))
      return index == 0 ? cell + space : space + cell
    }.joined(separator: "  ")
  }
}
