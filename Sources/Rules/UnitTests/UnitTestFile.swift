public import Model
public import PromQL

/// A file of rule unit tests.
///
/// Source: Prometheus, "Unit testing for rules"; the semantics are those of `promtool test rules` (v3).
public struct UnitTestFile: Sendable {
  /// Path as the user gave it; nil for text that came from no file.
  public var path: String?
  /// Paths and patterns of rule files, relative to this file.
  public var ruleFiles: [RuleFilePattern] = []
  /// Distance of the ticks of every group, in ms; at least 1.
  ///
  /// A group's own interval does not count, as in Prometheus.
  public var evaluationInterval: Milliseconds = 60_000
  /// Names of groups in the order of their evaluation; those left out go with the first.
  public var groupOrder: [String] = []
  /// True when floats may differ in their last bit.
  public var comparesFuzzily = false
  /// The tests in the order of the file.
  public var tests: [UnitTest] = []

  /// An entry of `rule_files`.
  public struct RuleFilePattern: Sendable {
    /// As written.
    public var text: String
    /// Where.
    public var location: SourceLocation
  }
}

/// One test: series, and what the rules must make of them.
public struct UnitTest: Sendable {
  /// As written, "" when it has none.
  public var name = ""
  /// Place in the file, from 0.
  public var number: Int
  /// Where it begins.
  public var location: SourceLocation
  /// Distance of the input samples, in ms; at least 1.
  public var interval: Milliseconds
  /// Time of the first sample and the first tick.
  public var start = Timestamp(milliseconds: 0)
  /// Labels of the system as others see it, for templates.
  public var externalLabels = Labels.empty
  /// Where the system is reached from outside, for templates.
  public var externalURL = ""
  /// Samples: the first of each series at `start`.
  public var series: [SeriesNotation] = []
  /// What must fire.
  public var alerts: [AlertCase] = []
  /// What queries must give.
  public var queries: [QueryCase] = []
  /// What incidents there must be.
  public var incidents: [IncidentCase] = []

  /// The name, or the number for want of one: `unnamed#2`.
  public var title: String { name.isEmpty ? "unnamed#\(number)" : name }

  /// The last time, from `start`, that an expectation is about.
  public var end: Milliseconds {
    let times = alerts.map(\.time) + queries.map(\.time) + incidents.map(\.time)
    return times.max() ?? 0
  }

  /// An entry of `alert_rule_test`.
  public struct AlertCase: Sendable {
    /// Where it begins.
    public var location: SourceLocation
    /// Time since the start of the test, in ms.
    public var time: Milliseconds
    /// Name of the rules that are looked at.
    public var name: String
    /// All alerts that must fire; those that are pending do not count.
    public var wanted: [Alert]
  }

  /// An alert as expected.
  public struct Alert: Hashable, Sendable {
    /// With `alertname`.
    public var labels: Labels
    /// Expanded.
    public var annotations: Labels

    /// An alert with all its labels, `alertname` among them.
    public init(labels: Labels, annotations: Labels) {
      self.labels = labels
      self.annotations = annotations
    }
  }

  /// An entry of `promql_expr_test`.
  public struct QueryCase: Sendable {
    /// Where it begins.
    public var location: SourceLocation
    /// Time since the start of the test, in ms.
    public var time: Milliseconds
    /// As written.
    public var text: String
    /// What is evaluated.
    public var expression: Expression
    /// All samples of the result, in any order; the one of a scalar has no labels.
    public var wanted: [Sample]
  }

  /// A sample as expected.
  public struct Sample: Sendable {
    /// With the metric's name.
    public var labels: Labels
    /// The float; 0 beside a histogram.
    public var value: Double
    /// The native histogram; nil for a float.
    public var histogram: NativeHistogram?
  }

  /// An entry of `incident_test`.
  public struct IncidentCase: Sendable {
    /// Where it begins.
    public var location: SourceLocation
    /// Time since the start of the test, in ms.
    public var time: Milliseconds
    /// All incidents, those that are resolved and still watched included.
    public var wanted: [Incident]
  }

  /// An incident as expected; what is nil may be anything.
  public struct Incident: Hashable, Sendable {
    /// How grave it is at that time.
    public var severity: Severity?
    /// The services it is about, sorted.
    public var services: [String]?
    /// `open`, `acknowledged`, `monitoring` or `resolved`.
    public var state: String?
    /// Its title.
    public var title: String?

    /// Any incident, unless more is said.
    public init(
      severity: Severity? = nil, services: [String]? = nil, state: String? = nil,
      title: String? = nil
    ) {
      self.severity = severity
      self.services = services
      self.state = state
      self.title = title
    }
  }
}
