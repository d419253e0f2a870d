public import Model
public import PromQL

/// A test script: what it loads and what it expects, in order.
public struct Script: Sendable {
  /// The blocks that could be read.
  public var commands: [Command]
  /// The blocks that could not.
  public var faults: [Fault]

  /// One block.
  public struct Command: Sendable {
    /// Number of its first line, from 1.
    public var line: Int
    /// What it asks for.
    public var kind: Kind
  }

  /// What a block asks for.
  public enum Kind: Sendable {
    /// `load 1m`
    case load(Load)
    /// `clear`: forget everything that was loaded.
    case clear
    /// `eval instant at 5m up`
    case evaluation(Evaluation)
    /// `alerts at 5m`
    case alerts(at: Timestamp, [Alert])
    /// `incidents at 5m`
    case incidents(at: Timestamp, [Incident])
  }

  /// A block that cannot be used.
  public struct Fault: Error, Hashable, Sendable {
    /// Number of the block's first line, from 1.
    public var line: Int
    /// True for an `eval` block: one expectation is then unmet.
    public var isEvaluation: Bool
    /// What is wrong, at its own line.
    public var diagnostic: Diagnostic
  }

  /// Series to add to what is loaded.
  public struct Load: Sendable {
    /// Time from one position to the next.
    public var gap: Milliseconds
    /// True for `load_with_nhcb`: classic histograms are also loaded with custom bounds.
    public var convertsClassicHistograms: Bool
    /// Samples by series; of two lines with one series the later.
    public var series: [SeriesNotation]
    /// Lines of start timestamps, by the series that they are about.
    public var startTimes: [SeriesNotation]
  }

  /// A query and what must come out.
  public struct Evaluation: Sendable {
    /// The query as written.
    public var query: String
    /// When it is evaluated.
    public var timing: Timing
    /// What must come out.
    public var expectation: ScriptExpectation
  }

  /// When a query is evaluated.
  public enum Timing: Hashable, Sendable {
    /// Once.
    case instant(Timestamp)
    /// At `start`, `start + step`, … up to `end`.
    case range(start: Timestamp, end: Timestamp, step: Milliseconds)
  }

  /// An active alert.
  public struct Alert: Hashable, Sendable {
    /// True for firing, false for pending.
    public var isFiring: Bool
    /// Labels, with the alert's name under `alertname`.
    public var labels: Labels
    /// When it became pending or firing; nil when that does not matter.
    public var since: Timestamp?
  }

  /// An incident.
  public struct Incident: Hashable, Sendable {
    /// A place in an incident's life.
    public enum State: String, CaseIterable, Sendable {
      /// Nobody has taken it up.
      case open
      /// Somebody has.
      case acknowledged
      /// Mended, and watched.
      case monitoring
      /// Over.
      case resolved
      /// Back after it was over.
      case reopened
    }

    /// Its place in its life.
    public var state: State
    /// How grave it is.
    public var severity: Severity
    /// The services it is about, sorted.
    public var services: [String]
    /// When it began; nil when that does not matter.
    public var since: Timestamp?
    /// Its title; nil when that does not matter.
    public var title: String?
  }
}

/// What an `eval` block says must come out.
public struct ScriptExpectation: Sendable {
  /// A condition on a text.
  public enum TextMatch: Sendable {
    /// Any text.
    case any
    /// This text, but for blanks at its ends.
    case exactly(String)
    /// A text in which the expression matches somewhere; the expression as written, and compiled.
    case containing(source: String, Pattern)
  }

  /// What is expected of the annotations of one level.
  public enum Remarks: Sendable {
    /// Nothing: they are not looked at.
    case unchecked
    /// None of this level.
    case none
    /// At least one for each condition, and none that no condition holds for.
    case matching([TextMatch])
  }

  /// What is expected of the value.
  public enum Outcome: Sendable {
    /// No element.
    case empty
    /// A scalar.
    case scalar(Double)
    /// A string.
    case string(String)
    /// These series and no others.
    case series([SeriesNotation])
  }

  /// Not nil when the query must fail, and with what words.
  public var failure: TextMatch?
  /// What is expected of warnings.
  public var warnings = Remarks.unchecked
  /// What is expected of infos.
  public var infos = Remarks.unchecked
  /// True when the elements must come in the order of the lines.
  public var isOrdered = false
  /// Times of the values in the lines when an instant query gives a range vector.
  public var rangeVector: (start: Timestamp, end: Timestamp, step: Milliseconds)?
  /// What is expected of the value.
  public var outcome = Outcome.empty

  /// An empty result and nothing else.
  public init() {}
}
