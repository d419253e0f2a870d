public import Model

/// A value that a program hands to a template of its own, beside what alerts have.
///
///     var context = TemplateContext(facts: [("Title", .text("checkout is down"))])
///     try Template("{{ .Title }}").result(in: context)  // "checkout is down"
///
/// A field that a record does not have is an error of the template, as with a Go struct.
public indirect enum TemplateFact: Sendable {
  /// A text.
  case text(String)
  /// A whole number.
  case count(Int)
  /// A number.
  case number(Double)
  /// True or false.
  case flag(Bool)
  /// Values to `range` over.
  case list([TemplateFact])
  /// Named values, reached by `.Name`.
  case record([(name: String, value: TemplateFact)])

  var value: TemplateValue {
    switch self {
    case .text(let text): .string(text)
    case .count(let count): .integer(Int64(count))
    case .number(let number): .number(number)
    case .flag(let flag): .boolean(flag)
    case .list(let elements): .list(elements.map(\.value))
    case .record(let fields): .record(fields.map { ($0.name, $0.value.value) })
    }
  }
}

extension TemplateContext {
  /// A context whose `.` is a record of these facts.
  public init(facts: [(name: String, value: TemplateFact)], time: Timestamp) {
    self.init(labels: .empty, value: .nan, time: time)
    self.facts = facts
  }

  /// What `.` is at first.
  var dot: TemplateValue {
    facts.map { TemplateFact.record($0).value } ?? .data(data)
  }
}
