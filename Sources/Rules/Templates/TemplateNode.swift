/// The parts of a parsed template.
indirect enum TemplateNode: Sendable {
  /// Text that is printed as it is.
  case text(String)
  /// `{{ pipeline }}`
  case action(TemplatePipeline)
  /// `{{ if }}`, `{{ with }}`
  case branch(isWith: Bool, TemplatePipeline, then: [TemplateNode], otherwise: [TemplateNode])
  /// `{{ range }}`
  case range(TemplatePipeline, body: [TemplateNode], otherwise: [TemplateNode])
  /// `{{ template "name" pipeline }}`
  case template(name: String, TemplatePipeline?, place: Range<Int>)
  /// `{{ break }}`
  case stop
  /// `{{ continue }}`
  case skip
}

/// Commands, each taking the result of the one before: `$x := a b | c d`.
struct TemplatePipeline: Sendable {
  /// The variables it sets, with their `$`.
  var variables: [String] = []
  /// True for `=`, false for `:=`.
  var isAssignment = false
  /// The commands; the result of each is the last argument of the next.
  var commands: [TemplateCommand] = []
  /// Where it stands in the template.
  var place: Range<Int>
}

/// A function or value with its arguments; never empty.
struct TemplateCommand: Sendable {
  var operands: [TemplateOperand] = []
  var place: Range<Int>
}

/// One operand of a command, with its place in the template.
struct TemplateOperand: Sendable {
  indirect enum Kind: Sendable {
    /// `.`
    case dot
    /// `nil`
    case null
    /// `true`
    case boolean(Bool)
    /// `42`, `'a'`
    case integer(Int64)
    /// `1.5`
    case number(Double)
    /// `"text"`
    case string(String)
    /// `.a.b`
    case field([String])
    /// `$x.a.b`
    case variable(String, fields: [String])
    /// `printf`
    case function(String)
    /// `(pipeline)`
    case pipeline(TemplatePipeline)
    /// `(pipeline).a.b`
    case chain(TemplateOperand, fields: [String])
  }

  var kind: Kind
  var place: Range<Int>
}
