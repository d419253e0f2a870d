import Evaluation
import Incidents
import Model
import PromQL
import Rules

/// Decides whether what came is what a test expects, and says line by line what is not.
///
/// Order never counts, repetition does.
struct UnitTestComparison {
  /// True when floats may differ in their last bit.
  var isFuzzy: Bool

  typealias Line = UnitTestFailure.Line

  // MARK: Alerts

  func difference(_ wanted: [UnitTest.Alert], _ found: [UnitTest.Alert]) -> [Line] {
    var rest = found.sorted(by: Self.precedes)
    var lines: [Line] = []
    var missing: [UnitTest.Alert] = []
    for alert in wanted.sorted(by: Self.precedes) {
      if let place = rest.firstIndex(of: alert) {
        rest.remove(at: place)
        lines.append(Line(mark: .both, text: Self.text(alert.labels)))
      } else {
        missing.append(alert)
      }
    }
    for alert in missing {
      // Of an alert whose labels are right only the annotations that differ are worth a line.
      guard let place = rest.firstIndex(where: { $0.labels == alert.labels }) else {
        lines.append(Line(mark: .expected, text: Self.text(alert.labels)))
        continue
      }
      lines.append(Line(mark: .both, text: Self.text(alert.labels)))
      lines += Self.difference(alert.annotations, rest.remove(at: place).annotations)
    }
    return lines + rest.map { Line(mark: .got, text: Self.text($0.labels)) }
  }

  private static func difference(_ wanted: Labels, _ found: Labels) -> [Line] {
    let names = Set((wanted.pairs + found.pairs).map(\.name)).sorted()
    return names.filter { wanted[$0] != found[$0] }.flatMap { name in
      [
        wanted[name].map { Line(mark: .expected, text: "  \(name): \(quoted($0))") },
        found[name].map { Line(mark: .got, text: "  \(name): \(quoted($0))") },
      ].compactMap { $0 }
    }
  }

  private static func precedes(_ a: UnitTest.Alert, _ b: UnitTest.Alert) -> Bool {
    a.labels == b.labels ? a.annotations < b.annotations : a.labels < b.labels
  }

  /// The alert as a series: `DiskFull{instance="a"}`.
  private static func text(_ labels: Labels) -> String {
    "\(labels.removing("alertname").merging([Labels.metricName: labels["alertname"] ?? ""]))"
  }

  // MARK: Samples

  func difference(_ wanted: [UnitTest.Sample], _ found: [VectorSample]) -> [Line] {
    var rest = found.sorted { $0.labels < $1.labels }
    var lines: [Line] = []
    for sample in wanted.sorted(by: { $0.labels < $1.labels }) {
      let value = sample.histogram.map(SampleValue.histogram) ?? .float(sample.value)
      let place = rest.firstIndex { $0.labels == sample.labels && isEqual(value, $0.value) }
      if let place { rest.remove(at: place) }
      let mark: Line.Mark = place == nil ? .expected : .both
      lines.append(Line(mark: mark, text: Self.text(sample.labels, value)))
    }
    return lines + rest.map { Line(mark: .got, text: Self.text($0.labels, $0.value)) }
  }

  /// Histograms are equal when they are written alike, as in Prometheus, hints included.
  private func isEqual(_ a: SampleValue, _ b: SampleValue) -> Bool {
    switch (a, b) {
    case (.float(let a), .float(let b)):
      a == b || (a.isNaN && b.isNaN) || (isFuzzy && (a.nextUp == b || a.nextDown == b))
    case (.histogram(let a), .histogram(let b)): a.notation == b.notation
    default: false
    }
  }

  private static func text(_ labels: Labels, _ value: SampleValue) -> String {
    switch value {
    case .float(let number):
      "\(labels) \(Int64(exactly: number).map { "\($0)" } ?? "\(number)")"
    case .histogram(let histogram): "\(labels) \(histogram.notation)"
    }
  }

  // MARK: Incidents

  func difference(_ wanted: [UnitTest.Incident], _ found: [Incident]) -> [Line] {
    var rest = found
    var lines: [Line] = []
    for incident in wanted {
      let place = rest.firstIndex { incident.fits($0) }
      if let place { rest.remove(at: place) }
      lines.append(Line(mark: place == nil ? .expected : .both, text: incident.text))
    }
    return lines + rest.map { Line(mark: .got, text: Self.text($0)) }
  }

  private static func text(_ incident: Incident) -> String {
    UnitTest.Incident(
      severity: incident.severity, services: incident.services.sorted(),
      state: incident.state.rawValue, title: incident.title
    ).text
  }
}

extension UnitTest.Incident {
  fileprivate func fits(_ incident: Incidents.Incident) -> Bool {
    (severity ?? incident.severity) == incident.severity
      && (services ?? incident.services.sorted()) == incident.services.sorted()
      && (state ?? incident.state.rawValue) == incident.state.rawValue
      && (title ?? incident.title) == incident.title
  }

  /// `open high checkout, db "title"`, without what does not matter.
  fileprivate var text: String {
    [
      state, severity?.rawValue, services?.joined(separator: ", "), title.map { quoted($0) },
    ].compactMap { $0 }.joined(separator: " ")
  }
}
