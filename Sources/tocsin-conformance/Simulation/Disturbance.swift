import Baselines

/// How many samples pass from the start of a disturbance to the alarm.
enum Disturbance: String, CaseIterable {
  case step, ramp, dropout

  /// What it adds to sample `index` since its start, `size` in standard deviations.
  func offset(_ index: Int, size: Double) -> Double {
    switch self {
    case .step: size
    // A ramp reaches its size after 30 samples.
    case .ramp: size * min(1, Double(index + 1) / 30)
    // A dropout lasts ten samples.
    case .dropout: index < 10 ? -size : 0
    }
  }

  /// Delays in samples of `runs` white-noise series of `history` samples; nil when none was raised
  /// within 120 samples.
  func delays(size: Double, interval: Int64, history: Int = 3000, runs: Int = 21) -> [Int?] {
    (0..<runs).map { seed in
      var noise = Noise(seed: 1000 + seed)
      var detector = Detector()
      for index in 0..<(history + 120) {
        var value = 100 + noise.normal()
        if index >= history { value += offset(index - history, size: size) }
        let verdict = detector.update(time: monday + Int64(index) * interval, value: value)
        if index >= history, verdict.isAnomalous { return index - history + 1 }
      }
      return nil
    }
  }

  /// The median delay, nil when fewer than half the runs were noticed.
  static func median(_ delays: [Int?]) -> Int? {
    let sorted = delays.map { $0 ?? Int.max }.sorted()
    let middle = sorted[sorted.count / 2]
    return middle == Int.max ? nil : middle
  }

  /// The table of median delays in samples at sensitivity 3, as text.
  static func table(interval: Int64) -> String {
    var lines = ["disturbance  3 sigma  5 sigma  10 sigma"]
    for kind in allCases {
      let cells = [3.0, 5, 10].map { size in
        median(kind.delays(size: size, interval: interval)).map(String.init) ?? "none"
      }
      lines.append("\(kind.rawValue)  " + cells.joined(separator: "  "))
    }
    return lines.joined(separator: "\n")
  }
}
