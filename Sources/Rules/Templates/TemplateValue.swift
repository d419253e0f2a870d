public import Model

/// One element of the result of a query inside a template.
public struct TemplateSample: Hashable, Sendable {
  /// Its labels, with `__name__` where it has one.
  public var labels: Labels
  /// Its value.
  public var value: Double

  /// An element of a vector.
  public init(labels: Labels, value: Double) {
    self.labels = labels
    self.value = value
  }
}

/// A value while a template is expanded.
///
/// The cases are the Go types that Prometheus' templates meet.
indirect enum TemplateValue: Sendable {
  /// No value: a missing entry of a map, a series of which nothing is known.
  case none
  /// `bool`
  case boolean(Bool)
  /// `int`
  case integer(Int64)
  /// `float64`
  case number(Double)
  /// `string`
  case string(String)
  /// `template.HTML`
  case html(String)
  /// `map[string]string`
  case labels(Labels)
  /// `map[string]interface {}`, sorted by key
  case map([(key: String, value: TemplateValue)])
  /// `[]interface {}`
  case list([TemplateValue])
  /// A struct of a program: its fields in order.
  case record([(key: String, value: TemplateValue)])
  /// `*template.sample`
  case sample(TemplateSample)
  /// `template.queryResult`
  case samples([TemplateSample])
  /// `*time.Time`
  case time(GoTime)
  /// `*time.Duration`, in nanoseconds
  case duration(Int64)
  /// `time.Month`, 1...12
  case month(Int)
  /// `time.Weekday`, 0 is Sunday
  case weekday(Int)
  /// What `.` is at first.
  case data(TemplateData)

  /// The name of the Go type, as messages and `%T` show it.
  var typeName: String {
    switch self {
    case .none: "<nil>"
    case .boolean: "bool"
    case .integer: "int"
    case .number: "float64"
    case .string: "string"
    case .html: "template.HTML"
    case .labels: "map[string]string"
    case .map: "map[string]interface {}"
    case .list: "[]interface {}"
    case .record(let fields): "struct { \(fields.map(\.key).joined(separator: ", ")) }"
    case .sample: "*template.sample"
    case .samples: "template.queryResult"
    case .time: "*time.Time"
    case .duration: "*time.Duration"
    case .month: "time.Month"
    case .weekday: "time.Weekday"
    case .data:
      "struct { Labels map[string]string; ExternalLabels map[string]string; "
        + "ExternalURL string; Value float64 }"
    }
  }

  /// False for `none` alone.
  var isSomething: Bool {
    if case .none = self { false } else { true }
  }

  /// Go's truth of a value: false, 0, "", nothing and the empty collections are false.
  var isTrue: Bool {
    switch self {
    case .none: false
    case .boolean(let value): value
    case .integer(let value): value != 0
    case .number(let value): value != 0
    case .string(let text), .html(let text): !text.isEmpty
    case .labels(let labels): !labels.isEmpty
    case .map(let entries): !entries.isEmpty
    case .samples(let samples): !samples.isEmpty
    case .list(let elements): !elements.isEmpty
    case .month(let number), .weekday(let number): number != 0
    case .sample, .time, .duration, .data, .record: true
    }
  }

  /// The text of a value whose Go kind is string; nil for others.
  var text: String? {
    switch self {
    case .string(let text), .html(let text): text
    default: nil
    }
  }
}

/// What an alert's template can speak of.
struct TemplateData: Sendable {
  /// `.Labels`, `$labels`: the series, with its name.
  var labels = Labels.empty
  /// `.Value`, `$value`.
  var value = TemplateValue.number(0)
  /// `.ExternalLabels`, `$externalLabels`.
  var externalLabels = Labels.empty
  /// `.ExternalURL`, `$externalURL`.
  var externalURL = ""

  /// The field called `name`; nil when there is none.
  func field(_ name: String) -> TemplateValue? {
    switch name {
    case "Labels": .labels(labels)
    case "Value": value
    case "ExternalLabels": .labels(externalLabels)
    case "ExternalURL": .string(externalURL)
    default: nil
    }
  }
}
