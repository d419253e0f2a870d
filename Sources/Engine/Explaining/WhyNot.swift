import Evaluation
public import Model
import PromQL
import Rules

/// Why an alert does not fire at one moment: every operand with its data, and the clause that blocks.
///
/// The last hour before the moment is looked at too: how often the condition held, and for how long.
public struct WhyNot: Sendable {
  /// Whether it fires after all.
  public enum State: String, Sendable {
    /// The condition is not true.
    case inactive
    /// The condition is true, but not for long enough.
    case pending
    /// It fires: there is nothing to explain away.
    case firing
  }

  /// One operand of the condition: what it gives, and the data beneath it.
  public struct Operand: Sendable {
    /// 0 for the whole expression.
    public var depth: Int
    /// The expression in its canonical notation.
    public var expression: String
    /// Number of elements of the result; 1 for a scalar.
    public var count: Int
    /// The first elements: labels and value, at most `Explanation.elementsMax`.
    public var elements: [(labels: String, value: Double)]
    /// Why it could not be evaluated; nil when it could.
    public var failure: String?
    /// The samples that it reads, for a selector; nil for everything else.
    public var data: SelectorData?
    /// True for the clause that keeps the alert from firing.
    public var isBlocking = false
  }

  /// What keeps the alert from firing.
  public struct Blocker: Sendable {
    /// The clause in canonical notation.
    public var clause: String
    /// One sentence: what is missing, and how much.
    public var reason: String
    /// The nearest value, where a bound was not crossed.
    public var value: Double?
    /// The bound that it would have to cross.
    public var bound: Double?
    /// `bound - value`: how much was missing, in the value's unit; nil where no bound is asked for.
    public var missing: Double?
    /// How much longer the condition would have to hold, in ms; nil unless that is what is missing.
    public var missingTime: Milliseconds?
  }

  /// How the condition fared over the time before the moment.
  public struct History: Sendable {
    /// How far back it was looked, in ms.
    public var length: Milliseconds
    /// Ticks that were looked at.
    public var ticks: Int
    /// Ticks at which the condition was true for some element.
    public var trueTicks: Int
    /// The longest stretch in which it was true for one element, in ms.
    public var longest: Milliseconds
    /// The last tick at which it was true; nil when it never was.
    public var lastTrue: Timestamp?
  }

  /// The rule's group.
  public var group: String
  /// The alert's name.
  public var alert: String
  /// Where the rule stands.
  public var location: SourceLocation
  /// The tick that is explained.
  public var tick: Timestamp
  /// Whether it fires after all.
  public var state: State
  /// The rule's `for`, in ms.
  public var hold: Milliseconds
  /// From the whole expression down to its selectors, in the order of the text.
  public var operands: [Operand]
  /// What blocks, the outermost cause first; empty when it fires.
  public var blockers: [Blocker]
  /// How the condition fared before.
  public var history: History
}

/// The samples that a selector reads at a moment.
public struct SelectorData: Sendable {
  /// How far back it looks, in ms.
  public var reach: Milliseconds
  /// Series with at least one sample in reach.
  public var series: Int
  /// Series of the metric's name, whatever their labels, that were ever seen; nil for open names.
  public var seriesOfName: Int?
  /// Fewest and most samples of a series in reach.
  public var samples: ClosedRange<Int>
  /// The usual distance of samples, in ms; nil with fewer than two.
  public var interval: Milliseconds?
  /// The longest time in reach without a sample, at its ends included, in ms; nil without samples.
  public var longestGap: Milliseconds?
  /// The newest sample of all; nil when there is none in the hour before the moment.
  public var newest: Timestamp?
}

extension Tocsin {
  /// Explains why each rule called `alert` does not fire at `time`; call it when the ticks up to
  /// `time` are evaluated.
  ///
  /// - Complexity: the rule's expressions once each, and its whole expression over an hour of ticks.
  public func whyNot(_ alert: String, at time: Timestamp) -> [WhyNot] {
    var found: [WhyNot] = []
    for group in groups {
      for runner in group.runners where runner.rule.isAlert && runner.rule.name == alert {
        let next = group.nextTick ?? time
        let inquiry = WhyNotInquiry(
          runner, group, at: min(time, next - group.interval),
          QueryEngine(store: store, options: options.evaluation), surroundings)
        found.append(inquiry.answer())
      }
    }
    return found
  }
}
