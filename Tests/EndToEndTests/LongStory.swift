import Foundation
import Glibc
import Testing

/// A stream of three hosts with trouble at several times, and rules that remember much.
enum LongStory {
  static let steps = 420
  static let start = 1_768_485_600

  static let rules = """
    groups:
      - name: hosts
        interval: 15s
        rules:
          - record: errors:rate
            expr: sum by (host) (rate(errors_total[2m]))
          - alert: CPUHigh
            expr: cpu > 0.8
            for: 30s
            labels: {severity: critical, service: shop}
          - alert: PatientlyHigh
            expr: avg_over_time(cpu[4m]) > 0.7
            for: 8m
            labels: {service: shop}
          - alert: Pool
            threshold: {of: pool, above: {low: 0.7, high: 0.9}, clear: 0.4}
            labels: {service: db}
          - alert: Odd
            baseline: {of: errors:rate, direction: above, minimum: 0.2, learn: 15m}
            labels: {service: shop}
          - alert: End
            expr: story_end == 1

    """

  /// The lines of one step, which are written at once.
  static func lines(_ step: Int) -> String {
    let time = (start + step * 15) * 1000
    var text = ""
    for (number, host) in ["a", "b", "c"].enumerated() {
      let wobble = Double((step * 7919 + number * 104_729) % 97) / 1000
      let isBusy = (90..<150).contains(step - number * 5) || (300..<312).contains(step)
      text += "cpu{host=\"\(host)\"} \((isBusy ? 0.9 : 0.2) + wobble) \(time)\n"
      let failures = step * 3 + max(0, min(step, 260) - 200) * 40 + number
      text += "errors_total{host=\"\(host)\"} \(Double(failures) + wobble) \(time)\n"
      let pool = 0.3 + 0.65 * abs(sin(Double(step) / 60))
      text += "pool{host=\"\(host)\"} \(pool) \(time)\n"
    }
    // At the last step alone: its tick is over once nothing more comes, and all before it was told.
    if step == steps - 1 { text += "story_end 1 \(time)\n" }
    return text
  }

  static func folder() throws -> ScratchFolder {
    let folder = try ScratchFolder()
    try folder.write("rules.yml", rules)
    try folder.write("live.prom", "")
    return folder
  }

  static let arguments = [
    "run", "live.prom", "--follow", "--rules", "rules.yml", "--output", "json",
    "--store", "s.sqlite", "--checkpoint-interval", "60ms",
  ]

  /// Appends the story to a file, a step every few milliseconds.
  static func write(to path: String, pauseMicroseconds: UInt32) {
    Thread.detachNewThread {
      guard let file = fopen(path, "a") else { return }
      for step in 0..<steps {
        fputs(lines(step), file)
        fflush(file)
        usleep(pauseMicroseconds)
      }
      fclose(file)
    }
  }
}

/// What runs of one store told, and what the store holds in the end.
struct Telling {
  var lines: [String]
  var incidents: String
  var details: [String]

  /// `lives` are the outputs of all runs; a line that a kill cut in two was never told.
  init(lives: [String], in folder: ScratchFolder) throws {
    lines = lives.flatMap { life in
      life.split(separator: "\n").map(String.init).filter {
        $0.hasSuffix("}") && !$0.contains("\"event\":\"summary\"")
      }
    }
    let list = try tocsin("incident", "list", "--output", "json", "--store", "s.sqlite", in: folder)
    incidents = list.output
    details = try list.events.compactMap { $0["incident"].string }.sorted().map { id in
      try tocsin("incident", "show", id, "--store", "s.sqlite", in: folder).output
    }
  }
}
