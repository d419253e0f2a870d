import Foundation

/// A host whose CPU is busy for ten minutes, from 2026-01-15 14:10 on, 15 s apart.
enum BusyHost {
  /// Epoch seconds of the first sample: 2026-01-15T14:00:00Z.
  static let start = 1_768_485_600
  static let count = 120

  /// Line number `index` in the Prometheus text format.
  static func line(_ index: Int) -> String {
    let value = (40..<80).contains(index) ? "0.95" : "0.2"
    return "cpu{host=\"a\"} \(value) \((start + index * 15) * 1000)\n"
  }

  static func lines(_ range: Range<Int> = 0..<count) -> String { range.map(line).joined() }

  static let rules = """
    groups:
      - name: hosts
        interval: 15s
        rules:
          - alert: CPUHigh
            expr: cpu > 0.8
            for: 30s
            labels: {severity: critical, service: shop}
            annotations: {summary: "CPU of {{ $labels.host }} is at {{ $value }}"}

    """

  /// A folder with `cpu.prom` and `rules.yml`.
  static func folder() throws -> ScratchFolder {
    let folder = try ScratchFolder()
    try folder.write("cpu.prom", lines())
    try folder.write("rules.yml", rules)
    return folder
  }

  /// Replays one file of a folder with the rules there.
  static func replay(
    _ file: String, in folder: ScratchFolder, input: Input = .nothing, _ more: String...
  ) throws -> Outcome {
    let arguments = ["replay", file, "--rules", "rules.yml", "--output", "json"] + more
    return try Running(arguments, in: folder, input: input).outcome()
  }
}

/// The recordings of the repository.
enum Fixture {
  /// A folder with links to a recording and to all that belongs to it.
  static func folder(_ name: String) throws -> ScratchFolder {
    let folder = try ScratchFolder()
    try folder.link("recording", to: "fixtures/\(name)")
    try folder.link("shipped", to: "rules")
    return folder
  }

  /// What `replay` is told for it, with its changes where it has any.
  static func arguments(_ name: String, input: [String]? = nil) -> [String] {
    let changes = "fixtures/\(name)/changes.jsonl"
    let hasChanges = FileManager.default.fileExists(atPath: repository + "/" + changes)
    return ["replay"] + (input ?? ["recording/metrics.prom.gz"])
      + (hasChanges ? ["recording/changes.jsonl"] : [])
      + ["--rules", "shipped", "--rules", "recording/rules", "--output", "json"]
  }

  static func replay(_ name: String, _ more: String..., seconds: Double = 240) throws -> Outcome {
    try Running(arguments(name) + more, in: folder(name)).outcome(seconds: seconds)
  }
}
