import Model

/// A mail queue whose depth stands on a few levels, so that every answer can be worked out by hand.
enum Staircase: Story {
  static let name = "staircase"
  private static let monday = midnight(2026, 3, 2)

  /// Stretches of another depth than the usual 10: start, end (not included), depth.
  private static let steps: [(from: String, to: String, depth: Double)] = [
    ("08:30:00", "08:40:00", 60), ("09:30:00", "09:32:00", 60), ("10:30:00", "10:50:00", 90),
    ("11:30:00", "11:40:00", 45),
  ]

  static func files() -> [String: [UInt8]] {
    var text = PrometheusText()
    for metric in ["mail_queue_depth", "mail_workers"] { text.type(metric, "gauge") }
    var time = monday + 8 * hour
    while time < monday + 12 * hour {
      if !isWithin("11:00:00", "11:05:00", time) { scrape(at: time, into: &text) }
      time = time + 15_000
    }
    return ["metrics.prom": text.bytes, "trouble.csv": Array(trouble.utf8)]
  }

  private static func scrape(at time: Timestamp, into text: inout PrometheusText) {
    let depth = steps.first { isWithin($0.from, $0.to, time) }?.depth ?? 10
    text.sample("mail_queue_depth{service=\"mail\"}", depth, at: time)
    let workers = isWithin("10:30:00", "10:50:00", time) ? 0.0 : 3
    text.sample("mail_workers{service=\"mail\"}", workers, at: time)
  }

  private static func isWithin(_ from: String, _ to: String, _ time: Timestamp) -> Bool {
    time >= moment(from, on: monday) && time < moment(to, on: monday)
  }

  /// What a person called trouble afterwards.
  private static let trouble = """
    start,end,service
    2026-03-02T08:30:00Z,2026-03-02T08:40:00Z,mail
    2026-03-02T10:30:00Z,2026-03-02T10:50:00Z,mail

    """
}
