import Model

/// A recording with a known outcome, for one folder of `fixtures`.
protocol Story: Sendable {
  /// The folder's name.
  static var name: String { get }

  /// The files by name, plain; the script that stores them compresses the recordings.
  static func files() -> [String: [UInt8]]
}

/// Every committed story.
let stories: [any Story.Type] = [
  BlackFriday.self, Cascade.self, Flapping.self, LoadTest.self, MixedGarbage.self, QuietWeek.self,
  SilentAgent.self, Staircase.self,
]

/// Changes as JSON lines, one `{"ts": …, "change": {…}}` each.
func changeLines(_ changes: [ChangeEvent]) -> [UInt8] {
  var text = ""
  for change in changes {
    let fields: [(String, String?)] = [
      ("service", change.service), ("kind", change.kind), ("version", change.version),
      ("previous_version", change.previousVersion), ("summary", change.summary),
      ("link", change.link),
    ]
    // The texts are this program's own: letters, digits and punctuation that JSON leaves alone.
    let inner = fields.compactMap { name, value in value.map { "\"\(name)\":\"\($0)\"" } }
    text += "{\"ts\":\"\(change.time)\",\"change\":{\(inner.joined(separator: ","))}}\n"
  }
  return Array(text.utf8)
}
