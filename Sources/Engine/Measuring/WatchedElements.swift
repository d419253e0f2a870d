import Evaluation
import Incidents
import Model

/// The elements of the expression that a rule watches, at one tick, found by the labels of an alert.
///
/// An incident may have hundreds of alerts of one rule, whose readings are all asked for at a tick:
/// the expression is evaluated once for them, and no alert looks through all elements.
struct WatchedElements {
  let tick: Timestamp
  /// Samples that the store had taken over when the expression was evaluated.
  let stored: Int
  private var elements: [Labels: (place: Int, sample: Element)] = [:]
  /// An element with its labels as they are, the metric's name among them.
  typealias Element = (labels: Labels, value: Double)

  /// The label names of the elements; most expressions have one set of them.
  private var names: [[String]] = []

  /// The floats among `samples`, found without the metric's name; of equal ones the first counts.
  init(_ samples: [VectorSample], at tick: Timestamp, stored: Int) {
    self.tick = tick
    self.stored = stored
    for (place, sample) in samples.enumerated() {
      guard case .float(let value) = sample.value else { continue }
      let labels = sample.labels.removing(Labels.metricName)
      guard elements[labels] == nil else { continue }
      elements[labels] = (place, (sample.labels, value))
      let own = labels.pairs.map(\.name)
      if names.last != own, !names.contains(own) { names.append(own) }
    }
  }

  /// The first element all of whose labels `alert` has; nil when there is none.
  func element(for alert: AlertRecord) -> Element? {
    var first: (place: Int, sample: Element)?
    for names in names {
      let own = alert.labels.filter(names.contains)
      guard own.pairs.count == names.count, let element = elements[own] else { continue }
      if first.map({ element.place < $0.place }) ?? true { first = element }
    }
    return first?.sample
  }
}
